const DEFAULT_CONCURRENCY = 4;

export interface BatchResult<Item> {
  failed: { item: Item; error: unknown }[];
}

interface BatchOptions {
  /** The maximum number of calls at the same time. */
  concurrency?: number | undefined;
  /** Called with the number of items that succeeded or failed so far. */
  onProgress?: (finishedCount: number) => void;
}

/** Calls `work` for each item, also after failures. The first calls are made synchronously. */
export async function runBatch<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  { concurrency = DEFAULT_CONCURRENCY, onProgress }: BatchOptions = {},
): Promise<BatchResult<Item>> {
  const failed: BatchResult<Item>['failed'] = [];
  let finishedCount = 0;
  // The workers share one iterator, so each item is taken once.
  const queue = items.values();
  async function runWorker(): Promise<void> {
    for (const item of queue) {
      try {
        await work(item);
      } catch (error) {
        failed.push({ item, error });
      }
      finishedCount += 1;
      onProgress?.(finishedCount);
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, runWorker));
  return { failed };
}
