import type { NewPicture, Picture } from '../../api/types';
import type { PictureDetails, UploadItem } from './item';
import { advance, type StateEvent } from './state';

/** Every event that changes an upload in the list. */
export type UploadEvent =
  | StateEvent
  | { type: 'previewed'; url: string | null }
  | { type: 'hashed'; sha256: string | null }
  | { type: 'registered'; picture: Picture; body: NewPicture }
  | { type: 'processed'; picture: Picture }
  | { type: 'detailsEdited'; details: Partial<PictureDetails> }
  | { type: 'detailsSaved'; picture: Picture }
  | { type: 'detailsSaveFailed'; reason: string }
  | { type: 'detailsChangedElsewhere'; picture: Picture };

/** Returns the item after `event`. A state event that changes nothing returns the same object. */
export function reduce(item: UploadItem, event: UploadEvent): UploadItem {
  switch (event.type) {
    case 'previewed':
      return { ...item, previewUrl: event.url };
    case 'hashed':
      return { ...item, sha256: event.sha256 };
    case 'registered':
    case 'processed':
      return { ...item, picture: event.picture };
    case 'detailsEdited':
      return { ...item, ...event.details, saveError: null };
    case 'detailsSaved':
      return { ...item, ...detailsOf(event.picture), picture: event.picture, saveError: null };
    case 'detailsSaveFailed':
      return { ...item, saveError: event.reason };
    case 'detailsChangedElsewhere':
      return changeDetails(item, event.picture);
    default:
      return changeState(item, event);
  }
}

function changeState(item: UploadItem, event: StateEvent): UploadItem {
  const state = advance(item.state, event);
  return state === item.state ? item : { ...item, state };
}

/** Takes only the details from a picture that was changed elsewhere. */
function changeDetails(item: UploadItem, changed: Picture): UploadItem {
  const { caption = null, visibility } = changed;
  const picture = item.picture && { ...item.picture, caption, visibility };
  return { ...item, ...detailsOf(changed), picture };
}

const detailsOf = ({ caption, visibility }: Picture): PictureDetails => ({
  caption: caption ?? '',
  visibility,
});
