/** What axe finds, as a test wants to hear it. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

// Legacy mode looks from the page itself, which has no frames; the other opens a tab for every look.
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Nothing serious or critical on the page as it stands, by day and by night. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  await settled(page);
  const found = await findings(new AxeBuilder({ page }).setLegacyMode().withTags(WCAG));
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const [scheme, own] = dark ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
  await page.emulateMedia({ colorScheme: scheme });
  await settled(page);
  const other = await findings(
    new AxeBuilder({ page }).setLegacyMode().withRules(['color-contrast', 'link-in-text-block']),
  );
  await page.emulateMedia({ colorScheme: own });
  expect([...found, ...other.map((finding) => `${scheme}: ${finding}`)], view).toEqual([]);
}

/** Colours that are on their way from one to another are nobody's choice. */
const settled = (page: Page) =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );

async function findings(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
}
