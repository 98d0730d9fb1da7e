import { expect, it } from 'vitest';
import { localeFor } from './locale';

it('localeFor returns the reader’s variant of the language, or the language itself', () => {
  expect(localeFor('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeFor('en', ['de-DE', 'fr'])).toBe('en');
  expect(localeFor('en', [])).toBe('en');
});
