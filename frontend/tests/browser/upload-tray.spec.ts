import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import { openTray, test, tray, upload } from './app';
import { member, openAs } from './members';
import { photograph } from './pictures';
import { bar, button, choose, hold, isIn, shot } from './uploads';

/** Milliseconds in which a tray that closes itself has closed. */
const CLOSED_AFTER_MS = 10_000;

test('the tray closes itself when all pictures are ready', async ({ page, context }) => {
  await context.clock.install();
  const app = await openAs(context, await member('Julia', 'Cameron'), '/mine');

  await test.step('it closes some seconds later', async () => {
    await choose(app, { name: 'one.jpg', buffer: await photograph(page, 400, 300, 30) });
    await isIn(app, 'one.jpg', 'ready');
    await expect(tray(app)).toHaveCount(0);
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
    await expect(tray(app)).toHaveCount(0);
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
