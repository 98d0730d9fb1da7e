/** The notification list. */
export const notifications = {
  title: 'Notifications',
  /** The name of the button that opens the list. */
  button: (unread: string) => (unread ? `Notifications, ${unread} unread` : 'Notifications'),
  /** Precedes the title of the page. */
  inTitle: (unread: string) => `(${unread})`,
  failed: 'Your notifications could not be loaded.',
  none: 'You have no notifications yet. You get one when a member asks to be your friend, when a friend adds pictures, and when someone comments on your picture.',
  unread: 'New',
  /** Read out when notifications arrive. */
  arrived: (n: number) =>
    n === 1 ? 'You have a new notification.' : `You have ${n} new notifications.`,
  entry: {
    'picture.ready': (name: string, n: number) =>
      n === 1 ? `${name} added a picture.` : `${name} added ${n} pictures.`,
    'friend.requested': (name: string) => `${name} asks to be your friend.`,
    'friend.accepted': (name: string) => `${name} is now your friend.`,
    'comment.added': (name: string, n: number) =>
      n === 1
        ? `${name} commented on your picture.`
        : `${name} wrote ${n} comments on your picture.`,
  },
} as const;
