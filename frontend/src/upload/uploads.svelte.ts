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
import {
  BEGIN,
  canPause,
  canResume,
  canRetry,
  isUnfinished,
  isUnsent,
  type UploadState,
} from './state';
import { canClear } from './totals';
import { Wordings } from './wordings';

export type { UploadItem } from './item';

export interface Around extends Partial<Pick<Surroundings, 'online' | 'load'>> {
  /** A picture is ready, has failed or was changed here. */
  onPicture: (picture: Picture) => void;
  /** Whether what happens is told at this moment. */
  told?: () => boolean;
}

const isDuplicate = ({ name }: UploadState) => name === 'duplicate';

/** What is being uploaded, from the file to the finished picture. */
export class Uploads {
  #api: Api;
  #items = new Items();
  #onPicture: (picture: Picture) => void;
  #examine: Examiner;
  #previews = lane(2);
  #registrations: Registrations;
  #dispatcher: Dispatcher;
  #arrivals: Arrivals;
  #wordings: Wordings;
  #herald = new Herald(announce, () => this.items);
  #serial = 0;
  #me: string | null = null;

  constructor(
    api: Api,
    {
      onPicture,
      told = () => false,
      online = () => navigator.onLine,
      load = () => import('./sender'),
    }: Around,
  ) {
    const items = this.#items;
    this.#api = api;
    this.#onPicture = onPicture;
    this.#examine = createExaminer(api);
    this.#wordings = new Wordings(api, items, onPicture);
    this.#registrations = new Registrations(
      api,
      (id) => this.#describe(id),
      (id, picture, as) => this.#registered(id, picture, as),
    );
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
  }

  get items(): readonly UploadItem[] {
    return this.#items.all;
  }

  /** How many pictures leaving the page would lose. */
  get unfinished(): number {
    return this.items.filter(({ state }) => isUnfinished(state)).length;
  }

  /** Of how many caption and audience are not as they were chosen here. */
  get unsaved(): number {
    return this.#wordings.unsaved;
  }

  /** Whether this picture's upload is on the list and so shown there. */
  handles(pictureId: string): boolean {
    return this.items.some(({ picture }) => picture?.id === pictureId);
  }

  prepare = () => this.#dispatcher.prepare();
  offline = () => this.#dispatcher.offline();
  online = () => (this.#dispatcher.online(), this.#arrivals.sleepers.wakeAll());

  /** Looks at the files and sends those that can be shown. */
  add(files: Iterable<File>, visibility: Visibility): void {
    const added = Array.from(files, (file): UploadItem => {
      const serial = (this.#serial += 1);
      const unknown = {
        contentType: '',
        sha256: null,
        preview: null,
        picture: null,
        unsaved: null,
      };
      return {
        id: crypto.randomUUID(),
        serial,
        file,
        caption: '',
        visibility,
        state: BEGIN,
        ...unknown,
      };
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
  leaveAll = () => this.#items.each(isDuplicate, (id) => void this.dismiss(id));
  cancelAll = () => this.#items.each(isUnsent, (id) => void this.dismiss(id));
  clearFinished = () => this.items.filter(canClear).forEach(({ id }) => void this.dismiss(id));

  /** Changes caption and audience of some or all, as `Wordings` says. */
  word = (ids: readonly string[], wording: Partial<Wording>) => this.#wordings.change(ids, wording);

  /** Takes an upload off the list; one that is under way is cancelled, and what had not arrived is taken back. */
  async dismiss(id: string): Promise<void> {
    const item = this.#items.find(id);
    if (!item) return;
    const arrived =
      item.state.name === 'processing' ||
      item.state.name === 'ready' ||
      item.picture?.state === 'failed';
    if (item.preview) URL.revokeObjectURL(item.preview);
    this.#items.remove(id);
    const { api } = this.#registrations; // whose it was
    await this.#dispatcher.cancel(id);
    if (arrived) this.#registrations.forget(id);
    else await this.#registrations.withdraw(id, api);
  }

  /** Another person, or nobody: nothing of the last one goes on. `farewell` still signs for the last one, to take back what had begun. */
  belongTo(me: string | null, farewell: Api | null = null): void {
    if (me === this.#me) return;
    this.#me = me;
    const [registrations, own] = [this.#registrations, this.#api];
    registrations.api = farewell ?? own;
    const ended = this.items.map(({ id }) => this.dismiss(id));
    void Promise.allSettled(ended).then(
      () => registrations.api === farewell && (registrations.api = own),
    );
    this.#arrivals.end();
    this.#herald.reset();
    this.#wordings.end();
  }

  /** Something was told; it may be about a picture that is waited for. */
  hear(message: LiveMessage): void {
    if (
      message.type !== 'picture.ready' &&
      message.type !== 'picture.changed' &&
      message.type !== 'picture.removed'
    )
      return;
    const item = this.items.find(({ picture }) => picture?.id === message.pictureId);
    if (!item) return;
    if (item.state.name !== 'ready') this.#arrivals.sleepers.wake(message.pictureId);
    else if (message.type === 'picture.removed') void this.dismiss(item.id);
    else this.#wordings.told(item, message.picture);
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
    this.#items.apply(
      id,
      twin
        ? { type: 'duplicate', of: 'owner' in twin ? twin : pictureOf(twin) }
        : { type: 'checked' },
    );
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
    this.#wordings.registered(id, as);
  }

  #finish(id: string, picture: Picture): void {
    this.#items.change(id, { picture });
    this.#onPicture(picture);
    if (picture.state === 'failed')
      return this.#fail(id, picture.failure ?? t.upload.failedWithoutReason, false);
    this.#items.apply(id, { type: 'ready' });
    const item = this.#items.find(id);
    if (item) this.#herald.ready(item);
  }

  #fail(id: string, reason: string, retry: boolean): void {
    this.#items.apply(id, { type: 'failed', reason, retry });
    const item = this.#items.find(id);
    if (item) this.#herald.failed(item);
  }

  #show(id: string, url: string | null): void {
    if (url && !this.#items.find(id)) URL.revokeObjectURL(url);
    else this.#items.change(id, { preview: url });
  }
}
