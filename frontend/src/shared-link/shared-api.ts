import type { Client } from '../api/client';
import type {
  AlbumOrder,
  GuestRegistration,
  LinkReply,
  GuestPicture,
  SharedPage,
  SharedPicture,
  LinkSession,
} from './types';

const PICTURES_PER_PAGE = 60;
/** The size of a small first page, which arrives sooner. */
const PICTURES_PER_SMALL_PAGE = 20;

export interface PictureIds {
  ownerId: string;
  id: string;
}

/** Creates an object with a function for each route of a share link. */
export function createSharedApi({ call }: Pick<Client, 'call'>, token: string) {
  const link = `/shared/${encodeURIComponent(token)}`;
  const pictureOf = ({ ownerId, id }: PictureIds) =>
    `${link}/pictures/${encodeURIComponent(ownerId)}/${encodeURIComponent(id)}`;
  /** The session of a link with a password. */
  let session: string | null = null;

  /** Sends a request without credentials. The browser does not store the reply. */
  function send<T>(path: string, request: Parameters<Client['call']>[1] = {}): Promise<T> {
    const headers = { ...(session && { 'x-link-session': session }), ...request.headers };
    return call<T>(path, { ...request, headers, open: true, noStore: true });
  }

  const withKey = (guestKey?: string) => ({
    headers: guestKey === undefined ? {} : { 'x-guest-key': guestKey },
  });

  return {
    useSession(unlocked: LinkSession | null): void {
      session = unlocked?.session ?? null;
    },
    read: () => send<LinkReply>(link),
    unlock: (password: string) =>
      send<LinkSession>(`${link}/unlock`, { method: 'POST', body: { password } }),
    pictures: (order: AlbumOrder, cursor: string | null, small = false) => {
      const limit = small ? PICTURES_PER_SMALL_PAGE : PICTURES_PER_PAGE;
      return send<SharedPage>(`${link}/pictures`, { query: { order, limit, cursor } });
    },
    createPicture: (body: GuestPicture) =>
      send<GuestRegistration>(`${link}/pictures`, { method: 'POST', body }),
    getPicture: (ids: PictureIds, guestKey?: string) =>
      send<SharedPicture>(pictureOf(ids), withKey(guestKey)),
    deletePicture: (ids: PictureIds, guestKey: string) =>
      send<unknown>(pictureOf(ids), { method: 'DELETE', ...withKey(guestKey) }),
  };
}

export type SharedApi = ReturnType<typeof createSharedApi>;
