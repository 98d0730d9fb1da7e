import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { openDetails, stack, test, watchForProblems } from './app';
import { befriend, member, openAs, publish, signInAs } from './members';
import { photograph } from './pictures';

const words = t.notifications;
const menuButton = (page: Page, unread: string) =>
  page.getByRole('button', { name: words.button(unread), exact: true });
const panel = (page: Page) => page.getByRole('region', { name: words.title });
const entry = (page: Page, text: string) => panel(page).getByRole('link').filter({ hasText: text });

test('the notification list groups notifications and marks them as read', async ({
  browser,
  page: camera,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const page = await openAs(await browser.newContext(), julia);
  const problems = watchForProblems(page);

  await test.step('the list is empty at first', async () => {
    await menuButton(page, '').click();
    await expect(panel(page)).toContainText(words.none);
    await page.keyboard.press('Escape');
    await expect(panel(page)).toBeHidden();
    await expect(menuButton(page, '')).toBeFocused();
  });

  await test.step('a friend request appears in the open page and links to the requests', async () => {
    await expect(page.locator('[data-live="on"]')).toBeAttached();
    await anna.call('PUT', `/friends/${julia.id}`);
    await expect(menuButton(page, '1')).toBeVisible();
    await expect(page).toHaveTitle(/^\(1\) /);
    await menuButton(page, '1').click();
    await expect(entry(page, words.entry['friend.requested'](anna.nameAndHandle))).toContainText(
      words.unread,
    );
    await expect(menuButton(page, '')).toBeVisible();
    await entry(page, anna.name).click();
    await expect(panel(page)).toBeHidden();
    await expect(page.getByRole('region', { name: t.friends.lists.invited })).toContainText(
      anna.name,
    );
  });

  const mine =
    await test.step('the pictures of a friend are one entry, a comment is another', async () => {
      await befriend(julia, anna);
      const mine = await publish(julia, await photograph(camera, 600, 400, 40), {
        visibility: 'friends',
        caption: 'Mine',
      });
      for (const hue of [10, 90, 200])
        await publish(anna, await photograph(camera, 600, 400, hue), { visibility: 'friends' });
      await expect(menuButton(page, '3')).toBeVisible();
      await anna.call('POST', `/pictures/${julia.id}/${mine.id}/comments`, { text: 'Lovely.' });
      await expect(menuButton(page, '4')).toBeVisible();
      await page.reload();
      await expect(menuButton(page, '4')).toBeVisible();
      await menuButton(page, '4').click();
      await expect(entry(page, words.entry['picture.ready'](anna.nameAndHandle, 3))).toHaveCount(1);
      // The list omits the accepted request.
      await expect(panel(page).getByRole('link')).toHaveCount(2);
      await expect(menuButton(page, '')).toBeVisible();
      return mine;
    });

  await test.step('an entry links to its picture', async () => {
    await entry(page, words.entry['comment.added'](anna.nameAndHandle, 1)).click();
    await expect(page).toHaveURL(new RegExp(`/p/${julia.id}/${mine.id}$`));
    await expect(await openDetails(page)).toContainText('Lovely.');
  });

  await test.step('notifications are read after a reload and in another browser', async () => {
    await page.goto(`${stack.web}friends`);
    const other = await (await browser.newContext()).newPage();
    await signInAs(other, julia);
    for (const [tab, load] of [
      [page, () => page.reload()],
      [other, () => other.goto(`${stack.web}friends`)],
    ] as const) {
      // The page before the reload can still load the list, so only a readable body counts.
      const response = tab.waitForResponse(async (reply) => {
        if (!/\/notifications\?/.test(reply.url()) || reply.request().method() !== 'GET')
          return false;
        const body = await reply.json().catch(() => null);
        return body?.data.items.length === 4;
      });
      await load();
      await response;
      await expect(menuButton(tab, '')).toBeVisible();
      await menuButton(tab, '').click();
      await expect(entry(tab, words.entry['picture.ready'](anna.nameAndHandle, 3))).toBeVisible();
      await expect(panel(tab).getByText(`${words.unread}:`)).toHaveCount(0);
    }
  });

  await test.step('an error can be retried', async () => {
    await page.keyboard.press('Escape');
    await page.route('**/notifications?*', (route) => route.abort());
    await menuButton(page, '').click();
    await expect(panel(page).getByRole('alert')).toContainText(t.words.outdated);
    await page.unroute('**/notifications?*');
    await panel(page).getByRole('button', { name: t.words.retry }).click();
    await expect(panel(page).getByRole('alert')).toHaveCount(0);
    await expect(entry(page, anna.name).first()).toBeVisible();
  });

  expect(problems).toEqual([]);
});
