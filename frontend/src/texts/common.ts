import { localeFor } from './locale';

/** The frame of every page. */
export const common = {
  /** The language of these texts: dates and numbers in sentences follow it. */
  locale: localeFor('en'),
  name: 'Albumen',
  tagline: 'Pictures worth keeping, shown to whom you choose.',
  about:
    'Send your pictures in full size. Nobody sees them until you say so, and the original stays exactly as your camera made it.',
  nav: {
    label: 'Pictures and people',
    feed: 'Feed',
    public: 'Public',
    mine: 'Mine',
    friends: 'Friends',
    home: 'Albumen, to the start',
  },
  account: {
    menu: (name: string) => `Account of ${name}`,
    signedInAs: 'Signed in as',
    page: 'My page',
    settings: 'Settings',
    signOut: 'Sign out',
  },
  skip: 'To the content',
  /** Buttons and words that stand in many places. */
  words: {
    undo: 'Undo',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    retry: 'Try again',
    loading: 'One moment…',
    now: 'just now',
    more: 'Show more',
    outdated: 'This may be out of date.',
    copied: 'The link is copied.',
  },
  live: {
    interrupted:
      'Live updates are interrupted. New content appears when they resume, or when you reload the page.',
    tryNow: 'Try now',
  },
  pageFailed: 'This part of the page could not be loaded.',
} as const;
