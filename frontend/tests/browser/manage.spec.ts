import { expect, type Locator, type Page } from '@playwright/test';
import type { Picture } from '../../src/api/types';
import { t } from '../../src/texts';
import { openDetails, stack, test, tile, watchForProblems } from './app';
import { befriend, member, openAs, publish, type Member } from './members';
import { EXIF, FRESHWATER, photograph } from './pictures';

test('an owner changes the details of a picture and shares its link', async ({
  page,
  context,
  browser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const anna = await member('Anna', 'Atkins');
  const { id } = await publish(anna, await photograph(page, 1200, 900, 30, FRESHWATER));
  const open = await openAs(context, anna, `/p/${anna.id}/${id}`);
  const problems = watchForProblems(open);
  const details = await openDetails(open);

  await test.step('the owner sees the position', async () => {
    await expect(details).toContainText(FRESHWATER.shown);
    await expect(details).toContainText(t.picture.positionNote);
    await expect(details.getByRole('link', { name: t.picture.openMap })).toHaveAttribute(
      'href',
      /mlat=50\.67\d*&mlon=-1\.51/,
    );
  });

  await test.step('Escape cancels the caption, Enter saves it, and a failed save keeps the text', async () => {
    await details.getByRole('button', { name: t.picture.addCaption }).click();
    const field = details.getByLabel(t.picture.caption, { exact: true });
    await field.fill('Wrong');
    await field.press('Escape');
    await expect(field).toHaveCount(0);
    await expect(details.getByRole('button', { name: t.picture.addCaption })).toBeFocused();
    await abortRequests(open, 'PATCH');
    await open.keyboard.press('Enter');
    await field.fill('The coast at Freshwater');
    await field.press('Enter');
    await expect(details.getByRole('alert').filter({ hasText: t.errors.network })).toBeVisible();
    await expect(field).toHaveValue('The coast at Freshwater');
    await open.unroute('**/pictures/**');
    await field.press('Enter');
    await expect(field).toHaveCount(0);
    await expect(details).toContainText('The coast at Freshwater');
  });

  await test.step('Enter saves the place', async () => {
    await details.getByRole('button', { name: t.picture.addPlace }).click();
    const field = details.getByLabel(t.picture.place, { exact: true });
    await field.fill('Isle of Wight');
    await field.press('Enter');
    await expect(
      details.getByRole('definition').filter({ hasText: 'Isle of Wight' }),
    ).toBeVisible();
    expect(await read(anna, id)).toMatchObject({
      caption: 'The coast at Freshwater',
      place: 'Isle of Wight',
      visibility: 'private',
    });
  });

  await test.step('copying the link of a private picture asks to publish it, and the link then works for visitors', async () => {
    await expect(details).toContainText(t.picture.meaning.private);
    await details.getByRole('button', { name: t.picture.copyLink }).click();
    const question = open.getByRole('dialog', { name: t.picture.shareFirst.title });
    await open.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(details).toBeVisible();
    await details.getByRole('button', { name: t.picture.copyLink }).click();
    await question.getByRole('button', { name: t.picture.shareFirst.yes }).click();
    await expect(open.getByText(t.words.copied)).toBeVisible();
    await expect(details).toContainText(t.picture.meaning.public);
    const link = await open.evaluate(() => navigator.clipboard.readText());
    const visitor = await (await browser.newContext()).newPage();
    await visitor.goto(link);
    await expect(visitor.getByRole('dialog')).toContainText('The coast at Freshwater');
    await expectNoPosition(await openDetails(visitor));
    // The page can have the picture from the list already.
    const reply = await visitor.request.get(`${stack.api}/public/${anna.id}/${id}`);
    const { data } = (await reply.json()) as { data: Picture };
    expect([data.id, data.gps ?? null]).toEqual([id, null]);
    await expect(
      visitor.getByRole('dialog').getByRole('group', { name: t.picture.visibility }),
    ).toHaveCount(0);
    await visitor.context().close();
  });

  await test.step('one click changes the visibility, and a failure is shown', async () => {
    const choice = details.getByRole('group', { name: t.picture.visibility });
    await abortRequests(open, 'PATCH');
    await choice.getByText(t.upload.visibility.private).click();
    await expect(details.getByRole('alert').filter({ hasText: t.errors.network })).toBeVisible();
    await expect(choice.getByRole('radio', { name: t.upload.visibility.public })).toBeChecked(); // as it is, not as it was wanted
    await open.unroute('**/pictures/**');
    await choice.getByText(t.upload.visibility.friends).click();
    await expect(details).toContainText(t.picture.meaning.friends);
    expect((await read(anna, id))?.visibility).toBe('friends');
  });

  await test.step('friends see the picture without its position', async () => {
    const julia = await member('Julia', 'Cameron');
    await befriend(anna, julia);
    const friendPage = await openAs(await browser.newContext(), julia, `/p/${anna.id}/${id}`);
    await expectNoPosition(await openDetails(friendPage));
    expect((await julia.call<Picture>('GET', `/pictures/${anna.id}/${id}`)).gps ?? null).toBeNull();
  });

  expect(problems).toEqual([]);
});

test('pictures can be deleted with undo, and many can be changed at once', async ({
  page,
  context,
}, { project }) => {
  const anna = await member('Anna', 'Atkins');
  const files = await Promise.all(
    [10, 60, 110, 160, 210, 260].map((hue) => photograph(page, 800, 600, hue)),
  );
  const pictures: Picture[] = [];
  for (const file of files) pictures.push(await publish(anna, file));
  const [oldest, , third, fourth, fifth, newest] = pictures.map(({ id }) => id) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const open = await openAs(context, anna, '/mine');
  const problems = watchForProblems(open);
  await expect(tile(open, oldest)).toBeVisible();

  await test.step('a deleted picture disappears at once, the next one opens, and undo restores it', async () => {
    await tile(open, newest).click();
    await (
      await openDetails(open)
    )
      .getByRole('button', { name: t.picture.remove, exact: true })
      .click();
    await expect(open).toHaveURL(new RegExp(fifth));
    await expect(tile(open, newest)).toHaveCount(0);
    await open.getByRole('button', { name: t.words.undo }).click();
    await expect(tile(open, newest)).toHaveCount(1);
    await open.keyboard.press('Escape');
    await expect(open.getByRole('dialog')).toBeHidden();
    expect(await read(anna, newest)).not.toBeNull();
  });

  await test.step('a picture is deleted when the time to undo is over', async () => {
    const deleted = open.waitForResponse(
      (reply) => reply.request().method() === 'DELETE' && reply.url().endsWith(fourth),
      { timeout: 30_000 },
    );
    await tile(open, fourth).click();
    await (
      await openDetails(open)
    )
      .getByRole('button', { name: t.picture.remove, exact: true })
      .click();
    await expect(open).toHaveURL(new RegExp(third));
    expect((await deleted).status()).toBe(200);
    expect(await read(anna, fourth)).toBeNull();
    await open.keyboard.press('Escape');
    await expect(open.getByRole('dialog')).toBeHidden();
  });

  await test.step('pictures are selected by click, range and keyboard, or by a long press on a phone', async () => {
    if (project.name === 'phone') {
      await longPress(open, newest);
      await tile(open, fifth).click();
    } else {
      await open.getByRole('button', { name: t.feed.select.start, exact: true }).click();
      await tile(open, newest).click();
      await tile(open, third).click({ modifiers: ['Shift'] });
      await expect(bar(open)).toContainText(t.feed.select.count(3));
      await open.keyboard.press('Escape');
      await expect(bar(open)).toHaveCount(0);
      await tile(open, newest).click({ modifiers: ['Shift'] });
      await tile(open, fifth).focus();
      await open.keyboard.press('Space');
    }
    await expect(bar(open)).toContainText(t.feed.select.count(2));
    await expect(open.getByRole('dialog')).toHaveCount(0);
    await bar(open).getByRole('button', { name: t.feed.select.all }).click();
    await expect(bar(open)).toContainText(t.feed.select.count(5));
  });

  await test.step('pictures that could not be changed stay selected, and a second try succeeds', async () => {
    await abortRequests(open, 'PATCH', third);
    await bar(open).getByRole('button', { name: t.upload.visibility.friends }).click();
    await expect(bar(open).getByRole('alert')).toContainText(
      t.feed.select.failed(1, 5, t.errors.network),
    );
    await expect(bar(open)).toContainText(t.feed.select.count(1));
    await open.unroute('**/pictures/**');
    await bar(open).getByRole('button', { name: t.words.retry }).click();
    await expect(bar(open)).toHaveCount(0);
    for (const { id } of pictures.filter(({ id }) => id !== fourth))
      expect((await read(anna, id))?.visibility).toBe('friends');
  });

  await test.step('a picture that could not be deleted is restored, with a message', async () => {
    await abortRequests(open, 'DELETE', fifth);
    await selectTwo(open, newest, fifth);
    await bar(open).getByRole('button', { name: t.feed.select.remove }).click();
    await expect(tile(open, newest)).toHaveCount(0);
    await expect(tile(open, fifth)).toHaveCount(0);
    await open.getByRole('status').getByRole('button', { name: t.words.close }).last().click();
    await expect(open.getByText(t.picture.notRemoved(1, 2, t.errors.network))).toBeVisible();
    await expect(tile(open, fifth)).toBeVisible();
    await expect(tile(open, newest)).toHaveCount(0);
    await expect.poll(() => read(anna, newest)).toBeNull();
    await open.unroute('**/pictures/**');
  });

  await test.step('leaving the page at once deletes the pictures', async () => {
    await selectTwo(open, third, oldest);
    await bar(open).getByRole('button', { name: t.feed.select.remove }).click();
    await expect(tile(open, oldest)).toHaveCount(0);
    await open.goto('about:blank');
    await expect.poll(() => read(anna, third)).toBeNull();
    await expect.poll(() => read(anna, oldest)).toBeNull();
    expect(await read(anna, fifth)).not.toBeNull();
  });

  expect(problems.filter((text) => !text.includes('sessionStorage'))).toEqual([]); // from the test's script on the blank page
});

const bar = (page: Page) => page.getByRole('toolbar', { name: t.feed.select.label });

async function selectTwo(page: Page, firstId: string, secondId: string): Promise<void> {
  await page.getByRole('button', { name: t.feed.select.start, exact: true }).click();
  await tile(page, firstId).click();
  await tile(page, secondId).click();
  await expect(bar(page)).toContainText(t.feed.select.count(2));
}

/** Expects the camera, but no position. */
async function expectNoPosition(details: Locator): Promise<void> {
  await expect(details).toContainText(EXIF.model);
  await expect(details.getByText(t.picture.position, { exact: true })).toHaveCount(0);
  await expect(details).not.toContainText(FRESHWATER.shown);
}

/** Reads a picture as its owner. Returns `null` if it was deleted. */
async function read(who: Member, id: string): Promise<Picture | null> {
  return who.call<Picture>('GET', `/pictures/${who.id}/${id}`).catch((error: Error) => {
    if (error.message.includes('404')) return null;
    throw error;
  });
}

/** Aborts the requests with a method, for one picture or for all. */
async function abortRequests(page: Page, method: string, id = ''): Promise<void> {
  await page.route('**/pictures/**', (route) => {
    const isMatch = route.request().method() === method && route.request().url().endsWith(id);
    return isMatch ? route.abort() : route.continue();
  });
}

async function longPress(page: Page, id: string): Promise<void> {
  const { x, y, width, height } = (await tile(page, id).boundingBox())!;
  const client = await page.context().newCDPSession(page);
  await client.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    touchPoints: [{ x: x + width / 2, y: y + height / 2 }],
  });
  await expect(bar(page)).toBeVisible();
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await client.detach();
}
