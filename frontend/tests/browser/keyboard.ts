/** Helpers that use a page by keyboard only. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Returns why the focus is not visible, or an empty string if it is. */
async function focusProblem(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return 'Nothing has the focus.';
    const name = `${element.tagName} ${element.id} ${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}`;
    if (element.tabIndex < 0) return ''; // a heading, the main part or a dialog, focused after navigation
    const visible = element.matches('input[type=radio], input[type=checkbox]')
      ? (element.nextElementSibling ?? element)
      : element;
    const { left, top, width, height } = visible.getBoundingClientRect();
    if (width === 0 || height === 0) return `${name} has the focus and is not visible`;
    const [x, y] = [
      Math.min(Math.max(left + width / 2, 0), innerWidth - 1),
      Math.min(Math.max(top + Math.min(height / 2, 20), 0), innerHeight - 1),
    ];
    if (left >= innerWidth || top >= innerHeight || left + width <= 0 || top + height <= 0)
      return `${name} has the focus outside of the screen`;
    const topElement = document.elementFromPoint(x, y);
    if (
      topElement &&
      !visible.contains(topElement) &&
      !topElement.contains(visible) &&
      !topElement.closest('label')?.contains(element)
    )
      return `${name} has the focus below ${topElement.tagName} ${topElement.className}`;
    const isMarked = [element, visible, visible.parentElement, visible.firstElementChild].some(
      (part) => {
        if (!part) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(part);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
      },
    );
    return isMarked ? '' : `${name} has the focus and does not show it`;
  });
}

/** Expects a visible focus. */
export async function expectFocus(page: Page): Promise<void> {
  await expect.poll(() => focusProblem(page)).toBe('');
}

/** Presses Tab, or Shift+Tab with `back`, to `target`. Expects a visible focus at each step. */
export async function tabTo(
  page: Page,
  target: Locator,
  { back = false, maxSteps = 60 } = {},
): Promise<void> {
  await expect(target).toBeVisible();
  const hasFocus = () => target.evaluate((element) => element === document.activeElement);
  for (let i = 0; i < maxSteps && !(await hasFocus()); i += 1) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    await expectFocus(page);
  }
  await expect(target).toBeFocused();
}

/** Moves the focus to `target` and presses a key. */
export async function press(
  page: Page,
  target: Locator,
  { key = 'Enter', back = false } = {},
): Promise<void> {
  await tabTo(page, target, { back });
  await page.keyboard.press(key);
}
