import { t } from '../texts';

/** The API said no; `notes` is its sentence for the person. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly notes: string | null,
  ) {
    super(notes ?? `HTTP ${code}`);
    this.name = 'ApiError';
  }
}

/** No reply came: no network, or the server can not be reached. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('no reply', { cause });
    this.name = 'NetworkError';
  }
}

/** Whether what was asked for may have been done all the same: only the reply is missing. */
export const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && error.code >= 500);

/** What to tell a person about any error that reached the screen. */
export function messageOf(error: unknown): string {
  if (error instanceof NetworkError) return t.errors.network;
  if (!(error instanceof ApiError)) return t.errors.unexpected;
  if (error.notes) return error.notes;
  if (error.code === 429) return t.errors.slowDown;
  return error.code >= 500 ? t.errors.server : t.errors.refused(error.code);
}
