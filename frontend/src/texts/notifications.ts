/** The bell. */
export const notifications = {
  title: 'What is new',
  /** The bell’s name. */
  bell: (unread: string) => (unread ? `What is new, ${unread} unread` : 'What is new'),
  /** Before the title of the page. */
  inTitle: (unread: string) => `(${unread})`,
  failed: 'This could not be loaded.',
  none: 'Nothing yet. You read here when somebody asks to be your friend, when friends add pictures, and when somebody writes about yours.',
  unread: 'New',
  /** Read out when something comes. */
  arrived: (n: number) => (n === 1 ? 'One thing is new.' : `${n} things are new.`),
  said: {
    'picture.ready': (name: string, n: number) =>
      n === 1 ? `${name} added a picture.` : `${name} added ${n} pictures.`,
    'friend.requested': (name: string) => `${name} asks to be your friend.`,
    'friend.accepted': (name: string) => `${name} is your friend now.`,
    'comment.added': (name: string, n: number) =>
      n === 1
        ? `${name} wrote about your picture.`
        : `${name} wrote ${n} comments about your picture.`,
  },
} as const;
