/** Thrown by work that made no progress for too long. */
export class StalledError extends Error {}

/**
 * Runs `work` with a signal that aborts with a `StalledError`
 * if `onProgress` is not called for `ms`.
 */
export async function withStallTimeout<Result>(
  ms: number,
  work: (signal: AbortSignal, onProgress: () => void) => Promise<Result>,
): Promise<Result> {
  const stalled = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(new StalledError(`no progress for ${ms} ms`)), ms);
  };
  restart();
  try {
    return await work(stalled.signal, restart);
  } finally {
    clearTimeout(timer!);
  }
}
