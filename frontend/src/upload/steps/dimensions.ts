/** In pixels, before any rotation. */
export interface Dimensions {
  width: number;
  height: number;
}

/** Reads the dimensions from the beginning of a file. Returns `null` if they are further back. */
export function readDimensions(contentType: string, head: Uint8Array): Dimensions | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    return READERS[contentType]?.(view) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null; // the header is longer than `head`
    throw error;
  }
}

const READERS: Record<string, (view: DataView) => Dimensions | null> = {
  'image/jpeg': readJpeg,
  'image/png': (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/webp': readWebp,
  'image/heic': readIsoMedia,
  'image/avif': readIsoMedia,
};

/** Skips the segments before the frame header by their lengths (ITU T.81, B.2). */
function readJpeg(view: DataView): Dimensions | null {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff)
      at += 1; // a fill byte
    else if (isFrameHeader(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else if (marker === 0xda) return null;
    else at += 2 + view.getUint16(at + 2);
  }
}

/** Returns `true` for SOF0 to SOF15, without DHT, JPG and DAC, which share the range. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Reads the three chunk types of https://developers.google.com/speed/webp/docs/riff_container. */
function readWebp(view: DataView): Dimensions | null {
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

/**
 * Returns the largest `ispe` box (ISO/IEC 23008-12, 6.5.3).
 * Tiles and thumbnails have smaller ones.
 */
function readIsoMedia(view: DataView): Dimensions | null {
  const ISPE = fourCC('ispe');
  let largest: Dimensions | null = null;
  for (let at = 0; at + 16 <= view.byteLength; at += 1) {
    if (view.getUint32(at) !== ISPE) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
