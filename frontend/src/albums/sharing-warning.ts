import type { Album } from '../api/album-types';
import { albumTexts } from '../texts/albums';

/** Finds attributes that tell where a picture was taken, also after a line break or a comment. */
const POSITION = /\.(?:\s|\\|#[^\n]*\n)*(?:latitude|longitude|place)\b/;

/**
 * Returns a warning if the rule of a smart album can tell its readers where pictures were taken, or
 * else null. Only the owner of the album has its rule.
 */
export const sharingWarningOf = ({ rule }: Pick<Album, 'rule'>): string | null =>
  rule && POSITION.test(rule) ? albumTexts.smart.sharing : null;
