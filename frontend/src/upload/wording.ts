/** Brings caption and visibility of what is registered already to what was chosen here. */
import type { Api } from '../api/albumen';
import { sentence } from '../api/errors';
import type { Picture } from '../api/types';
import type { UploadItem } from './item';
import { lane } from './lane';

export interface Wordings {
  find: (id: string) => UploadItem | undefined;
  onSaved: (id: string, picture: Picture) => void;
  onFailed: (id: string, reason: string) => void;
}

export interface Saver {
  /** Saves what the item of that id says now, and again if it says something else by then. */
  save: (id: string) => Promise<void>;
  isSaving: (id: string) => boolean;
}

export function createSaver(api: Api, { find, onSaved, onFailed }: Wordings): Saver {
  const saving = new Set<string>();
  const inLane = lane(4);

  /** Whether it is saved as it is wanted. */
  async function once(id: string): Promise<boolean> {
    const item = find(id);
    if (!item?.picture) return true;
    const { caption, visibility, picture } = item;
    const saved = await api.changePicture(picture.owner.id, picture.id, { caption: caption || null, visibility });
    const now = find(id);
    if (now && (now.caption !== caption || now.visibility !== visibility)) return false;
    onSaved(id, saved);
    return true;
  }

  async function save(id: string): Promise<void> {
    if (saving.has(id)) return;
    saving.add(id);
    try {
      await inLane(async () => {
        while (!(await once(id)));
      });
    } catch (error) {
      onFailed(id, sentence(error));
    } finally {
      saving.delete(id);
    }
  }

  return { save, isSaving: (id) => saving.has(id) };
}
