import type { Attachment } from 'svelte/attachments';

const LONG_PRESS_MS = 450;
/** The distance in pixels that a finger can move during a long press. */
const MAX_MOVE = 10;

/**
 * Calls `onLongPress` when a finger rests on the element. If it returns `true`, the click that
 * follows and the context menu are suppressed.
 */
export function longPress(onLongPress: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };
    let isHandled = false;

    function cancel() {
      clearTimeout(timer);
    }

    function onPointerDown(event: PointerEvent) {
      cancel();
      isHandled = false;
      if (event.pointerType !== 'touch' || !event.isPrimary) return;
      start = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        isHandled = onLongPress();
      }, LONG_PRESS_MS);
    }

    function onPointerMove({ clientX, clientY }: PointerEvent) {
      if (Math.hypot(clientX - start.x, clientY - start.y) > MAX_MOVE) cancel();
    }

    function suppress(event: Event) {
      if (!isHandled) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === 'click') isHandled = false;
    }

    const listeners = new AbortController();
    const { signal } = listeners;
    element.addEventListener('pointerdown', onPointerDown, { signal });
    element.addEventListener('pointermove', onPointerMove, { signal });
    element.addEventListener('pointerup', cancel, { signal });
    element.addEventListener('pointercancel', cancel, { signal });
    element.addEventListener('click', suppress, { signal, capture: true });
    element.addEventListener('contextmenu', suppress, { signal, capture: true });
    return () => {
      cancel();
      listeners.abort();
    };
  };
}
