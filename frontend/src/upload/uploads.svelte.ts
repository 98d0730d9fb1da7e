import type { Api } from '../api/albumen';
import { ApiError, sentence } from '../api/errors';
import type { Picture, Upload, Visibility } from '../api/types';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { check } from './check';
import { follow } from './follow';
import { preview } from './preview';
import type { Sender } from './sender';
import { advance, isOver, type UploadEvent, type UploadState } from './state';

export interface UploadItem {
  id: string;
  file: File;
  /** What its first bytes say; empty until they were read. */
  contentType: string;
  visibility: Visibility;
  state: UploadState;
  /** Blob URL of a small likeness, where the browser could make one. */
  preview: string | null;
  picture: Picture | null;
}

/** What is being uploaded, from the file to the finished picture. */
export class Uploads {
  items = $state.raw<readonly UploadItem[]>([]);

  #api: Api;
  #onPicture: (picture: Picture) => void;
  #sender: Promise<Sender> | null = null;
  #ended = new AbortController();
  #presigned = new Map<string, Upload>();

  constructor(api: Api, onPicture: (picture: Picture) => void) {
    this.#api = api;
    this.#onPicture = onPicture;
  }

  /** Checks the files and sends those that can be shown. */
  add(files: Iterable<File>, visibility: Visibility): void {
    const added = Array.from(files, (file): UploadItem => {
      return { id: crypto.randomUUID(), file, contentType: '', visibility, state: { name: 'waiting' }, preview: null, picture: null };
    });
    if (added.length === 0) return;
    this.items = [...added, ...this.items];
    announce(t.upload.said.started(added.length));
    for (const item of added) void this.#begin(item);
  }

  retry(id: string): void {
    const item = this.#find(id);
    if (item?.state.name !== 'failed' || !item.state.retry) return;
    this.#apply(id, { type: 'retry' });
    void this.#send(item);
  }

  /** Takes an upload off the list; one that is under way is cancelled. */
  dismiss(id: string): void {
    const item = this.#find(id);
    if (!item) return;
    void this.#sender?.then((sender) => sender.cancel(id));
    // What was registered but never arrived would stay in the album as an empty place.
    if (item.picture?.state === 'awaitingUpload' && item.state.name !== 'processing') void this.#withdraw(item.picture);
    if (item.preview) URL.revokeObjectURL(item.preview);
    this.#presigned.delete(id);
    this.items = this.items.filter((other) => other.id !== id);
  }

  clearFinished(): void {
    for (const item of this.items) if (isOver(item.state)) this.dismiss(item.id);
  }

  /** Somebody else's turn: nothing of the last person goes on. */
  reset(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
    for (const item of this.items) this.dismiss(item.id);
  }

  /** Whether this picture's upload is on the list and so shown there. */
  handles(pictureId: string): boolean {
    return this.items.some(({ picture }) => picture?.id === pictureId);
  }

  get busy(): boolean {
    return this.items.some(({ state }) => !isOver(state));
  }

  async #begin({ id, file }: UploadItem): Promise<void> {
    const checked = await check(file);
    if (!checked.ok) return this.#fail(id, checked.reason, false);
    void preview(file).then((url) => this.#show(id, url));
    this.#change(id, { contentType: checked.contentType });
    await this.#send({ id, file, contentType: checked.contentType });
  }

  async #send({ id, file, contentType }: Pick<UploadItem, 'id' | 'file' | 'contentType'>): Promise<void> {
    try {
      const sender = await this.#load();
      if (this.#find(id)) sender.send(id, file, contentType);
    } catch {
      this.#fail(id, t.upload.lost, true); // the code that sends could not be loaded
    }
  }

  /** Loads what sends, so that it is there even if the connection is not. */
  prepare(): void {
    void this.#load().catch(() => undefined);
  }

  #load(): Promise<Sender> {
    this.#sender ??= import('./sender').then(
      ({ createSender }) =>
        createSender({
          register: (id) => this.#register(id),
          onProgress: (id, progress) => this.#apply(id, { type: 'progress', progress }),
          onSent: (id) => void this.#follow(id),
          onError: (id, error) => this.#fail(id, reasonOf(error), !isFinal(error)),
        }),
      (error: unknown) => {
        this.#sender = null;
        throw error;
      },
    );
    return this.#sender;
  }

  /** One registration per file: an upload that is tried again goes to the same place while that is still open. */
  async #register(id: string): Promise<Upload> {
    const known = this.#presigned.get(id);
    if (known && Date.parse(known.expiresAt) > Date.now() + 10_000) return known;
    const item = this.#find(id);
    if (!item) throw new DOMException('dismissed', 'AbortError');
    if (item.picture) void this.#withdraw(item.picture);
    const { file, contentType, visibility } = item;
    const { picture, upload } = await this.#api.createPicture({ contentType, bytes: file.size, visibility });
    this.#presigned.set(id, upload);
    this.#change(id, { picture });
    return upload;
  }

  async #follow(id: string): Promise<void> {
    this.#apply(id, { type: 'sent' });
    const picture = this.#find(id)?.picture;
    if (!picture) return;
    const { signal } = this.#ended;
    const result = await follow({
      read: () => this.#api.getPicture(picture.owner.id, picture.id),
      onSlow: () => this.#apply(id, { type: 'slow', note: t.upload.slow }),
      signal,
    });
    if (signal.aborted || result === 'unfinished') return;
    if (result === 'removed') this.#fail(id, t.upload.removed, false);
    else this.#finish(id, result);
  }

  #finish(id: string, picture: Picture): void {
    this.#change(id, { picture });
    this.#onPicture(picture);
    if (picture.state === 'failed') return this.#fail(id, picture.failure ?? t.upload.failedWithoutReason, false);
    this.#apply(id, { type: 'ready' });
    const item = this.#find(id);
    if (item) announce(t.upload.said.ready(item.file.name));
  }

  #fail(id: string, reason: string, retry: boolean): void {
    this.#apply(id, { type: 'failed', reason, retry });
    const item = this.#find(id);
    if (item) announce(t.upload.said.failed(item.file.name, reason));
  }

  async #withdraw({ owner, id }: Picture): Promise<void> {
    // The bytes may have arrived and only the reply was lost: then it is a picture, and stays. At worst an empty place stays in the
    // album, and its owner can remove it there.
    try {
      const { state } = await this.#api.getPicture(owner.id, id);
      if (state === 'awaitingUpload') await this.#api.deletePicture(owner.id, id);
    } catch {
      return;
    }
  }

  #show(id: string, url: string | null): void {
    if (url && !this.#find(id)) URL.revokeObjectURL(url);
    else this.#change(id, { preview: url });
  }

  #apply(id: string, event: UploadEvent): void {
    const item = this.#find(id);
    if (item) this.#change(id, { state: advance(item.state, event) });
  }

  #change(id: string, change: Partial<UploadItem>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  #find(id: string): UploadItem | undefined {
    return this.items.find((item) => item.id === id);
  }
}

/** What the API says is its to word; what the browser or S3 says is not meant for people. */
function reasonOf(error: Error): string {
  if (error instanceof ApiError) return sentence(error);
  return 'status' in error ? t.upload.expired : t.upload.lost;
}

/** The API refused this very file: sending it again changes nothing. */
const isFinal = (error: Error) => error instanceof ApiError && [400, 413, 415].includes(error.code);
