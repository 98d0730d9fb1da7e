import type { Api } from '../api/albumen';

/** The routes that an upload calls. Guests of a share link have others than members. */
export type UploadApi = Pick<
  Api,
  | 'createPicture'
  | 'signUpload'
  | 'picturesWithHash'
  | 'getPicture'
  | 'changePicture'
  | 'deletePicture'
>;
