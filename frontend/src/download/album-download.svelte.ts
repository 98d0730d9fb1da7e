import { messageOf } from '../api/errors';
import { downloadTexts } from '../texts/downloads';
import {
  chooseDestination,
  MAX_MEMORY_BYTES,
  TooLargeError,
  type Destination,
} from './destination';
import { safeName } from './file-names';
import { zipPictures, type ZipProgress, type ZipSource } from './zip';

export type DownloadState = 'idle' | 'running' | 'done' | 'cancelled' | 'failed';

export type AlbumSource = Pick<ZipSource, 'fetchPage' | 'renew'>;

/** The download of all pictures of an album as one archive. */
export class AlbumDownload {
  state = $state<DownloadState>('idle');
  progress = $state.raw<ZipProgress>({ done: 0, missing: 0, bytes: 0 });
  /** The message of a failed download. */
  error = $state<string | null>(null);
  readonly #choose: typeof chooseDestination;
  #abort: AbortController | null = null;

  constructor(choose = chooseDestination) {
    this.#choose = choose;
  }

  /** Downloads all pictures. Must be called during a click. */
  async start(title: string, source: AlbumSource): Promise<void> {
    if (this.state === 'running') return;
    const name = `${safeName(title) || downloadTexts.picture}.zip`;
    const file = { name, type: 'application/zip', extension: '.zip' } as const;
    const destination = await this.#choose(file);
    if (destination) await this.#run(destination, source);
  }

  cancel(): void {
    this.#abort?.abort(new DOMException('cancelled', 'AbortError'));
  }

  async #run(destination: Destination, source: AlbumSource): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.error = null;
    this.progress = { done: 0, missing: 0, bytes: 0 };
    this.state = 'running';
    try {
      const { signal } = abort;
      const zip = zipPictures({ ...source, signal }, (progress) => {
        this.progress = progress;
      });
      await destination.write(zip, signal);
      this.state = 'done';
    } catch (error) {
      this.state = abort.signal.aborted ? 'cancelled' : 'failed';
      if (this.state === 'failed') this.error = explain(error);
    }
    // Ends the requests for pictures ahead if the writing failed.
    abort.abort();
  }
}

/** Returns a sentence about a failed download. */
export function explain(error: unknown): string {
  if (error instanceof TooLargeError) return downloadTexts.failed.tooLarge(MAX_MEMORY_BYTES / 1e6);
  if (error instanceof DOMException && error.name === 'QuotaExceededError')
    return downloadTexts.failed.full;
  return error instanceof TypeError ? downloadTexts.failed.network : messageOf(error);
}
