import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

// The legacy mode runs in the page, which has no frames. The other mode opens a tab for each run.
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Expects no serious or critical violation in the current view, in light and dark colors. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  await waitForAnimations(page);
  const violations = await violationsOf(new AxeBuilder({ page }).setLegacyMode().withTags(WCAG));
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const [otherScheme, scheme] = dark ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
  await page.emulateMedia({ colorScheme: otherScheme });
  await waitForAnimations(page);
  const otherViolations = await violationsOf(
    new AxeBuilder({ page }).setLegacyMode().withRules(['color-contrast', 'link-in-text-block']),
  );
  await page.emulateMedia({ colorScheme: scheme });
  expect(
    [...violations, ...otherViolations.map((text) => `${otherScheme}: ${text}`)],
    view,
  ).toEqual([]);
}

/** Waits until colors no longer change. */
const waitForAnimations = (page: Page) =>
  page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );

async function violationsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    );
}
