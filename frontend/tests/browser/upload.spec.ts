import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, type Route } from '@playwright/test';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { openTray, test, tile, tray, upload, uploaded, watchForProblems } from './app';
import { member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';

const bar = (page: Page) => tray(page).locator('[aria-expanded]');
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

/** Delays the requests to S3 until the returned function is called. */
async function hold(page: Page): Promise<() => Promise<void>> {
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
      const pictures = await album(julia);
      expect(
        pictures.map(({ caption, visibility, state }) => ({ caption, visibility, state })),
      ).toEqual(Array(3).fill({ caption: 'Isle of Wight', visibility: 'friends', state: 'ready' }));
    }).toPass({ timeout: 15_000 });
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
      .poll(async () => (await album(julia)).map(({ caption }) => caption).sort())
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
    await expect(upload(app, 'large.jpg')).toContainText(/Sending, (59|6\d) %/, {
      timeout: 40_000,
    });
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

test('duplicates are sent only after an answer, and unsupported files never', async ({
  page,
  context,
}, { project }) => {
  const julia = await member('Julia', 'Cameron');
  const jpeg = await photograph(page, 900, 600, 20);
  const known = await publish(julia, jpeg);
  const app = await openAs(context, julia, '/mine');
  await expect(tile(app, known.id)).toBeVisible();

  await test.step('a picture that the person has already is sent only after an answer', async () => {
    await choose(app, { name: 'again.jpg', buffer: jpeg });
    await openTray(app);
    await isIn(app, 'again.jpg', 'duplicate');
    await expect(upload(app, 'again.jpg')).toContainText(t.upload.states.duplicate);
    await expect(
      upload(app, 'again.jpg').getByRole('link', { name: t.upload.showDuplicate }),
    ).toHaveAttribute('href', new RegExp(known.id));
    await button(tray(app), t.upload.skipOf('again.jpg')).click();
    await expect(tray(app)).toHaveCount(0);
    await choose(app, { name: 'again.jpg', buffer: jpeg });
    await openTray(app);
    await button(tray(app), t.upload.sendAnywayOf('again.jpg')).click();
    await isIn(app, 'again.jpg', 'ready');
    expect(await album(julia)).toHaveLength(2);
  });

  await test.step('a file that is chosen twice is sent once', async () => {
    const buffer = await photograph(page, 600, 900, 70);
    await choose(app, { name: 'left.jpg', buffer }, { name: 'right.jpg', buffer });
    await expect(tray(app).locator('li[data-state="duplicate"]')).toContainText(
      t.upload.states.duplicateHere,
    );
    await expect(tray(app).locator('li[data-state="ready"]')).toHaveCount(2, { timeout: 20_000 });
    await shot(app, 'duplicate');
  });

  if (project.name === 'phone') {
    await test.step('the camera is offered on a phone', async () => {
      await bar(app).click(); // the open list covers the button
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
      await openTray(app);
    });
  } else {
    await test.step('no camera is offered on a desktop', async () => {
      await expect(button(app, t.upload.choose)).toBeVisible();
      await expect(button(app, t.upload.take)).toBeHidden();
    });

    await test.step('a dropped folder adds its pictures for the audience of the drop area', async () => {
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

  await test.step('a picture can be pasted, except into a text field', async () => {
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

  await test.step('files above the limits and other files are refused', async () => {
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
    // An upload that continued or was not withdrawn would be a fourth picture.
    await expect.poll(states, { timeout: 15_000 }).toEqual(['ready', 'ready', 'ready']);
  });
});

test('two hundred files can be added at once', async ({ page, context }) => {
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');
  const jpeg = await photograph(page, 60, 40, 0);
  const files = Array.from({ length: 200 }, (_, i) => ({
    name: `picture-${i}.jpg`,
    buffer: Buffer.concat([jpeg, Buffer.from([i])]),
  }));
  const release = await hold(app);
  await choose(app, ...files);
  await expect(tray(app)).toContainText(t.upload.summary(0, 200));
  await openTray(app);
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

/** Milliseconds in which a tray that closes itself has closed. */
const CLOSED_AFTER_MS = 10_000;

test('the tray closes itself when all pictures are ready', async ({ page, context }) => {
  await context.clock.install();
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');

  await test.step('it closes some seconds later', async () => {
    await choose(app, { name: 'one.jpg', buffer: await photograph(page, 400, 300, 30) });
    await isIn(app, 'one.jpg', 'ready');
    await expect(tray(app)).toHaveCount(0, { timeout: CLOSED_AFTER_MS });
  });

  await test.step('it stays while the focus or the pointer is in it', async () => {
    await choose(app, { name: 'two.jpg', buffer: await photograph(page, 400, 300, 120) });
    await openTray(app);
    await isIn(app, 'two.jpg', 'ready');
    await app.clock.fastForward(CLOSED_AFTER_MS);
    await expect(upload(app, 'two.jpg')).toBeVisible();
    await tray(app).hover();
    await bar(app).blur();
    await app.clock.fastForward(CLOSED_AFTER_MS);
    await expect(upload(app, 'two.jpg')).toBeVisible();
    await app.mouse.move(5, 5);
    await expect(tray(app)).toHaveCount(0, { timeout: CLOSED_AFTER_MS });
  });

  await test.step('it stays if a file failed', async () => {
    await choose(
      app,
      { name: 'three.jpg', buffer: await photograph(page, 400, 300, 210) },
      { name: 'letter.jpg', buffer: Buffer.from('Dear Julia, …') },
    );
    await isIn(app, 'three.jpg', 'ready');
    await app.clock.fastForward(CLOSED_AFTER_MS);
    await expect(tray(app)).toContainText(t.upload.refused.notPicture);
  });
});

test('failed uploads are listed first', async ({ page, context }) => {
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');
  const release = await hold(app);
  await choose(
    app,
    { name: 'one.jpg', buffer: await photograph(page, 400, 300, 30) },
    { name: 'letter.jpg', buffer: Buffer.from('Dear Julia, …') },
  );
  await isIn(app, 'letter.jpg', 'failed');
  await expect(tray(app).locator('li').first()).toContainText('letter.jpg');
  await expect(tray(app)).toContainText(t.upload.line.failed(1));
  await release();
});

test('on a phone the list of uploads opens only by a tap', async ({ page, context }, {
  project,
}) => {
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');
  const release = await hold(app);
  await choose(app, { name: 'one.jpg', buffer: await photograph(page, 400, 300, 30) });
  await isIn(app, 'one.jpg', 'sending');

  if (project.name === 'desktop') {
    await expect(upload(app, 'one.jpg')).toBeVisible();
  } else {
    await expect(upload(app, 'one.jpg')).toBeHidden();
    await expect(tray(app).getByRole('progressbar', { name: t.upload.total })).toBeVisible();
    const { y, height } = (await tray(app).boundingBox())!;
    expect(height).toBeLessThan(70);
    expect(y + height).toBeCloseTo(app.viewportSize()!.height, -1);
    await shot(app, 'bar');
    await bar(app).tap();
    await expect(upload(app, 'one.jpg')).toBeVisible();
    await shot(app, 'panel');
  }
  await button(tray(app), t.upload.pauseOf('one.jpg')).focus();
  await app.keyboard.press('Escape');
  await expect(upload(app, 'one.jpg')).toBeHidden();
  await expect(bar(app)).toBeFocused();
  await release();
});

/** Drops a file or a folder. Only the DevTools protocol can drop folders. */
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

/** Pastes a picture that was copied in another application. */
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

/** Returns the beginning of a PNG, which contains its dimensions. */
function pngHead(width: number, height: number): Buffer {
  const head = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}
