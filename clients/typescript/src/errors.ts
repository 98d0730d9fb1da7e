/** The base class of all errors of the client. */
export class AlbumenError extends Error {
  override name = 'AlbumenError';
}

/** The API refused a call. `notes` says what to do. */
export class ApiError extends AlbumenError {
  override name = 'ApiError';

  constructor(
    readonly code: number,
    readonly notes: string,
    /** The seconds after which the call can succeed, from the header `Retry-After`. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${notes} (${code})`);
  }
}

/** Cognito refused the sign-in, or the session has ended. */
export class IdentityError extends AlbumenError {
  override name = 'IdentityError';
}

/** The address is not that of an Albumen site. */
export class SiteError extends AlbumenError {
  override name = 'SiteError';
}

/** No valid reply arrived. It is unknown whether the call had an effect. */
export class NetworkError extends AlbumenError {
  override name = 'NetworkError';
}

/** S3 refused the bytes of a picture. */
export class UploadError extends AlbumenError {
  override name = 'UploadError';

  constructor(readonly status: number) {
    super(`S3 refused the upload with status ${status}. Upload the picture again.`);
  }
}

/** The file of a picture cannot be processed. The message is the reason. */
export class ProcessingError extends AlbumenError {
  override name = 'ProcessingError';
}

/** A picture is not ready in time. */
export class TimeoutError extends AlbumenError {
  override name = 'TimeoutError';
}
