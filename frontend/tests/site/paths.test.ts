/** The CloudFront Function `WebPaths` of template.yaml, with the code that is deployed. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isAppPath } from '../../src/shell/paths';

const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url));
const TEMPLATE = fileURLToPath(new URL('../../../template.yaml', import.meta.url));

interface Reply {
  uri?: string;
  statusCode?: number;
  headers?: Record<string, { value: string }>;
  body?: string;
}

const handler = readFunction();

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
  '/s/AZ8kQ_-1',
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
  '/s/token/x',
  '/i/a/b/small',
  '/feed.xml',
  '/developers.html',
  '/developers/x',
];
const DEVELOPERS = ['/developers', '/developers/'];

it('serves the page at the paths of the app, with and without a slash at the end', () => {
  for (const path of APP) {
    const slashed = path === '/' ? path : `${path}/`;
    for (const uri of [path, slashed]) expect(route(uri), uri).toEqual({ uri: '/index.html' });
  }
});

it('serves the reference of the API, which is no page of the app', () => {
  for (const uri of DEVELOPERS) expect(route(uri), uri).toEqual({ uri: '/developers.html' });
});

it('answers 404 at other paths, with a link to the start', () => {
  for (const path of UNKNOWN) {
    const { statusCode, headers, body } = route(path);
    expect([statusCode, headers!['content-type']!.value], path).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    expect(body, path).toContain('<a href="/">');
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
  for (const file of [...files, '/index.html', '/config.json', '/sw.js'])
    expect(route(file), file).toEqual({ uri: file });
});

it('is smaller than the quota of 10 KB', () => {
  expect(Buffer.byteLength(readCode())).toBeLessThan(10_240);
});

function route(uri: string): Reply {
  return handler({ request: { uri } });
}

function readFunction() {
  return new Function(`${readCode()}; return handler;`)() as (event: {
    request: { uri: string };
  }) => Reply;
}

/** The block of `FunctionCode`, without its indentation. */
function readCode(): string {
  const [, block] = /\n {6}FunctionCode: \|\n((?: {8}.*\n|\n)+)/.exec(
    readFileSync(TEMPLATE, 'utf8'),
  )!;
  return block!.replace(/^ {8}/gm, '');
}
