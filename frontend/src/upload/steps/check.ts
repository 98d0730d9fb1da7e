import type { ContentType } from '../../api/types';
import { t } from '../../texts';
import { readDimensions, type Dimensions } from './dimensions';

/** The API's limits for one file: bytes, pixels, and pixels on the long edge. */
export const MAX_BYTES = 50_000_000;
const MAX_PIXELS = 100_000_000;
const MAX_EDGE = 32_767;

/** Bytes that contain the dimensions, also behind the thumbnail that a camera embeds. */
const HEAD_BYTES = 256 * 1024;
/** Bytes that contain the signature, or up to 28 brands of an AVIF or HEIC file. */
const SIGNATURE_BYTES = 128;

export type CheckedFile = { ok: true; contentType: ContentType } | { ok: false; reason: string };

/** Checks type, size and dimensions. Reads the type from the first bytes, never from the name. */
export async function checkFile(file: Blob): Promise<CheckedFile> {
  if (file.size === 0) return refuse(t.upload.refused.empty);
  if (file.size > MAX_BYTES) return refuse(t.upload.refused.tooLarge(file.size));
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  } catch {
    return refuse(t.upload.refused.unreadable);
  }
  const contentType = recogniseType(head.subarray(0, SIGNATURE_BYTES));
  if (!contentType) return refuse(t.upload.refused.notPicture);
  const size = readDimensions(contentType, head);
  if (size && isTooLarge(size))
    return refuse(t.upload.refused.tooManyPixels(size.width, size.height));
  return { ok: true, contentType };
}

const isTooLarge = ({ width, height }: Dimensions) =>
  width * height > MAX_PIXELS || Math.max(width, height) > MAX_EDGE;

const refuse = (reason: string): CheckedFile => ({ ok: false, reason });

function recogniseType(head: Uint8Array): ContentType | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.slice(4, 8) === 'ftyp') return recogniseBrands(readBrands(head, text));
  return null;
}

/**
 * Returns the brands of an ISO media file (ISO/IEC 14496-12, 4.3). Four letters each,
 * in this order: major brand, version (left out), compatible brands.
 */
function readBrands(head: Uint8Array, text: string): string[] {
  const end = Math.min(new DataView(head.buffer).getUint32(0), text.length);
  const [major, , ...compatible] = text.slice(8, end).match(/[^]{4}/g) ?? [];
  return major ? [major, ...compatible] : [];
}

/**
 * Brands of still pictures and sequences in HEVC (ISO/IEC 23008-12, annex B)
 * and in AV1 (https://aomediacodec.github.io/av1-avif/).
 */
const CODECS: readonly [RegExp, ContentType][] = [
  [/^(hei[cxms]|hev[cx])$/, 'image/heic'],
  [/^avi[fs]$/, 'image/avif'],
];
/** Brands that do not name the codec. It is nearly always HEVC, and the server checks it. */
const ANY_CODEC = /^(mif[12]|msf1)$/;

function recogniseBrands(brands: string[]): ContentType | null {
  for (const brand of brands) {
    const codec = CODECS.find(([pattern]) => pattern.test(brand));
    if (codec) return codec[1];
  }
  return brands.some((brand) => ANY_CODEC.test(brand)) ? 'image/heic' : null;
}
