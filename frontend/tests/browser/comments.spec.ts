import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { openDetails, stack, test, watchForProblems } from './app';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

const words = t.comments;
const said = (page: Page, text: string) =>
  page.getByRole('region', { name: words.title }).getByRole('listitem').filter({ hasText: text });
const field = (page: Page) => page.getByRole('textbox', { name: words.write });

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: words.send, exact: true }).click();
}

test('two people talk about a picture, each in a page of their own', async ({
  browser,
  page: camera,
}, { project }) => {
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

  await test.step('nobody has said anything; Julia does, and Anna reads it at once', async () => {
    for (const page of [annas, julias]) {
      await openDetails(page);
      await expect(page.getByText(words.none)).toBeVisible();
      await expect(page.locator('[data-live="on"]')).toBeAttached();
    }
    await write(julias, 'What blue!\nHow was it made?');
    await expect(said(annas, 'What blue!')).toBeVisible();
    await expect(said(annas, 'What blue!')).toContainText(julia.name);
    await expect(said(annas, 'What blue!').getByText('How was it made?')).toHaveCSS(
      'white-space',
      'pre-wrap',
    );
    await expect(said(annas, 'What blue!').getByRole('time')).toHaveAttribute('title', /\d/);
    await expect(said(julias, 'What blue!')).toHaveCount(1);
    await expect(field(julias)).toHaveValue('');
  });

  await test.step('Anna answers by the keyboard where there is one; markup is text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><b>Iron</b> & light {@html}';
    if (project.name === 'desktop') {
      await field(annas).fill(hostile);
      await field(annas).press('Shift+Enter');
      await field(annas).pressSequentially('in water');
      await field(annas).press('Enter');
    } else await write(annas, `${hostile}\nin water`);
    for (const page of [annas, julias]) {
      await expect(said(page, hostile)).toHaveCount(1);
      await expect(said(page, hostile).locator('img, b')).toHaveCount(0);
    }
  });

  await test.step('what is not sent is kept', async () => {
    await julias.route('**/comments', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.fallback(),
    );
    await write(julias, 'And the paper?');
    const failed = said(julias, 'And the paper?');
    await expect(failed).toContainText(words.notSent);
    await julias.unroute('**/comments');
    await failed.getByRole('button', { name: words.takeBack }).click();
    await expect(field(julias)).toHaveValue('And the paper?');
    await expect(field(julias)).toBeFocused();
    await julias.getByRole('button', { name: words.send, exact: true }).click();
    await expect(said(annas, 'And the paper?')).toBeVisible();
    await field(julias).fill('x'.repeat(1_002));
    await expect(julias.getByText(words.tooMany(2))).toBeVisible();
    await expect(julias.getByRole('button', { name: words.send, exact: true })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  await test.step('Julia deletes her own and thinks again; Anna deletes what is on her picture', async () => {
    await expect(said(julias, 'Iron').getByRole('button')).toHaveCount(0);
    const last = said(julias, 'And the paper?');
    const id = await last.getAttribute('data-comment');
    await last.getByRole('button', { name: words.removeOf(julia.name) }).click();
    const gone = julias.locator(`[data-comment="${id}"]`);
    await expect(gone).toHaveText(new RegExp(words.removed));
    await gone.getByRole('button', { name: t.words.undo }).click();
    await expect(said(julias, 'And the paper?')).toBeVisible();
    await said(annas, 'And the paper?')
      .getByRole('button', { name: words.removeOf(julia.name) })
      .click();
    await annas
      .getByRole('status')
      .filter({ hasText: words.removed })
      .getByRole('button', { name: t.words.close })
      .click();
    await expect(said(annas, 'And the paper?')).toHaveCount(0);
    await expect(said(julias, 'And the paper?')).toHaveCount(0);
  });

  expect(problems.flat()).toEqual([]);
});

test('many comments are read in pages, and a name leads to the person', async ({
  browser,
  page: camera,
}) => {
  const anna = await member('Anna', 'Atkins');
  const picture = await publish(anna, await photograph(camera, 900, 600, 40), {
    visibility: 'public',
    caption: 'Ferns',
  });
  const note = (n: number) =>
    anna.call('POST', `/pictures/${anna.id}/${picture.id}/comments`, { text: `Note ${n}` });
  await note(0);
  for (let n = 1; n < 51; n += 10)
    await Promise.all(Array.from({ length: 10 }, (_, k) => note(n + k)));
  const context = await browser.newContext();
  await context.routeWebSocket(
    (url) => url.href.startsWith(stack.live),
    () => undefined,
  ); // what is told late would come on top
  const page = await openAs(context, anna, `/p/${anna.id}/${picture.id}`);
  const problems = watchForProblems(page);

  await test.step('fifty, and the rest when it is asked for', async () => {
    await openDetails(page);
    const rows = page.getByRole('region', { name: words.title }).locator('[data-comment]');
    await expect(rows).toHaveCount(50);
    await page.getByRole('button', { name: words.more }).click();
    await expect(rows).toHaveCount(51);
    await expect(page.getByRole('button', { name: words.more })).toHaveCount(0);
    await rows.first().getByRole('link', { name: anna.name }).click();
    await expect(page.getByRole('heading', { name: anna.name, level: 1 })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('signed out, one is asked to sign in', async () => {
    await camera.goto(`${stack.web}p/${anna.id}/${picture.id}`);
    const details = await openDetails(camera);
    await expect(details.getByText(words.signInWhy)).toBeVisible();
    await expect(details.getByRole('link', { name: t.auth.signIn })).toBeVisible();
    await expect(field(camera)).toHaveCount(0);
  });

  expect(problems).toEqual([]);
});
