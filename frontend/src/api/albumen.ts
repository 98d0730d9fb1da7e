import type { Client } from './client';
import type {
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
} from './types';

const PAGE = 60;
/** A screen of pictures: what a person waits for comes sooner alone. */
const SCREEN = 20;
const PEOPLE = 100;
const FOUND_PEOPLE = 20;
const COMMENTS = 50;
const NOTIFICATIONS = 30;

/** The body of a change of the member's profile. Omitted optional fields stay unchanged. */
export type ProfileChange = NewProfile & { findable?: boolean };
/** The member's own profile. */
export type OwnProfile = Profile & { findable?: boolean };

/** The routes of the API, one function each. */
export function createApi({ call, prepare }: Client) {
  const picture = (owner: string, id: string) =>
    `/pictures/${encodeURIComponent(owner)}/${encodeURIComponent(id)}`;
  const friend = (id: string) => `/friends/${encodeURIComponent(id)}`;
  const page = (path: string, cursor: string | null, few = false, open = false) =>
    call<Page>(path, { query: { limit: few ? SCREEN : PAGE, cursor }, open });

  return {
    createUser: (profile: NewProfile) => call<Person>('/users', { method: 'POST', body: profile }),
    getUser: (id: string) => call<Person>(`/users/${encodeURIComponent(id)}`),
    getProfile: (me: string) => call<OwnProfile>(`/users/${encodeURIComponent(me)}`),
    changeProfile: (me: string, profile: ProfileChange) =>
      call<OwnProfile>(`/users/${encodeURIComponent(me)}`, { method: 'PUT', body: profile }),
    deleteAccount: (me: string) =>
      call<{ id: string }>(`/users/${encodeURIComponent(me)}`, { method: 'DELETE' }),
    findUser: (handle: string, signal?: AbortSignal) =>
      call<Person>('/users', { query: { handle }, ...(signal && { signal }) }),
    /** Lists findable people. Each word of `name` is the beginning of a word of their names. */
    findPeople: (name: string, cursor: string | null, signal?: AbortSignal) =>
      call<Page<Person>>('/users', {
        query: { name, limit: FOUND_PEOPLE, cursor },
        ...(signal && { signal }),
      }),

    /** Asks, or accepts where they asked. */
    befriend: (id: string) => call<{ state: FriendState }>(friend(id), { method: 'PUT' }),
    /** Withdraws, declines or unfriends. */
    unfriend: (id: string) => call<{ state: null }>(friend(id), { method: 'DELETE' }),
    friends: (state: FriendState, cursor: string | null) =>
      call<Page<Friend>>('/friends', { query: { state, limit: PEOPLE, cursor } }),

    createPicture: (body: NewPicture) =>
      call<{ picture: Picture; upload: Upload }>('/pictures', { method: 'POST', body }),
    /** The next request of an upload in parts, signed. */
    signUpload: (owner: string, id: string, step: UploadStep) =>
      call<Upload>(`${picture(owner, id)}/upload`, { method: 'POST', body: step }),
    /** My own pictures whose original has this SHA-256 (hexadecimal). */
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
    /** Deletes it when what this gives is called: also while the page is being left. */
    prepareDelete: (owner: string, id: string) =>
      prepare<{ id: string }>(picture(owner, id), { method: 'DELETE' }),

    comments: (owner: string, id: string, cursor: string | null) =>
      call<Page<Comment>>(`${picture(owner, id)}/comments`, { query: { limit: COMMENTS, cursor } }),
    addComment: (owner: string, id: string, text: string) =>
      call<Comment>(`${picture(owner, id)}/comments`, { method: 'POST', body: { text } }),
    /** As `prepareDelete`. */
    prepareDeleteComment: (owner: string, id: string, comment: string) =>
      prepare<{ id: string }>(`${picture(owner, id)}/comments/${encodeURIComponent(comment)}`, {
        method: 'DELETE',
      }),

    devices: () => call<{ items: Device[] }>('/devices'),
    deleteDevice: (id: string) =>
      call<{ id: string }>(`/devices/${encodeURIComponent(id)}`, { method: 'DELETE' }),

    notifications: (cursor: string | null) =>
      call<NotificationPage>('/notifications', { query: { limit: NOTIFICATIONS, cursor } }),
    /** Everything up to then has been read. */
    readNotifications: (until: string) =>
      call<{ readUntil: string }>('/notifications', { method: 'PUT', body: { readUntil: until } }),

    /** `few`: a screen of them, which comes sooner. */
    feed: (cursor: string | null, few?: boolean) => page('/feed', cursor, few),
    publicPictures: (cursor: string | null, few?: boolean) => page('/public', cursor, few, true),
    picturesOf: (person: string, cursor: string | null, few?: boolean) =>
      page(`/users/${encodeURIComponent(person)}/pictures`, cursor, few),
  };
}

export type Api = ReturnType<typeof createApi>;
