import { ApiError, NetworkError } from '../api/errors';

const BUSY = ['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException'];
const BROKEN = [
  'InternalErrorException',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'Unknown',
  'UnknownError',
];

/** What kept keys from coming, in the terms of the API: every caller knows what to say about those. */
export function asApiError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApiError || error instanceof NetworkError)
    return error;
  if (error.name === 'NetworkError' || error instanceof TypeError) return new NetworkError(error);
  if (BUSY.includes(error.name)) return new ApiError(429, null);
  if (BROKEN.includes(error.name)) return new ApiError(500, null);
  return error;
}
