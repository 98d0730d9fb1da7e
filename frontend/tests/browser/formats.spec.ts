import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { t } from '../../src/texts';
import {
  confirm,
  downloadOriginal,
  openDetails,
  openTray,
  register,
  stack,
  test,
  tile,
  upload,
  uploaded,
} from './app';

const FOLDER = process.env.ALBUMEN_PICTURES;

/** Files that Chromium cannot create. It decodes AVIF, but not HEIC. */
const FILES = [
  { name: 'IMG_2682.heic', hasPreview: false },
  { name: '8bit-sRGB.avif', hasPreview: true },
];

test('HEIC and AVIF pictures are shown, and their originals can be saved', async ({ page }, {
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

  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/originals\//, async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  const buffers = FILES.map(({ name }) => ({
    name,
    mimeType: '', // as on systems that do not recognise the formats
    buffer: readFileSync(`${FOLDER}/formats/${name}`),
  }));
  await page.getByLabel(t.upload.choose).last().setInputFiles(buffers);
  await openTray(page);
  const thumbnail = (name: string) => upload(page, name).locator('.thumbnail');
  for (const { name, hasPreview } of FILES) {
    await expect(thumbnail(name).locator(hasPreview ? 'img' : 'svg')).toBeVisible();
    await expect(thumbnail(name).locator('img')).toHaveCount(hasPreview ? 1 : 0);
  }
  await page.screenshot({ path: test.info().outputPath('sending.png') });
  release();

  const ids = new Map<string, string>();
  for (const { name } of FILES) {
    const { id } = await uploaded(page, name);
    const image = thumbnail(name).locator('img');
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
      .toBeGreaterThan(0);
    await page.screenshot({ path: test.info().outputPath(`${name}.png`) });
    ids.set(name, id);
  }
  for (const [name, id] of ids) {
    await tile(page, id).click();
    const details = await openDetails(page);
    expect(await downloadOriginal(page, details)).toBe(`${id}.${name.split('.').pop()}`);
    await page.keyboard.press('Escape');
  }
});
