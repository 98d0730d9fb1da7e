import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { readStack } from './stack';

export const stack = readStack();
/** Returns the address of a path of the app. */
export const addressOf = (path: string) => new URL(path, stack.web).href;
export const PASSWORD = 'Collodion-1851';
/** What the local cloud sends to every e-mail address. */
export const CODE = '123456';

/** A test after which no page is left open: it would go on working beside the next ones. */
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

/** Fills in the form of signing up and sends it; the code is asked for next. */
export async function register(page: Page, { first, last }: Name, handle: string): Promise<void> {
  await page.getByLabel(t.auth.firstName).fill(first);
  await page.getByLabel(t.auth.lastName).fill(last);
  await page.getByLabel(t.auth.handle).fill(handle);
  await page.getByLabel(t.auth.email).fill(emailOf(handle));
  await page.getByLabel(t.auth.password).fill(PASSWORD);
  await page.getByRole('button', { name: t.auth.signUp }).click();
}

export async function confirm(page: Page): Promise<void> {
  await page.getByLabel(t.auth.code).fill(CODE);
  await page.getByRole('button', { name: t.auth.confirm }).click();
  await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
}

export const emailOf = (handle: string) => `${handle}@example.org`;

export const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: t.nav.label }).getByRole('link', { name, exact: true });
export const tile = (page: Page, id: string) => page.locator(`[data-picture="${id}"]`);
export const upload = (page: Page, file: string) =>
  page.getByRole('region', { name: t.upload.tray }).getByRole('listitem').filter({ hasText: file });

/** Waits until a file has become a picture in the grid, thumbnail and all, without a reload; says which. */
export async function uploaded(page: Page, file: string): Promise<{ owner: string; id: string }> {
  await expect(upload(page, file)).toHaveAttribute('data-state', 'ready', { timeout: 20_000 });
  const href = await upload(page, file).getByRole('link').getAttribute('href');
  const [owner, id] = href!.split('/').slice(-2) as [string, string];
  const image = tile(page, id).getByRole('img');
  await expect(image).toBeVisible();
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
    .toBeGreaterThan(0);
  return { owner, id };
}

/** The details beside the picture; on a phone they are opened first. */
export async function openDetails(page: Page): Promise<Locator> {
  const details = page.getByRole('dialog').getByRole('complementary');
  const toggle = details.getByRole('button', { name: t.picture.details });
  await expect(details).toBeVisible();
  if ((await toggle.isVisible()) && (await toggle.getAttribute('aria-expanded')) === 'false')
    await toggle.click();
  return details;
}

/** Clicks on the owner's link to the original; the name under which the browser saves it. */
export async function savedAs(page: Page, details: Locator): Promise<string> {
  const saving = page.waitForEvent('download');
  await details.getByRole('link', { name: t.picture.original }).click();
  return (await saving).suggestedFilename();
}

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

/** What the browser complains about: broken scripts, and what the Content-Security-Policy had to stop. */
export function watchForProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()))
      problems.push(message.text());
  });
  return problems;
}
