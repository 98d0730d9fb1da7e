/**
 * The paths that the app answers. The function `WebPaths` in template.yaml and the service worker
 * serve the page at these paths. `tests/site/paths.test.ts` compares the function with this list.
 */
const APP_PATHS = [
  '',
  'feed',
  'public',
  'mine',
  'friends',
  'settings',
  'links',
  'sign-in',
  'sign-up',
  'forgotten-password',
  'people/ID',
  'p/OWNERID/PICTUREID',
  'a',
  'a/ALBUMID',
  'a/ALBUMID/rule',
  'shared/TOKEN',
];

const PATTERNS = APP_PATHS.map((path) => {
  const segments = path.replace(/[A-Z]+/g, '[^/]+');
  return new RegExp(`^/${segments && `${segments}/?`}$`);
});

/** Whether the app answers a path, with or without a slash at the end. */
export function isAppPath(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path));
}
