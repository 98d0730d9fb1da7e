/** The full-screen viewer, with PhotoSwipe. It is loaded when the first picture opens. */
import PhotoSwipe, { type SlideData } from 'photoswipe';
import 'photoswipe/style.css';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { titleOf } from './describe';
import { endsSoon } from './presigned-url';
import { createSlides, picturesAfter } from './slides';
import { placeholderUrlOf } from './thumbhash';
import { isViewerKey } from './viewer-keys';
import './viewer.css';

export interface ViewerOptions {
  first: Picture;
  /** Returns the loaded pictures, newest first. */
  loadedPictures: () => readonly Picture[];
  /** The element with the details, beside or below the picture. */
  panel: HTMLElement;
  /** Returns the address from which the image of a URL is loaded. */
  addressOf: (url: string) => string;
  /** Returns the picture with URLs that have not expired, if possible. */
  renew: (picture: Picture) => Promise<Picture>;
  onShow: (picture: Picture) => void;
  /** Called when few slides follow the current one. */
  onNearEnd: () => void;
  onClose: () => void;
}

/** The size of the panel in pixels, as in `viewer.css`: beside the picture, or below it. */
const PANEL_WIDTH = 360;
const PANEL_HEIGHT = 76;
/** The window width from which the panel is beside the picture. */
const WIDE_WINDOW = 900;
/** The number of remaining slides at which more pictures are loaded. */
const NEAR_END_COUNT = 5;
/** At least the number of slides that PhotoSwipe keeps in memory. */
const CACHED_SLIDES = 8;

export class Viewer {
  /**
   * While the viewer is open, pictures are only appended, so that no new one shifts the slides.
   * A removed picture is deleted here when it is on the screen.
   */
  readonly #slides: Picture[];
  readonly #options: ViewerOptions;
  readonly #photoSwipe: PhotoSwipe;
  /** Removed pictures whose slides are skipped when the person reaches them. */
  readonly #removedIds = new Set<string>();
  /** Pictures whose URLs were renewed once. Their images load even if that failed. */
  readonly #renewedIds = new Set<string>();
  /** Pictures whose images failed to load, and were loaded once more. */
  readonly #retriedIds = new Set<string>();
  #shownId = '';

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#slides = createSlides(options.loadedPictures(), options.first);
    this.#renewedIds.add(options.first.id);
    this.#photoSwipe = createPhotoSwipe(this.#slides, this.#indexOf(options.first.id), (picture) =>
      this.#slideOf(picture),
    );
    this.#photoSwipe.on('loadError', ({ content }) => {
      const picture = this.#slides[content.index];
      if (picture) this.#retry(picture);
    });
    this.#photoSwipe.on('change', () => this.#handleChange());
    this.#photoSwipe.on('firstUpdate', () => this.#prepareElement());
    this.#delayButtons();
    this.#addKeys();
    this.#trapFocus();
    this.#photoSwipe.init();
  }

  /** Shows another picture, if it is one of the slides. */
  show(id: string): void {
    const index = this.#indexOf(id);
    if (index >= 0 && index !== this.#photoSwipe.currIndex) this.#photoSwipe.goTo(index);
  }

  /**
   * Removes a picture: at once if it is on the screen, otherwise when the person reaches its slide.
   * Returns `true` if it was on the screen.
   */
  remove(id: string): boolean {
    const index = this.#indexOf(id);
    if (index < 0) return false;
    if (index === this.#photoSwipe.currIndex) {
      this.#removeShown();
      return true;
    }
    this.#removedIds.add(id);
    return false;
  }

  /** Appends the loaded pictures that follow the last slide. */
  appendLoaded(): void {
    const viewer = this.#photoSwipe;
    const pictures = picturesAfter(this.#slides, this.#options.loadedPictures());
    if (viewer.isDestroying || pictures.length === 0) return;
    const wasLast = viewer.currIndex === this.#slides.length - 1;
    this.#slides.push(...pictures);
    if (wasLast) viewer.refreshSlideContent(viewer.currIndex + 1); // enables the arrow
    if (this.#isNearEnd()) this.#options.onNearEnd();
  }

  /** Returns a slide without an image if its URL must be renewed first. */
  #slideOf(picture: Picture | undefined): SlideData {
    const { small, large } = picture?.renditions ?? {};
    if (!picture || !large) return { html: '' };
    const { width, height } = large;
    if (endsSoon(large.url) && !this.#renewedIds.has(picture.id)) {
      void this.#renew(picture);
      return { html: '', width, height };
    }
    const { addressOf } = this.#options;
    return {
      src: addressOf(large.url),
      width,
      height,
      alt: titleOf(picture),
      msrc: small ? addressOf(small.url) : placeholderUrlOf(picture.thumbhash),
      thumbCropped: true,
    };
  }

  /** Renews the URL of a picture once, and shows its image. */
  async #renew({ id }: Picture): Promise<void> {
    const known = this.#slides[this.#indexOf(id)];
    if (!known || this.#renewedIds.has(id)) return;
    this.#renewedIds.add(id);
    const renewed = await this.#options.renew(known);
    const index = this.#indexOf(id);
    if (index < 0 || this.#photoSwipe.isDestroying) return;
    this.#slides[index] = renewed;
    this.#photoSwipe.refreshSlideContent(index);
  }

  /** Loads an image once more, with a new URL. */
  #retry(picture: Picture): void {
    if (this.#retriedIds.has(picture.id)) return;
    this.#retriedIds.add(picture.id);
    this.#renewedIds.delete(picture.id);
    void this.#renew(picture);
  }

  close(): void {
    this.#whenOpen(() => this.#photoSwipe.close());
  }

  #indexOf(id: string): number {
    return this.#slides.findIndex((picture) => picture.id === id);
  }

  #isNearEnd(): boolean {
    return this.#photoSwipe.currIndex >= this.#slides.length - NEAR_END_COUNT;
  }

  /** Ignores an event without a change of the picture, which PhotoSwipe also emits. */
  #handleChange(): void {
    const picture = this.#slides[this.#photoSwipe.currIndex];
    if (!picture) return;
    if (this.#removedIds.has(picture.id)) return this.#removeShown();
    if (picture.id === this.#shownId) return;
    this.#shownId = picture.id;
    this.#options.onShow(picture);
    if (this.#isNearEnd()) this.#options.onNearEnd();
  }

  /**
   * Removes the current slide and shows the next one, or the previous one at the end.
   * Closes the viewer if there is no other slide.
   */
  #removeShown(): void {
    const viewer = this.#photoSwipe;
    const index = viewer.currIndex;
    if (this.#slides.length === 1) return this.close();
    if (index === this.#slides.length - 1) viewer.goTo(index - 1);
    this.#slides.splice(index, 1);
    // PhotoSwipe caches slides by index, so those that moved are rendered again.
    for (let i = index; i < index + CACHED_SLIDES; i += 1) viewer.refreshSlideContent(i);
    // The focused button disappeared with its picture.
    viewer.element?.focus({ preventScroll: true });
  }

  #prepareElement(): void {
    const { element } = this.#photoSwipe;
    if (!element) return;
    element.setAttribute('aria-label', t.picture.dialog);
    element.append(this.#options.panel);
    element.focus();
    element.addEventListener('click', ({ target }) => {
      const isCloseButton = target instanceof Element && target.closest('.pswp__button--close');
      if (isCloseButton && !this.#photoSwipe.opener.isOpen) this.close();
    });
  }

  /**
   * Makes the buttons of PhotoSwipe wait for the opening animation. Another animation during that
   * one would leave the viewer in a state in which it never closes.
   */
  #delayButtons(): void {
    const viewer = this.#photoSwipe;
    for (const action of ['toggleZoom', 'next', 'prev'] as const) {
      const run = viewer[action].bind(viewer);
      viewer[action] = () => this.#whenOpen(run);
    }
  }

  /**
   * Runs `action` after the opening animation. PhotoSwipe ignores its keys and its close button
   * before that.
   */
  #whenOpen(action: () => void): void {
    if (this.#photoSwipe.opener.isOpen) action();
    else this.#photoSwipe.on('openingAnimationEnd', action);
  }

  #addKeys(): void {
    const viewer = this.#photoSwipe;
    const actions: Record<string, () => void> = {
      Escape: () => viewer.close(),
      ArrowRight: () => viewer.next(),
      ArrowLeft: () => viewer.prev(),
    };
    viewer.on('keydown', (event) => {
      if (!this.#isForViewer(event.originalEvent)) event.preventDefault();
    });
    viewer.events.add(document, 'keydown', (event) => {
      if (!(event instanceof KeyboardEvent) || viewer.opener.isOpen) return;
      const action = actions[event.key];
      if (action && this.#isForViewer(event)) this.#whenOpen(action);
    });
  }

  #isForViewer(event: KeyboardEvent): boolean {
    const target = event.target instanceof Element ? event.target : null;
    return isViewerKey(event, target, target !== null && this.#options.panel.contains(target));
  }

  /**
   * Keeps the focus in the viewer. When the viewer closes, focuses the tile of the last picture, or
   * else the element that had the focus before.
   */
  #trapFocus(): void {
    const focusedBefore = document.activeElement;
    const restorePage = makePageInert();
    this.#photoSwipe.on('destroy', () => {
      restorePage();
      const tile = imageOf(this.#slides[this.#photoSwipe.currIndex])?.closest('a, button');
      const candidates = [tile, focusedBefore, document.getElementById('main')];
      focusFirst(candidates);
      this.#options.onClose();
    });
  }
}

function createPhotoSwipe(
  slides: readonly Picture[],
  index: number,
  slideOf: (picture: Picture | undefined) => SlideData,
): PhotoSwipe {
  const hasReducedMotion = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const viewer = new PhotoSwipe({
    index,
    mainClass: 'viewer',
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    preload: [1, 2],
    showHideAnimationType: hasReducedMotion ? 'none' : 'zoom',
    paddingFn: ({ x }) =>
      x >= WIDE_WINDOW
        ? { top: 64, bottom: 40, left: 64, right: PANEL_WIDTH + 64 }
        : { top: 60, bottom: PANEL_HEIGHT + 8, left: 0, right: 0 },
    closeTitle: t.words.close,
    zoomTitle: t.picture.zoom,
    arrowPrevTitle: t.picture.previous,
    arrowNextTitle: t.picture.next,
    errorMsg: t.picture.failed,
    returnFocus: false,
    trapFocus: false, // `makePageInert` leaves the toasts usable
  });
  viewer.addFilter('numItems', () => slides.length);
  viewer.addFilter('itemData', (_, i) => slideOf(slides[i]));
  // The type of the filter forbids `undefined`, which is PhotoSwipe's default.
  viewer.addFilter('thumbEl', (element, _, i) => imageOf(slides[i]) ?? element!);
  viewer.addFilter('placeholderSrc', (source) => source || false);
  return viewer;
}

/** Makes everything but live regions inert. Returns a function that reverses this. */
function makePageInert(): () => void {
  const selector = '#app > :not([role="status"], [aria-live])';
  const elements = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    ({ inert }) => !inert,
  );
  const setInert = (inert: boolean) => {
    for (const element of elements) element.inert = inert;
  };
  setInert(true);
  return () => setInert(false);
}

function focusFirst(candidates: readonly (Element | null | undefined)[]): void {
  const element = candidates.find(
    (candidate): candidate is HTMLElement =>
      candidate instanceof HTMLElement && candidate.isConnected && candidate !== document.body,
  );
  element?.focus({ preventScroll: true });
}

/** Returns the image of a picture in the grid. */
function imageOf(picture: Picture | undefined): HTMLElement | null {
  return document.querySelector(`[data-picture="${CSS.escape(picture?.id ?? '')}"] img`);
}
