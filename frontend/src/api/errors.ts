import { t } from '../texts';

/** An error reply of the API. `notes` is its message to the person. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly notes: string | null,
    /** The seconds after which the call can be repeated, from the header `Retry-After`. */
    readonly retryAfter: number | null = null,
  ) {
    super(notes ?? `HTTP ${code}`);
    this.name = 'ApiError';
  }
}

/** No reply arrived. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('No reply arrived.', { cause });
    this.name = 'NetworkError';
  }
}

/** Returns `true` if the request can have succeeded despite the error. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && error.code >= 500);

/** Returns a message to show to the person. */
export function messageOf(error: unknown): string {
  if (error instanceof NetworkError) return t.errors.network;
  if (!(error instanceof ApiError)) return t.errors.unexpected;
  if (error.notes) return error.notes;
  if (error.code === 429) return t.errors.slowDown;
  return error.code >= 500 ? t.errors.server : t.errors.refused(error.code);
}
