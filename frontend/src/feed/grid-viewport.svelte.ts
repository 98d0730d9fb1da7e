import { arrange, isUnchanged, rearrange, type Arrangement, type GridContent } from './arrange';
import { visibleRange, type Layout } from './layout';
import type { PictureList } from './picture-list.svelte';
import { indexOfId, lowerBound } from './sorted-list';

/** The time without a scroll event after which the page counts as still. */
const SCROLL_END_MS = 160;
/** Screens of tiles to render above and below the screen, for scrolling and the Tab key. */
const MAX_OVERSCAN = 1;
const OVERSCAN_STEP = 0.25;
/** The pause between two steps, which leaves time for the visible images. */
const OVERSCAN_STEP_MS = 100;
/** The height of the page header, which covers the grid. */
const HEADER_PX = 64;

/** Lays out a grid, and keeps track of its visible part as the page scrolls. */
export class GridViewport {
  /** The upper edge of the screen, in pixels below the upper edge of the grid. */
  #offset = $state(0);
  #screenHeight = $state(window.innerHeight);
  #isScrolling = $state(false);
  #arrangement = $state.raw<Arrangement | null>(null);
  /** Screens rendered above and below. At first only the upper half of the screen is rendered. */
  #above = $state(0);
  #below = $state(-0.5);
  /** The newest picture when the grid was last at its top. */
  #newestSeenId = $state<string | null>(null);
  #content: GridContent = { items: [], width: 0, hasMore: false };
  /** Pixels to scroll by when the grid has its new height. */
  #pendingShift = 0;
  #frame = 0;
  #scrollEndTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #list: PictureList;
  /** Returns the upper edge of the grid, in pixels below the upper edge of the screen. */
  readonly #gridTop: () => number;

  readonly layout: Layout | null = $derived(this.#arrangement?.layout ?? null);
  readonly items = $derived(this.#arrangement?.items ?? []);
  readonly #range = $derived(
    this.layout
      ? visibleRange(
          this.layout,
          this.#offset - this.#above * this.#screenHeight,
          this.#offset + (1 + this.#below) * this.#screenHeight,
        )
      : [0, 0],
  );
  /** The range `[first, end)` of rendered tiles. */
  readonly first = $derived(this.#range[0]!);
  readonly end = $derived(this.#range[1]!);
  /** The index of the first visible picture. */
  readonly top = $derived(
    this.layout ? visibleRange(this.layout, this.#offset, this.#offset + this.#screenHeight)[0] : 0,
  );
  /** The number of new pictures above those that were seen. */
  readonly unseenCount = $derived(
    this.#newestSeenId === null ? 0 : lowerBound(this.items, this.#newestSeenId),
  );
  readonly isScrollingFarDown = $derived(this.#isScrolling && this.#offset > this.#screenHeight);

  constructor(list: PictureList, gridTop: () => number) {
    this.#list = list;
    this.#gridTop = gridTop;
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#scrollEndTimer);
  }

  /** Lays out new content. While the page scrolls, a change above the screen waits. */
  update(content: GridContent): void {
    this.#content = content;
    if (content.width <= 0) return;
    if (!this.#arrangement) return this.#arrangeFirst(content);
    if (!this.#mustWait(this.#arrangement, content)) this.#rearrange(this.#arrangement, content);
  }

  /** Scrolls the page by the height of what was inserted or removed above the screen. */
  applyShift(): void {
    const shift = this.#pendingShift;
    this.#pendingShift = 0;
    if (shift !== 0) window.scrollBy({ top: shift, behavior: 'instant' });
    this.measure();
  }

  /** Reads the position of the grid in the next animation frame. */
  measure = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#offset = -this.#gridTop();
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
    this.#offset = Math.min(0, -this.#gridTop());
    this.#isScrolling = false;
    this.update(this.#content);
  }

  /** Scrolls a picture to the middle of the screen, unless it is visible. */
  scrollIntoView(id: string): void {
    const index = indexOfId(this.items, id);
    if (!this.layout || index < 0 || index >= this.layout.count) return;
    const { top, height } = this.layout.boxAt(index);
    const offset = this.#offset;
    const screenHeight = this.#screenHeight;
    if (top + height > offset + HEADER_PX && top < offset + screenHeight) return;
    window.scrollBy({ top: top - offset - (screenHeight - height) / 2, behavior: 'instant' });
  }

  /** Renders more tiles around the screen in steps. Returns a function that stops this. */
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

  /** Returns `true` if the end of the grid is visible or will soon be. */
  isNearEnd(): boolean {
    if (!this.layout) return false;
    const screens = this.#below < MAX_OVERSCAN ? 1 : 1 + 2 * MAX_OVERSCAN;
    return this.#offset + screens * this.#screenHeight >= this.layout.height;
  }

  /** A change above the screen would move the page, which would stop a scroll by touch. */
  #mustWait(before: Arrangement, { items, width }: GridContent): boolean {
    return (
      this.#isScrolling &&
      this.#offset > 0 &&
      width === before.width &&
      !isUnchanged(before.items, items, this.end)
    );
  }

  #rearrange(before: Arrangement, content: GridContent): void {
    const visiblePart = { from: this.#offset, to: this.#offset + this.#screenHeight };
    const { arrangement, shift } = rearrange(before, content, visiblePart);
    // Tiles below the old end are rendered in steps.
    const screensBelow = (before.layout.height - this.#offset) / this.#screenHeight - 1;
    this.#below = Math.min(this.#below, Math.max(0, screensBelow));
    this.#arrangement = arrangement;
    this.#pendingShift += shift;
    this.#offset += shift;
    if (this.#offset <= 0) this.#newestSeenId = content.items[0]?.id ?? null;
  }

  /** Lays out the grid and restores the scroll position of its list. */
  #arrangeFirst(content: GridContent): void {
    const arrangement = arrange(content);
    const { items, layout } = arrangement;
    this.#arrangement = arrangement;
    this.#newestSeenId = items[0]?.id ?? null;
    const position = this.#list.scrollPosition;
    const index = position ? Math.min(lowerBound(items, position.id), layout.count - 1) : -1;
    const gridTopOnPage = window.scrollY + this.#gridTop();
    const scrollTop =
      position && index >= 0 ? gridTopOnPage + layout.boxAt(index).top - position.top : 0;
    this.#offset = scrollTop - gridTopOnPage;
    this.#pendingShift = scrollTop - window.scrollY;
  }

  #savePosition(): void {
    if (this.#offset <= 0) this.#newestSeenId = this.items[0]?.id ?? null;
    const picture = this.items[this.top];
    this.#list.scrollPosition =
      this.layout && picture && this.#offset > 0
        ? {
            id: picture.id,
            top: this.layout.boxAt(this.top).top - this.#offset,
            lastId: this.items[this.end - 1]!.id,
          }
        : null;
  }

  #handleScrollEnd(): void {
    this.#isScrolling = false;
    const arrangement = this.#arrangement;
    if (!arrangement) return;
    const hasWaitingChange = arrangement.items !== this.#content.items;
    if (hasWaitingChange || (this.#offset <= 0 && arrangement.layout.pinned))
      this.update(this.#content);
  }
}
