import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import { emailOf, PASSWORD, stack, test, watchForProblems } from './app';
import { freshHandle, member, openAs, publish } from './members';
import { photograph } from './pictures';

const words = t.settings;

test('a person changes their profile and what they are told of, and leaves for good', async ({
  page: camera,
  browser,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const picture = await publish(anna, await photograph(camera, 900, 600, 40), {
    visibility: 'public',
  });
  const page = await openAs(await browser.newContext(), anna, '/settings');
  const problems = watchForProblems(page);
  const handle = freshHandle('cyano');

  await test.step('the profile: a taken handle is said at its field, another one is kept', async () => {
    await page.getByLabel(t.auth.firstName).fill('Anna Maria');
    await page.getByLabel(t.auth.handle).fill(julia.handle);
    await page.getByRole('button', { name: words.profile.save }).click();
    await expect(page.getByRole('alert').filter({ hasText: julia.handle })).toBeVisible();
    await expect(page.getByLabel(t.auth.handle)).toBeFocused();
    await page.getByLabel(t.auth.handle).fill(handle);
    await page.getByRole('button', { name: words.profile.save }).click();
    await expect(page.getByRole('main').getByText(words.profile.saved)).toBeVisible();
    await expect(
      page.getByRole('button', { name: t.account.menu('Anna Maria Atkins') }),
    ).toBeVisible();
    expect(await julia.call('GET', `/users?handle=${handle}`)).toMatchObject({
      id: anna.id,
      firstName: 'Anna Maria',
    });
  });

  await test.step('what they are told of survives a reload', async () => {
    const box = (
      kind: keyof typeof words.notifications.types,
      channel: keyof typeof words.notifications.channels,
    ) =>
      page.getByRole('checkbox', {
        name: words.notifications.choice(
          words.notifications.types[kind],
          words.notifications.channels[channel],
        ),
      });
    await expect(box('comment.added', 'live')).toBeChecked();
    await box('comment.added', 'email').check();
    await box('picture.ready', 'live').uncheck();
    await expect(page.getByRole('status').filter({ hasText: words.saveState.saved })).toBeVisible();
    await page.reload();
    await expect(box('comment.added', 'email')).toBeChecked();
    await expect(box('comment.added', 'live')).toBeChecked();
    await expect(box('picture.ready', 'live')).not.toBeChecked();
    await expect(page.getByLabel(t.auth.handle)).toHaveValue(handle);
  });

  await test.step('deleting the account asks for the handle, and fails honestly', async () => {
    await page.getByRole('button', { name: words.account.open }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('textbox')).toBeFocused();
    await dialog.getByRole('textbox').fill('somebody-else');
    await dialog.getByRole('textbox').press('Enter');
    await expect(dialog.getByText(words.account.wrong)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole('button', { name: words.account.open })).toBeFocused();
    await page.route(`**/users/${anna.id}`, (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.fallback(),
    );
    await page.getByRole('button', { name: words.account.open }).click();
    await dialog.getByRole('textbox').fill(`@${handle.toUpperCase()}`);
    await dialog.getByRole('button', { name: words.account.yes }).click();
    await expect(dialog.getByText(words.account.partial(''))).toBeVisible();
    await page.unroute(`**/users/${anna.id}`);
  });

  await test.step('asked again, everything goes, and they are signed out', async () => {
    await page.getByRole('dialog').getByRole('button', { name: words.account.yes }).click();
    await expect(page.getByText(words.account.done)).toBeVisible();
    await expect(page.getByRole('heading', { name: t.tagline })).toBeVisible();
    await expect
      .poll(() =>
        julia
          .call('GET', `/pictures/${anna.id}/${picture.id}`)
          .catch((error: Error) => error.message),
      )
      .toMatch(/404/);
    await expect(julia.call('GET', `/users/${anna.id}`)).rejects.toThrow('404');
  });

  await test.step('signing in is refused', async () => {
    await expect(async () => {
      await page.goto(`${stack.web}sign-in`);
      await page.getByLabel(t.auth.email).fill(emailOf(anna.handle));
      await page.getByLabel(t.auth.password, { exact: true }).fill(PASSWORD);
      await page
        .getByRole('main')
        .getByRole('button', { name: t.auth.signIn, exact: true })
        .click();
      await expect(page.getByRole('alert').filter({ hasText: t.auth.wrong })).toBeVisible({
        timeout: 5_000,
      });
    }).toPass();
  });

  expect(problems).toEqual([]);
});
