/** PhotoSwipe, set up for this app. Loaded with the first picture that is opened. */
import PhotoSwipe, { type SlideData } from 'photoswipe';
import 'photoswipe/style.css';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { titleOf } from './describe';
import { isMeantFor } from './keys';
import { after, slidesOf } from './slides';
import { placeholder } from './thumbhash';
import './viewer.css';

export interface Viewer {
  show(id: string): void;
  /** A picture is gone: where it was shown, the next one is, or nothing is left to show. Says whether it was shown. */
  drop(id: string): boolean;
  /** More of the list has been read. */
  grow(): void;
  close(): void;
}

export interface ViewerOptions {
  start: Picture;
  /** The pictures to leaf through, newest first. */
  next: () => readonly Picture[];
  /** Shown beside the picture. */
  panel: HTMLElement;
  onShow: (picture: Picture) => void;
  onNearEnd: () => void;
  onClose: () => void;
}

/** As in `viewer.css`: pixels of the details beside the picture, or of their upper edge below it. */
const PANEL_WIDTH = 360;
const PANEL_BELOW = 76;
const WIDE = 900;
const NEAR_END = 5;
/** At least as many slides as PhotoSwipe holds. */
const KEPT = 8;

export function createViewer({
  start,
  next,
  panel,
  onShow,
  onNearEnd,
  onClose,
}: ViewerOptions): Viewer {
  // Fixed while it is open, but for what is appended: a picture that arrives meanwhile must not shift the others.
  const slides = slidesOf(next(), start);
  /** What `onShow` was told last: PhotoSwipe tells of a change more often than there is one. */
  let shown = '';
  /** Not to be shown any more; left out when their turn comes. */
  const gone = new Set<string>();
  const indexOf = (id: string) => slides.findIndex((picture) => picture.id === id);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  const viewer = new PhotoSwipe({
    index: indexOf(start.id),
    mainClass: 'viewer',
    bgOpacity: 1,
    loop: false,
    wheelToZoom: true,
    preload: [1, 2],
    showHideAnimationType: still ? 'none' : 'zoom',
    paddingFn: ({ x }) =>
      x >= WIDE
        ? { top: 64, bottom: 40, left: 64, right: PANEL_WIDTH + 64 }
        : { top: 60, bottom: PANEL_BELOW + 8, left: 0, right: 0 },
    closeTitle: t.words.close,
    zoomTitle: t.picture.zoom,
    arrowPrevTitle: t.picture.previous,
    arrowNextTitle: t.picture.next,
    errorMsg: t.picture.failed,
    returnFocus: false,
    trapFocus: false, // a toast may offer to take something back: `alone` keeps the focus from the rest
  });

  viewer.addFilter('numItems', () => slides.length);
  viewer.addFilter('itemData', (_, index) => slideOf(slides[index]));
  viewer.addFilter('thumbEl', (found, _, index) => tileOf(slides[index]) ?? found!); // its type forbids what its own default is
  viewer.addFilter('placeholderSrc', (source) => source || false);

  viewer.on('change', () => {
    const picture = slides[viewer.currIndex];
    if (picture && gone.has(picture.id)) return void dropShown();
    if (!picture || picture.id === shown) return;
    shown = picture.id;
    onShow(picture);
    if (isNearEnd()) onNearEnd();
  });
  viewer.on('firstUpdate', () => {
    viewer.element?.setAttribute('aria-label', t.picture.dialog);
    viewer.element?.append(panel);
    viewer.element?.focus();
    viewer.element?.addEventListener('click', ({ target }) => {
      if (
        !viewer.opener.isOpen &&
        target instanceof Element &&
        target.closest('.pswp__button--close')
      )
        close();
    });
  });
  const isForViewer = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    return isMeantFor(event, target, target !== null && panel.contains(target));
  };
  viewer.on('keydown', (event) => {
    if (!isForViewer(event.originalEvent)) event.preventDefault();
  });
  const before = document.activeElement;
  const release = alone();
  viewer.on('destroy', () => {
    release();
    // Where one looked last, not where one began.
    const places = [
      tileOf(slides[viewer.currIndex])?.closest('a'),
      before,
      document.getElementById('main'),
    ];
    const back = places.find(
      (place) => place instanceof HTMLElement && place.isConnected && place !== document.body,
    );
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
    onClose();
  });

  const isNearEnd = () => viewer.currIndex >= slides.length - NEAR_END;

  /** The next one takes its place, or at the end the one before; after the last one nothing is left to show. */
  function dropShown(): true {
    const index = viewer.currIndex;
    if (slides.length === 1) {
      close();
      return true;
    }
    if (index === slides.length - 1) viewer.goTo(index - 1);
    slides.splice(index, 1);
    // PhotoSwipe knows slides by their index: those that moved up are made anew.
    for (let i = index; i < index + KEPT; i += 1) viewer.refreshSlideContent(i);
    viewer.element?.focus({ preventScroll: true }); // the button that was pressed went with its picture
    return true;
  }

  // While it is still opening, PhotoSwipe hears no key and its button does not close it.
  const whenOpen = (act: () => void) =>
    viewer.opener.isOpen ? act() : viewer.on('openingAnimationEnd', act);
  const close = () => whenOpen(() => viewer.close());
  const keys: Record<string, () => void> = {
    Escape: close,
    ArrowRight: () => viewer.next(),
    ArrowLeft: () => viewer.prev(),
  };
  viewer.events.add(document, 'keydown', (event) => {
    const act = event instanceof KeyboardEvent ? keys[event.key] : undefined;
    if (act && !viewer.opener.isOpen && isForViewer(event as KeyboardEvent)) whenOpen(act);
  });
  viewer.init();

  return {
    show(id) {
      const index = indexOf(id);
      if (index >= 0 && index !== viewer.currIndex) viewer.goTo(index);
    },
    drop(id) {
      const index = indexOf(id);
      if (index < 0 || index === viewer.currIndex) return index >= 0 && dropShown();
      gone.add(id);
      return false;
    },
    grow() {
      const more = after(slides, next());
      if (viewer.isDestroying || more.length === 0) return;
      const wasLast = viewer.currIndex === slides.length - 1;
      slides.push(...more);
      if (wasLast) viewer.refreshSlideContent(viewer.currIndex + 1); // the arrow leads on, too
      if (isNearEnd()) onNearEnd();
    },
    close,
  };
}

/** Keeps the focus from what is behind, until what this gives is called. What is told meanwhile is still told. */
function alone(): () => void {
  const behind = [
    ...document.querySelectorAll<HTMLElement>('#app > :not([role="status"], [aria-live])'),
  ].filter(({ inert }) => !inert);
  for (const element of behind) element.inert = true;
  return () => behind.forEach((element) => (element.inert = false));
}

function slideOf(picture: Picture | undefined): SlideData {
  const { small, large } = picture?.renditions ?? {};
  if (!picture || !large) return { html: '' };
  return {
    src: large.url,
    width: large.width,
    height: large.height,
    alt: titleOf(picture),
    msrc: small?.url ?? placeholder(picture.thumbhash),
    thumbCropped: true,
  };
}

const tileOf = (picture: Picture | undefined) =>
  document.querySelector<HTMLElement>(`[data-picture="${CSS.escape(picture?.id ?? '')}"] img`);
