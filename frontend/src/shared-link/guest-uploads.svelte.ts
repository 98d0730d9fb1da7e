import type { Picture } from '../api/types';
import { Uploads } from '../upload/uploads.svelte';
import { Drafts } from './drafts.svelte';
import { createGuestApi, sendGuestFile } from './guest-api';
import { readGuestName, storeGuestName } from './link-storage';
import { OwnPictures } from './own-pictures.svelte';
import type { SharedLink } from './shared-link.svelte';

/** The milliseconds in which finished pictures are collected before the album is read again. */
const REFRESH_DELAY_MS = 2_000;

/** The uploads of a guest. They continue while the guest is on another page of the app. */
export class GuestUploads {
  name = $state(readGuestName());
  readonly drafts = new Drafts();
  readonly uploads: Uploads;
  readonly own: OwnPictures;
  readonly #link: SharedLink;
  readonly #listeners = new AbortController();
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(link: SharedLink) {
    this.#link = link;
    this.own = new OwnPictures(link, (id) => this.#removeUpload(id));
    this.uploads = new Uploads({
      api: createGuestApi(link, () => this.name),
      sendFile: sendGuestFile,
      onPicture: (picture) => this.#receive(picture),
    });
    const { signal } = this.#listeners;
    window.addEventListener('offline', this.uploads.handleOffline, { signal });
    window.addEventListener('online', this.uploads.handleOnline, { signal });
    window.addEventListener('beforeunload', this.#confirmUnload, { signal });
  }

  setName(name: string): void {
    this.name = name;
    storeGuestName(name);
  }

  /**
   * Sends the chosen pictures with their captions. The guest chooses no audience: the album decides
   * who sees the pictures.
   */
  send(): void {
    const drafts = this.drafts.takeAll();
    const captions = new Map(drafts.map(({ file, caption }) => [file, caption.trim()]));
    this.uploads.add(captions.keys(), 'private', (file) => captions.get(file) ?? '');
  }

  dispose(): void {
    this.#listeners.abort();
    if (this.#refreshTimer) clearTimeout(this.#refreshTimer);
    this.drafts.takeAll();
    void this.uploads.dispose();
  }

  /** Makes the browser ask before unfinished uploads and chosen pictures are lost. */
  #confirmUnload = (event: BeforeUnloadEvent): void => {
    if (this.uploads.unfinished + this.drafts.items.length > 0) event.preventDefault();
  };

  /** Removes the upload of a deleted picture from the list. */
  #removeUpload(pictureId: string): void {
    const item = this.uploads.items.find(({ picture }) => picture?.id === pictureId);
    if (item) void this.uploads.dismiss(item.id);
  }

  #receive(picture: Picture): void {
    this.own.put(picture);
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      void this.#link.refresh();
    }, REFRESH_DELAY_MS);
  }
}
