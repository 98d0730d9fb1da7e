import { expect } from '@playwright/test';
import type { Page, Person } from '../../src/api/types';
import { t } from '../../src/texts';
import { emailOf, PASSWORD, stack, test, watchForProblems } from './app';
import { freshHandle, member, openAs, publish } from './members';
import { photograph } from './pictures';

const words = t.settings;

test('a member changes their profile and preferences, and deletes their account', async ({
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
  const savedStatus = page.getByRole('status').filter({ hasText: words.saveState.saved });

  await test.step('the profile form shows an error for a taken handle and saves a free one', async () => {
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

  await test.step('notification preferences survive a reload', async () => {
    const checkbox = (
      type: keyof typeof words.notifications.types,
      channel: keyof typeof words.notifications.channels,
    ) =>
      page.getByRole('checkbox', {
        name: words.notifications.choice(
          words.notifications.types[type],
          words.notifications.channels[channel],
        ),
      });
    await expect(checkbox('comment.added', 'live')).toBeChecked();
    await checkbox('comment.added', 'email').check();
    await checkbox('picture.ready', 'live').uncheck();
    await expect(savedStatus).toBeVisible();
    await page.reload();
    await expect(checkbox('comment.added', 'email')).toBeChecked();
    await expect(checkbox('comment.added', 'live')).toBeChecked();
    await expect(checkbox('picture.ready', 'live')).not.toBeChecked();
    await expect(page.getByLabel(t.auth.handle)).toHaveValue(handle);
  });

  await test.step('the member is found by name only while the switch is on', async () => {
    // The handle is unique, and its words are searched like names.
    const findIds = async () => {
      const { items } = await julia.call<Page<Person>>('GET', `/users?name=${handle}`);
      return items.map(({ id }) => id);
    };
    const input = page.getByRole('switch', { name: words.findable.label });
    await expect(input).not.toBeChecked();
    expect(await findIds()).toEqual([]);
    await input.click();
    await expect(savedStatus).toBeVisible();
    await page.reload();
    await expect(input).toBeChecked();
    expect(await findIds()).toEqual([anna.id]);
    await input.click();
    await expect(savedStatus).toBeVisible();
    expect(await findIds()).toEqual([]);
  });

  await test.step('deleting the account needs the handle, and shows errors', async () => {
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

  await test.step('another attempt deletes everything and signs the member out', async () => {
    await page.getByRole('dialog').getByRole('button', { name: words.account.yes }).click();
    await expect(page.getByText(words.account.done)).toBeVisible();
    await expect(page.getByRole('heading', { name: t.tagline, exact: true })).toBeVisible();
    await expect
      .poll(() =>
        julia
          .call('GET', `/pictures/${anna.id}/${picture.id}`)
          .catch((error: Error) => error.message),
      )
      .toMatch(/404/);
    await expect(julia.call('GET', `/users/${anna.id}`)).rejects.toThrow('404');
  });

  await test.step('the deleted member cannot sign in', async () => {
    await expect(async () => {
      await page.goto(`${stack.web}sign-in`);
      await page.getByLabel(t.auth.email).fill(emailOf(anna.handle));
      await page.getByLabel(t.auth.password, { exact: true }).fill(PASSWORD);
      await page
        .getByRole('main')
        .getByRole('button', { name: t.auth.signIn, exact: true })
        .click();
      await expect(page.getByRole('alert').filter({ hasText: t.auth.wrong })).toBeVisible({
        timeout: 15_000,
      });
    }).toPass();
  });

  expect(problems).toEqual([]);
});
