/** The app as something that is installed and brought up to date, and what is lost when one leaves it. */
export const shell = {
  unfinished: (pictures: number, texts: number) =>
    [
      pictures === 1 && 'One picture is not uploaded yet.',
      pictures > 1 && `${pictures} pictures are not uploaded yet.`,
      texts > 0 && 'Something you wrote or chose is not saved yet.',
    ]
      .filter(Boolean)
      .join(' '),
  leave: {
    title: 'Sign out anyway?',
    lost: 'What is unfinished is lost when you sign out.',
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
