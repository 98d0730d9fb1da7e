/** The types of the API. `cargo dev openapi` generates `schema.ts` from the specification. */
import type { Choices, Picture, PicturePage } from './schema';

export type * from './schema';

/** The kind of a change. */
export type ActivityType = keyof Choices;

/** A page of a list. */
export type Page<Item = Picture> = Omit<PicturePage, 'items'> & { items: Item[] };
