/** Runs axe in each view, in light and dark colors. */
import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import { passwordRecovery } from '../../src/texts/password-recovery';
import { openTray, PASSWORD, register, stack, test, tile, upload } from './app';
import { expectAccessible } from './axe';
import { befriend, freshHandle, member, openAs, publish } from './members';
import { photograph } from './pictures';

const submit = (name: string) => ({ name, exact: true });

test('the views of a visitor are accessible', async ({ page }) => {
  await page.goto(stack.web);
  await expect(page.locator('[aria-labelledby="feed-title"]')).toHaveAttribute(
    'aria-busy',
    'false',
  );
  await expectAccessible(page, 'landing');

  await page.goto(`${stack.web}sign-in`);
  await page.getByRole('main').getByRole('button', submit(t.auth.signIn)).click();
  await expect(page.getByText(t.auth.missing.email)).toBeVisible();
  await expectAccessible(page, 'sign-in with an error');

  await page.goto(`${stack.web}forgotten-password`);
  await expect(page.getByLabel(t.auth.email)).toBeVisible();
  await expectAccessible(page, 'forgotten password');
  await page.getByLabel(t.auth.email).fill(`${freshHandle('nobody')}@example.org`);
  await page.getByRole('button', { name: passwordRecovery.sendCode }).click();
  await expect(page.getByLabel(t.auth.code)).toBeVisible();
  await expectAccessible(page, 'code and new password');
  await page.getByRole('button', { name: passwordRecovery.reset.sendSignUpCode }).click();
  await expect(
    page.getByRole('heading', { name: passwordRecovery.signUp.title, exact: true }),
  ).toBeVisible();
  await expectAccessible(page, 'code of the sign-up');

  await page.goto(`${stack.web}sign-up`);
  await expectAccessible(page, 'sign-up');
  await register(page, { first: 'Julia', last: 'Cameron' }, freshHandle('julia'));
  await expect(page.getByLabel(t.auth.code)).toBeVisible();
  await expectAccessible(page, 'code');

  await page.route('**/public?**', (route) => route.abort());
  await page.goto('about:blank');
  await page.goto(stack.web);
  await expect(page.getByText(t.feed.failed)).toBeVisible();
  await expectAccessible(page, 'a list that could not be loaded');
});

test('lists, people and settings are accessible', async ({ page: blank, context }) => {
  const [julia, anna] = await Promise.all([member('Julia', 'Cameron'), member('Anna', 'Atkins')]);
  const page = await openAs(context, julia, '/mine');
  await expect(page.getByText(t.feed.empty.mine.title)).toBeVisible();
  await expectAccessible(page, 'mine, empty');

  await anna.call('PUT', `/friends/${julia.id}`);
  await page.goto(`${stack.web}friends`);
  await expect(
    page.getByRole('heading', { name: t.friends.lists.invited, exact: true }),
  ).toBeVisible();
  await expectAccessible(page, 'friends, with a request');

  await befriend(julia, anna);
  const picture = await publish(julia, await photograph(blank, 900, 600, 30), {
    caption: 'By the sea',
  });
  await page.goto(`${stack.web}mine`);
  await page.reload();
  await expect(tile(page, picture.id)).toBeVisible();
  await expectAccessible(page, 'mine');
  await page.getByRole('button', submit(t.feed.select.start)).click();
  await page.getByRole('button', submit(t.feed.select.all)).click();
  await expect(page.getByRole('toolbar', { name: t.feed.select.label })).toContainText(
    t.feed.select.count(1),
  );
  await expectAccessible(page, 'pictures selected');
  await page.getByRole('button', submit(t.feed.select.end)).click();

  await page.getByRole('button', { name: t.notifications.title }).click();
  await expect(
    page.getByRole('heading', { name: t.notifications.title, exact: true }),
  ).toBeVisible();
  await expectAccessible(page, 'the notification list');
  await page.keyboard.press('Escape');

  await page.goto(`${stack.web}public`);
  await expect(page.locator('[aria-labelledby="feed-title"]')).toHaveAttribute(
    'aria-busy',
    'false',
  );
  await expectAccessible(page, 'public');

  await page.goto(`${stack.web}people/${anna.id}`);
  await expect(page.getByRole('heading', { name: anna.name, exact: true })).toBeVisible();
  await expectAccessible(page, 'a person');

  await page.goto(`${stack.web}settings`);
  await expect(page.getByRole('button', { name: t.auth.everywhere.action })).toBeVisible();
  await expectAccessible(page, 'settings');
  await page.getByRole('button', { name: t.auth.everywhere.action }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, 'a dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('button', submit(t.settings.account.open)).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, 'deleting the account');
  await page.keyboard.press('Escape');

  // At the top of the page, the sticky header and the menu do not cover a part of a control.
  await page.evaluate(() => scrollTo(0, 0));
  await page.getByRole('button', { name: t.account.menu(julia.name) }).click();
  await expect(page.getByRole('button', submit(t.account.signOut))).toBeVisible();
  await expectAccessible(page, 'the account menu');
});

test('a picture, uploads and the end of a session are accessible', async ({
  page: blank,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 900, 600, 130), {
    caption: 'By the sea',
    visibility: 'friends',
  });
  const page = await openAs(context, julia, `/p/${julia.id}/${picture.id}`);
  const details = page.getByRole('dialog').getByRole('complementary');
  await expect(details).toContainText('By the sea');
  await expectAccessible(page, 'a picture');
  const toggle = details.getByRole('button', { name: t.picture.details });
  if (await toggle.isVisible()) {
    await toggle.click();
    await expectAccessible(page, 'a picture with its details');
  }
  await details.getByRole('button', { name: t.picture.editCaption }).click();
  await expectAccessible(page, 'a caption being written');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await page
    .getByLabel(t.upload.choose)
    .last()
    .setInputFiles([
      { name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Dear Julia, …') },
      { name: 'coast.jpg', mimeType: 'image/jpeg', buffer: await photograph(blank, 1200, 800, 60) },
    ]);
  await expect(upload(page, 'letter.jpg')).toContainText(t.upload.refused.notPicture);
  await openTray(page);
  await expectAccessible(page, 'uploads');

  await page.route(`${stack.endpoint}/`, (route) =>
    /RefreshToken/.test(route.request().headers()['x-amz-target'] ?? '')
      ? route.fulfill({
          status: 400,
          headers: {
            'x-amzn-errortype': 'NotAuthorizedException',
            'access-control-allow-origin': '*',
          },
          json: { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' },
        })
      : route.fallback(),
  );
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 30 * 60_000;
    document.dispatchEvent(new Event('visibilitychange'));
    Date.now = now;
  });
  await expect(page.getByRole('dialog', { name: t.auth.again.title })).toBeVisible();
  await expectAccessible(page, 'the session has ended');
  await page.getByLabel(t.auth.password).fill(PASSWORD);
});
