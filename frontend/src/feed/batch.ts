/** How many requests are under way at the same time. */
const AT_ONCE = 4;

export interface Outcome<Item> {
  failed: { item: Item; error: unknown }[];
}

interface Options {
  atOnce?: number | undefined;
  /** Called after each, with how many are over. */
  onProgress?: (done: number) => void;
}

/** Does `work` with every item, a few at a time; what fails does not hold up the others. */
export async function onAll<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  options: Options = {},
): Promise<Outcome<Item>> {
  const { atOnce = AT_ONCE, onProgress } = options;
  const outcome: Outcome<Item> = { failed: [] };
  const waiting = items.values();
  let done = 0;
  async function worker(): Promise<void> {
    // All take from the same iterator.
    for (const item of waiting) {
      try {
        await work(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
      onProgress?.((done += 1));
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return outcome;
}
