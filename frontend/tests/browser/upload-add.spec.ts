import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { t } from '../../src/texts';
import { openTray, test, tile, tray, upload } from './app';
import { member, openAs, publish } from './members';
import { photograph } from './pictures';
import { bar, button, choose, hold, isIn, picturesOf, shot } from './uploads';

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
    expect(await picturesOf(julia)).toHaveLength(2);
  });

  await test.step('a file that is chosen twice is sent once', async () => {
    const buffer = await photograph(page, 600, 900, 70);
    await choose(app, { name: 'left.jpg', buffer }, { name: 'right.jpg', buffer });
    await expect(tray(app).locator('li[data-state="duplicate"]')).toContainText(
      t.upload.states.duplicateHere,
    );
    await expect(tray(app).locator('li[data-state="ready"]')).toHaveCount(2);
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
