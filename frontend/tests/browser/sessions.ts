/** Reads and changes the session in a browser's storage. */
import type { BrowserContext, Page } from '@playwright/test';

const PREFIX = 'CognitoIdentityServiceProvider.';

/** Returns the stored tokens by kind. */
export const tokens = (page: Page): Promise<Record<string, string>> =>
  page.evaluate((prefix) => {
    const found = Object.entries(localStorage).filter(
      ([key]) => key.startsWith(prefix) && key.endsWith('Token'),
    );
    return Object.fromEntries(found.map(([key, value]) => [key.split('.').at(-1)!, String(value)]));
  }, PREFIX);

/** Makes the access token and the ID token expired. Returns them. */
export const expireTokens = (page: Page) =>
  page.evaluate((prefix) => {
    const expired: string[] = [];
    for (const [key, token] of Object.entries(localStorage)) {
      if (!key.startsWith(prefix) || !/\.(access|id)Token$/.test(key)) continue;
      const [head, payload, signature] = String(token).split('.');
      const claims = JSON.parse(atob(payload!.replace(/-/g, '+').replace(/_/g, '/')));
      const past = btoa(JSON.stringify({ ...claims, exp: Math.floor(Date.now() / 1000) - 3600 }));
      expired.push(
        [head, past.replaceAll('=', '').replace(/\+/g, '-').replace(/\//g, '_'), signature].join(
          '.',
        ),
      );
      localStorage.setItem(key, expired.at(-1)!);
    }
    return expired;
  }, PREFIX);

/** Replaces the refresh token. */
export const replaceRefreshToken = (page: Page, token: string) =>
  page.evaluate((token) => {
    for (const key of Object.keys(localStorage))
      if (key.endsWith('.refreshToken')) localStorage.setItem(key, token);
  }, token);

/** Removes tokens of these kinds. */
export const removeTokens = (page: Page, ...kinds: string[]) =>
  page.evaluate(
    ([prefix, kinds]) => {
      for (const key of Object.keys(localStorage))
        if (key.startsWith(prefix) && kinds.some((kind) => key.endsWith(kind)))
          localStorage.removeItem(key);
    },
    [PREFIX, kinds] as const,
  );

/** Returns all data that scripts of the origin can read: storage, databases, caches, cookies. */
export async function readAllData(page: Page, context: BrowserContext): Promise<string> {
  const stored = await page.evaluate(async () => {
    const parts: unknown[] = [
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      history.state,
      window.name,
    ];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const reply = await cache.match(request);
        if (/json|text/.test(reply?.headers.get('content-type') ?? ''))
          parts.push(request.url, await reply!.text());
        else parts.push(request.url);
      }
    }
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name!);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error);
        });
        parts.push(name, store, rows);
      }
      database.close();
    }
    return JSON.stringify(parts);
  });
  return stored + JSON.stringify(await context.cookies());
}
