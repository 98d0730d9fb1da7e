/** Milliseconds that are left to what comes first, where the browser cannot say when it is done. */
const LATER = 3_000;

/** Calls `work` once the page is there and has nothing else to do. */
export function whenIdle(work: () => void): void {
  const wait = () => ('requestIdleCallback' in window ? requestIdleCallback(() => work(), { timeout: 4 * LATER }) : setTimeout(work, LATER));
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
}
