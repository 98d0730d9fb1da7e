/** What is found out about a file before it is sent. */
import type { Api } from '../api/albumen';
import type { Picture } from '../api/types';
import { check } from './check';
import { sha256 } from './hash';
import { lane } from './lane';

/** Milliseconds that asking for a picture with the same bytes may take: sending is what was asked for. */
const PATIENCE = 8_000;

export type Examiner = ReturnType<typeof createExaminer>;

export function createExaminer(api: Api) {
  const checks = lane(4);
  // Whole files are in memory meanwhile: fifty megabytes each, at worst.
  const hashes = lane(2);

  return {
    check: (file: File) => checks(() => check(file)),
    /** Null where the browser cannot, or the file has gone. */
    hash: (file: File) => hashes(() => sha256(file).catch(() => null)),
    /** My own picture with these bytes; null as well where that could not be asked: sending does not depend on it. */
    async known(hash: string): Promise<Picture | null> {
      const asked = api.picturesWithHash(hash).then(
        ({ items }) => items.find(isThere) ?? null,
        () => null,
      );
      return Promise.race([
        asked,
        new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE)),
      ]);
    },
  };
}

const isThere = ({ state }: Picture) => state === 'ready' || state === 'processing';
