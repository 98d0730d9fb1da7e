/** Going through a page by keyboard alone. */
import { expect, type Locator, type Page } from '@playwright/test';

/** What has the focus, and whether one can see that: not the page as a whole, on the screen, not covered, marked. */
async function focus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return 'nothing has the focus';
    const name = `${element.tagName} ${element.id} ${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}`;
    if (element.tabIndex < 0) return ''; // where one has arrived: a heading, the main part, a dialog
    const shown = element.matches('input[type=radio], input[type=checkbox]')
      ? (element.nextElementSibling ?? element)
      : element;
    const { left, top, width, height } = shown.getBoundingClientRect();
    if (width === 0 || height === 0) return `${name} has the focus and is not shown`;
    const [x, y] = [
      Math.min(Math.max(left + width / 2, 0), innerWidth - 1),
      Math.min(Math.max(top + Math.min(height / 2, 20), 0), innerHeight - 1),
    ];
    if (left >= innerWidth || top >= innerHeight || left + width <= 0 || top + height <= 0)
      return `${name} has the focus outside of the screen`;
    const there = document.elementFromPoint(x, y);
    if (
      there &&
      !shown.contains(there) &&
      !there.contains(shown) &&
      !there.closest('label')?.contains(element)
    )
      return `${name} has the focus below ${there.tagName} ${there.className}`;
    const marked = [element, shown, shown.parentElement, shown.firstElementChild].some((part) => {
      if (!part) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(part);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    });
    return marked ? '' : `${name} has the focus and does not show it`;
  });
}

/** The focus is somewhere, and seen. */
export async function expectFocus(page: Page): Promise<void> {
  await expect.poll(() => focus(page), { timeout: 5_000 }).toBe('');
}

/** Presses Tab until `target` has the focus; on the way it is never lost. `back`: the other way round. */
export async function tabTo(
  page: Page,
  target: Locator,
  { back = false, most = 60 } = {},
): Promise<void> {
  await expect(target).toBeVisible();
  const there = () => target.evaluate((element) => element === document.activeElement);
  for (let i = 0; i < most && !(await there()); i += 1) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    await expectFocus(page);
  }
  await expect(target).toBeFocused();
}

/** Goes there by Tab and presses a key. */
export async function press(
  page: Page,
  target: Locator,
  { key = 'Enter', back = false } = {},
): Promise<void> {
  await tabTo(page, target, { back });
  await page.keyboard.press(key);
}
