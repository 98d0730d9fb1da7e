/** Tests small screens, large text, forced colors, reduced motion, and each address. */
import { expect, type Page } from '@playwright/test';
import { t } from '../../src/texts';
import { addressOf, stack, test } from './app';
import { findOverflowing, findSmallTargets } from './layout';
import { befriend, member, openAs, publish } from './members';
import { photograph } from './pictures';

const waitForContent = async (page: Page) => {
  await expect(page.getByRole('main')).toBeVisible();
  // The session starts first, then the code of the page loads, then its content.
  for (const text of [t.auth.working, t.words.loading])
    await expect(page.getByRole('main').getByText(text, { exact: true })).toHaveCount(0);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
};

test('the content fits narrow and wide screens, and text of double size', async ({
  page: blank,
  browser,
}, { project }) => {
  const phone = project.name === 'phone';
  const [julia, anna] = await Promise.all([
    member('Julia Margaret', 'Cameron-Pattle'),
    member('Anna', 'Atkins'),
  ]);
  await befriend(julia, anna);
  const picture = await publish(julia, await photograph(blank, 900, 600, 30), {
    caption: 'A rather long caption, as some like to write them under their pictures',
    visibility: 'public',
  });
  const page = await openAs(await browser.newContext({ isMobile: phone, hasTouch: phone }), julia);
  const views = [
    '/feed',
    '/mine',
    '/friends',
    '/settings',
    `/people/${anna.id}`,
    `/p/${julia.id}/${picture.id}`,
  ];
  const sizes = phone
    ? [
        [320, 640, 1],
        [360, 740, 1],
        [390, 844, 2],
      ]
    : [
        [320, 640, 1],
        [1280, 860, 2],
        [2560, 1300, 1],
      ];
  const problems: Record<string, string[]> = {};
  const checkSizes = async (page: Page, view: string) => {
    for (const [width, height, scale] of sizes as [number, number, number][]) {
      await page.setViewportSize({ width, height });
      await page.evaluate(
        (scale) => (document.documentElement.style.fontSize = `${scale * 100}%`),
        scale,
      );
      let overflowing = await findOverflowing(page);
      for (let i = 0; i < 10 && overflowing.length > 0; i += 1) {
        await page.waitForTimeout(100); // The grid lays out its pictures again.
        overflowing = await findOverflowing(page);
      }
      const small = scale === 1 ? await findSmallTargets(page, phone ? 44 : 24) : [];
      if (overflowing.length + small.length > 0)
        problems[`${view} at ${width} × ${scale}`] = [...overflowing, ...small];
    }
  };
  for (const view of views) {
    await page.goto(addressOf(view));
    await waitForContent(page);
    if (view === '/feed')
      await page.getByRole('button', { name: t.account.menu(julia.name) }).click();
    await checkSizes(page, view);
  }
  for (const view of ['/', '/sign-in', '/sign-up', '/forgotten-password']) {
    await blank.goto(addressOf(view));
    await waitForContent(blank);
    await checkSizes(blank, view);
  }
  expect(problems).toEqual({});
});

test('each address opens directly, and back and forward return to it', async ({
  page: blank,
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const picture = await publish(julia, await photograph(blank, 900, 600, 30), {
    caption: 'By the sea',
  });
  const page = await openAs(context, julia);
  const addresses: [string, string][] = [
    ['/feed', t.nav.feed],
    ['/public', t.nav.public],
    ['/mine', t.nav.mine],
    ['/friends', t.nav.friends],
    ['/settings', t.account.settings],
    [`/people/${julia.id}`, julia.name],
  ];
  for (const [path, name] of addresses) {
    await page.goto('about:blank');
    await page.goto(addressOf(path));
    await expect(page).toHaveTitle(new RegExp(`^${name} · ${t.name}$`));
    await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeAttached();
  }
  await page.goto('about:blank');
  await page.goto(`${stack.web}p/${julia.id}/${picture.id}`);
  await expect(page.getByRole('dialog')).toContainText('By the sea');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page).toHaveURL(/\/mine$/);

  const navigation = page.getByRole('navigation', { name: t.nav.label });
  await navigation.getByRole('link', { name: t.nav.friends }).click();
  await expect(
    page.getByRole('heading', { level: 1, name: t.nav.friends, exact: true }),
  ).toBeVisible();
  await navigation.getByRole('link', { name: t.nav.public }).click();
  await expect(page).toHaveTitle(new RegExp(`^${t.nav.public}`));
  await expect(page.getByRole('main')).toBeFocused();
  await page.goBack();
  await expect(page).toHaveTitle(new RegExp(`^${t.nav.friends}`));
  await page.goBack();
  await expect(page).toHaveTitle(new RegExp(`^${t.nav.mine}`));
  await page.goForward();
  await expect(page).toHaveTitle(new RegExp(`^${t.nav.friends}`));
  await page.goto(`${stack.web}nowhere`);
  await expect(page).toHaveTitle(/^Not found/);
});

test('reduced motion stops animations, and forced colors show the chosen options', async ({
  context,
}) => {
  const julia = await member('Julia', 'Cameron');
  const page = await openAs(context, julia, '/mine');
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  const countAnimations = () =>
    page.evaluate(
      () =>
        document
          .getAnimations()
          .filter(
            ({ effect }) =>
              Number(effect?.getComputedTiming().duration) > 20 &&
              effect?.getComputedTiming().progress !== null,
          ).length,
    );
  await page.route('**/pictures?**', () => undefined); // The reply never arrives.
  await page.reload();
  await expect(page.locator('[aria-busy="true"]').first()).toBeVisible();
  expect(await countAnimations()).toBe(0);
  const chosen = page
    .getByRole('group', { name: t.upload.who })
    .locator('label')
    .filter({ hasText: t.upload.visibility.private })
    .locator('span')
    .first();
  const other = page
    .getByRole('group', { name: t.upload.who })
    .locator('label')
    .filter({ hasText: t.upload.visibility.public })
    .locator('span')
    .first();
  const background = (element: Element) => getComputedStyle(element).backgroundColor;
  expect(await chosen.evaluate(background)).not.toBe(await other.evaluate(background));
  const currentLink = page
    .getByRole('navigation', { name: t.nav.label })
    .getByRole('link', { name: t.nav.mine });
  const borderColor = (element: Element) => getComputedStyle(element).borderBottomColor;
  expect(await currentLink.evaluate(borderColor)).not.toBe(
    await page.getByRole('link', { name: t.nav.public }).first().evaluate(borderColor),
  );
  await page.getByRole('button', { name: t.upload.choose }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  expect(
    await page
      .getByRole('button', { name: t.upload.choose })
      .evaluate((element) => getComputedStyle(element).outlineStyle),
  ).toBe('solid');
});
