import type { Page } from '@playwright/test';

/** What sticks out to the side of the screen, so that one would have to scroll in two directions (WCAG 1.4.10). */
export const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(element).overflowX) ||
        scrolls(element.parentElement));
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width: own, height } = element.getBoundingClientRect();
      if (
        own === 0 ||
        height === 0 ||
        element.closest('.visually-hidden, .skip, [hidden], .pswp__container')
      )
        return false;
      return (right > width + 1 || left < -1) && !scrolls(element.parentElement);
    });
    const page =
      document.documentElement.scrollWidth > width
        ? [`the page: ${document.documentElement.scrollWidth} in ${width}`]
        : [];
    return [
      ...page,
      ...out.map(
        (element) =>
          `${element.tagName} ${element.className} ${(element.textContent ?? '').trim().slice(0, 40)}`,
      ),
    ].slice(0, 5);
  });

/** What can be pressed and is smaller than `least` CSS pixels in a direction, links in running text aside (WCAG 2.5.8). */
export const tooSmall = (page: Page, least: number): Promise<string[]> =>
  page.evaluate((least) => {
    const pressed = [
      ...document.querySelectorAll<HTMLElement>(
        'button, a[href], input:not([type=hidden], [type=file]), select, textarea, summary',
      ),
    ];
    return pressed
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
        return width + 0.5 < least || height + 0.5 < least
          ? [
              `${element.tagName} “${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}” ${Math.round(width)}×${Math.round(height)}`,
            ]
          : [];
      });
  }, least);
