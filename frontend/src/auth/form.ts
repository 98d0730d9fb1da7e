import { getContext, setContext } from 'svelte';
import { t } from '../texts';

/** What is wrong with the fields of a form, by their names; `Field.svelte` shows its own. */
export interface FieldErrors {
  of(name: string): string | undefined;
  /** Somebody is typing into it again. */
  clear(name: string): void;
}

const KEY = {};
export const setFieldErrors = (errors: FieldErrors) => setContext(KEY, errors);
/** Those of the form around it, if that tells any. */
export const getFieldErrors = () => getContext<FieldErrors | undefined>(KEY);

/** A sentence that belongs to one field of the form. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
    this.name = 'FieldError';
  }
}

/** What is looked at of an input. */
export interface Input {
  name: string;
  value: string;
  required: boolean;
  minLength: number;
  validity: { typeMismatch: boolean; patternMismatch: boolean };
}

/** What is wrong with what was typed, in one sentence; the browser's own bubbles speak another language than the page. */
export function wrongWith({ name, value, required, minLength, validity }: Input): string | null {
  const typed = name.toLowerCase().includes('password') ? value : value.trim();
  if (typed === '') return required ? missing(name) : null;
  if (validity.typeMismatch) return t.auth.notAnEmail;
  if (validity.patternMismatch)
    return name === 'code'
      ? t.auth.notACode
      : name === 'handle'
        ? t.auth.notAHandle
        : t.auth.invalid;
  // Cognito counts as the browser does, in UTF-16 code units.
  if (typed.length < minLength) return t.auth.weakPassword;
  return null;
}

function missing(name: string): string {
  if (name === 'newPassword') return t.auth.missing.password;
  return t.auth.missing[name as keyof typeof t.auth.missing] ?? t.auth.missing.other;
}
