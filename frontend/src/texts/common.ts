import { localeFor } from './locale';

/** Texts of the frame of every page. */
export const common = {
  /** The locale of dates and numbers. */
  locale: localeFor('en'),
  name: 'Albumen',
  tagline: 'Keep your pictures, and choose who can see them.',
  about:
    'Upload your pictures in full size. Nobody sees them until you share them, and the original file is never changed.',
  nav: {
    label: 'Pictures and people',
    feed: 'Feed',
    public: 'Public',
    mine: 'Mine',
    albums: 'Albums',
    friends: 'Friends',
    home: 'Albumen, start page',
  },
  account: {
    menu: (name: string) => `Account of ${name}`,
    signedInAs: 'Signed in as',
    page: 'My page',
    links: 'Share links',
    settings: 'Settings',
    signOut: 'Sign out',
  },
  skip: 'Skip to the content',
  /** Texts with several uses. */
  words: {
    undo: 'Undo',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    retry: 'Try again',
    loading: 'Loading…',
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
