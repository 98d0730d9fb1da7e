import { expect, it } from 'vitest';
import { localeFor } from './locale';

it('follows the reader within the language of the page, and never out of it', () => {
  expect(localeFor('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(localeFor('en', ['de-DE', 'fr'])).toBe('en');
  expect(localeFor('en', [])).toBe('en');
});
