/** The app's files as the site serves them. No page is opened. */
import { expect, type APIResponse } from '@playwright/test';
import { stack, test } from './app';

const HOME = stack.web;

test.skip(({ isMobile }) => isMobile, 'opens no page');

test('the headers restrict all other origins, and frames', async ({ request }) => {
  const live = stack.endpoint.replace('http', 'ws');
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${stack.endpoint} ${live}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ];
  for (const path of ['', 'p/a/b', 'sw.js', 'config.json', await asset(), 'assets/nothing.js']) {
    const headers = (await request.get(HOME + path)).headers();
    expect(headers['content-security-policy'], path).toBe(policy.join('; '));
    expect(headers, path).toMatchObject({
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['permissions-policy'], path).toContain('geolocation=()');
  }
  // A function generates this reply, which loads nothing.
  expect((await request.get(`${HOME}nothing`)).headers()).toMatchObject({
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });

  async function asset() {
    return /assets\/[\w.-]+\.js/.exec(await (await request.get(stack.web)).text())![0];
  }
});

test('immutable files are cached, others are revalidated, and all are compressed', async ({
  request,
}) => {
  const page = await request.get(HOME);
  expect(await page.text()).toBe(await (await request.get(`${HOME}p/a/b`)).text());
  for (const path of (await page.text()).match(/assets\/[\w.-]+/g)!) {
    const reply = await request.get(HOME + path);
    expect([reply.status(), reply.headers()['cache-control']], path).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(reply.headers()['content-type'], path).toMatch(
      /^text\/(javascript|css); charset=utf-8$/,
    );
    expect(compressed(reply), path).toBe((await reply.body()).length >= 1000);
  }
  const kinds = {
    'index.html': 'text/html',
    'sw.js': 'text/javascript',
    'config.json': 'application/json',
    'manifest.webmanifest': 'application/manifest+json',
    'pages.css': 'text/css',
  };
  for (const [path, kind] of Object.entries(kinds)) {
    const reply = await request.get(HOME + path);
    expect([reply.status(), reply.headers()['cache-control']], path).toEqual([200, 'no-cache']);
    expect(reply.headers()['content-type']!.split(';')[0], path).toBe(kind);
    const again = await request.get(HOME + path, {
      headers: { 'if-none-match': reply.headers().etag! },
    });
    expect(again.status(), path).toBe(304);
  }
  expect(compressed(page)).toBe(true);
});

test('config.json contains addresses and no secret', async ({ request }) => {
  const config = (await (await request.get(`${HOME}config.json`)).json()) as Record<string, string>;
  expect(Object.keys(config).sort()).toEqual([
    'api',
    'clientId',
    'endpoint',
    'identityPoolId',
    'live',
    'region',
    'userPoolId',
  ]);
  expect(config).toMatchObject({ api: stack.api, clientId: stack.clientId });
});

test('the bucket rejects all requests, and an unknown address has a readable reply 404', async ({
  request,
}) => {
  const bucket = `${stack.endpoint}/${stack.mediaBucket.replace('-media-', '-web-')}`;
  for (const path of ['', '/index.html', '/config.json'])
    expect((await request.get(bucket + path)).status(), path).toBe(403);
  expect((await request.put(`${bucket}/index.html`, { data: 'mine' })).status()).toBe(403);
  expect((await request.get(`${HOME}assets/old-Ab12Cd34.js`)).status()).toBe(404);
  for (const path of ['nothing.html', 'nothing', 'a/b/c']) {
    const reply = await request.get(HOME + path);
    expect([reply.status(), reply.headers()['content-type']], path).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    expect(await reply.text()).toContain('There is nothing at this address.');
  }
  expect((await request.delete(stack.web)).status()).toBe(403);
});

const compressed = (reply: APIResponse) => reply.headers()['content-encoding'] === 'br';
