import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import {
  confirm,
  downloadOriginal,
  drop,
  emailOf,
  openDetails,
  openTray,
  PASSWORD,
  register,
  stack,
  tab,
  test,
  tile,
  upload,
  uploaded,
  watchForProblems,
} from './app';
import { EXIF, photograph } from './pictures';

test('a person signs up, uploads pictures, views them and signs out', async ({ page }, {
  project,
}) => {
  const problems = watchForProblems(page);
  const handle = `${project.name}-${Date.now().toString(36)}`;

  await test.step('opens the app as a visitor', async () => {
    await page.goto(stack.web);
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
  });

  await test.step('signs up with the code', async () => {
    await page.getByRole('main').getByRole('link', { name: t.auth.signUp }).click();
    await register(page, { first: 'Julia', last: 'Cameron' }, handle);
    await page.getByLabel(t.auth.code).fill('654321');
    await page.getByRole('button', { name: t.auth.confirm }).click();
    await expect(page.getByRole('alert')).toHaveText(t.auth.wrongCode);
    await confirm(page);
  });

  await test.step('is still signed in after a reload', async () => {
    await page.reload();
    await expect(page.getByRole('button', { name: t.account.menu('Julia Cameron') })).toBeVisible();
    await expect(page.getByRole('button', { name: t.upload.choose })).toBeVisible();
  });

  const shown = await test.step('uploads a public picture by drag and drop', async () => {
    await page
      .getByRole('group', { name: t.upload.who })
      .getByText(t.upload.visibility.public)
      .click();
    await drop(page, 'coast.jpg', await photograph(page, 2400, 1600, 200));
    return uploaded(page, 'coast.jpg');
  });

  const kept = await test.step('uploads a private picture', async () => {
    await page
      .getByRole('group', { name: t.upload.who })
      .getByText(t.upload.visibility.private)
      .click();
    const file = {
      name: 'garden.jpg',
      mimeType: 'image/jpeg',
      buffer: await photograph(page, 900, 1200, 90),
    };
    await page.getByLabel(t.upload.choose).last().setInputFiles(file);
    return uploaded(page, 'garden.jpg');
  });

  await test.step('sees why a file that is no picture is rejected', async () => {
    const file = {
      name: 'letter.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('Dear Julia, …'),
    };
    await page.getByLabel(t.upload.choose).last().setInputFiles(file);
    await expect(upload(page, 'letter.jpg')).toContainText(t.upload.refused.notPicture);
    await openTray(page);
    await page.getByRole('button', { name: t.upload.clear }).click();
  });

  await test.step('views the picture with size, camera and date', async () => {
    await tile(page, shown.id).click();
    const details = await openDetails(page);
    await expect(details).toContainText('2400 × 1600 · 4 MP');
    await expect(details).toContainText(EXIF.model);
    await expect(details).toContainText('ƒ/2.8 · 1/250 s · ISO 400 · 50 mm');
    await expect(details).toContainText(/May 2, 2024/);
    expect(await downloadOriginal(page, details)).toBe(`${shown.id}.jpg`);
    await expect(
      page.locator('.pswp__item[aria-hidden="false"] img.pswp__img').last(),
    ).toHaveJSProperty('complete', true);
  });

  await test.step('writes a caption, which is shown as plain text', async () => {
    const details = await openDetails(page);
    await details.getByRole('button', { name: t.picture.addCaption }).click();
    await details
      .getByLabel(t.picture.caption, { exact: true })
      .fill('The <b>coast</b> at Freshwater');
    await details.getByRole('button', { name: t.words.save }).click();
    await expect(details.getByText('The <b>coast</b> at Freshwater')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(tile(page, shown.id).getByRole('img')).toHaveAttribute(
      'alt',
      'The <b>coast</b> at Freshwater',
    );
  });

  await test.step('sees both pictures under Mine, one under Public', async () => {
    await tab(page, t.nav.mine).click();
    await expect(tile(page, shown.id)).toBeVisible();
    await expect(tile(page, kept.id)).toBeVisible();
    await tab(page, t.nav.public).click();
    await expect(tile(page, shown.id)).toBeVisible();
    await expect(tile(page, kept.id)).toBeHidden();
  });

  await test.step('signs out, which deletes all tokens', async () => {
    await page.getByRole('button', { name: t.account.menu('Julia Cameron') }).click();
    await page.getByRole('button', { name: t.account.signOut }).click();
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => /token/i.test(key))),
    ).toEqual([]);
    await expect(tile(page, shown.id)).toBeVisible();
    await expect(tile(page, kept.id)).toBeHidden();
  });

  await test.step('opens the public picture as a visitor', async () => {
    await page.goto('about:blank');
    await page.goto(`${stack.web}p/${shown.owner}/${shown.id}`);
    await expect(page.getByRole('dialog')).toContainText('coast');
  });

  await test.step('signs in again and deletes a picture', async () => {
    await page.goto('about:blank');
    await page.goto(`${stack.web}sign-in`);
    await page.getByLabel(t.auth.email).fill(emailOf(handle));
    await page.getByLabel(t.auth.password).fill('Wrong-12345');
    await page.getByRole('main').getByRole('button', { name: t.auth.signIn }).click();
    await expect(page.getByRole('alert')).toHaveText(t.auth.wrong);
    await page.getByLabel(t.auth.password).fill(PASSWORD);
    await page.getByRole('main').getByRole('button', { name: t.auth.signIn }).click();
    await tile(page, kept.id).click();
    const details = await openDetails(page);
    await details.getByRole('button', { name: t.picture.remove }).click();
    await expect(tile(page, kept.id)).toHaveCount(0);
    await page.getByRole('button', { name: t.words.close }).last().click();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.reload();
    await expect(tile(page, shown.id)).toBeVisible();
    await expect(tile(page, kept.id)).toHaveCount(0);
  });

  expect(problems).toEqual([]);
});
