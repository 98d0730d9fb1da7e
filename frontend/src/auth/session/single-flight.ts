/**
 * Returns a function whose concurrent calls share one call of `work`. Calls with and without
 * `renew` do not share a call.
 */
export function singleFlight<T>(
  work: (renew: boolean) => Promise<T>,
): (renew?: boolean) => Promise<T> {
  const running = new Map<boolean, Promise<T>>();
  return (renew = false) => {
    const shared = running.get(renew);
    if (shared) return shared;
    const started = work(renew).finally(() => running.delete(renew));
    running.set(renew, started);
    return started;
  };
}
