import { thumbHashToDataURL } from 'thumbhash';

const known = new Map<string, string>();
/** Enough for what is on and near the screen; the oldest go first. */
const MOST_KNOWN = 500;

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

function decode(thumbhash: string): string {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}
