import type { Attachment } from 'svelte/attachments';

/** Milliseconds, and pixels that a finger may wander meanwhile. */
const LONG = 450;
const WANDER = 10;

/** Calls `onlong` when a finger rests on the element; if it takes it, the click that follows and the browser's own menu are left out. */
export function longPress(onlong: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let long = false;
    const stop = () => clearTimeout(timer);
    const down = (event: PointerEvent) => {
      stop();
      long = false;
      if (event.pointerType !== 'touch' || !event.isPrimary) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => (long = onlong()), LONG);
    };
    const move = ({ clientX, clientY }: PointerEvent) => {
      if (Math.hypot(clientX - from.x, clientY - from.y) > WANDER) stop();
    };
    const swallow = (event: Event) => {
      if (!long) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === 'click') long = false;
    };
    const ended = new AbortController();
    const { signal } = ended;
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    for (const type of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(type, stop, { signal });
    for (const type of ['click', 'contextmenu'])
      element.addEventListener(type, swallow, { signal, capture: true });
    return () => (stop(), ended.abort());
  };
}
