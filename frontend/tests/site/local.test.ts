/** The development server of `cargo dev web`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONFIG = {
  region: 'us-east-1',
  api: 'http://localhost:1/v1',
  live: 'ws://localhost:1/v1',
  endpoint: 'http://localhost:1',
  userPoolId: 'pool',
  clientId: 'client',
  identityPoolId: 'identities',
};

const folder = mkdtempSync(join(tmpdir(), 'albumen-stack-'));
const stack = join(folder, 'stack.json');
let server: ViteDevServer;
let home: string;

beforeAll(async () => {
  process.env.ALBUMEN_STACK = stack;
  server = await createServer({
    root: ROOT,
    cacheDir: join(folder, 'vite'),
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, watch: null },
  });
  await server.listen();
  home = server.resolvedUrls!.local[0]!;
});

afterAll(async () => {
  delete process.env.ALBUMEN_STACK;
  await server.close();
  rmSync(folder, { recursive: true });
});

it('serves the addresses of the local cloud while it is up', async () => {
  const down = await fetch(`${home}config.json`);
  expect([down.status, await down.text()]).toEqual([
    503,
    'The local cloud is not up. Start it with `cargo dev up --detach`.',
  ]);
  writeFileSync(stack, JSON.stringify({ ...CONFIG, site: 'http://localhost:2/', pid: 7 }));
  const up = await fetch(`${home}config.json`);
  expect([up.status, await up.json()]).toEqual([200, CONFIG]);
});

it('serves the page at deep links, without the policy that refuses inline styles', async () => {
  for (const path of ['', 'p/owner/picture', 'people/anna?x=1']) {
    const reply = await fetch(home + path, { headers: { accept: 'text/html' } });
    const page = await reply.text();
    expect([reply.status, page.includes('<div id="app">')], path).toEqual([200, true]);
    expect(page, path).not.toContain('Content-Security-Policy');
  }
});

it('serves the reference of the API, and the specification that it links', async () => {
  const reply = await fetch(`${home}developers`, { headers: { accept: 'text/html' } });
  const page = await reply.text();
  expect(page).toContain('<h1>API reference</h1>');
  expect(page).not.toContain('Content-Security-Policy');
  const [, download] = /href="\/(assets\/openapi-\w+\.json)"/.exec(page)!;
  expect(await (await fetch(home + download!)).json()).toHaveProperty('openapi');
});
