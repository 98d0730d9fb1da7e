import { expect } from '@playwright/test';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { openTray, test, tile, tray, upload, uploaded, watchForProblems } from './app';
import { member, openAs } from './members';
import { photograph } from './pictures';
import { bar, button, choose, hold, isIn, picturesOf, shot } from './uploads';

test('several uploads can be paused, cancelled and edited at once', async ({ page, context }) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '/mine');
  const problems = watchForProblems(app);
  await expect(app.getByText(t.upload.limits)).toBeVisible();
  const inState = (state: string) => tray(app).locator(`li[data-state="${state}"]`);
  const files = await Promise.all(
    ['one.jpg', 'two.jpg', 'three.jpg', 'four.jpg', 'five.jpg'].map(async (name, i) => ({
      name,
      buffer: await photograph(page, 900, 600, 60 * i),
    })),
  );
  const release = await hold(app);
  await choose(app, ...files);
  await openTray(app);

  // The file whose check ends first is sent first.
  const names = await test.step('three are sent, the others wait', async () => {
    await expect(inState('sending')).toHaveCount(3);
    await expect(inState('waiting')).toHaveCount(2);
    await expect(tray(app)).toContainText(t.upload.summary(0, 5));
    await expect(tray(app).getByRole('progressbar', { name: t.upload.total })).toBeVisible();
    await shot(app, 'sending');
    const inOrder = [
      ...(await inState('sending').allTextContents()),
      ...(await inState('waiting').allTextContents()),
    ];
    return inOrder.map((text) => /\w+\.jpg/.exec(text)![0]);
  });
  const [one, two, three, four, five] = names as [string, string, string, string, string];

  await test.step('the next upload takes the place of a paused one', async () => {
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

  await test.step('one is cancelled with the keyboard', async () => {
    await button(tray(app), t.upload.cancelOf(five)).press('Enter');
    await expect(upload(app, five)).toHaveCount(0);
    await expect(tray(app).locator('[data-close]:focus')).toHaveCount(1); // in the next row
    await button(tray(app), t.upload.cancelOf(four)).click();
    await expect(upload(app, four)).toHaveCount(0);
  });

  await test.step('the others get a common caption and audience', async () => {
    await button(tray(app), t.upload.all.edit).click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.upload.edit.captionAll).fill('Isle of Wight');
    await dialog.getByText(t.upload.visibility.friends).click();
    await shot(app, 'details');
    await button(dialog, t.words.save).click();
    await expect(upload(app, two)).toContainText(`${t.upload.visibility.friends} · Isle of Wight`);
  });

  await test.step('the resumed uploads have the new details', async () => {
    await button(tray(app), t.upload.all.resume).click();
    await release();
    await openTray(app);
    for (const name of [one, two, three]) await isIn(app, name, 'ready');
    await expect(tray(app)).toContainText(t.upload.summary(3, 3));
    await expect(async () => {
      const pictures = await picturesOf(julia);
      expect(
        pictures.map(({ caption, visibility, state }) => ({ caption, visibility, state })),
      ).toEqual(Array(3).fill({ caption: 'Isle of Wight', visibility: 'friends', state: 'ready' }));
    }).toPass();
    await shot(app, 'ready');
  });

  await test.step('a finished upload can be edited', async () => {
    await upload(app, one)
      .getByRole('button', { name: /Isle of Wight/ })
      .click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.picture.caption, { exact: true }).fill('Freshwater');
    await button(dialog, t.words.save).click();
    const { id } = await uploaded(app, one);
    await expect(tile(app, id).getByRole('img')).toHaveAttribute('alt', 'Freshwater');
    await expect
      .poll(async () => (await picturesOf(julia)).map(({ caption }) => caption).sort())
      .toEqual(['Freshwater', 'Isle of Wight', 'Isle of Wight']);
  });

  await test.step('the list can be closed and cleared', async () => {
    await bar(app).click();
    await expect(upload(app, one)).toBeHidden();
    await shot(app, 'closed');
    await bar(app).click();
    await button(tray(app), t.upload.clear).click();
    await expect(tray(app)).toHaveCount(0);
    await expect(app.getByRole('main')).toBeFocused();
  });
  expect(problems).toEqual([]);
});

test('an upload that is interrupted at 60 % continues without sending a part twice', async ({
  page,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '/mine');
  // Decoders ignore the bytes after the end of a JPEG.
  const buffer = Buffer.concat([await photograph(page, 1200, 800, 200), randomBytes(27_000_000)]);
  const parts: number[] = [];
  app.on('request', (request) => {
    const part = new URL(request.url()).searchParams.get('partNumber');
    if (part && request.method() === 'PUT') parts.push(Number(part));
  });
  const network = await context.newCDPSession(app);
  const uplink = (megabytes: number | 'none') =>
    network.send('Network.emulateNetworkConditions', {
      offline: megabytes === 'none',
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: megabytes === 'none' ? 0 : megabytes * 1e6,
    });
  await network.send('Network.enable');
  await uplink(3);

  await test.step('the connection is lost in the middle of the fourth part', async () => {
    const file = test.info().outputPath('large.jpg');
    writeFileSync(file, buffer);
    await app.getByLabel(t.upload.choose).last().setInputFiles(file);
    await expect(upload(app, 'large.jpg')).toContainText(/Sending, (59|6\d) %/);
    await uplink('none');
    await isIn(app, 'large.jpg', 'interrupted');
    await expect(tray(app)).toContainText(t.upload.line.offline);
    await shot(app, 'interrupted');
    expect(parts).toEqual([1, 2, 3, 4]);
  });

  await test.step('only the rest is sent after the reconnection', async () => {
    await uplink(1000);
    const { owner, id } = await uploaded(app, 'large.jpg');
    // S3 can have received all bytes of the fourth part.
    expect(parts.filter((part) => part !== 4)).toEqual([1, 2, 3, 5, 6]);
    expect(parts.filter((part) => part === 4).length).toBeLessThanOrEqual(2);
    const picture = await julia.call<Picture>('GET', `/pictures/${owner}/${id}`);
    expect(picture.bytes).toBe(buffer.length);
    const stored = Buffer.from(await (await fetch(picture.original!.url)).arrayBuffer());
    expect(createHash('sha256').update(stored).digest('hex')).toBe(
      createHash('sha256').update(buffer).digest('hex'),
    );
  });
});

test('errors are shown, and uploads continue when they can', async ({ page, context }) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '/mine');

  await test.step('a refused upload shows the reason, and can be retried', async () => {
    const headers = { 'access-control-allow-origin': '*' };
    const notes = 'Not today.';
    await app.route(/\/pictures$/, (route) =>
      route.fulfill({ status: 403, headers, json: { code: 403, data: null, notes } }),
    );
    await choose(app, { name: 'early.jpg', buffer: await photograph(page, 400, 300, 30) });
    await isIn(app, 'early.jpg', 'failed');
    await openTray(app);
    await choose(
      app,
      { name: 'late.jpg', buffer: await photograph(page, 400, 300, 300) },
      { name: 'letter.jpg', buffer: Buffer.from('Dear Julia, …') },
    );
    await isIn(app, 'late.jpg', 'failed');
    await expect(upload(app, 'late.jpg')).toContainText(notes);
    await app.unroute(/\/pictures$/);
    await shot(app, 'failed');
    await button(tray(app), t.upload.retryOf('late.jpg')).press('Enter');
    await isIn(app, 'late.jpg', 'ready');
    await button(tray(app), t.upload.onlyUrgent(2)).click();
    await expect(tray(app).locator('li')).toHaveCount(2);
    await button(tray(app), t.upload.retryOf('early.jpg')).click();
    await button(tray(app), t.upload.onlyUrgent(1)).click();
    await isIn(app, 'early.jpg', 'ready');
  });

  await test.step('an interrupted upload continues, and leaving the page needs a confirmation', async () => {
    await app.route(/\/originals\//, (route) =>
      route.request().method() === 'PUT' ? route.abort('connectionreset') : route.continue(),
    );
    await choose(app, { name: 'patient.jpg', buffer: await photograph(page, 400, 300, 10) });
    await isIn(app, 'patient.jpg', 'interrupted');
    const asked = app.waitForEvent('dialog');
    await app.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    await app.unroute(/\/originals\//);
    await isIn(app, 'patient.jpg', 'ready');
  });

  await test.step('signing out needs a confirmation, and withdraws unfinished uploads', async () => {
    const states = async () => (await picturesOf(julia)).map(({ state }) => state).sort();
    const release = await hold(app);
    await choose(app, { name: 'left-behind.jpg', buffer: await photograph(page, 400, 300, 110) });
    await isIn(app, 'left-behind.jpg', 'sending');
    await expect.poll(states).toEqual(['awaitingUpload', 'ready', 'ready', 'ready']);
    await button(app, t.account.menu(julia.name)).click();
    await button(app, t.account.signOut).click();
    const dialog = app.getByRole('dialog', { name: t.shell.signOut.title });
    await expect(dialog).toContainText(t.shell.unfinished(1, 0));
    await button(dialog, t.shell.signOut.no).click();
    await isIn(app, 'left-behind.jpg', 'sending');
    await expect(button(app, t.account.menu(julia.name))).toBeFocused();
    await button(app, t.account.menu(julia.name)).click();
    await button(app, t.account.signOut).click();
    await button(dialog, t.shell.signOut.yes).click();
    await expect(tray(app)).toHaveCount(0);
    await release();
    // An upload that continued or was not withdrawn would be a fourth picture.
    await expect.poll(states).toEqual(['ready', 'ready', 'ready']);
  });
});
