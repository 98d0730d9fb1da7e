/**
 * Removes the GPS position from JPEG, HEIC, AVIF and WebP files. The fields are overwritten in
 * place, so that the length of the file and all other data stay the same. PNG and GIF are not
 * changed: cameras do not write them, and a PNG has checksums.
 */

/** The segment marker APP1 and the headers of its two uses (Exif 3.0, 4.7.2; XMP part 3, 1.1.3). */
const APP1 = [0xff, 0xe1];
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const XMP_EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';
/** The beginnings of a TIFF block, little and big endian, whose first directory follows at once. */
const TIFFS = ['II*\0\b\0\0\0', 'MM\0*\0\0\0\b'];
/** The first and the last element of an XMP packet. */
const PACKET = '<x:xmpmeta';
const PACKET_END = '</x:xmpmeta>';
/** The Exif tag with the offset of the GPS fields. */
const GPS_POINTER = 0x8825;
/** Bytes of a marker with a length. The length counts itself, but not the marker. */
const MARKER_BYTES = 2;
const LENGTH_BYTES = 2;
/** Bytes of a field in an image file directory (TIFF 6.0, section 2). */
const FIELD_BYTES = 12;
/** Bytes of one value, by field type. */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
/** Files have one directory for the picture and one for its thumbnail. */
const MAX_DIRECTORIES = 8;

/** Returns the file without its position. Returns files of other types as they are. */
export async function withoutPosition(file: Blob): Promise<Blob> {
  const remove = removerFor(new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  if (remove === null) return file;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return remove(bytes) ? new Blob([bytes], { type: file.type }) : file;
}

/** Returns the function that cleans files with this beginning, or null for other files. */
function removerFor(start: Uint8Array): ((bytes: Uint8Array) => boolean) | null {
  if (start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff) return removePosition;
  const isHeif = beginsWith(start.subarray(4), 'ftyp');
  const isWebp = beginsWith(start, 'RIFF') && beginsWith(start.subarray(8), 'WEBP');
  return isHeif || isWebp ? removePositionFromBlocks : null;
}

/**
 * Overwrites the position in the TIFF blocks and XMP packets of a file, wherever its format places
 * them. Eight bytes begin a block, so that other data practically never look like one. Returns
 * `true` if it changed the bytes.
 */
export function removePositionFromBlocks(bytes: Uint8Array): boolean {
  let hasChanged = false;
  for (const header of TIFFS)
    for (const at of placesOf(bytes, header))
      hasChanged = cleanTiff(bytes.subarray(at)) || hasChanged;
  for (const at of placesOf(bytes, PACKET)) {
    const [end] = placesOf(bytes.subarray(at), PACKET_END);
    if (end !== undefined)
      hasChanged = cleanXmp(bytes.subarray(at, at + end + PACKET_END.length)) || hasChanged;
  }
  return hasChanged;
}

/** Yields the offsets of a text of single bytes. */
function* placesOf(bytes: Uint8Array, text: string): Generator<number> {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (beginsWith(bytes.subarray(at, at + text.length), text)) yield at;
}

/**
 * Overwrites the position in a JPEG, and in further JPEGs behind it, which some cameras add.
 * Returns `true` if it changed the bytes.
 */
export function removePosition(bytes: Uint8Array): boolean {
  let hasChanged = false;
  let at = bytes.indexOf(APP1[0]!);
  while (at >= 0) {
    if (bytes[at + 1] === APP1[1]) hasChanged = cleanSegment(bytes, at) || hasChanged;
    at = bytes.indexOf(APP1[0]!, at + 1);
  }
  return hasChanged;
}

function cleanSegment(bytes: Uint8Array, at: number): boolean {
  const start = at + MARKER_BYTES + LENGTH_BYTES;
  if (start > bytes.length) return false;
  const length = bytes[at + MARKER_BYTES]! * 256 + bytes[at + MARKER_BYTES + 1]!;
  const segment = bytes.subarray(start, at + MARKER_BYTES + length);
  if (beginsWith(segment, EXIF)) return cleanTiff(segment.subarray(EXIF.length));
  for (const header of [XMP, XMP_EXTENSION])
    if (beginsWith(segment, header)) return cleanXmp(segment.subarray(header.length));
  return false;
}

const beginsWith = (bytes: Uint8Array, text: string) =>
  bytes.length >= text.length &&
  Array.from(text).every((char, index) => bytes[index] === char.charCodeAt(0));

/** Replaces all text of an XMP packet with spaces if it names GPS fields. */
function cleanXmp(packet: Uint8Array): boolean {
  if (!new TextDecoder('latin1').decode(packet).includes('GPS')) return false;
  packet.fill(0x20);
  return true;
}

function cleanTiff(tiff: Uint8Array): boolean {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    return cleanDirectories(view);
  } catch (error) {
    // A field points outside of the block. The fields before it are clean.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function cleanDirectories(view: DataView): boolean {
  const isLittleEndian = view.getUint16(0) === 0x4949;
  const word = (at: number) => view.getUint16(at, isLittleEndian);
  const long = (at: number) => view.getUint32(at, isLittleEndian);
  let hasChanged = false;
  let directory = long(4);
  for (let i = 0; directory !== 0 && i < MAX_DIRECTORIES; i += 1) {
    const next = directory + 2 + word(directory) * FIELD_BYTES;
    const following = long(next);
    for (let index = word(directory) - 1; index >= 0; index -= 1) {
      const field = directory + 2 + index * FIELD_BYTES;
      if (word(field) !== GPS_POINTER) continue;
      const gps = long(field + 8);
      removeField(view, directory, index, isLittleEndian);
      hasChanged = true;
      clearDirectory(view, gps, isLittleEndian);
    }
    directory = following;
  }
  return hasChanged;
}

/** Moves the fields behind a field, and the offset of the next directory, to its place. */
function removeField(
  view: DataView,
  directory: number,
  index: number,
  isLittleEndian: boolean,
): void {
  const count = view.getUint16(directory, isLittleEndian);
  const end = directory + 2 + count * FIELD_BYTES + 4;
  const field = directory + 2 + index * FIELD_BYTES;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes.copyWithin(field, field + FIELD_BYTES, end);
  bytes.fill(0, end - FIELD_BYTES, end);
  view.setUint16(directory, count - 1, isLittleEndian);
}

/** Overwrites all fields of a directory and their values with zeros. */
function clearDirectory(view: DataView, directory: number, isLittleEndian: boolean): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const count = view.getUint16(directory, isLittleEndian);
  const end = directory + 2 + count * FIELD_BYTES;
  for (let field = directory + 2; field < end; field += FIELD_BYTES) {
    const type = view.getUint16(field + 2, isLittleEndian);
    const length = view.getUint32(field + 4, isLittleEndian) * (VALUE_BYTES[type] ?? 0);
    const value = view.getUint32(field + 8, isLittleEndian);
    if (length > 4) bytes.fill(0, value, value + length);
  }
  bytes.fill(0, directory, end);
}
