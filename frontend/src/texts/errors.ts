/** Errors that can occur in every part of the app. */
export const errors = {
  offline: 'You are offline. Unfinished uploads continue when you are online again.',
  network: 'The server cannot be reached. Check your connection and try again.',
  server: 'Something went wrong on our side. Try again in a moment.',
  slowDown: 'You sent too many requests. Wait a moment and try again.',
  refused: (code: number) =>
    `The server refused the request (${code}). Reload the page and try again.`,
  unexpected: 'Something unexpected happened. Reload the page and try again.',
  config: 'Albumen could not load its configuration. Reload the page and try again.',
  reload: 'Reload',
} as const;
