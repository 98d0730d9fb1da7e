/** All main tasks by keyboard only. The focus is always visible. */
import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import { CODE, emailOf, PASSWORD, stack, tab, test, tile, uploaded } from './app';
import { expectFocus, press, tabTo } from './keyboard';
import { freshHandle, member } from './members';
import { photograph } from './pictures';

test('all main tasks work by keyboard only', async ({ page, browser }) => {
  const anna = await member('Anna', 'Atkins');
  const drawingPage = await (await browser.newContext()).newPage();
  const handle = freshHandle('julia');
  const keys = page.keyboard;
  const details = page.getByRole('dialog').getByRole('complementary');
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  await test.step('sign up', async () => {
    await page.goto(stack.web);
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    await keys.press('Tab');
    await expect(page.getByRole('link', { name: t.skip })).toBeFocused();
    await expectFocus(page);
    await keys.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await press(page, page.getByRole('main').getByRole('link', { name: t.auth.signUp }));
    await expect(page.getByLabel(t.auth.firstName)).toBeFocused();
    for (const [label, typed] of [
      [t.auth.firstName, 'Julia'],
      [t.auth.lastName, 'Cameron'],
      [t.auth.handle, handle],
      [t.auth.email, emailOf(handle)],
      [t.auth.password, PASSWORD],
    ] as const) {
      await tabTo(page, page.getByLabel(label, { exact: true }));
      await keys.type(typed);
    }
    await keys.press('Enter');
    await expect(page.getByLabel(t.auth.code)).toBeFocused();
    await keys.type(CODE);
    await keys.press('Enter');
    await expect(tab(page, t.nav.feed)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('main')).toBeFocused();
  });

  const picture = await test.step('upload a picture', async () => {
    await press(page, tab(page, t.nav.mine), { back: true });
    await expect(page.getByText(t.feed.empty.mine.title)).toBeVisible();
    await expectFocus(page);
    const buffer = await photograph(drawingPage, 900, 600, 40);
    const choosing = page.waitForEvent('filechooser');
    await press(page, button(t.upload.choose));
    await (await choosing).setFiles({ name: 'coast.jpg', mimeType: 'image/jpeg', buffer });
    await expectFocus(page);
    return uploaded(page, 'coast.jpg');
  });

  await test.step('open it, add a caption, show it to friends and comment on it', async () => {
    await press(page, tile(page, picture.id));
    await expect(details).toBeVisible();
    await expectFocus(page);
    const toggle = details.getByRole('button', { name: t.picture.details });
    if (await toggle.isVisible()) await press(page, toggle);
    await press(page, details.getByRole('button', { name: t.picture.addCaption }));
    await expect(details.getByLabel(t.picture.caption, { exact: true })).toBeFocused();
    await keys.type('By the sea');
    await keys.press('Enter');
    await expect(details.getByText('By the sea')).toBeVisible();
    await expect(details.getByRole('button', { name: t.picture.editCaption })).toBeFocused();
    await expectFocus(page);

    await tabTo(page, details.getByRole('radio', { name: t.upload.visibility.private }));
    await keys.press('ArrowRight');
    await expect(details.getByRole('radio', { name: t.upload.visibility.friends })).toBeChecked();
    await expect(details.getByText(t.picture.meaning.friends)).toBeVisible();
    await expectFocus(page);

    await tabTo(page, details.getByLabel(t.comments.write));
    await keys.type('A fine day.');
    await press(page, details.getByRole('button', { name: t.comments.send }));
    await expect(details.getByText('A fine day.')).toBeVisible();
    await expectFocus(page);
    await keys.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(tile(page, picture.id)).toBeFocused();
    await expectFocus(page);
  });

  await test.step('delete it and undo', async () => {
    await keys.press('Enter');
    await expect(details).toBeVisible();
    const toggle = details.getByRole('button', { name: t.picture.details });
    if (await toggle.isVisible()) await press(page, toggle);
    await press(page, details.getByRole('button', { name: t.picture.remove, exact: true }));
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(tile(page, picture.id)).toHaveCount(0);
    await expectFocus(page);
    await keys.press('Control+z');
    await expect(tile(page, picture.id)).toBeVisible();
    await expectFocus(page);
  });

  await test.step('request a friendship', async () => {
    await press(page, tab(page, t.nav.friends), { back: true });
    await expect(page.getByRole('heading', { name: t.friends.title, exact: true })).toBeVisible();
    await expectFocus(page);
    await tabTo(page, page.getByLabel(t.friends.find.label));
    await keys.type(anna.handle);
    await keys.press('Enter');
    await press(page, button(t.friends.actionFor(t.friends.ask, anna.nameAndHandle)));
    await expect(
      button(t.friends.actionFor(t.friends.withdraw, anna.nameAndHandle)).first(),
    ).toBeVisible();
    await expectFocus(page);
  });

  await test.step('sign out', async () => {
    await press(page, page.getByRole('button', { name: t.account.menu('Julia Cameron') }), {
      back: true,
    });
    await keys.press('Tab');
    await press(page, button(t.account.signOut));
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    await expectFocus(page);
  });
});
