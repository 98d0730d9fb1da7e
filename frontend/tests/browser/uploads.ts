/** Steps of the tests of uploads. */
import { expect, type Locator, type Page, type Route } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { test, tray, upload } from './app';
import type { Member } from './members';

/** Returns the bar of the tray, which opens and closes the list of uploads. */
export const bar = (page: Page) => tray(page).locator('[aria-expanded]');
export const button = (where: Page | Locator, name: string) =>
  where.getByRole('button', { name, exact: true });
export const shot = (page: Page, name: string) =>
  page.screenshot({ path: test.info().outputPath(`${name}.png`) });

/** Chooses files in the file dialog of the page. */
export const choose = (page: Page, ...files: { name: string; buffer: Buffer }[]) =>
  page
    .getByLabel(t.upload.choose)
    .last()
    .setInputFiles(files.map((file) => ({ ...file, mimeType: 'image/jpeg' })));

/** Waits until the upload of a file is in a state. */
export const isIn = (page: Page, file: string, state: string) =>
  expect(upload(page, file)).toHaveAttribute('data-state', state);

/** Returns the member's pictures, from the API. */
export const picturesOf = async ({ id, call }: Member) =>
  (await call<{ items: Picture[] }>('GET', `/users/${id}/pictures?limit=100`)).items;

/** Delays the requests to S3 until the returned function is called. */
export async function hold(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let open = false;
  await page.route(/\/originals\//, async (route) => {
    if (open || route.request().method() !== 'PUT') return route.continue();
    held.push(route);
  });
  return async () => {
    open = true;
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
  };
}
