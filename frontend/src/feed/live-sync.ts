import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { LiveMessage, Picture } from '../api/types';
import { changedAlbumOf } from '../live/album-message';
import type { LiveConnection } from '../live/live-connection.svelte';
import { forgetImages } from '../shell/kept-images';
import type { Library } from './library.svelte';

/** The time after which the API has usually updated the feed for a changed friendship. */
const FRIENDSHIP_DELAY_MS = 4_000;

type PictureMessage = Extract<LiveMessage, { picture: Picture }>;

interface Dependencies {
  api: Pick<Api, 'getPicture'>;
  library: Library;
  live: Pick<LiveConnection, 'onConnect' | 'onGap' | 'onMessage'>;
  session: { readonly person: { id: string } | null };
}

/** Applies live messages to all lists. Returns a function that ends this. */
export function keepListsInSync({ api, library, live, session }: Dependencies): () => void {
  /** The id of the latest message about each own picture that is being fetched, by picture id. */
  const latestMessageIds = new Map<string, string>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function receive(message: LiveMessage): void {
    const albumId = changedAlbumOf(message);
    if (albumId !== null) library.expireAlbum(albumId);
    switch (message.type) {
      case 'picture.ready':
      case 'picture.changed':
        if (message.ownerId === session.person?.id) void fetchOwn(message);
        else library.put(message.picture);
        break;
      case 'picture.removed':
        latestMessageIds.delete(message.pictureId);
        library.remove(message.pictureId);
        break;
      case 'friend.removed':
        void forgetImages(message.user.id);
        expireNowAndLater();
        break;
      case 'friend.accepted':
        expireNowAndLater();
    }
  }

  /**
   * Fetches the member's own picture, because live messages omit `original` and `gps`, which only
   * the owner receives.
   */
  async function fetchOwn({ id, ownerId, pictureId, picture }: PictureMessage): Promise<void> {
    // The library can have the change already, for example from the reply to a request.
    const known = library.find(pictureId);
    if (known?.original && sharedDetailsOf(known) === sharedDetailsOf(picture)) return;
    latestMessageIds.set(pictureId, id);
    const isLatest = () => latestMessageIds.get(pictureId) === id;
    try {
      const fresh = await api.getPicture(ownerId, pictureId);
      if (isLatest() && session.person?.id === ownerId) library.put(fresh);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) library.remove(pictureId);
    } finally {
      if (isLatest()) latestMessageIds.delete(pictureId);
    }
  }

  /** The API updates the feed some seconds after a friendship changes. */
  function expireNowAndLater(): void {
    library.expire();
    const timer = setTimeout(() => {
      timers.delete(timer);
      library.expire();
    }, FRIENDSHIP_DELAY_MS);
    timers.add(timer);
  }

  const unsubscribers = [
    live.onGap(() => library.expire()),
    live.onConnect(() => library.expireOldLists()),
    live.onMessage(receive),
  ];
  return () => {
    for (const unsubscribe of unsubscribers) unsubscribe();
    for (const timer of timers) clearTimeout(timer);
    latestMessageIds.clear();
  };
}

/** Returns the details that live messages contain, as a string to compare. */
function sharedDetailsOf(picture: Picture): string {
  const { state, failure, visibility, caption, place, takenAt } = picture;
  const { width, height, thumbhash, metadata } = picture;
  const details = [state, failure, visibility, caption, place, takenAt, width, height, thumbhash];
  const camera = [metadata?.camera, metadata?.exposure];
  return JSON.stringify([...details, ...camera].map((detail) => detail ?? null));
}
