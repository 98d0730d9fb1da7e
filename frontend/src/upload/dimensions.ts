/** How many pixels a picture has, as far as the beginning of its file says so. */
export interface Dimensions {
  width: number;
  height: number;
}

/** Reads what is near the beginning; null where it stands further back: the server will look. */
export function dimensionsOf(contentType: string, head: Uint8Array): Dimensions | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    return READERS[contentType]?.(view) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null; // it goes on behind what was read
    throw error;
  }
}

const READERS: Record<string, (view: DataView) => Dimensions | null> = {
  'image/jpeg': jpeg,
  'image/png': (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/webp': webp,
  'image/heic': isoMedia,
  'image/avif': isoMedia,
};

/** The frame header stands behind segments whose lengths are known (ITU T.81, B.2). */
function jpeg(view: DataView): Dimensions | null {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff)
      at += 1; // a fill byte
    else if (isFrame(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else if (marker === 0xda) return null;
    else at += 2 + view.getUint16(at + 2);
  }
}

/** SOF0 to SOF15 but for the tables between them: DHT, JPG and DAC. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** https://developers.google.com/speed/webp/docs/riff_container */
function webp(view: DataView): Dimensions | null {
  switch (view.getUint32(12)) {
    case fourCC('VP8X'):
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case fourCC('VP8L'): {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case fourCC('VP8 '):
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    default:
      return null;
  }
}

const uint24 = (view: DataView, at: number) =>
  view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
const fourCC = (name: string) => new DataView(new TextEncoder().encode(name).buffer).getUint32(0);

/** Each image has an `ispe` box, tiles and thumbnails too: the largest is the picture (ISO/IEC 23008-12, 6.5.3). */
function isoMedia(view: DataView): Dimensions | null {
  const ISPE = fourCC('ispe');
  let largest: Dimensions | null = null;
  for (let at = 0; at + 16 <= view.byteLength; at += 1) {
    if (view.getUint32(at) !== ISPE) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || found.width * found.height > largest.width * largest.height) largest = found;
  }
  return largest;
}
