/**
 * The types in the file dialog. iPhones convert pictures of types that are not listed to JPEG,
 * `image/*` included. The extensions are for systems that do not recognise the types.
 */
export const ACCEPTED_TYPES =
  'image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif,.avif,.heic,.heif';
