import { expect, it } from 'vitest';
import { isNameQuery } from './name-query';

// Includes the cases of the Rust tests in `shared/domain/src/name/tests.rs`.
it.each([
  ...['ab', 'ß', 'a bc', '王', 'か', 'ガ', '김', '준', '42', 'x'.repeat(50)],
  ...['जी', 'กา', 'प्', 'がく', 'ﬁ', 'æ', 'Ⅷ', "a'b", 'a\u00ADb'],
])('%j is a query', (text) => {
  expect(isNameQuery(text)).toBe(true);
});

it.each([
  ...['', ' ', 'a', 'a b', '-', 'é', 'ⅰ', "'a", 'ʻʼ', 'ʼa', 'a\u200D', 'ñ ñ'],
  ...['\u3099', 'شَ', 'שָׁ', 'ก่', '\u{1F468}\u200D\u{1F467}'],
])('%j is not a query', (text) => {
  expect(isNameQuery(text)).toBe(false);
});
