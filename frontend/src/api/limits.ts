/** How long a text may be, in Unicode characters: the API refuses more. */
export const LONGEST = { caption: 2000, place: 200, comment: 1000 } as const;
