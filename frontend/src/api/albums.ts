/** The routes of albums and share links. Only pages that are loaded on demand import them. */
import type {
  Album,
  AlbumChange,
  AlbumMember,
  Link,
  LinkSettings,
  LinkWithAddress,
  MemberRole,
  NewAlbum,
  NewLink,
  PictureKey,
  PicturesChange,
  RefusedPictures,
  Review,
} from './album-types';
import type { Client } from './client';
import type { Page, Picture } from './types';

const ALBUMS_PER_PAGE = 60;
const MEMBERS_PER_PAGE = 100;
const WAITING_PER_PAGE = 100;
const LINKS_PER_PAGE = 100;

/** The notifications of one album. */
interface Notices {
  pictures: 'all' | 'none';
}

/** Creates an object with a function for each route of albums and share links. */
export function createAlbumsApi({ call }: Pick<Client, 'call'>) {
  const album = (id: string) => `/albums/${encodeURIComponent(id)}`;
  const member = (id: string, userId: string) =>
    `${album(id)}/members/${encodeURIComponent(userId)}`;
  const link = (id: string) => `/links/${encodeURIComponent(id)}`;

  return {
    /** Lists own and joined albums, the one changed last first. */
    albums: (cursor: string | null) =>
      call<Page<Album>>('/albums', { query: { limit: ALBUMS_PER_PAGE, cursor } }),
    createAlbum: (body: NewAlbum) => call<Album>('/albums', { method: 'POST', body }),
    getAlbum: (id: string) => call<Album>(album(id)),
    changeAlbum: (id: string, body: AlbumChange) =>
      call<Album>(album(id), { method: 'PATCH', body }),
    deleteAlbum: (id: string) => call<unknown>(album(id), { method: 'DELETE' }),
    changePictures: (id: string, body: PicturesChange) =>
      call<RefusedPictures>(`${album(id)}/pictures`, { method: 'POST', body }),

    members: (id: string, cursor: string | null) =>
      call<Page<AlbumMember>>(`${album(id)}/members`, {
        query: { limit: MEMBERS_PER_PAGE, cursor },
      }),
    /** Adds a friend, or changes the role of a member. */
    setMember: (id: string, userId: string, role: MemberRole) =>
      call<unknown>(member(id, userId), { method: 'PUT', body: { role } }),
    removeMember: (id: string, userId: string) =>
      call<unknown>(member(id, userId), { method: 'DELETE' }),

    /** Returns whether the member is notified of pictures that others add. */
    notices: (id: string) => call<Notices>(`${album(id)}/notifications`),
    setNotices: (id: string, pictures: Notices['pictures']) =>
      call<Notices>(`${album(id)}/notifications`, { method: 'PUT', body: { pictures } }),

    waiting: (id: string, cursor: string | null) =>
      call<Page<Picture>>(`${album(id)}/waiting`, {
        query: { limit: WAITING_PER_PAGE, cursor },
      }),
    review: (id: string, body: Review) =>
      call<RefusedPictures>(`${album(id)}/waiting`, { method: 'POST', body }),

    links: (cursor: string | null) =>
      call<Page<Link>>('/links', { query: { limit: LINKS_PER_PAGE, cursor } }),
    createLink: (body: NewLink) => call<LinkWithAddress>('/links', { method: 'POST', body }),
    changeLink: (id: string, body: LinkSettings) => call<Link>(link(id), { method: 'PATCH', body }),
    revokeLink: (id: string) => call<unknown>(link(id), { method: 'DELETE' }),
    /** Replaces the address of a link. The previous one stops working. */
    replaceAddress: (id: string) => call<LinkWithAddress>(`${link(id)}/token`, { method: 'POST' }),
  };
}

export type AlbumsApi = ReturnType<typeof createAlbumsApi>;

/** Returns a function that removes pictures from an album, even while the page closes. */
export const prepareRemoval = (
  { prepare }: Pick<Client, 'prepare'>,
  albumId: string,
  remove: readonly PictureKey[],
) =>
  prepare<RefusedPictures>(`/albums/${encodeURIComponent(albumId)}/pictures`, {
    method: 'POST',
    body: { remove },
  });
