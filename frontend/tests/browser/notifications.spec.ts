import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { openDetails, stack, test, watchForProblems } from './app';
import { befriend, member, openAs, publish, signInAs } from './members';
import { photograph } from './pictures';

const words = t.notifications;
const bell = (page: Page, unread: string) =>
  page.getByRole('button', { name: words.button(unread), exact: true });
const panel = (page: Page) => page.getByRole('region', { name: words.title });
const entry = (page: Page, said: string) => panel(page).getByRole('link').filter({ hasText: said });

test('the bell says what is new, once for what belongs together, and until it is read', async ({
  browser,
  page: camera,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  const page = await openAs(await browser.newContext(), julia);
  const problems = watchForProblems(page);

  await test.step('nothing at first', async () => {
    await bell(page, '').click();
    await expect(panel(page)).toContainText(words.none);
    await page.keyboard.press('Escape');
    await expect(panel(page)).toBeHidden();
    await expect(bell(page, '')).toBeFocused();
  });

  await test.step('a request comes while the page is open, and leads to where it is answered', async () => {
    await expect(page.locator('[data-live="on"]')).toBeAttached();
    await anna.call('PUT', `/friends/${julia.id}`);
    await expect(bell(page, '1')).toBeVisible();
    await expect(page).toHaveTitle(/^\(1\) /);
    await bell(page, '1').click();
    await expect(entry(page, words.entry['friend.requested'](anna.name))).toContainText(
      words.unread,
    );
    await expect(bell(page, '')).toBeVisible();
    await entry(page, anna.name).click();
    await expect(panel(page)).toBeHidden();
    await expect(page.getByRole('region', { name: t.friends.lists.invited })).toContainText(
      anna.name,
    );
  });

  const mine =
    await test.step('pictures of a friend are one entry, comments on mine another', async () => {
      await befriend(julia, anna);
      const mine = await publish(julia, await photograph(camera, 600, 400, 40), {
        visibility: 'friends',
        caption: 'Mine',
      });
      for (const hue of [10, 90, 200])
        await publish(anna, await photograph(camera, 600, 400, hue), { visibility: 'friends' });
      await expect(bell(page, '3')).toBeVisible();
      await anna.call('POST', `/pictures/${julia.id}/${mine.id}/comments`, { text: 'Lovely.' });
      await expect(bell(page, '4')).toBeVisible();
      await page.reload();
      await expect(bell(page, '4')).toBeVisible();
      await bell(page, '4').click();
      await expect(entry(page, words.entry['picture.ready'](anna.name, 3))).toHaveCount(1);
      // The request is answered: it is no news any more.
      await expect(panel(page).getByRole('link')).toHaveCount(2);
      await expect(bell(page, '')).toBeVisible();
      return mine;
    });

  await test.step('an entry leads to the picture that it is about', async () => {
    await entry(page, words.entry['comment.added'](anna.name, 1)).click();
    await expect(page).toHaveURL(new RegExp(`/p/${julia.id}/${mine.id}$`));
    await expect(await openDetails(page)).toContainText('Lovely.');
  });

  await test.step('what is read stays read, after a reload and in another browser', async () => {
    await page.goto(`${stack.web}friends`);
    const other = await (await browser.newContext()).newPage();
    await signInAs(other, julia);
    for (const [each, load] of [
      [page, () => page.reload()],
      [other, () => other.goto(`${stack.web}friends`)],
    ] as const) {
      const reading = each.waitForResponse(
        (reply) => /\/notifications\?/.test(reply.url()) && reply.request().method() === 'GET',
      );
      await load();
      expect((await (await reading).json()).data.items).toHaveLength(4);
      await expect(bell(each, '')).toBeVisible();
      await bell(each, '').click();
      await expect(entry(each, words.entry['picture.ready'](anna.name, 3))).toBeVisible();
      await expect(panel(each).getByText(`${words.unread}:`)).toHaveCount(0);
    }
  });

  await test.step('it says when it can not be read, and tries again', async () => {
    await page.keyboard.press('Escape');
    await page.route('**/notifications?*', (route) => route.abort());
    await bell(page, '').click();
    await expect(panel(page).getByRole('alert')).toContainText(t.words.outdated);
    await page.unroute('**/notifications?*');
    await panel(page).getByRole('button', { name: t.words.retry }).click();
    await expect(panel(page).getByRole('alert')).toHaveCount(0);
    await expect(entry(page, anna.name).first()).toBeVisible();
  });

  expect(problems).toEqual([]);
});
