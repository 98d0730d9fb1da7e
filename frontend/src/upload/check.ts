import { bytesText } from '../picture/describe';
import { t } from '../texts';

/** The API's limit for one file, bytes. */
export const MOST_BYTES = 50_000_000;

export type CheckedFile = { ok: true; contentType: string } | { ok: false; reason: string };

const HEAD = 16;

/** Looks at a file before it is sent: the type comes from its first bytes, never from its name. */
export async function check(file: Blob): Promise<CheckedFile> {
  if (file.size === 0) return refuse(t.upload.refused.empty);
  if (file.size > MOST_BYTES) return refuse(t.upload.refused.tooLarge(bytesText(file.size)));
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  } catch {
    return refuse(t.upload.refused.unreadable);
  }
  const contentType = typeOf(head);
  if (contentType) return { ok: true, contentType };
  return refuse(isHeic(head) ? t.upload.refused.heic : t.upload.refused.notPicture);
}

const refuse = (reason: string): CheckedFile => ({ ok: false, reason });

function typeOf(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return null;
}

function isHeic(head: Uint8Array): boolean {
  return /^ftyp(hei|hev|mif1|msf1)/.test(String.fromCharCode(...head.slice(4)));
}
