/** One person: their page, and their comments. */
export const people = {
  /** Heading of what a person shows. */
  pictures: 'Pictures',
  handle: (handle: string) => `@${handle}`,
  loading: 'Loading this person…',
  failed: 'This person could not be loaded.',
} as const;
