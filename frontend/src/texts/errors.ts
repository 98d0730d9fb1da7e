/** What went wrong, wherever it did. */
export const errors = {
  offline: 'You are offline. Uploads wait until you are back.',
  network: 'The server can not be reached. Check your connection and try again.',
  server: 'Something went wrong on our side. Try again in a moment.',
  slowDown: 'That was too much at once. Wait a moment and try again.',
  refused: (code: number) => `The server refused this (${code}).`,
  unexpected: 'Something unexpected happened. Reload the page and try again.',
  config: 'Albumen is not set up here: its configuration could not be loaded.',
  reload: 'Reload',
} as const;
