/** The CloudFront Function `WebPaths` of template.yaml, with the code that is deployed. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isAppPath } from '../../src/shell/paths';
import { readCode, readFunction, type Reply } from './edge-functions';

const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url));

const TITLE = 'Anna & Tom’s pictures';
const handler = readFunction('WebPaths', { SiteTitle: TITLE });

const APP = [
  '/',
  '/feed',
  '/public',
  '/mine',
  '/friends',
  '/settings',
  '/links',
  '/a',
  '/people/018f-a',
  '/p/018f-a/018f-b',
  '/a/018f-c',
  '/a/018f-c/rule',
  '/shared/AZ8kQ_-1',
  '/sign-in',
  '/sign-up',
  '/forgotten-password',
];
const UNKNOWN = [
  '//',
  '/Feed',
  '/feed/x',
  '/feed//',
  '/feedx',
  '/people',
  '/people/',
  '/people/a/b',
  '/p',
  '/p/a',
  '/p/a/b/c',
  '/p//b',
  '/a//',
  '/a/b/c',
  '/a/b/rule/c',
  '/a//rule',
  '/albums',
  '/links/x',
  '/nothing.html',
  '/not-found.html',
  '/index.html/',
  '/icons/a/b',
  '/v1/public',
  '/explore',
  '/@anna',
  '/s',
  '/s/',
  '/s/token',
  '/s/token/x',
  '/shared',
  '/shared/token/x',
  '/i/a/b/small',
  '/feed.xml',
  '/sitemap.xml',
  '/nothing.xml',
  '/oembed',
  '/robots.txt',
  '/developers.html',
  '/developers/x',
];
const DEVELOPERS = ['/developers', '/developers/'];

it('serves the page at the paths of the app, with and without a slash at the end', () => {
  for (const path of APP) {
    const slashed = path === '/' ? path : `${path}/`;
    for (const uri of [path, slashed]) expect(route(uri).uri, uri).toBe('/index.html');
  }
});

it('serves the reference of the API, which is no page of the app', () => {
  for (const uri of DEVELOPERS) expect(route(uri).uri, uri).toBe('/developers.html');
});

it('answers 404 at other paths, with a link to the start', () => {
  for (const path of UNKNOWN) {
    const { statusCode, headers, body } = route(path);
    expect([statusCode, headers!['content-type']!.value], path).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    expect(body, path).toContain('<a href="/">');
    expect(body, path).toContain(`<title>Not found &middot; ${TITLE}</title>`);
  }
});

it('agrees with the service worker', () => {
  for (const path of [...APP, ...APP.map((app) => `${app}/`), ...DEVELOPERS, ...UNKNOWN])
    expect(isAppPath(path), path).toBe(route(path).uri === '/index.html');
});

it('lets S3 serve each file of the app', () => {
  const files = readdirSync(PUBLIC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(PUBLIC.length));
  for (const file of [...files, '/index.html', '/config.json', '/pages.css', '/sw.js'])
    expect(route(file).uri, file).toBe(file);
});

it('is smaller than the quota of 10 KB', () => {
  const code = readCode('WebPaths', { SiteTitle: '写'.repeat(60) });
  expect(Buffer.byteLength(code)).toBeLessThan(10_240);
});

function route(uri: string): Reply {
  return handler({ request: { method: 'GET', uri } });
}
