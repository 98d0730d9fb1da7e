import type { AlbumOrder } from './album-types';
import type { Client } from './client';
import type {
  Block,
  Comment,
  Device,
  Friend,
  FriendState,
  NewPicture,
  NewProfile,
  NotificationPage,
  Page,
  Person,
  Picture,
  PictureChange,
  Profile,
  Upload,
  UploadStep,
  Usage,
} from './types';

const PICTURES_PER_PAGE = 60;
/** The size of a small first page, which arrives sooner. */
const PICTURES_PER_SMALL_PAGE = 20;
const FRIENDS_PER_PAGE = 100;
const FOUND_PEOPLE_PER_PAGE = 20;
const COMMENTS_PER_PAGE = 50;
const NOTIFICATIONS_PER_PAGE = 30;

/** Creates an object with a function for each route of the API. */
export function createApi({ call, prepare }: Client) {
  const picture = (owner: string, id: string) =>
    `/pictures/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`;
  const friend = (id: string) => `/friends/${encodeURIComponent(id)}`;
  const block = (id: string) => `/blocks/${encodeURIComponent(id)}`;
  const pictures = (
    path: string,
    cursor: string | null,
    small = false,
    { open = false, order }: { open?: boolean; order?: AlbumOrder } = {},
  ) => {
    const limit = small ? PICTURES_PER_SMALL_PAGE : PICTURES_PER_PAGE;
    return call<Page>(path, { query: { limit, cursor, order }, open });
  };

  return {
    /** Calls a route without a function below. `albums.ts` has those of albums and share links. */
    call,
    /** Signs a call that is sent later. */
    prepare,
    createUser: (profile: NewProfile) => call<Person>('/users', { method: 'POST', body: profile }),
    getUser: (id: string) => call<Person>(`/users/${encodeURIComponent(id)}`),
    getProfile: (me: string) => call<Profile>(`/users/${encodeURIComponent(me)}`),
    /** Omitted optional fields stay unchanged. */
    changeProfile: (me: string, profile: NewProfile) =>
      call<Profile>(`/users/${encodeURIComponent(me)}`, { method: 'PUT', body: profile }),
    usage: (me: string) => call<Usage>(`/users/${encodeURIComponent(me)}/usage`),
    deleteAccount: (me: string) =>
      call<{ id: string }>(`/users/${encodeURIComponent(me)}`, { method: 'DELETE' }),
    /** Closes the member's live connections. New ones need a valid session for an hour. */
    closeConnections: (me: string) =>
      call<{ id: string }>(`/users/${encodeURIComponent(me)}/connections`, { method: 'DELETE' }),
    findUser: (handle: string, signal?: AbortSignal) =>
      call<Person>('/users', { query: { handle }, ...(signal && { signal }) }),
    /** Lists findable people. Each word of `name` is the beginning of a word of their names. */
    findPeople: (name: string, cursor: string | null, signal?: AbortSignal) =>
      call<Page<Person>>('/users', {
        query: { name, limit: FOUND_PEOPLE_PER_PAGE, cursor },
        ...(signal && { signal }),
      }),

    /** Sends a friend request, or accepts the other member's. */
    befriend: (id: string) => call<{ state: FriendState }>(friend(id), { method: 'PUT' }),
    /** Withdraws or declines a friend request, or ends the friendship. */
    unfriend: (id: string) => call<{ state: null }>(friend(id), { method: 'DELETE' }),
    friends: (state: FriendState, cursor: string | null, signal?: AbortSignal) =>
      call<Page<Friend>>('/friends', {
        query: { state, limit: FRIENDS_PER_PAGE, cursor },
        ...(signal && { signal }),
      }),

    /** Ends the friendship and all requests, too. */
    block: (id: string) => call<Block>(block(id), { method: 'PUT' }),
    unblock: (id: string) => call<Block>(block(id), { method: 'DELETE' }),
    blocks: (cursor: string | null) =>
      call<Page<Person>>('/blocks', { query: { limit: FRIENDS_PER_PAGE, cursor } }),

    createPicture: (body: NewPicture) =>
      call<{ picture: Picture; upload: Upload }>('/pictures', { method: 'POST', body }),
    /** Returns the next presigned request of a multipart upload. */
    signUpload: (owner: string, id: string, step: UploadStep) =>
      call<Upload>(`${picture(owner, id)}/upload`, { method: 'POST', body: step }),
    /** Returns the member's own pictures with this hexadecimal SHA-256. */
    picturesWithHash: (sha256: string) =>
      call<{ items: Picture[] }>('/pictures', { query: { sha256 } }),
    getPicture: (owner: string, id: string) => call<Picture>(picture(owner, id)),
    getPublicPicture: (owner: string, id: string) =>
      call<Picture>(`/public/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`, {
        open: true,
      }),
    changePicture: (owner: string, id: string, body: PictureChange) =>
      call<Picture>(picture(owner, id), { method: 'PATCH', body }),
    deletePicture: (owner: string, id: string) =>
      call<null>(picture(owner, id), { method: 'DELETE' }),
    /** Returns a function that deletes the picture, even while the page closes. */
    prepareDelete: (owner: string, id: string) =>
      prepare<{ id: string }>(picture(owner, id), { method: 'DELETE' }),

    comments: (owner: string, id: string, cursor: string | null) =>
      call<Page<Comment>>(`${picture(owner, id)}/comments`, {
        query: { limit: COMMENTS_PER_PAGE, cursor },
      }),
    addComment: (owner: string, id: string, text: string) =>
      call<Comment>(`${picture(owner, id)}/comments`, { method: 'POST', body: { text } }),
    /** Returns a function that deletes the comment, even while the page closes. */
    prepareDeleteComment: (owner: string, id: string, comment: string) =>
      prepare<{ id: string }>(`${picture(owner, id)}/comments/${encodeURIComponent(comment)}`, {
        method: 'DELETE',
      }),

    devices: () => call<{ items: Device[] }>('/devices'),
    deleteDevice: (id: string) =>
      call<{ id: string }>(`/devices/${encodeURIComponent(id)}`, { method: 'DELETE' }),

    notifications: (cursor: string | null) =>
      call<NotificationPage>('/notifications', {
        query: { limit: NOTIFICATIONS_PER_PAGE, cursor },
      }),
    /** Sets the read marker. */
    readNotifications: (until: string) =>
      call<{ readUntil: string }>('/notifications', { method: 'PUT', body: { readUntil: until } }),

    feed: (cursor: string | null, small?: boolean) => pictures('/feed', cursor, small),
    publicPictures: (cursor: string | null, small?: boolean) =>
      pictures('/public', cursor, small, { open: true }),
    picturesOf: (person: string, cursor: string | null, small?: boolean) =>
      pictures(`/users/${encodeURIComponent(person)}/pictures`, cursor, small),
    picturesIn: (album: string, order: AlbumOrder, cursor: string | null, small?: boolean) =>
      pictures(`/albums/${encodeURIComponent(album)}/pictures`, cursor, small, { order }),
  };
}

export type Api = ReturnType<typeof createApi>;
