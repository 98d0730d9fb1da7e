import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';
import { onSignOut } from '../auth/on-sign-out';

const known = new Map<string, string>();
/** Enough for what is on and near the screen; the oldest go first. */
const MOST_KNOWN = 500;

onSignOut(() => known.clear());

/** A blurred likeness as an image URL, from the base64 thumbhash; empty where there is none or it is damaged. */
export function placeholder(thumbhash: string | null | undefined): string {
  if (!thumbhash) return '';
  const cached = known.get(thumbhash);
  if (cached !== undefined) return cached;
  const url = decode(thumbhash);
  known.set(thumbhash, url);
  if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
  return url;
}

/** The same, when there is time: at once where it is known already. Gives a function that takes the wish back. */
export function placeholderSoon(
  thumbhash: string | null | undefined,
  use: (url: string) => void,
): () => void {
  const cached = known.get(thumbhash ?? '');
  if (!thumbhash || cached !== undefined) {
    use(cached ?? '');
    return () => undefined;
  }
  const wish = () => use(placeholder(thumbhash));
  wishes.set(wish, Date.now() + SOON);
  timer ??= setTimeout(grant, SOON);
  return () => wishes.delete(wish);
}

/** And when each is due; in that order. */
const wishes = new Map<() => void, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
/** Milliseconds in which a picture may come that then needs no likeness. */
const SOON = 150;

/** One after the other, so that what a person does comes between: each takes a millisecond or two, and a screen has dozens. */
function grant(): void {
  const [first] = wishes;
  if (first && first[1] <= Date.now()) {
    wishes.delete(first[0]);
    first[0]();
  }
  const next = wishes.values().next().value;
  timer = next === undefined ? undefined : setTimeout(grant, next - Date.now());
}

/** The one colour that stands for all of it, as CSS. It takes no time. */
export function tone(thumbhash: string | null | undefined): string | null {
  const colour = thumbhash && read(thumbhash, thumbHashToAverageRGBA);
  return colour
    ? `rgb(${[colour.r, colour.g, colour.b].map((part) => Math.round(part * 255)).join(' ')} / ${colour.a})`
    : null;
}

const decode = (thumbhash: string) => read(thumbhash, thumbHashToDataURL) ?? '';

function read<T>(thumbhash: string, how: (bytes: Uint8Array) => T): T | null {
  try {
    return how(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}
