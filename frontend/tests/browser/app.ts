import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { readStack } from './stack';

export const stack = readStack();
/** Returns the address of a path of the app. */
export const addressOf = (path: string) => new URL(path, stack.web).href;
export const PASSWORD = 'Collodion-1851';
/** The code that the local cloud accepts for each sign-up. */
export const CODE = '123456';

/** Closes all pages after each test, so that they do not slow down the next one. */
export const test = base.extend<{ closing: undefined }>({
  closing: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});

export interface Name {
  first: string;
  last: string;
}

/** Submits the sign-up form. The app asks for the code next. */
export async function register(page: Page, { first, last }: Name, handle: string): Promise<void> {
  await page.getByLabel(t.auth.firstName).fill(first);
  await page.getByLabel(t.auth.lastName).fill(last);
  await page.getByLabel(t.auth.handle).fill(handle);
  await page.getByLabel(t.auth.email).fill(emailOf(handle));
  await page.getByLabel(t.auth.password).fill(PASSWORD);
  await page.getByRole('button', { name: t.auth.signUp }).click();
}

/** Enters the code of the sign-up and waits for the feed. */
export async function confirm(page: Page): Promise<void> {
  await page.getByLabel(t.auth.code).fill(CODE);
  await page.getByRole('button', { name: t.auth.confirm }).click();
  await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
}

export const emailOf = (handle: string) => `${handle}@example.org`;

export const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: t.nav.label }).getByRole('link', { name, exact: true });
export const tile = (page: Page, id: string) => page.locator(`[data-picture="${id}"]`);
export const tray = (page: Page) => page.getByRole('region', { name: t.upload.tray });
/** Returns the row of a file in the list of uploads, which is hidden on a phone at first. */
export const upload = (page: Page, file: string) =>
  tray(page).locator('li').filter({ hasText: file });

/** Opens the list of uploads if it is closed. The focus in it prevents that the tray disappears. */
export async function openTray(page: Page): Promise<void> {
  const bar = tray(page).locator('[aria-expanded]');
  if ((await bar.getAttribute('aria-expanded')) === 'false') await bar.click();
  await bar.focus();
}

/** Waits until the grid shows an uploaded file with its thumbnail. Returns the picture's ids. */
export async function uploaded(page: Page, file: string): Promise<{ owner: string; id: string }> {
  await expect(upload(page, file)).toHaveAttribute('data-state', 'ready');
  const href = await upload(page, file).locator('a').getAttribute('href');
  const [owner, id] = href!.split('/').slice(-2) as [string, string];
  const image = tile(page, id).getByRole('img');
  await expect(image).toBeVisible();
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
    .toBeGreaterThan(0);
  return { owner, id };
}

/** Returns the details of the open picture. On a phone, expands them first. */
export async function openDetails(page: Page): Promise<Locator> {
  const details = page.getByRole('dialog').getByRole('complementary');
  const toggle = details.getByRole('button', { name: t.picture.details });
  await expect(details).toBeVisible();
  if ((await toggle.isVisible()) && (await toggle.getAttribute('aria-expanded')) === 'false')
    await toggle.click();
  return details;
}

/** Downloads the original. Returns the file name that the browser suggests. */
export async function downloadOriginal(page: Page, details: Locator): Promise<string> {
  const saving = page.waitForEvent('download');
  await details.getByRole('link', { name: t.picture.original }).click();
  return (await saving).suggestedFilename();
}

/** Drops a file on the page. */
export async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(
        new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, {
          type: 'image/jpeg',
        }),
      );
      return transfer;
    },
    [name, bytes.toString('base64')] as const,
  );
  for (const type of ['dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer: transfer });
}

/** Returns a list that collects script errors and violations of the Content-Security-Policy. */
export function watchForProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()))
      problems.push(message.text());
  });
  return problems;
}
