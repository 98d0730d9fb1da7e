import { expect, test } from '@playwright/test';
import { tab, tile, watchForProblems } from './app';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';
import { t } from '../../src/texts';

test('what a friend shows arrives while the page is open', async ({ page, context }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const open = await openAs(context, anna);
  const problems = watchForProblems(open);
  await expect(tab(open, t.nav.feed)).toHaveAttribute('aria-current', 'page');
  const picture = await publish(julia, await photograph(page, 900, 600, 40), { visibility: 'friends', caption: 'Ferns' });
  await open.reload();
  await expect(tile(open, picture.id)).toBeVisible();
  expect(problems).toEqual([]);
});
