/** Details that a list keeps when it is loaded again or receives a changed picture. */
import type { Picture } from '../api/types';
import { endsSoon } from '../picture/presigned-url';

/** Rendition URLs that expire sooner than this are replaced when a list is reloaded. */
const MIN_URL_VALIDITY_MS = 5 * 60_000;

export const smallUrlOf = (picture: Picture | undefined) => picture?.renditions?.small.url;

/** Returns a picture with its own details and the URLs of a reply. */
export function withUrlsOf(reply: Picture | undefined, picture: Picture): Picture {
  if (!reply?.renditions) return picture;
  const original = reply.original ?? picture.original;
  return { ...picture, renditions: reply.renditions, ...(original && { original }) };
}

/** Keeps the details for the owner, which some routes and all live messages leave out. */
export function keepOwnerDetails({ original, gps }: Picture, picture: Picture): Picture {
  return {
    ...picture,
    ...(original && !picture.original && { original }),
    ...(gps && !picture.gps && { gps }),
  };
}

/** Keeps the known rendition URLs while they are valid, so that no image is loaded twice. */
export function keepKnownDetails(known: Picture | undefined, picture: Picture): Picture {
  if (!known) return picture;
  const small = known.renditions?.small;
  const isReusable =
    small &&
    small.bytes === picture.renditions?.small?.bytes &&
    !endsSoon(small.url, MIN_URL_VALIDITY_MS);
  return keepOwnerDetails(
    known,
    isReusable ? { ...picture, renditions: known.renditions! } : picture,
  );
}
