import { expect } from '@playwright/test';
import { t } from '../../src/texts';
import { blocks } from '../../src/texts/blocks';
import { addressOf, openDetails, test, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

test('a member blocks a person beside a comment, and unblocks them in the settings', async ({
  browser,
  page: camera,
}) => {
  const [anna, julia, third] = await Promise.all([
    member('Anna', 'Atkins'),
    member('Julia', 'Cameron'),
    member('Ada', 'Lovelace'),
  ]);
  await befriend(anna, julia);
  const picture = await publish(third, await photograph(camera, 900, 600, 40), {
    visibility: 'public',
  });
  await julia.call('POST', `/pictures/${third.id}/${picture.id}/comments`, { text: 'Hello Anna' });
  const page = await openAs(await browser.newContext(), anna, `/p/${third.id}/${picture.id}`);
  const problems = watchForProblems(page);

  await test.step('Anna blocks Julia beside the comment, which disappears', async () => {
    await openDetails(page);
    await page.getByRole('button', { name: blocks.blockPerson(julia.name) }).click();
    const dialog = page.getByRole('dialog', {
      name: blocks.question(`${julia.name} (@${julia.handle})`),
    });
    await expect(dialog.getByRole('listitem')).toHaveCount(blocks.effects.length);
    await dialog.getByRole('button', { name: blocks.block, exact: true }).click();
    await expect(page.getByText('Hello Anna')).toHaveCount(0);
    await expect(page.getByText(t.comments.none)).toBeVisible();
    expect((await julia.call<{ items: unknown[] }>('GET', '/friends')).items).toEqual([]);
  });

  await test.step('Julia’s page has no action but to unblock her', async () => {
    await page.goto(addressOf(`/people/${julia.id}`));
    await expect(page.getByText(blocks.relation)).toBeVisible();
    await expect(
      page.getByRole('button', { name: t.friends.actionFor(t.friends.ask, julia.name) }),
    ).toHaveCount(0);
    await expectAccessible(page, 'the page of a blocked person');
  });

  await test.step('the settings list Julia until Anna unblocks her', async () => {
    await page.goto(addressOf('/settings'));
    const section = page.getByRole('region', { name: blocks.list.title });
    await expect(section).toContainText(`@${julia.handle}`);
    await expectAccessible(page, 'the settings with a blocked person');
    await section.getByRole('button', { name: blocks.unblockPerson(julia.name) }).click();
    await expect(section).toContainText(blocks.list.none);
  });

  await test.step('Anna blocks Julia again, on her page', async () => {
    await page.goto(addressOf(`/people/${julia.id}`));
    await page.getByRole('button', { name: blocks.block, exact: true }).click();
    const dialog = page.getByRole('dialog', {
      name: blocks.question(`${julia.name} (@${julia.handle})`),
    });
    await expectAccessible(page, 'the dialog before a block');
    await dialog.getByRole('button', { name: blocks.block, exact: true }).click();
    await expect(page.getByRole('button', { name: blocks.unblock, exact: true })).toBeVisible();
    await expect(page.getByText(blocks.relation)).toBeVisible();
  });
  expect(problems).toEqual([]);
});
