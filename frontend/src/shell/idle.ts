/** Milliseconds that are left to what comes first: when the page itself has come, its pictures have not. */
const LATER = 5_000;

/** Calls `work` some time after the page is there, when it has nothing else to do. Gives back what takes that back. */
export function whenIdle(work: () => void): () => void {
  const over = new AbortController();
  const run = () => !over.signal.aborted && work();
  const idle = () =>
    'requestIdleCallback' in window ? requestIdleCallback(run, { timeout: 2 * LATER }) : run();
  const wait = () => setTimeout(idle, LATER);
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true, signal: over.signal });
  return () => over.abort();
}
