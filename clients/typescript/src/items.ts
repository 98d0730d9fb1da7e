interface Page<T> {
  items: T[];
  cursor: string | null;
}

/** Yields the items of all pages of a list, such as `items(api.listFeed, { limit: 100 })`. */
export async function* items<P extends { cursor?: string } | undefined, T>(
  method: (parameters: P) => Promise<Page<T>>,
  parameters: P,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await method(cursor === null ? parameters : { ...parameters, cursor });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== null);
}
