import { ApiError, messageOf } from '../../api/errors';
import { t } from '../../texts';
import { asApiError } from '../session/cognito-errors';
import { FieldError } from '../../ui/forms/validation';

interface Message {
  text: string;
  /** The name of the field to show it at. */
  field?: string;
}

const MESSAGES: Record<string, Message> = {
  NotAuthorizedException: { text: t.auth.wrong, field: 'password' },
  UserNotFoundException: { text: t.auth.wrong, field: 'password' },
  UsernameExistsException: { text: t.auth.exists, field: 'email' },
  InvalidPasswordException: { text: t.auth.weakPassword, field: 'password' },
  // The same text, because the error depends on whether the address has an account.
  CodeMismatchException: { text: t.auth.wrongCode, field: 'code' },
  ExpiredCodeException: { text: t.auth.wrongCode, field: 'code' },
  LimitExceededException: { text: t.auth.tooMany },
  TooManyRequestsException: { text: t.auth.tooMany },
  TooManyFailedAttemptsException: { text: t.auth.tooMany },
  InvalidParameterException: { text: t.auth.invalid },
};

/** Returns the message about an error of Cognito or of the API, and the field it belongs to. */
export function authMessage(error: unknown): Message {
  if (error instanceof FieldError) return { text: error.message, field: error.field };
  if (error instanceof ApiError)
    return { text: messageOf(error), ...(error.code === 409 && { field: 'handle' }) };
  // Cognito has the same error name for a wrong password and for too many attempts.
  if (error instanceof Error && /attempts exceeded/i.test(error.message))
    return { text: t.auth.tooMany };
  const message = error instanceof Error ? MESSAGES[error.name] : undefined;
  return message ?? { text: messageOf(asApiError(error)) };
}

export const authErrorText = (error: unknown): string => authMessage(error).text;
