import { localeFor } from './locale';

const list = (names: readonly string[]) =>
  new Intl.ListFormat(localeFor('en'), { type: 'conjunction' }).format(names);

/** The notification list. */
export const notifications = {
  title: 'Notifications',
  /** The name of the button that opens the list. */
  button: (unread: string) => (unread ? `Notifications, ${unread} unread` : 'Notifications'),
  /** Precedes the title of the page. */
  inTitle: (unread: string) => `(${unread})`,
  failed: 'Your notifications could not be loaded.',
  none: 'You have no notifications yet. You get one when a member asks to be your friend, when a friend adds pictures, when an album of yours gets pictures, and when someone comments on your picture.',
  unread: 'New',
  /** Read out when notifications arrive. */
  arrived: (n: number) =>
    n === 1 ? 'You have a new notification.' : `You have ${n} new notifications.`,
  /** Names of people who sent pictures by a share link. */
  guests: (names: readonly string[]) =>
    names.length === 1 ? `Guest ${names[0]}` : `Guests ${list(names)}`,
  entry: {
    'picture.ready': (name: string, n: number) =>
      n === 1 ? `${name} added a picture.` : `${name} added ${n} pictures.`,
    'friend.requested': (name: string) => `${name} asks to be your friend.`,
    'friend.accepted': (name: string) => `${name} is now your friend.`,
    'comment.added': (name: string, n: number) =>
      n === 1
        ? `${name} commented on your picture.`
        : `${name} wrote ${n} comments on your picture.`,
    'album.memberAdded': (name: string, _: number, album: string) =>
      `${name} added you to the album “${album}”.`,
    'album.picturesAdded': (name: string, n: number, album: string) =>
      n === 1
        ? `${name} added a picture to “${album}”.`
        : `${name} added ${n} pictures to “${album}”.`,
    'album.picturesWaiting': (name: string, n: number, album: string) =>
      n === 1
        ? `${name} sent a picture to “${album}”. It waits for your approval.`
        : `${name} sent ${n} pictures to “${album}”. They wait for your approval.`,
  },
} as const;
