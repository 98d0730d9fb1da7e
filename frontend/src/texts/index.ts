/** All texts that people read. Components contain none, so the app can be translated. */
import { common } from './common';
import { auth } from './auth';
import { comments } from './comments';
import { errors } from './errors';
import { feed } from './feed';
import { friends } from './friends';
import { notifications } from './notifications';
import { people } from './people';
import { picture } from './picture';
import { settings } from './settings';
import { shell } from './shell';
import { upload } from './upload';

export const t = {
  ...common,
  auth,
  comments,
  errors,
  feed,
  friends,
  notifications,
  people,
  picture,
  settings,
  shell,
  upload,
} as const;
