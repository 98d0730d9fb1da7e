/** The client of the Albumen API for scripts and browsers. */
export { Client, Member, connect, type Options, type UploadOptions } from './client.js';
export type { Config } from './config.js';
export {
  AlbumenError,
  ApiError,
  IdentityError,
  NetworkError,
  ProcessingError,
  SiteError,
  TimeoutError,
  UploadError,
} from './errors.js';
export type { Api } from './generated/operations.js';
/** The types of requests and replies. */
export type * as models from './generated/schema.js';
export { items } from './items.js';
export { OpenLink, type GuestUploadOptions } from './link.js';
export type { Progress } from './upload.js';
