import { t } from '../texts';
import { dimensionsOf } from './dimensions';

/** The API's limits for one file: bytes, pixels, and pixels along a side. */
export const MOST_BYTES = 50_000_000;
const MOST_PIXELS = 100_000_000;
const LONGEST_SIDE = 32_767;

export type CheckedFile = { ok: true; contentType: string } | { ok: false; reason: string };

/** Bytes that are enough to tell the type, and nearly always the size: what comes before it is a camera's small likeness. */
const HEAD = 256 * 1024;
/** The brands of an AVIF or HEIC file seldom take forty. */
const TYPE = 128;

/** Looks at a file before it is sent: the type comes from its first bytes, never from its name. */
export async function check(file: Blob): Promise<CheckedFile> {
  if (file.size === 0) return refuse(t.upload.refused.empty);
  if (file.size > MOST_BYTES) return refuse(t.upload.refused.tooLarge(file.size));
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  } catch {
    return refuse(t.upload.refused.unreadable);
  }
  const contentType = typeOf(head.subarray(0, TYPE));
  if (!contentType) return refuse(t.upload.refused.notPicture);
  const size = dimensionsOf(contentType, head);
  if (
    size &&
    (size.width * size.height > MOST_PIXELS || Math.max(size.width, size.height) > LONGEST_SIDE)
  ) {
    return refuse(t.upload.refused.tooManyPixels(size.width, size.height));
  }
  return { ok: true, contentType };
}

const refuse = (reason: string): CheckedFile => ({ ok: false, reason });

function typeOf(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.slice(4, 8) === 'ftyp') return typeOfBrands(brandsOf(head, text));
  return null;
}

/**
 * The brands that an ISO media file says it keeps to (ISO/IEC 14496-12, 4.3): the major one, its version, then those that it is
 * compatible with, four letters each.
 */
function brandsOf(head: Uint8Array, text: string): string[] {
  const end = Math.min(new DataView(head.buffer).getUint32(0), text.length);
  const [major, , ...compatible] = text.slice(8, end).match(/[^]{4}/g) ?? [];
  return major ? [major, ...compatible] : [];
}

/** Brands of HEVC (ISO/IEC 23008-12, annex B) and of AV1 (https://aomediacodec.github.io/av1-avif/), still or in sequence. */
const CODECS: readonly [RegExp, string][] = [
  [/^(hei[cxms]|hev[cx])$/, 'image/heic'],
  [/^avi[fs]$/, 'image/avif'],
];
/** Brands of pictures that leave the codec open. Nearly always HEVC; if not, the server finds out. */
const ANY_CODEC = /^(mif[12]|msf1)$/;

function typeOfBrands(brands: string[]): string | null {
  for (const brand of brands) {
    const codec = CODECS.find(([pattern]) => pattern.test(brand));
    if (codec) return codec[1];
  }
  return brands.some((brand) => ANY_CODEC.test(brand)) ? 'image/heic' : null;
}
