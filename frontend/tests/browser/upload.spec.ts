import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, type Route } from '@playwright/test';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { test, tile, upload, uploaded, watchForProblems } from './app';
import { member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';

const tray = (page: Page) => page.getByRole('region', { name: t.upload.tray });
const button = (where: Page | Locator, name: string) =>
  where.getByRole('button', { name, exact: true });
const shot = (page: Page, name: string) =>
  page.screenshot({ path: test.info().outputPath(`${name}.png`) });
const choose = (page: Page, ...files: { name: string; buffer: Buffer }[]) =>
  page
    .getByLabel(t.upload.choose)
    .last()
    .setInputFiles(files.map((file) => ({ ...file, mimeType: 'image/jpeg' })));
const isIn = (page: Page, file: string, state: string) =>
  expect(upload(page, file)).toHaveAttribute('data-state', state, { timeout: 25_000 });
const album = async ({ id, call }: Member) =>
  (await call<{ items: Picture[] }>('GET', `/users/${id}/pictures?limit=100`)).items;

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

test('many at once: a queue, pause, cancel, caption and audience for all', async ({
  page,
  context,
}) => {
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

  /** Whose check is done first is sent first. */
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
    await expect(tray(app).locator('[data-close]:focus')).toHaveCount(1); // that of what was next to it
    await button(tray(app), t.upload.cancelOf(four)).click();
    await expect(upload(app, four)).toHaveCount(0);
  });

  await test.step('all others get a caption, and are for friends', async () => {
    await button(tray(app), t.upload.all.edit).click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.upload.edit.captionAll).fill('Isle of Wight');
    await dialog.getByText(t.upload.visibility.friends).click();
    await shot(app, 'wording');
    await button(dialog, t.words.save).click();
    await expect(upload(app, two)).toContainText(`${t.upload.visibility.friends} · Isle of Wight`);
  });

  await test.step('they go on, and are as was said', async () => {
    await button(tray(app), t.upload.all.resume).click();
    await release();
    for (const name of [one, two, three]) await isIn(app, name, 'ready');
    await expect(tray(app)).toContainText(t.upload.summary(3, 3));
    await expect(async () => {
      const pictures = await album(julia);
      expect(
        pictures.map(({ caption, visibility, state }) => ({ caption, visibility, state })),
      ).toEqual(Array(3).fill({ caption: 'Isle of Wight', visibility: 'friends', state: 'ready' }));
    }).toPass({ timeout: 15_000 });
    await shot(app, 'ready');
  });

  await test.step('what has been sent is changed, too', async () => {
    await upload(app, one)
      .getByRole('button', { name: /Isle of Wight/ })
      .click();
    const dialog = app.getByRole('dialog');
    await dialog.getByLabel(t.picture.caption, { exact: true }).fill('Freshwater');
    await button(dialog, t.words.save).click();
    const { id } = await uploaded(app, one);
    await expect(tile(app, id).getByRole('img')).toHaveAttribute('alt', 'Freshwater');
    await expect
      .poll(async () => (await album(julia)).map(({ caption }) => caption).sort())
      .toEqual(['Freshwater', 'Isle of Wight', 'Isle of Wight']);
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

test('an upload that is cut at 60 % goes on by itself and sends no part again that had arrived', async ({
  page,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '/mine');
  // A real picture, and large: whatever follows the end of a JPEG is no matter.
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

  await test.step('the connection is cut in the middle of the fourth part', async () => {
    const file = test.info().outputPath('large.jpg');
    writeFileSync(file, buffer);
    await app.getByLabel(t.upload.choose).last().setInputFiles(file);
    await expect(upload(app, 'large.jpg')).toContainText(/Sending, (59|6\d) %/, {
      timeout: 40_000,
    });
    await uplink('none');
    await isIn(app, 'large.jpg', 'interrupted');
    await expect(tray(app)).toContainText(t.upload.line.offline);
    await shot(app, 'interrupted');
    expect(parts).toEqual([1, 2, 3, 4]);
  });

  await test.step('it is back: the rest is sent, and nothing else', async () => {
    await uplink(1000);
    const { owner, id } = await uploaded(app, 'large.jpg');
    // Of the fourth, S3 may have had everything: then it is not sent again, either.
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

test('what one has already is not sent again, and what cannot be sent not at all', async ({
  page,
  context,
}, { project }) => {
  const julia = await member('Julia', 'Cameron');
  const jpeg = await photograph(page, 900, 600, 20);
  const known = await publish(julia, jpeg);
  const app = await openAs(context, julia, '/mine');
  await expect(tile(app, known.id)).toBeVisible();

  await test.step('a picture that one has already is not sent again unless wanted', async () => {
    await choose(app, { name: 'again.jpg', buffer: jpeg });
    await isIn(app, 'again.jpg', 'duplicate');
    await expect(upload(app, 'again.jpg')).toContainText(t.upload.states.duplicate);
    await expect(
      upload(app, 'again.jpg').getByRole('link', { name: t.upload.showIt }),
    ).toHaveAttribute('href', new RegExp(known.id));
    await button(tray(app), t.upload.leaveItOf('again.jpg')).click();
    await expect(tray(app)).toHaveCount(0);
    await choose(app, { name: 'again.jpg', buffer: jpeg });
    await button(tray(app), t.upload.sendAnywayOf('again.jpg')).click();
    await isIn(app, 'again.jpg', 'ready');
    expect(await album(julia)).toHaveLength(2);
  });

  await test.step('nor is the same file twice', async () => {
    const buffer = await photograph(page, 600, 900, 70);
    await choose(app, { name: 'left.jpg', buffer }, { name: 'right.jpg', buffer });
    await expect(tray(app).locator('li[data-state="duplicate"]')).toContainText(
      t.upload.states.duplicateHere,
    );
    await expect(tray(app).locator('li[data-state="ready"]')).toHaveCount(2, { timeout: 20_000 });
    await shot(app, 'duplicate');
  });

  if (project.name === 'phone') {
    await test.step('a picture that is taken with the camera, there and then', async () => {
      const chooser = app.waitForEvent('filechooser');
      await button(app, t.upload.take).tap();
      const camera = await chooser;
      expect(await camera.element().getAttribute('capture')).toBe('environment');
      await camera.setFiles({
        name: 'camera.jpg',
        mimeType: 'image/jpeg',
        buffer: await photograph(page, 600, 800, 180),
      });
      await isIn(app, 'camera.jpg', 'ready');
    });
  } else {
    await test.step('no camera is offered where there is a mouse', async () => {
      await expect(button(app, t.upload.choose)).toBeVisible();
      await expect(button(app, t.upload.take)).toBeHidden();
    });

    await test.step('a folder that is dropped: all pictures within, for those on whose part it falls', async () => {
      const folder = test.info().outputPath('Wight');
      mkdirSync(join(folder, 'Freshwater'), { recursive: true });
      for (const [i, path] of [
        'down.jpg',
        'Freshwater/bay.jpg',
        'Freshwater/cliff.jpg',
      ].entries()) {
        writeFileSync(join(folder, path), await photograph(page, 400, 300, 100 * i + 35));
      }
      for (const noise of ['.DS_Store', 'Freshwater/Thumbs.db'])
        writeFileSync(join(folder, noise), 'noise');
      const before = await tray(app).locator('li').count();
      await dropFromDisk(app, folder, app.locator('[data-audience="friends"]'));
      for (const name of ['down.jpg', 'bay.jpg', 'cliff.jpg']) {
        await isIn(app, name, 'ready');
        await expect(upload(app, name)).toContainText(t.upload.visibility.friends);
      }
      await expect(tray(app).locator('li')).toHaveCount(before + 3);
    });
  }

  await test.step('a picture from the clipboard, though not while somebody writes', async () => {
    await paste(app, 'body', await photograph(page, 300, 300, 150));
    await isIn(app, t.upload.pasted, 'ready');
    await upload(app, t.upload.pasted)
      .getByRole('button', { name: new RegExp(t.picture.addCaption) })
      .click();
    const count = await tray(app).locator('li').count();
    await paste(app, 'textarea', await photograph(page, 300, 300, 250));
    await app.keyboard.press('Escape');
    expect(await tray(app).locator('li').count()).toBe(count);
  });

  await test.step('what is over the limits is not even begun', async () => {
    const large = test.info().outputPath('large.jpg');
    writeFileSync(large, jpeg);
    truncateSync(large, 50_000_001);
    await app.getByLabel(t.upload.choose).last().setInputFiles(large);
    await expect(upload(app, 'large.jpg')).toContainText(t.upload.refused.tooLarge(50_000_001));
    await choose(
      app,
      { name: 'wide.png', buffer: pngHead(40_000, 10) },
      { name: 'letter.jpg', buffer: Buffer.from('Dear Julia, …') },
    );
    await expect(upload(app, 'wide.png')).toContainText(t.upload.refused.tooManyPixels(40_000, 10));
    await expect(upload(app, 'letter.jpg')).toContainText(t.upload.refused.notPicture);
    await shot(app, 'refused');
    const { violations } = await new AxeBuilder({ page: app }).include('[data-tray]').analyze();
    expect(
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'),
    ).toEqual([]);
  });
});

test('what goes wrong is said, and what can be mended goes on', async ({ page, context }) => {
  const julia = await member('Julia', 'Cameron');
  const app = await openAs(context, julia, '/mine');

  await test.step('what the server refuses says why, and can be tried again', async () => {
    const headers = { 'access-control-allow-origin': '*' };
    const notes = 'Not today.';
    await app.route(/\/pictures$/, (route) =>
      route.fulfill({ status: 403, headers, json: { code: 403, data: null, notes } }),
    );
    await choose(app, { name: 'early.jpg', buffer: await photograph(page, 400, 300, 30) });
    await isIn(app, 'early.jpg', 'failed');
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
    await button(tray(app), t.upload.onlyAnswers(2)).click();
    await expect(tray(app).locator('li')).toHaveCount(2);
    await button(tray(app), t.upload.retryOf('early.jpg')).click();
    await button(tray(app), t.upload.onlyAnswers(1)).click();
    await isIn(app, 'early.jpg', 'ready');
  });

  await test.step('a lost connection is waited for, and leaving asks first', async () => {
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

  await test.step('signing out asks first; after it nothing goes on, and nothing half done stays', async () => {
    const states = async () => (await album(julia)).map(({ state }) => state).sort();
    const release = await hold(app);
    await choose(app, { name: 'left-behind.jpg', buffer: await photograph(page, 400, 300, 110) });
    await isIn(app, 'left-behind.jpg', 'sending');
    await expect
      .poll(states, { timeout: 15_000 })
      .toEqual(['awaitingUpload', 'ready', 'ready', 'ready']);
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
    // What was registered for it is taken back: had it gone on, or been left lying, it would be a fourth.
    await expect.poll(states, { timeout: 15_000 }).toEqual(['ready', 'ready', 'ready']);
  });
});

test('two hundred at once', async ({ page, context }) => {
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');
  const jpeg = await photograph(page, 60, 40, 0);
  const files = Array.from({ length: 200 }, (_, i) => ({
    name: `picture-${i}.jpg`,
    buffer: Buffer.concat([jpeg, Buffer.from([i])]),
  }));
  const release = await hold(app);
  await choose(app, ...files);
  await expect(tray(app)).toContainText(t.upload.summary(0, 200));
  await button(tray(app), t.upload.all.pause).click();
  await expect(tray(app)).toContainText(t.upload.line.paused);
  const { height } = (await tray(app).boundingBox())!;
  expect(height).toBeLessThan(0.62 * app.viewportSize()!.height);
  await upload(app, 'picture-199.jpg').scrollIntoViewIfNeeded();
  await expect(upload(app, 'picture-199.jpg')).toBeInViewport();
  await shot(app, 'many');
  await button(tray(app), t.upload.all.cancel).click();
  await shot(app, 'cancel');
  await button(app.getByRole('dialog'), t.upload.cancelAll.yes).click();
  await expect(tray(app)).toHaveCount(0);
  await expect(app.getByRole('main')).toBeFocused();
  await release();
});

/** A file or folder as from the system's window: only the browser itself can make a dropped folder. */
async function dropFromDisk(page: Page, path: string, target: Locator): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop', x: number, y: number) =>
    client.send('Input.dispatchDragEvent', {
      type,
      x,
      y,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
  await drag('dragEnter', 10, 10);
  await drag('dragOver', 10, 10);
  const { x, y, width, height } = (await target.boundingBox())!;
  await drag('dragOver', x + width / 2, y + height / 2);
  await drag('drop', x + width / 2, y + height / 2);
  await expect(target).toHaveCount(0);
  await client.detach();
}

/** As if a picture had been copied elsewhere. */
async function paste(page: Page, where: string, jpeg: Buffer): Promise<void> {
  await page.locator(where).evaluate((element, base64) => {
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'image.jpeg', { type: 'image/jpeg' }));
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, jpeg.toString('base64'));
}

/** The beginning of a PNG: enough to know how large it would be. */
function pngHead(width: number, height: number): Buffer {
  const head = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}
