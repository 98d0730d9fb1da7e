/** Thrown by work that made no progress for too long. */
export class StalledError extends Error {}

/**
 * Runs `work` with a signal that aborts with a `StalledError` if `onProgress` is not called
 * for `ms`. Does not count the time while `isSuspended` returns `true`.
 */
export async function withStallTimeout<Result>(
  ms: number,
  isSuspended: () => boolean,
  work: (signal: AbortSignal, onProgress: () => void) => Promise<Result>,
): Promise<Result> {
  const stalled = new AbortController();
  const abort = () => stalled.abort(new StalledError(`no progress for ${ms} ms`));
  let timer: ReturnType<typeof setTimeout>;
  const restart = () => {
    clearTimeout(timer);
    const wasSuspended = isSuspended();
    timer = setTimeout(() => (wasSuspended || isSuspended() ? restart() : abort()), ms);
  };
  restart();
  try {
    return await work(stalled.signal, restart);
  } finally {
    clearTimeout(timer!);
  }
}
