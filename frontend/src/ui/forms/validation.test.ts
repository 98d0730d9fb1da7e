import { describe, expect, it } from 'vitest';
import { t } from '../../texts';
import { validate, type Input } from './validation';

const input = (name: string, value: string, more: Partial<Input> = {}): Input => ({
  name,
  value,
  required: true,
  minLength: -1,
  validity: { typeMismatch: false, patternMismatch: false },
  ...more,
});

describe('validate', () => {
  it.each([
    ['email', '  ', t.auth.missing.email],
    ['password', '', t.auth.missing.password],
    ['newPassword', '', t.auth.missing.password],
    ['firstName', '\t', t.auth.missing.firstName],
    ['whatever', '', t.auth.missing.other],
  ])('an empty %s is reported', (name, value, sentence) =>
    expect(validate(input(name, value))).toBe(sentence),
  );

  it('a password can consist of spaces', () => {
    expect(validate(input('password', '          ', { minLength: 10 }))).toBeNull();
  });

  it('an invalid value has a message of its field', () => {
    expect(
      validate(
        input('email', 'julia', { validity: { typeMismatch: true, patternMismatch: false } }),
      ),
    ).toBe(t.auth.notAnEmail);
    expect(
      validate(input('code', 'abc', { validity: { typeMismatch: false, patternMismatch: true } })),
    ).toBe(t.auth.notACode);
    expect(
      validate(input('handle', '-', { validity: { typeMismatch: false, patternMismatch: true } })),
    ).toBe(t.auth.notAHandle);
    expect(validate(input('password', 'short', { minLength: 10 }))).toBe(t.auth.weakPassword);
  });

  it('optional empty values and valid values have no message', () => {
    expect(validate(input('place', '', { required: false }))).toBeNull();
    expect(validate(input('email', 'julia@example.org'))).toBeNull();
  });
});
