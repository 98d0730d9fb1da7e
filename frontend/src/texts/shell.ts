/** Unsaved work, unknown pages and new versions of the app. */
export const shell = {
  unfinished: (pictures: number, texts: number) =>
    [
      pictures === 1 && 'One picture is not uploaded yet.',
      pictures > 1 && `${pictures} pictures are not uploaded yet.`,
      texts > 0 && 'Some of your changes are not saved yet.',
    ]
      .filter(Boolean)
      .join(' '),
  signOut: {
    title: 'Sign out anyway?',
    losses: 'You lose this when you sign out.',
    yes: 'Sign out',
    no: 'Stay signed in',
  },
  notFound: {
    title: 'Page not found',
    text: 'There is no page at this address. Check the address, or go to the start.',
  },
  toStart: 'Go to the start',
  ready: 'A new version is ready.',
  reload: 'Reload',
} as const;
