/**
 * Lets calls that come while one is under way share its result: at start several requests want credentials at once, and one
 * fetch serves them all. A call for fresh ones never joins a fetch of the old.
 */
export function singleFlight<T>(
  work: (renew: boolean) => Promise<T>,
): (renew?: boolean) => Promise<T> {
  const running = new Map<boolean, Promise<T>>();
  return (renew = false) => {
    const joined = running.get(renew);
    if (joined) return joined;
    const started = work(renew).finally(() => running.delete(renew));
    running.set(renew, started);
    return started;
  };
}
