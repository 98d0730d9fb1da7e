import type { Picture } from '../api/types';
import { localTimeOf } from '../picture/describe';
import { downloadTexts } from '../texts/downloads';

const EXTENSIONS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'image/heic': 'heic',
};

/** The maximum length of a name without its extension. File systems allow 255 bytes. */
const MAX_LENGTH = 60;
/** Characters that Windows, macOS or Linux forbid in names, and control characters. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Names that Windows reserves for devices. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Returns a text that is safe as the name of a file, or an empty text if nothing remains. */
export function safeName(text: string): string {
  const words = text.normalize('NFC').replace(FORBIDDEN, ' ').replace(/\s+/g, ' ');
  const name = [...words]
    .slice(0, MAX_LENGTH)
    .join('')
    // Windows removes dots and spaces at the end. A dot at the start hides a file.
    .replace(/^[. ]+|[. ]+$/g, '');
  return RESERVED.test(name) ? `${name}_` : name;
}

/** Returns a function that gives each picture of a download its own name. */
export function createFileNames(): (picture: Picture, contentType: string) => string {
  const taken = new Set<string>();
  return (picture, contentType) => {
    const base = baseNameOf(picture);
    const extension = EXTENSIONS[contentType.replace(/;.*/, '').trim()] ?? 'jpg';
    for (let n = 1; ; n += 1) {
      const name = `${n === 1 ? base : `${base} (${n})`}.${extension}`;
      // File systems of macOS and Windows do not distinguish upper and lower case.
      const key = name.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}

/** Returns the time and the caption, such as `2024-05-02 14.30.00 Oslo`. */
function baseNameOf({ takenAt, caption }: Picture): string {
  const time = localTimeOf(takenAt).replace('T', ' ').replaceAll(':', '.');
  return [time, safeName(caption ?? '')].filter(Boolean).join(' ') || downloadTexts.picture;
}
