import type { Page } from '@playwright/test';

/** Lists elements that overflow the page horizontally, which requires scrolling (WCAG 1.4.10). */
export const findOverflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const pageWidth = document.documentElement.clientWidth;
    const isClipped = (element: Element | null): boolean =>
      element !== null &&
      (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) ||
        isClipped(element.parentElement));
    const overflowing = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (
        width === 0 ||
        height === 0 ||
        element.closest('.visually-hidden, .skip, [hidden], .pswp__container')
      )
        return false;
      return (right > pageWidth + 1 || left < -1) && !isClipped(element.parentElement);
    });
    const { scrollWidth } = document.documentElement;
    const page = scrollWidth > pageWidth ? [`the page: ${scrollWidth} in ${pageWidth}`] : [];
    return [
      ...page,
      ...overflowing.map(
        (element) =>
          `${element.tagName} ${element.className} ${(element.textContent ?? '').trim().slice(0, 40)}`,
      ),
    ].slice(0, 5);
  });

/**
 * Lists controls narrower or lower than `minPixels` CSS pixels, except links in running text
 * (WCAG 2.5.8).
 */
export const findSmallTargets = (page: Page, minPixels: number): Promise<string[]> =>
  page.evaluate((minPixels) => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>(
        'button, a[href], input:not([type=hidden], [type=file]), select, textarea, summary',
      ),
    ];
    return controls
      .filter(
        (element) =>
          element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
          !element.closest('.skip, .visually-hidden, [inert]'),
      )
      .filter(
        (element) =>
          !(getComputedStyle(element).display === 'inline' && element.closest('p, li, dd')),
      )
      .flatMap((element) => {
        const target = element.closest('label') ?? element;
        const { width, height } = target.getBoundingClientRect();
        if (width === 0 || element.classList.contains('visually-hidden')) return [];
        return width + 0.5 < minPixels || height + 0.5 < minPixels
          ? [
              `${element.tagName} “${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}” ${Math.round(width)}×${Math.round(height)}`,
            ]
          : [];
      });
  }, minPixels);
