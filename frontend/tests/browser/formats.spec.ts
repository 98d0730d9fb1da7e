import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { t } from '../../src/texts';
import {
  confirm,
  openDetails,
  register,
  savedAs,
  stack,
  test,
  tile,
  upload,
  uploaded,
} from './app';

const FOLDER = process.env.ALBUMEN_PICTURES;

/** Real files: no browser makes them. The browser is not told their types, as on systems that do not know them. */
const FILES = [
  { name: 'IMG_2682.heic', seenAtOnce: false },
  { name: '8bit-sRGB.avif', seenAtOnce: true },
];

test('what phones make is seen by everyone, and its original saved', async ({ page }, {
  project,
}) => {
  test.skip(!FOLDER, 'ALBUMEN_PICTURES names no folder with formats/');
  await page.goto(stack.web);
  await page.getByRole('main').getByRole('link', { name: t.auth.signUp }).click();
  await register(
    page,
    { first: 'Anna', last: 'Atkins' },
    `${project.name}-f-${Date.now().toString(36)}`,
  );
  await confirm(page);

  // Held back until what is shown meanwhile was looked at.
  let go = () => {};
  const looked = new Promise<void>((resolve) => (go = resolve));
  await page.route(/\/originals\//, async (route) => {
    if (route.request().method() === 'PUT') await looked;
    await route.continue();
  });
  const buffers = FILES.map(({ name }) => ({
    name,
    mimeType: '',
    buffer: readFileSync(`${FOLDER}/formats/${name}`),
  }));
  await page.getByLabel(t.upload.choose).last().setInputFiles(buffers);
  for (const { name, seenAtOnce } of FILES) {
    const item = upload(page, name);
    await expect(item.locator('.likeness').locator(seenAtOnce ? 'img' : 'svg')).toBeVisible();
    await expect(item.locator('.likeness img')).toHaveCount(seenAtOnce ? 1 : 0);
  }
  await page.screenshot({ path: test.info().outputPath('sending.png') });
  go();

  for (const { name } of FILES) {
    const { id } = await uploaded(page, name);
    const likeness = upload(page, name).locator('.likeness img');
    await expect
      .poll(() => likeness.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    await page.screenshot({ path: test.info().outputPath(`${name}.png`) });

    await tile(page, id).click();
    const details = await openDetails(page);
    expect(await savedAs(page, details)).toBe(`${id}.${name.split('.').pop()}`);
    await page.keyboard.press('Escape');
  }
});
