/** The app as something that is installed and brought up to date. */
export const shell = {
  ready: 'A new version is ready.',
  reload: 'Reload',
} as const;
