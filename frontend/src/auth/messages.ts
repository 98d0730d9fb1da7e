import { ApiError, sentence } from '../api/errors';
import { t } from '../texts';

const SENTENCES: Record<string, string> = {
  NotAuthorizedException: t.auth.wrong,
  UserNotFoundException: t.auth.wrong,
  UsernameExistsException: t.auth.exists,
  InvalidPasswordException: t.auth.weakPassword,
  CodeMismatchException: t.auth.wrongCode,
  ExpiredCodeException: t.auth.oldCode,
  LimitExceededException: t.auth.tooMany,
  TooManyRequestsException: t.auth.tooMany,
  TooManyFailedAttemptsException: t.auth.tooMany,
  InvalidParameterException: t.auth.invalid,
  NetworkError: t.errors.network,
};

/** What to tell a person about an error of signing in or up. Cognito names its errors; the API brings sentences. */
export function authSentence(error: unknown): string {
  if (error instanceof ApiError) return sentence(error);
  const name = error instanceof Error ? error.name : '';
  return SENTENCES[name] ?? sentence(error);
}
