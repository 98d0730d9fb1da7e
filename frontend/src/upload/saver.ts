/** Brings caption and visibility of what is registered already to what was chosen here. */
import type { Api } from '../api/albumen';
import { messageOf } from '../api/errors';
import type { Picture } from '../api/types';
import type { UploadItem, Wording } from './item';
import { lane } from './lane';

/** What is to be so, of which picture: known here even if the upload goes off the list. */
export interface Wish extends Wording {
  picture: Picture;
  /** The file's name. */
  name: string;
}

export interface SaverEvents {
  onSaved: (id: string, picture: Picture) => void;
  onFailed: (id: string, wish: Wish, reason: string) => void;
}

export interface Saver {
  /** Saves it, or what was wished after it; gives why that failed, or null. */
  save: (id: string, wish: Wish) => Promise<string | null>;
  isSaving: (id: string) => boolean;
  /** How many are being saved. */
  count: () => number;
  /** Another person: what is on its way is nobody's concern any more. */
  end: () => void;
}

/** What the item says now; null where it is not registered: then it is registered so. */
export const wishOf = ({ caption, visibility, picture, file }: UploadItem): Wish | null =>
  picture && { caption, visibility, picture, name: file.name };

export function createSaver(api: Api, { onSaved, onFailed }: SaverEvents): Saver {
  const inLane = lane(4);
  let wished = new Map<string, Wish>();
  let saving = new Map<string, Promise<string | null>>();

  async function run(id: string, mine: Map<string, Wish>): Promise<string | null> {
    const isOver = () => mine !== wished;
    try {
      while (!isOver()) {
        const wish = mine.get(id)!;
        const { caption, visibility, picture } = wish;
        const saved = await api.changePicture(picture.owner.id, picture.id, {
          caption: caption || null,
          visibility,
        });
        if (isOver() || mine.get(id) !== wish) continue;
        onSaved(id, saved);
        break;
      }
      return null;
    } catch (error) {
      const reason = messageOf(error);
      if (!isOver()) onFailed(id, mine.get(id)!, reason);
      return reason;
    }
  }

  return {
    save(id, wish) {
      const [mine, here] = [wished, saving];
      mine.set(id, wish);
      const begun = here.get(id);
      if (begun) return begun;
      const saved = inLane(() => run(id, mine)).finally(() => (mine.delete(id), here.delete(id)));
      here.set(id, saved);
      return saved;
    },
    isSaving: (id) => saving.has(id),
    count: () => saving.size,
    end: () => ([wished, saving] = [new Map(), new Map()]),
  };
}
