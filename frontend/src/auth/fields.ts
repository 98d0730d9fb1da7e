import type { NewProfile } from '../api/types';

/** The profile from the fields of `PersonFields.svelte`. */
export const profileFrom = (field: (name: string) => string): NewProfile => ({
  handle: field('handle').toLowerCase(),
  firstName: field('firstName'),
  lastName: field('lastName'),
});

/** A code as it was pasted: some e-mails write it in groups. */
export const codeFrom = (typed: string): string => typed.replace(/\s/g, '');
