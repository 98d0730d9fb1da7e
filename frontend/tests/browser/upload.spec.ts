import { expect, test, type Locator, type Page, type Route } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { tile, upload, uploaded, watchForProblems } from './app';
import { member, openAs, type Member } from './members';
import { photograph } from './pictures';

const tray = (page: Page) => page.getByRole('region', { name: t.upload.tray });
const button = (where: Page | Locator, name: string) => where.getByRole('button', { name, exact: true });
const shot = (page: Page, name: string) => page.screenshot({ path: test.info().outputPath(`${name}.png`) });
const choose = (page: Page, ...files: { name: string; buffer: Buffer }[]) =>
  page.getByLabel(t.upload.choose).last().setInputFiles(files.map((file) => ({ ...file, mimeType: 'image/jpeg' })));
const isIn = (page: Page, file: string, state: string) => expect(upload(page, file)).toHaveAttribute('data-state', state, { timeout: 25_000 });
const album = async ({ id, call }: Member) => (await call<{ items: Picture[] }>('GET', `/users/${id}/pictures?limit=100`)).items;

/** Holds back what is sent to S3 until told. */
async function hold(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let open = false;
  await page.route(/\/originals\//, async (route) => {
    if (open || route.request().method() !== 'PUT') return route.continue();
    held.push(route);
  });
  return async () => {
    open = true;
    await Promise.all(held.map((route) => route.continue().catch(() => undefined))); // what was cancelled is gone
  };
}

test('many at once: a queue, pause, cancel, caption and audience for all', async ({ page, context }) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '#/mine');
  const problems = watchForProblems(app);
  await expect(app.getByText(t.upload.limits)).toBeVisible();
  const inState = (state: string) => tray(app).locator(`li[data-state="${state}"]`);
  const files = await Promise.all(['one.jpg', 'two.jpg', 'three.jpg', 'four.jpg', 'five.jpg'].map(async (name, i) => ({ name, buffer: await photograph(page, 900, 600, 60 * i) })));
  const release = await hold(app);
  await choose(app, ...files);

  /** Whose check is done first is sent first. */
  const names = await test.step('three are sent, the others wait', async () => {
    await expect(inState('sending')).toHaveCount(3);
    await expect(inState('waiting')).toHaveCount(2);
    await expect(tray(app)).toContainText(t.upload.summary(0, 5));
    await expect(tray(app).getByRole('progressbar', { name: t.upload.total })).toBeVisible();
    await shot(app, 'sending');
    const inOrder = [...(await inState('sending').allTextContents()), ...(await inState('waiting').allTextContents())];
    return inOrder.map((text) => /\w+\.jpg/.exec(text)![0]);
  });
  const [one, two, three, four, five] = names as [string, string, string, string, string];

  await test.step('one is paused: the next has its place', async () => {
    await button(tray(app), t.upload.pauseOf(one)).press('Enter');
    await isIn(app, one, 'paused');
    await expect(inState('sending')).toHaveCount(3);
    await expect(button(tray(app), t.upload.resumeOf(one))).toBeFocused();
  });

  await test.step('all are paused', async () => {
    await button(tray(app), t.upload.all.pause).click();
    for (const name of names) await isIn(app, name, 'paused');
    await expect(tray(app)).toContainText(t.upload.line.paused);
    await shot(app, 'paused');
  });

  await test.step('one is cancelled, by keyboard', async () => {
    await button(tray(app), t.upload.cancelOf(five)).press('Enter');
    await expect(upload(app, five)).toHaveCount(0);
    await expect(button(tray(app), t.upload.cancelOf(four))).toBeFocused();
    await button(tray(app), t.upload.cancelOf(four)).click();
    await expect(upload(app, four)).toHaveCount(0);
  });

  await test.step('all others get a caption, and are for friends', async () => {
    await button(tray(app), t.upload.all.edit).click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.upload.edit.captionAll).fill('Isle of Wight');
    await dialog.getByText(t.upload.visibility.friends).click();
    await shot(app, 'wording');
    await button(dialog, t.upload.edit.save).click();
    await expect(upload(app, two)).toContainText(`${t.upload.visibility.friends} · Isle of Wight`);
  });

  await test.step('they go on, and are as was said', async () => {
    await button(tray(app), t.upload.all.resume).click();
    await release();
    for (const name of [one, two, three]) await isIn(app, name, 'ready');
    await expect(tray(app)).toContainText(t.upload.summary(3, 3));
    await expect(async () => {
      const pictures = await album(julia);
      expect(pictures.map(({ caption, visibility, state }) => ({ caption, visibility, state }))).toEqual(
        Array(3).fill({ caption: 'Isle of Wight', visibility: 'friends', state: 'ready' }),
      );
    }).toPass({ timeout: 15_000 });
    await shot(app, 'ready');
  });

  await test.step('what has been sent is changed, too', async () => {
    await upload(app, one).getByRole('button', { name: /Isle of Wight/ }).click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.upload.edit.caption, { exact: true }).fill('Freshwater');
    await button(dialog, t.upload.edit.save).click();
    const { id } = await uploaded(app, one);
    await expect(tile(app, id).getByRole('img')).toHaveAttribute('alt', 'Freshwater');
    await expect.poll(async () => (await album(julia)).map(({ caption }) => caption).sort()).toEqual(['Freshwater', 'Isle of Wight', 'Isle of Wight']);
  });

  await test.step('it is folded away and cleared', async () => {
    const fold = tray(app).getByRole('button', { expanded: true });
    await fold.click();
    await expect(upload(app, one)).toBeHidden();
    await shot(app, 'folded');
    await tray(app).getByRole('button', { expanded: false }).click();
    await button(tray(app), t.upload.clear).click();
    await expect(tray(app)).toHaveCount(0);
    await expect(app.getByRole('main')).toBeFocused();
  });
  expect(problems).toEqual([]);
});
