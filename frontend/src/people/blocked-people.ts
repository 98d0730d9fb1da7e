import type { Api } from '../api/albumen';
import type { Person } from '../api/types';

/** Reads everyone whom the member blocked. The API limits their number. */
export async function readBlockedPeople(api: Pick<Api, 'blocks'>): Promise<readonly Person[]> {
  const people: Person[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Api['blocks']>> = await api.blocks(cursor);
    people.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return people;
}
