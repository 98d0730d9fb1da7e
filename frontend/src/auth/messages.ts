import { ApiError, messageOf } from '../api/errors';
import { t } from '../texts';
import { asApiError } from './errors';
import { FieldError } from './form';

interface Message {
  text: string;
  /** The field that it is about. */
  field?: string;
}

const MESSAGES: Record<string, Message> = {
  NotAuthorizedException: { text: t.auth.wrong, field: 'password' },
  UserNotFoundException: { text: t.auth.wrong, field: 'password' },
  UsernameExistsException: { text: t.auth.exists, field: 'email' },
  InvalidPasswordException: { text: t.auth.weakPassword, field: 'password' },
  CodeMismatchException: { text: t.auth.wrongCode, field: 'code' },
  ExpiredCodeException: { text: t.auth.oldCode, field: 'code' },
  LimitExceededException: { text: t.auth.tooMany },
  TooManyRequestsException: { text: t.auth.tooMany },
  TooManyFailedAttemptsException: { text: t.auth.tooMany },
  InvalidParameterException: { text: t.auth.invalid },
};

/** What to tell a person about an error of signing in or up. Cognito names its errors; the API brings sentences. */
export function authMessage(error: unknown): Message {
  if (error instanceof FieldError) return { text: error.message, field: error.field };
  if (error instanceof ApiError)
    return { text: messageOf(error), ...(error.code === 409 && { field: 'handle' }) };
  // After too many wrong passwords Cognito says so under the name of a wrong one.
  if (error instanceof Error && /attempts exceeded/i.test(error.message))
    return { text: t.auth.tooMany };
  const known = error instanceof Error ? MESSAGES[error.name] : undefined;
  return known ?? { text: messageOf(asApiError(error)) };
}

export const authSentence = (error: unknown): string => authMessage(error).text;
