import type { Api } from '../api/albumen';
import type { LiveMessage, NewPicture, Picture, Visibility } from '../api/types';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { createArrivals, type Arrivals } from './arrivals';
import { Dispatcher, type Surroundings } from './dispatcher';
import { createExaminer, type Examiner } from './examine';
import { Herald } from './herald';
import { pictureOf, twinOf, type UploadItem, type Wording } from './item';
import { Items } from './items.svelte';
import { lane } from './lane';
import { preview } from './preview';
import { Registrations } from './registrations';
import { BEGIN, canPause, canResume, canRetry, isDone, isUnsent, type UploadState } from './state';
import { createSaver, type Saver } from './wording';

export type { UploadItem } from './item';

export interface Around extends Partial<Pick<Surroundings, 'online' | 'load'>> {
  /** A picture is ready, has failed or has changed. */
  onPicture: (picture: Picture) => void;
  /** Whether what happens is told at this moment. */
  told?: () => boolean;
}

const isDuplicate = ({ name }: UploadState) => name === 'duplicate';

/** What is being uploaded, from the file to the finished picture. */
export class Uploads {
  #items = new Items();
  #onPicture: (picture: Picture) => void;
  #examine: Examiner;
  #previews = lane(2);
  #registrations: Registrations;
  #dispatcher: Dispatcher;
  #arrivals: Arrivals;
  #saver: Saver;
  #herald = new Herald(announce, () => this.items);
  #serial = 0;
  #me: string | null = null;

  constructor(api: Api, { onPicture, told = () => false, online = () => navigator.onLine, load = () => import('./sender') }: Around) {
    const items = this.#items;
    this.#onPicture = onPicture;
    this.#examine = createExaminer(api);
    this.#registrations = new Registrations(api, (id) => this.#describe(id), (id, picture, as) => this.#registered(id, picture, as));
    this.#arrivals = createArrivals(api, items, {
      told,
      onDone: (id, picture) => this.#finish(id, picture),
      onRemoved: (id) => this.#fail(id, t.upload.removed, false),
    });
    this.#dispatcher = new Dispatcher(items, this.#registrations, {
      online,
      load,
      onSent: (id) => (items.apply(id, { type: 'sent' }), void this.#arrivals.await(id)),
      onFailed: (id, reason, retry) => this.#fail(id, reason, retry),
    });
    this.#saver = createSaver(api, {
      find: (id) => items.find(id),
      onSaved: (id, picture) => this.#changed(id, picture),
      onFailed: (id, reason) => items.change(id, { unsaved: t.upload.edit.failed(reason) }),
    });
  }

  get items(): readonly UploadItem[] {
    return this.#items.all;
  }

  /** Whether leaving the page would lose something. */
  get busy(): boolean {
    return this.items.some(({ state }) => isUnsent(state));
  }

  /** Whether this picture's upload is on the list and so shown there. */
  handles(pictureId: string): boolean {
    return this.items.some(({ picture }) => picture?.id === pictureId);
  }

  prepare = () => this.#dispatcher.prepare();
  offline = () => this.#dispatcher.offline();
  online = () => (this.#dispatcher.online(), this.#arrivals.news.tellAll());

  /** Looks at the files and sends those that can be shown. */
  add(files: Iterable<File>, visibility: Visibility): void {
    const added = Array.from(files, (file): UploadItem => {
      const serial = (this.#serial += 1);
      const unknown = { contentType: '', sha256: null, preview: null, picture: null, unsaved: null };
      return { id: crypto.randomUUID(), serial, file, caption: '', visibility, state: BEGIN, ...unknown };
    });
    if (added.length === 0) return;
    this.#items.add(added);
    announce(t.upload.said.started(added.length));
    for (const item of added) void this.#begin(item);
  }

  pause = (id: string) => this.#dispatcher.pause(id);
  resume = (id: string) => this.#items.apply(id, { type: 'resumed' });
  retry = (id: string) => this.#dispatcher.retry(id);
  /** A duplicate is sent all the same. */
  accept = (id: string) => this.#items.apply(id, { type: 'accepted' });

  pauseAll = () => this.#items.each(canPause, this.pause);
  resumeAll = () => this.#items.each(canResume, this.resume);
  retryAll = () => this.#items.each(canRetry, this.retry);
  acceptAll = () => this.#items.each(isDuplicate, this.accept);
  leaveAll = () => this.#items.each(isDuplicate, (id) => this.dismiss(id));
  cancelAll = () => this.#items.each(isUnsent, (id) => this.dismiss(id));
  clearFinished = () => this.#items.each(isDone, (id) => this.dismiss(id));

  /** Caption and visibility of some or all: what has been registered is changed there, too. */
  word(ids: readonly string[], wording: Partial<Wording>): void {
    for (const id of ids) {
      this.#items.change(id, { ...wording, unsaved: null });
      void this.#saver.save(id);
    }
  }

  /** Takes an upload off the list; one that is under way is cancelled. */
  dismiss(id: string): void {
    const item = this.#items.find(id);
    if (!item) return;
    const arrived = item.state.name === 'processing' || item.state.name === 'ready' || item.picture?.state === 'failed';
    void this.#dispatcher.cancel(id).then(() => (arrived ? this.#registrations.forget(id) : this.#registrations.withdraw(id)));
    if (item.preview) URL.revokeObjectURL(item.preview);
    this.#items.remove(id);
  }

  /** Another person, or nobody: nothing of the last one goes on. */
  belongTo(me: string | null): void {
    if (me === this.#me) return;
    this.#me = me;
    for (const item of this.items) this.dismiss(item.id);
    this.#arrivals.end();
    this.#herald.reset();
  }

  /** Something was told; it may be about a picture that is waited for. */
  hear(message: LiveMessage): void {
    if (message.type !== 'picture.ready' && message.type !== 'picture.changed' && message.type !== 'picture.removed') return;
    const item = this.items.find(({ picture }) => picture?.id === message.pictureId);
    if (!item) return;
    if (item.state.name !== 'ready') this.#arrivals.news.tell(message.pictureId);
    else if (message.type === 'picture.removed') this.dismiss(item.id);
    else if (!item.unsaved && !this.#saver.isSaving(item.id)) this.#changed(item.id, message.picture);
  }

  async #begin({ id, file }: UploadItem): Promise<void> {
    const checked = await this.#examine.check(file);
    if (!this.#items.find(id)) return;
    if (!checked.ok) return this.#fail(id, checked.reason, false);
    this.#items.change(id, { contentType: checked.contentType });
    void this.#previews(() => preview(file)).then((url) => this.#show(id, url));
    const sha256 = this.#items.find(id) ? await this.#examine.hash(file) : null;
    const known = sha256 && this.#items.find(id) ? await this.#examine.known(sha256) : null;
    const twin = known ?? twinOf(this.items, id, sha256);
    this.#items.change(id, { sha256 });
    this.#items.apply(id, twin ? { type: 'duplicate', of: 'owner' in twin ? twin : pictureOf(twin) } : { type: 'checked' });
    if (twin) this.#herald.duplicate();
  }

  #describe(id: string): NewPicture | null {
    const item = this.#items.find(id);
    if (!item) return null;
    const { contentType, file, visibility, caption } = item;
    return { contentType, bytes: file.size, visibility, ...(caption && { caption }) };
  }

  #registered(id: string, picture: Picture, as: NewPicture): void {
    this.#items.change(id, { picture });
    const item = this.#items.find(id);
    if (item && (item.visibility !== as.visibility || item.caption !== (as.caption ?? ''))) void this.#saver.save(id);
  }

  #finish(id: string, picture: Picture): void {
    this.#items.change(id, { picture });
    this.#onPicture(picture);
    if (picture.state === 'failed') return this.#fail(id, picture.failure ?? t.upload.failedWithoutReason, false);
    this.#items.apply(id, { type: 'ready' });
    const item = this.#items.find(id);
    if (item) this.#herald.ready(item);
  }

  #fail(id: string, reason: string, retry: boolean): void {
    this.#items.apply(id, { type: 'failed', reason, retry });
    const item = this.#items.find(id);
    if (item) this.#herald.failed(item);
  }

  /** Caption and visibility are so now. */
  #changed(id: string, { caption, visibility, ...rest }: Picture): void {
    const item = this.#items.find(id);
    if (!item?.picture) return;
    const picture = item.picture.state === 'ready' ? { ...item.picture, caption: caption ?? null, visibility } : { ...rest, caption: caption ?? null, visibility };
    this.#items.change(id, { caption: caption ?? '', visibility, picture, unsaved: null });
    if (picture.state === 'ready') this.#onPicture(picture);
  }

  #show(id: string, url: string | null): void {
    if (url && !this.#items.find(id)) URL.revokeObjectURL(url);
    else this.#items.change(id, { preview: url });
  }
}
