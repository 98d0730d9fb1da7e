import { ApiError, NetworkError } from '../../api/errors';

const THROTTLED = ['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException'];
const SERVER_ERRORS = [
  'InternalErrorException',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'Unknown',
  'UnknownError',
];

/** Converts network errors, throttling and server errors of Cognito to errors of the API client. */
export function asApiError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApiError || error instanceof NetworkError)
    return error;
  if (error.name === 'NetworkError' || error instanceof TypeError) return new NetworkError(error);
  if (THROTTLED.includes(error.name)) return new ApiError(429, null);
  if (SERVER_ERRORS.includes(error.name)) return new ApiError(500, null);
  return error;
}
