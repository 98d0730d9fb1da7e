/** The time after the page has loaded in which its pictures load. */
const DELAY_MS = 5_000;
const IDLE_TIMEOUT_MS = 10_000;

/** Calls `work` when the page has loaded and is idle. Returns a function that cancels the call. */
export function whenIdle(work: () => void): () => void {
  const cancellation = new AbortController();
  const run = () => {
    if (!cancellation.signal.aborted) work();
  };
  const runWhenIdle = () => {
    if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: IDLE_TIMEOUT_MS });
    else run();
  };
  const wait = () => setTimeout(runWhenIdle, DELAY_MS);
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true, signal: cancellation.signal });
  return () => cancellation.abort();
}
