import { ApiError } from '../api/errors';
import type { LiveMessage, Picture } from '../api/types';
import type { App } from '../app';

type Told = Extract<LiveMessage, { picture: Picture }>;

/** Keeps the lists in step with what is told while the page is open. */
export function keepInStep({
  api,
  library,
  live,
  session,
}: Pick<App, 'api' | 'library' | 'live' | 'session'>): void {
  /** The latest message about each picture of one's own that is being read anew. */
  const reading = new Map<string, string>();

  live.onGap(() => library.expire());
  live.onOpen(() => library.connected());
  live.on((message) => {
    switch (message.type) {
      case 'picture.ready':
      case 'picture.changed':
        if (message.ownerId === session.person?.id) return void readAnew(message);
        return library.put(message.picture);
      case 'picture.removed':
        reading.delete(message.pictureId);
        return library.remove(message.pictureId);
      case 'friend.accepted':
      case 'friend.removed':
        return reread();
    }
  });

  /** The message shows one's own picture as others see it. */
  async function readAnew({ id, ownerId, pictureId, picture }: Told): Promise<void> {
    const known = library.find(pictureId);
    if (known && known.original && tells(known) === tells(picture)) return;
    reading.set(pictureId, id);
    try {
      const fresh = await api.getPicture(ownerId, pictureId);
      if (reading.get(pictureId) === id && session.person?.id === ownerId) library.put(fresh);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) library.remove(pictureId);
    } finally {
      if (reading.get(pictureId) === id) reading.delete(pictureId);
    }
  }

  /** What friends show is put into the feed some moments after the friendship: looked at once more then. */
  function reread(): void {
    library.expire();
    const me = session.person?.id;
    setTimeout(() => session.person?.id === me && library.expire(), AFTER_FRIENDSHIP);
  }
}

/** Milliseconds. */
const AFTER_FRIENDSHIP = 4_000;

/** All that a message can tell that is new. */
function tells({
  state,
  failure,
  visibility,
  caption,
  place,
  takenAt,
  width,
  height,
  thumbhash,
  metadata,
}: Picture): string {
  const said = (value: unknown) => value ?? null;
  return JSON.stringify(
    [
      state,
      failure,
      visibility,
      caption,
      place,
      takenAt,
      width,
      height,
      thumbhash,
      metadata?.camera,
      metadata?.exposure,
    ].map(said),
  );
}
