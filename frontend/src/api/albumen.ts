import type { Client } from './client';
import type { Friend, FriendState, NewPicture, NewProfile, Page, Person, Picture, PictureChange, Upload } from './types';

const PAGE = 60;
const PEOPLE = 100;

/** The routes of the API, one function each. */
export function createApi({ call }: Client) {
  const picture = (owner: string, id: string) => `/pictures/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`;
  const friend = (id: string) => `/friends/${encodeURIComponent(id)}`;
  const page = (path: string, cursor: string | null, open = false) => call<Page>(path, { query: { limit: PAGE, cursor }, open });

  return {
    createUser: (profile: NewProfile) => call<Person>('/users', { method: 'POST', body: profile }),
    getUser: (id: string) => call<Person>(`/users/${encodeURIComponent(id)}`),
    findUser: (handle: string) => call<Person>('/users', { query: { handle } }),

    /** Asks, or accepts where they asked. */
    befriend: (id: string) => call<{ state: FriendState }>(friend(id), { method: 'PUT' }),
    /** Withdraws, declines or unfriends. */
    unfriend: (id: string) => call<{ state: null }>(friend(id), { method: 'DELETE' }),
    friends: (state: FriendState, cursor: string | null) => call<Page<Friend>>('/friends', { query: { state, limit: PEOPLE, cursor } }),

    createPicture: (body: NewPicture) => call<{ picture: Picture; upload: Upload }>('/pictures', { method: 'POST', body }),
    getPicture: (owner: string, id: string) => call<Picture>(picture(owner, id)),
    getPublicPicture: (owner: string, id: string) =>
      call<Picture>(`/public/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`, { open: true }),
    changePicture: (owner: string, id: string, body: PictureChange) => call<Picture>(picture(owner, id), { method: 'PATCH', body }),
    deletePicture: (owner: string, id: string) => call<null>(picture(owner, id), { method: 'DELETE' }),

    feed: (cursor: string | null) => page('/feed', cursor),
    publicPictures: (cursor: string | null) => page('/public', cursor, true),
    picturesOf: (person: string, cursor: string | null) => page(`/users/${encodeURIComponent(person)}/pictures`, cursor),
  };
}

export type Api = ReturnType<typeof createApi>;
