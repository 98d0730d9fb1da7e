import { getContext, setContext } from 'svelte';
import { t } from '../../texts';

/** The errors of a form's fields, by field name. */
export interface FieldErrors {
  of(name: string): string | undefined;
  clear(name: string): void;
}

const KEY = {};
export const setFieldErrors = (errors: FieldErrors) => setContext(KEY, errors);
/** Returns the errors of the enclosing form, or undefined outside of one. */
export const getFieldErrors = () => getContext<FieldErrors | undefined>(KEY);

/** An error to show at one field of a form. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
    this.name = 'FieldError';
  }
}

/** The properties of an input that `validate` reads. */
export interface Input {
  name: string;
  value: string;
  required: boolean;
  minLength: number;
  validity: { typeMismatch: boolean; patternMismatch: boolean };
}

/** Returns a message in the page's language about an invalid value, or null if it is valid. */
export function validate({ name, value, required, minLength, validity }: Input): string | null {
  const text = isPassword(name) ? value : value.trim();
  if (text === '') return required ? missingMessage(name) : null;
  if (validity.typeMismatch) return t.auth.notAnEmail;
  if (validity.patternMismatch) return patternMessage(name);
  // Counts UTF-16 code units, as Cognito does.
  if (text.length < minLength) return t.auth.weakPassword;
  return null;
}

/** Passwords are sent as typed. Other values are trimmed. */
export const isPassword = (name: string) => name.toLowerCase().includes('password');

function patternMessage(name: string): string {
  if (name === 'code') return t.auth.notACode;
  if (name === 'handle') return t.auth.notAHandle;
  return t.auth.invalid;
}

function missingMessage(name: string): string {
  if (name === 'newPassword') return t.auth.missing.password;
  return t.auth.missing[name as keyof typeof t.auth.missing] ?? t.auth.missing.other;
}
