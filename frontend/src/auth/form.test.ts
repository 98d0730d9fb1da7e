import { describe, expect, it } from 'vitest';
import { t } from '../texts';
import { wrongWith, type Input } from './form';

const input = (name: string, value: string, more: Partial<Input> = {}): Input => ({
  name,
  value,
  required: true,
  minLength: -1,
  validity: { typeMismatch: false, patternMismatch: false },
  ...more,
});

describe('wrongWith', () => {
  it.each([
    ['email', '  ', t.auth.missing.email],
    ['password', '', t.auth.missing.password],
    ['newPassword', '', t.auth.missing.password],
    ['firstName', '\t', t.auth.missing.firstName],
    ['whatever', '', t.auth.missing.other],
  ])('asks for %s', (name, value, sentence) =>
    expect(wrongWith(input(name, value))).toBe(sentence),
  );

  it('takes blanks for a password: they are characters like others', () => {
    expect(wrongWith(input('password', '          ', { minLength: 10 }))).toBeNull();
  });

  it('says what is wrong with what was typed', () => {
    expect(
      wrongWith(
        input('email', 'julia', { validity: { typeMismatch: true, patternMismatch: false } }),
      ),
    ).toBe(t.auth.notAnEmail);
    expect(
      wrongWith(input('code', 'abc', { validity: { typeMismatch: false, patternMismatch: true } })),
    ).toBe(t.auth.notACode);
    expect(
      wrongWith(input('handle', '-', { validity: { typeMismatch: false, patternMismatch: true } })),
    ).toBe(t.auth.notAHandle);
    expect(wrongWith(input('password', 'short', { minLength: 10 }))).toBe(t.auth.weakPassword);
  });

  it('lets pass what may be left empty, and what is right', () => {
    expect(wrongWith(input('place', '', { required: false }))).toBeNull();
    expect(wrongWith(input('email', 'julia@example.org'))).toBeNull();
  });
});
