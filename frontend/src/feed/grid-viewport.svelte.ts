import {
  arrange,
  isUnchanged,
  rearrange,
  type Arrangement,
  type GridContent,
  type GridItem,
} from './arrange';
import { visibleRange, type Layout } from './layout';
import type { LoadedList } from './picture-list.svelte';
import { indexOfId, isNewestFirst, lowerBound } from './sorted-list';

/** The time without a scroll event after which the page counts as still. */
const SCROLL_END_MS = 160;
/** The maximum height of the tiles rendered above and below the screen, in screen heights. */
const MAX_OVERSCAN = 1;
/** The screen heights by which one step extends the rendered tiles. */
const OVERSCAN_STEP = 0.25;
/** The delay before a step, in which the visible images can load. */
const OVERSCAN_STEP_MS = 100;
/** The usual height of the sticky page header, which covers the top of the screen. */
const HEADER_PX = 64;

/** Lays out a grid, and keeps track of its visible part as the page scrolls. */
export class GridViewport {
  /** The upper edge of the screen, in pixels below the upper edge of the grid. */
  #screenTop = $state(0);
  #screenHeight = $state(window.innerHeight);
  #isScrolling = $state(false);
  #arrangement = $state.raw<Arrangement | null>(null);
  /**
   * The height of the tiles rendered above and below the screen, in screen heights. At first, only
   * the upper half of the screen is rendered.
   */
  #above = $state(0);
  #below = $state(-0.5);
  /** The newest picture when the grid was last at its top. */
  #newestSeenId = $state<string | null>(null);
  #content: GridContent = { items: [], width: 0, hasMore: false };
  /** Pixels to scroll by when the grid has its new height. */
  #pendingShift = 0;
  #frame = 0;
  #scrollEndTimer: ReturnType<typeof setTimeout> | undefined;
  /** The list on the page, once it is rendered. */
  element: HTMLElement | undefined;
  readonly #list: LoadedList;

  readonly layout: Layout | null = $derived(this.#arrangement?.layout ?? null);
  readonly items = $derived(this.#arrangement?.items ?? []);
  readonly #range = $derived(
    this.layout
      ? visibleRange(
          this.layout,
          this.#screenTop - this.#above * this.#screenHeight,
          this.#screenTop + (1 + this.#below) * this.#screenHeight,
        )
      : [0, 0],
  );
  /** The range `[firstRendered, endRendered)` of rendered tiles. */
  readonly firstRendered = $derived(this.#range[0]!);
  readonly endRendered = $derived(this.#range[1]!);
  /** The index of the first visible picture. */
  readonly firstVisible = $derived(
    this.layout
      ? visibleRange(this.layout, this.#screenTop, this.#screenTop + this.#screenHeight)[0]
      : 0,
  );
  /** The number of new pictures above those that were seen. */
  readonly unseenCount = $derived(
    this.#newestSeenId === null ? 0 : countBefore(this.items, this.#newestSeenId),
  );
  readonly isScrollingBelowFirstScreen = $derived(
    this.#isScrolling && this.#screenTop > this.#screenHeight,
  );

  constructor(list: LoadedList) {
    this.#list = list;
  }

  /** Returns the upper edge of the grid, in pixels below the upper edge of the screen. */
  #gridTop(): number {
    return this.element?.getBoundingClientRect().top ?? 0;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#scrollEndTimer);
  }

  /**
   * Lays out new content. While the page scrolls, delays a change of the rendered tiles, or of any
   * above them, until the scrolling ends.
   */
  update(content: GridContent): void {
    this.#content = content;
    if (content.width <= 0) return;
    if (!this.#arrangement) return this.#arrangeFirst(content);
    if (!this.#mustWait(this.#arrangement, content)) this.#rearrange(this.#arrangement, content);
  }

  /**
   * Scrolls by the height of the tiles that were inserted or removed above the screen, or to the
   * restored position after the first layout. Then measures.
   */
  applyShift(): void {
    const shift = this.#pendingShift;
    this.#pendingShift = 0;
    if (shift !== 0) window.scrollBy({ top: shift, behavior: 'instant' });
    this.measure();
  }

  /** Reads and saves the scroll position in the next animation frame. */
  measure = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#screenTop = -this.#gridTop();
      this.#screenHeight = window.innerHeight;
      this.#savePosition();
    });
  };

  handleScroll = (): void => {
    this.#isScrolling = true;
    clearTimeout(this.#scrollEndTimer);
    this.#scrollEndTimer = setTimeout(() => this.#handleScrollEnd(), SCROLL_END_MS);
    this.measure();
  };

  scrollToTop(): void {
    this.#newestSeenId = this.items[0]?.id ?? null;
    window.scrollTo({ top: 0, behavior: 'instant' });
    this.#screenTop = Math.min(0, -this.#gridTop());
    this.#isScrolling = false;
    this.update(this.#content);
  }

  /** Scrolls a picture to the middle of the screen, unless it is visible. */
  scrollIntoView(id: string): void {
    const index = indexOfId(this.items, id);
    if (!this.layout || index < 0 || index >= this.layout.count) return;
    const { top, height } = this.layout.boxAt(index);
    const screenTop = this.#screenTop;
    const screenHeight = this.#screenHeight;
    if (top + height > screenTop + HEADER_PX && top < screenTop + screenHeight) return;
    window.scrollBy({ top: top - screenTop - (screenHeight - height) / 2, behavior: 'instant' });
  }

  /**
   * Renders more tiles around the screen after a delay, one step per call. Returns a function that
   * cancels the step, or undefined if no step remains.
   */
  growOverscan(): (() => void) | undefined {
    if (!this.layout || (this.#above >= MAX_OVERSCAN && this.#below >= MAX_OVERSCAN))
      return undefined;
    const isScreenRendered = this.#below >= 0;
    const timer = setTimeout(
      () => {
        if (isScreenRendered) this.#above = Math.min(MAX_OVERSCAN, this.#above + OVERSCAN_STEP);
        this.#below = Math.min(MAX_OVERSCAN, this.#below + OVERSCAN_STEP);
      },
      isScreenRendered ? OVERSCAN_STEP_MS : 0,
    );
    return () => clearTimeout(timer);
  }

  /**
   * Returns `true` if the grid ends on the screen, or on the next two screens if all steps of
   * `growOverscan` are done.
   */
  isNearEnd(): boolean {
    if (!this.layout) return false;
    const screens = this.#below < MAX_OVERSCAN ? 1 : 1 + 2 * MAX_OVERSCAN;
    return this.#screenTop + screens * this.#screenHeight >= this.layout.height;
  }

  /**
   * Returns `true` if the page scrolls and the content changes rendered tiles or tiles above them.
   * Such a change can move the page, which stops a scroll by touch.
   */
  #mustWait(before: Arrangement, { items, width }: GridContent): boolean {
    return (
      this.#isScrolling &&
      this.#screenTop > 0 &&
      width === before.width &&
      !isUnchanged(before.items, items, this.endRendered)
    );
  }

  #rearrange(before: Arrangement, content: GridContent): void {
    const visiblePart = { from: this.#screenTop, to: this.#screenTop + this.#screenHeight };
    const { arrangement, shift } = rearrange(before, content, visiblePart);
    // Tiles below the old end are rendered in steps.
    const screensBelow = (before.layout.height - this.#screenTop) / this.#screenHeight - 1;
    this.#below = Math.min(this.#below, Math.max(0, screensBelow));
    this.#arrangement = arrangement;
    this.#pendingShift += shift;
    this.#screenTop += shift;
    if (this.#screenTop <= 0) this.#newestSeenId = content.items[0]?.id ?? null;
  }

  /** Lays out the grid and restores the scroll position of its list. */
  #arrangeFirst(content: GridContent): void {
    const arrangement = arrange(content);
    const { items, layout } = arrangement;
    this.#arrangement = arrangement;
    this.#newestSeenId = items[0]?.id ?? null;
    const position = this.#list.scrollPosition;
    const index = position ? Math.min(countBefore(items, position.id), layout.count - 1) : -1;
    const gridTopOnPage = window.scrollY + this.#gridTop();
    const scrollTop =
      position && index >= 0 ? gridTopOnPage + layout.boxAt(index).top - position.top : 0;
    this.#screenTop = scrollTop - gridTopOnPage;
    this.#pendingShift = scrollTop - window.scrollY;
  }

  #savePosition(): void {
    if (this.#screenTop <= 0) this.#newestSeenId = this.items[0]?.id ?? null;
    const picture = this.items[this.firstVisible];
    this.#list.scrollPosition =
      this.layout && picture && this.#screenTop > 0
        ? {
            id: picture.id,
            top: this.layout.boxAt(this.firstVisible).top - this.#screenTop,
            lastId: this.items[this.endRendered - 1]!.id,
          }
        : null;
  }

  #handleScrollEnd(): void {
    this.#isScrolling = false;
    const arrangement = this.#arrangement;
    if (!arrangement) return;
    // At the top, a layout without pinned rows completes the first row.
    const hasPinnedRowsAtTop = this.#screenTop <= 0 && arrangement.layout.pinned;
    const hasWaitingChange = arrangement.items !== this.#content.items;
    if (hasWaitingChange || hasPinnedRowsAtTop) this.update(this.#content);
  }
}

/** Returns the number of pictures before a picture, or before its place if it was removed. */
function countBefore(items: readonly GridItem[], id: string): number {
  const index = indexOfId(items, id);
  if (index >= 0) return index;
  return isNewestFirst(items) ? lowerBound(items, id) : 0;
}
