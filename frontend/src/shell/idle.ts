/** Milliseconds that are left to what comes first: when the page itself has come, its pictures have not. */
const LATER = 5_000;

/** Calls `work` some time after the page is there, when it has nothing else to do. */
export function whenIdle(work: () => void): void {
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(() => work(), { timeout: 2 * LATER }) : work());
  const wait = () => setTimeout(idle, LATER);
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
}
