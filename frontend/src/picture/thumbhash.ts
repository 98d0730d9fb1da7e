/** Placeholder images from thumbhashes, see https://evanw.github.io/thumbhash/. */
import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash';
import { onSignOut } from '../auth/session/on-sign-out';

type Thumbhash = string | null | undefined;

/** The maximum number of cached placeholders: more than fit on and near the screen. */
const MAX_CACHED = 500;
/** The time in which most images load, so that they need no placeholder. */
const PLACEHOLDER_DELAY_MS = 150;

/** Data URLs by thumbhash, the oldest first. */
const cache = new Map<string, string>();

/** Requests for placeholders with the time at which each is due, the earliest first. */
const requests = new Map<() => void, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

onSignOut(() => cache.clear());

/** Returns a blurred image as a data URL, or an empty string if the thumbhash is invalid. */
export function placeholderUrlOf(thumbhash: Thumbhash): string {
  if (!thumbhash) return '';
  const cached = cache.get(thumbhash);
  if (cached !== undefined) return cached;
  const url = decode(thumbhash, thumbHashToDataURL) ?? '';
  cache.set(thumbhash, url);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
  return url;
}

/**
 * Calls `use` with the placeholder's data URL: at once if it is cached, otherwise after a delay.
 * Returns a function that cancels the request.
 */
export function requestPlaceholder(thumbhash: Thumbhash, use: (url: string) => void): () => void {
  const cached = cache.get(thumbhash ?? '');
  if (!thumbhash || cached !== undefined) {
    use(cached ?? '');
    return () => undefined;
  }
  const request = () => use(placeholderUrlOf(thumbhash));
  requests.set(request, Date.now() + PLACEHOLDER_DELAY_MS);
  timer ??= setTimeout(runNextRequest, PLACEHOLDER_DELAY_MS);
  return () => requests.delete(request);
}

/** Decodes one placeholder per task: each takes 1 to 2 ms, and a screen has dozens. */
function runNextRequest(): void {
  const [next] = requests;
  if (next) {
    const [request, dueAt] = next;
    if (dueAt <= Date.now()) {
      requests.delete(request);
      request();
    }
  }
  const nextDueAt = requests.values().next().value;
  timer = nextDueAt === undefined ? undefined : setTimeout(runNextRequest, nextDueAt - Date.now());
}

/** Returns the average color as a CSS color. It is fast to compute. */
export function averageColor(thumbhash: Thumbhash): string | null {
  const color = thumbhash && decode(thumbhash, thumbHashToAverageRGBA);
  if (!color) return null;
  const [red, green, blue] = [color.r, color.g, color.b].map((part) => Math.round(part * 255));
  return `rgb(${red} ${green} ${blue} / ${color.a})`;
}

function decode<T>(thumbhash: string, convert: (bytes: Uint8Array) => T): T | null {
  try {
    return convert(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}
