/** Albums and share links, as their members see them. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Album, Link } from '../../src/api/types';
import { t } from '../../src/texts';
import { albumTexts } from '../../src/texts/albums';
import { linkTexts } from '../../src/texts/links';
import { openDetails, stack, tab, test, tile, watchForProblems } from './app';
import { expectAccessible } from './axe';
import { findOverflowing, findSmallTargets } from './layout';
import { befriend, member, openAs, publish, type Member } from './members';
import { photograph } from './pictures';

const button = (scope: Page | Locator, name: string) =>
  scope.getByRole('button', { name, exact: true });
const toast = (page: Page, text: string) => page.locator('.toasts li').filter({ hasText: text });

/** Selects pictures of the list on the page. */
async function select(page: Page, ids: readonly string[]): Promise<void> {
  await button(page, t.feed.select.start).click();
  for (const id of ids) await tile(page, id).click();
}

async function createAlbum(owner: Member, title: string, visibility = 'private'): Promise<Album> {
  return owner.call<Album>('POST', '/albums', { title, visibility });
}

test('an owner fills an album, chooses its cover and deletes it', async ({ page, context }) => {
  const anna = await member('Anna', 'Atkins');
  const ids: string[] = [];
  for (const hue of [30, 120]) {
    const { id } = await publish(anna, await photograph(page, 600, 400, hue));
    ids.push(id);
  }
  const open = await openAs(context, anna, '/a');
  const problems = watchForProblems(open);

  await test.step('the page without albums leads to a new one', async () => {
    await expect(tab(open, t.nav.albums)).toHaveAttribute('aria-current', 'page');
    await expect(open.getByRole('heading', { name: albumTexts.none.title })).toBeVisible();
    await button(open, albumTexts.create).click();
    const form = open.getByRole('dialog', { name: albumTexts.form.createTitle });
    await button(form, albumTexts.form.create).click();
    await expect(form.getByText(albumTexts.form.titleMissing)).toBeVisible();
    await form.getByLabel(albumTexts.form.title).fill('Oslo');
    await form.getByLabel(albumTexts.form.description).fill('In May');
    await expectAccessible(open, 'new album');
    await button(form, albumTexts.form.create).click();
    await expect(open).toHaveURL(/\/a\/[\w-]+$/);
    await expect(open.getByRole('heading', { name: 'Oslo', level: 1 })).toBeVisible();
    await expect(open).toHaveTitle(/Oslo/);
  });

  await test.step('selected pictures of a list are added at once', async () => {
    await tab(open, t.nav.mine).click();
    await select(open, ids);
    await button(open, albumTexts.add.action).click();
    const dialog = open.getByRole('dialog', { name: albumTexts.add.title(2) });
    await dialog.getByRole('button', { name: /^Oslo/ }).click();
    const done = toast(open, albumTexts.add.added(2, 'Oslo'));
    await expect(done).toBeVisible();
    await button(done, albumTexts.add.open).click();
    for (const id of ids) await expect(tile(open, id)).toBeVisible();
    await expect(open.getByText(albumTexts.count(2), { exact: true })).toBeVisible();
  });

  await test.step('a picture opens above the album, also after the order changes', async () => {
    await open.getByText(albumTexts.album.orders.taken).click();
    await tile(open, ids[0]!).click();
    await openDetails(open);
    await open.keyboard.press('Escape');
    await expect(open.getByRole('heading', { name: 'Oslo', level: 1 })).toBeVisible();
    await expect(open).toHaveURL(/\/a\/[\w-]+$/);
    await expect(open.locator('.toasts li')).toHaveCount(0);
    await expectAccessible(open, 'album');
    expect(await findOverflowing(open)).toEqual([]);
  });

  await test.step('the viewer removes a picture, and undo brings it back', async () => {
    await expect(tab(open, t.nav.albums)).toHaveAttribute('aria-current', 'true');
    await tile(open, ids[1]!).click();
    const details = await openDetails(open);
    await button(details, albumTexts.take.action).click();
    await expect(tile(open, ids[1]!)).toHaveCount(0);
    await button(toast(open, albumTexts.take.done(1)), t.words.undo).click();
    await expect(tile(open, ids[1]!)).toHaveCount(1);
    await open.keyboard.press('Escape');
    await expect(open.getByRole('dialog')).toHaveCount(0);
    await expect(tile(open, ids[1]!)).toBeVisible();
  });

  await test.step('one picture becomes the cover, and another one is removed', async () => {
    await select(open, [ids[0]!]);
    await button(open, albumTexts.cover.action).click();
    await expect(toast(open, albumTexts.cover.done)).toBeVisible();
    await select(open, [ids[1]!]);
    await button(open, albumTexts.take.action).click();
    await expect(tile(open, ids[1]!)).toHaveCount(0);
    await button(toast(open, albumTexts.take.done(1)), t.words.close).click();
    await expect(open.getByText(albumTexts.count(1), { exact: true })).toBeVisible();
  });

  await test.step('the picture is added again from the viewer', async () => {
    await open.goto(`${stack.web}p/${anna.id}/${ids[1]}`);
    const details = await openDetails(open);
    await button(details, albumTexts.add.action).click();
    const dialog = open.getByRole('dialog', { name: albumTexts.add.title(1) });
    await dialog.getByRole('button', { name: /^Oslo/ }).click();
    await expect(toast(open, albumTexts.add.added(1, 'Oslo'))).toBeVisible();
  });

  await test.step('the list shows the album with its cover', async () => {
    await open.goto(`${stack.web}a`);
    const card = open.getByRole('listitem').filter({ hasText: 'Oslo' });
    await expect(card).toContainText(albumTexts.count(2));
    const image = card.locator('img');
    await expect(image).toHaveAttribute('src', new RegExp(ids[0]!));
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth))
      .toBeGreaterThan(0);
    await expectAccessible(open, 'albums');
    expect(await findOverflowing(open)).toEqual([]);
    expect(await findSmallTargets(open, 24)).toEqual([]);
    await card.getByRole('link').click();
  });

  await test.step('the album is renamed and deleted, and its pictures remain', async () => {
    await button(open, albumTexts.album.edit).click();
    await open.getByLabel(albumTexts.form.title).fill('Bergen');
    await button(open, t.words.save).click();
    await expect(open.getByRole('heading', { name: 'Bergen', level: 1 })).toBeVisible();
    await button(open, albumTexts.album.edit).click();
    await button(open, albumTexts.remove.action).click();
    const question = open.getByRole('dialog', { name: albumTexts.remove.title('Bergen') });
    await button(question, albumTexts.remove.yes).click();
    await expect(open.getByRole('heading', { name: albumTexts.none.title })).toBeVisible();
    await tab(open, t.nav.mine).click();
    for (const id of ids) await expect(tile(open, id)).toBeVisible();
  });
  expect(problems).toEqual([]);
});

test('members join with a role, add their own pictures and leave', async ({ page, browser }) => {
  const [anna, julia] = await Promise.all([member('Anna', 'Atkins'), member('Julia', 'Cameron')]);
  await befriend(anna, julia);
  const { id } = await publish(julia, await photograph(page, 600, 400, 200));
  const album = await createAlbum(anna, 'Oslo');
  const annasPage = await openAs(await browser.newContext(), anna, `/a/${album.id}`);
  const words = albumTexts.members;

  await test.step('Anna adds a friend as contributor', async () => {
    await button(annasPage, albumTexts.album.members).click();
    const dialog = annasPage.getByRole('dialog', { name: words.title });
    await dialog.getByRole('checkbox', { name: julia.name }).check();
    await dialog.getByLabel(words.roleOfNew).selectOption('contributor');
    await expectAccessible(annasPage, 'members');
    await button(dialog, words.addChosen(1)).click();
    await expect(
      dialog.getByRole('combobox', { name: words.role(julia.nameAndHandle) }),
    ).toHaveValue('contributor');
    await button(dialog, t.words.close).click();
  });

  const juliasPage = await openAs(await browser.newContext(), julia, '/mine');
  await test.step('Julia adds her picture, and Anna sees it', async () => {
    await select(juliasPage, [id]);
    await button(juliasPage, albumTexts.add.action).click();
    await juliasPage.getByRole('dialog').getByRole('button', { name: /^Oslo/ }).click();
    await expect(toast(juliasPage, albumTexts.add.added(1, 'Oslo'))).toBeVisible();
    await annasPage.reload();
    await expect(tile(annasPage, id)).toBeVisible();
  });

  await test.step('Julia leaves, and her picture leaves with her', async () => {
    await juliasPage.goto(`${stack.web}a/${album.id}`);
    await button(juliasPage, albumTexts.album.leave).click();
    const question = juliasPage.getByRole('dialog');
    await button(question, albumTexts.leave.yes).click();
    await expect(juliasPage.getByRole('heading', { name: albumTexts.none.title })).toBeVisible();
    await juliasPage.goto(`${stack.web}a/${album.id}`);
    await expect(
      juliasPage.getByRole('alert').filter({ hasText: albumTexts.album.missing.text }),
    ).toBeVisible();
    await expect
      .poll(async () => (await anna.call<Album>('GET', `/albums/${album.id}`)).count)
      .toBe(0);
  });
});

test('an owner creates, changes and revokes share links', async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const anna = await member('Anna', 'Atkins');
  const album = await createAlbum(anna, 'Oslo');
  const open = await openAs(context, anna, `/a/${album.id}`);
  const problems = watchForProblems(open);
  const { address, form, link: words } = linkTexts;
  const action = (name: string) => button(open, words.actionFor(name, 'Family'));
  const links = async () => (await anna.call<{ items: Link[] }>('GET', '/links')).items;
  let first = '';

  await test.step('the address is shown once, with a QR code', async () => {
    await button(open, albumTexts.album.share).click();
    const dialog = open.getByRole('dialog', { name: linkTexts.share.album('Oslo') });
    await button(dialog, linkTexts.share.create).click();
    await dialog.getByLabel(form.name).fill('Family');
    await dialog.getByLabel(form.upload).check();
    await dialog.getByLabel(form.review).check();
    await dialog.getByLabel(form.password, { exact: true }).fill('Collodion');
    await dialog.getByLabel(form.expiry).selectOption('week');
    await expectAccessible(open, 'new link');
    await button(dialog, form.create).click();
    const field = dialog.getByLabel(address.label);
    await expect(field).toHaveValue(new RegExp(`^${stack.web}s/[\\w-]{43}$`));
    await expect(dialog.getByRole('img', { name: address.qr })).toBeVisible();
    await expectAccessible(open, 'address of a link');
    first = await field.inputValue();
    await button(dialog, address.copy).click();
    await expect(toast(open, t.words.copied)).toBeVisible();
    expect(await open.evaluate(() => navigator.clipboard.readText())).toBe(first);
    await button(dialog, address.done).click();
    await expect(dialog.getByRole('heading', { name: 'Family' })).toBeVisible();
    await expect(field).toHaveCount(0);
    expect(await links()).toMatchObject([
      { name: 'Family', hasPassword: true, review: true, rights: { upload: true } },
    ]);
  });

  await test.step('the page of all links names the album', async () => {
    await open.goto(`${stack.web}links`);
    await expect(open.getByRole('link', { name: 'Oslo' })).toBeVisible();
    await expect(open.getByText(words.noVisits)).toBeVisible();
    await expectAccessible(open, 'share links');
    expect(await findOverflowing(open)).toEqual([]);
  });

  await test.step('an edit removes the password and the end', async () => {
    await action(words.edit).click();
    const dialog = open.getByRole('dialog', { name: form.editTitle });
    await dialog.getByLabel(form.hasPassword).selectOption('remove');
    await dialog.getByLabel(form.expiry).selectOption('never');
    await button(dialog, t.words.save).click();
    await expect(dialog).toHaveCount(0);
    await expect(open.getByText(words.never)).toBeVisible();
    expect(await links()).toMatchObject([{ hasPassword: false, expiresAt: null }]);
  });

  await test.step('a replaced address differs', async () => {
    await action(words.replace).click();
    await button(open.getByRole('dialog'), linkTexts.replace.yes).click();
    const field = open.getByLabel(address.label);
    await expect(field).toHaveValue(/\/s\/[\w-]{43}$/);
    expect(await field.inputValue()).not.toBe(first);
    await button(open.getByRole('dialog'), address.done).click();
  });

  await test.step('a revoked link is gone', async () => {
    await action(words.revoke).click();
    await button(open.getByRole('dialog'), linkTexts.revoke.yes).click();
    await expect(open.getByRole('heading', { name: linkTexts.none.title })).toBeVisible();
    expect(await links()).toEqual([]);
  });
  expect(problems).toEqual([]);
});
