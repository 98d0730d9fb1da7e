import type { NewProfile } from '../api/types';

/** The profile from the fields of `PersonFields.svelte`. */
export const profileFrom = (field: (name: string) => string): NewProfile => ({
  handle: field('handle').toLowerCase(),
  firstName: field('firstName'),
  lastName: field('lastName'),
});
