import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { openDetails, stack, test, watchForProblems } from './app';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

const words = t.comments;
const commentOf = (page: Page, text: string) =>
  page.getByRole('region', { name: words.title }).getByRole('listitem').filter({ hasText: text });
const field = (page: Page) => page.getByRole('textbox', { name: words.write });

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: words.send, exact: true }).click();
}

test('the handle distinguishes people with the same name', async ({ browser, page: camera }) => {
  const [anna, impostor] = await Promise.all([member('Anna', 'Atkins'), member('Anna', 'Atkins')]);
  await befriend(anna, impostor);
  const picture = await publish(anna, await photograph(camera, 900, 600, 40), {
    visibility: 'friends',
  });
  await impostor.call('POST', `/pictures/${anna.id}/${picture.id}/comments`, { text: 'Mine!' });
  await anna.call('POST', `/pictures/${anna.id}/${picture.id}/comments`, { text: 'No, mine.' });
  const page = await openAs(await browser.newContext(), anna, `/p/${anna.id}/${picture.id}`);
  const details = await openDetails(page);
  await expect(details.locator('.owner')).toContainText(`Anna Atkins @${anna.handle}`);
  await expect(commentOf(page, 'No, mine.')).toContainText(`Anna Atkins @${anna.handle}`);
  await expect(commentOf(page, 'Mine!')).toContainText(`Anna Atkins @${impostor.handle}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: t.notifications.button('2'), exact: true }).click();
  const entries = page.getByRole('region', { name: t.notifications.title });
  await expect(entries).toContainText(`Anna Atkins (@${impostor.handle})`);
});

test('two members comment on a picture in two browsers', async ({ browser, page: camera }, {
  project,
}) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const picture = await publish(anna, await photograph(camera, 900, 600, 40), {
    visibility: 'public',
    caption: 'Ferns',
  });
  const path = `/p/${anna.id}/${picture.id}`;
  const [annas, julias] = (await Promise.all(
    [anna, julia].map(async (who) => openAs(await browser.newContext(), who, path)),
  )) as [Page, Page];
  const problems = [annas, julias].map(watchForProblems);

  await test.step('a comment appears in the other page at once', async () => {
    for (const page of [annas, julias]) {
      await openDetails(page);
      await expect(page.getByText(words.none)).toBeVisible();
      await expect(page.locator('[data-live="on"]')).toBeAttached();
    }
    await write(julias, 'What blue!\nHow was it made?');
    await expect(commentOf(annas, 'What blue!')).toBeVisible();
    await expect(commentOf(annas, 'What blue!')).toContainText(julia.name);
    await expect(commentOf(annas, 'What blue!').getByText('How was it made?')).toHaveCSS(
      'white-space',
      'pre-wrap',
    );
    await expect(commentOf(annas, 'What blue!').getByRole('time')).toHaveAttribute('title', /\d/);
    await expect(commentOf(julias, 'What blue!')).toHaveCount(1);
    await expect(field(julias)).toHaveValue('');
  });

  await test.step('Enter sends a comment on a desktop, and markup is shown as text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><b>Iron</b> & light {@html}';
    if (project.name === 'desktop') {
      await field(annas).fill(hostile);
      await field(annas).press('Shift+Enter');
      await field(annas).pressSequentially('in water');
      await field(annas).press('Enter');
    } else await write(annas, `${hostile}\nin water`);
    for (const page of [annas, julias]) {
      await expect(commentOf(page, hostile)).toHaveCount(1);
      await expect(commentOf(page, hostile).locator('img, b')).toHaveCount(0);
    }
  });

  await test.step('a failed comment can be edited and sent again', async () => {
    await julias.route('**/comments', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.fallback(),
    );
    await write(julias, 'And the paper?');
    const failed = commentOf(julias, 'And the paper?');
    await expect(failed).toContainText(words.notSent);
    await julias.unroute('**/comments');
    await failed.getByRole('button', { name: words.takeBack }).click();
    await expect(field(julias)).toHaveValue('And the paper?');
    await expect(field(julias)).toBeFocused();
    await julias.getByRole('button', { name: words.send, exact: true }).click();
    await expect(commentOf(annas, 'And the paper?')).toBeVisible();
    await field(julias).fill('x'.repeat(1_002));
    await expect(julias.getByText(words.tooMany(2))).toBeVisible();
    await expect(julias.getByRole('button', { name: words.send, exact: true })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  await test.step('authors and the owner of the picture can delete a comment and undo that', async () => {
    const removeButton = { name: words.removeOf(anna.name) };
    await expect(commentOf(julias, 'Iron').getByRole('button', removeButton)).toHaveCount(0);
    const last = commentOf(julias, 'And the paper?');
    const id = await last.getAttribute('data-comment');
    await last.getByRole('button', { name: words.removeOf(julia.name) }).click();
    const deletedRow = julias.locator(`[data-comment="${id}"]`);
    await expect(deletedRow).toHaveText(new RegExp(words.removed));
    await deletedRow.getByRole('button', { name: t.words.undo }).click();
    await expect(commentOf(julias, 'And the paper?')).toBeVisible();
    await commentOf(annas, 'And the paper?')
      .getByRole('button', { name: words.removeOf(julia.name) })
      .click();
    await annas
      .getByRole('status')
      .filter({ hasText: words.removed })
      .getByRole('button', { name: t.words.close })
      .click();
    await expect(commentOf(annas, 'And the paper?')).toHaveCount(0);
    await expect(commentOf(julias, 'And the paper?')).toHaveCount(0);
  });

  expect(problems.flat()).toEqual([]);
});

test('comments load in pages, and the name of an author links to their page', async ({
  browser,
  page: camera,
}) => {
  const anna = await member('Anna', 'Atkins');
  const picture = await publish(anna, await photograph(camera, 900, 600, 40), {
    visibility: 'public',
    caption: 'Ferns',
  });
  const addComment = (n: number) =>
    anna.call('POST', `/pictures/${anna.id}/${picture.id}/comments`, { text: `Note ${n}` });
  await addComment(0);
  for (let n = 1; n < 51; n += 10)
    await Promise.all(Array.from({ length: 10 }, (_, k) => addComment(n + k)));
  const context = await browser.newContext();
  await context.routeWebSocket(
    (url) => url.href.startsWith(stack.live),
    () => undefined,
  ); // Late live messages would add comments.
  const page = await openAs(context, anna, `/p/${anna.id}/${picture.id}`);
  const problems = watchForProblems(page);

  await test.step('a button loads the comments after the first fifty', async () => {
    await openDetails(page);
    const rows = page.getByRole('region', { name: words.title }).locator('[data-comment]');
    await expect(rows).toHaveCount(50);
    await page.getByRole('button', { name: words.more }).click();
    await expect(rows).toHaveCount(51);
    await expect(page.getByRole('button', { name: words.more })).toHaveCount(0);
    await rows.first().getByRole('link', { name: anna.name }).click();
    await expect(
      page.getByRole('heading', { name: anna.name, level: 1, exact: true }),
    ).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('a visitor is asked to sign in', async () => {
    await camera.goto(`${stack.web}p/${anna.id}/${picture.id}`);
    const details = await openDetails(camera);
    await expect(details.getByText(words.signInWhy)).toBeVisible();
    await expect(details.getByRole('link', { name: t.auth.signIn })).toBeVisible();
    await expect(field(camera)).toHaveCount(0);
  });

  expect(problems).toEqual([]);
});
