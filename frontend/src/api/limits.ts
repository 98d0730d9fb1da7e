/** The maximum lengths of texts in Unicode characters. The API rejects longer ones. */
export const MAX_LENGTH = {
  caption: 2000,
  place: 200,
  comment: 1000,
  title: 100,
  description: 2000,
  linkName: 100,
  linkPassword: 200,
  keyName: 50,
} as const;

/** The maximum length of the code of a rule in bytes of UTF-8. */
export const MAX_RULE_BYTES = 4096;
