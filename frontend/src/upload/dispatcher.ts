import { t } from '../texts';
import { nextToSend, type UploadItem } from './item';
import type { Items } from './items.svelte';
import type { Registrations } from './registrations';
import type { Sender, SenderEvents } from './sender';
import { progressOf, type Cause } from './state';
import { judge, MOST_TRIES, pauseBefore, type Verdict } from './verdict';

export interface Surroundings {
  /** Whether the browser believes to be online. */
  online: () => boolean;
  load: () => Promise<{ createSender: (events: SenderEvents) => Sender }>;
  onSent: (id: string) => void;
  onFailed: (id: string, reason: string, retry: boolean) => void;
}

interface Attempts {
  /** How many in a row brought not a byte more than had ever arrived. */
  count: number;
  most: number;
  next?: ReturnType<typeof setTimeout>;
}

/** Sends what waits, a few at a time, and goes on by itself after what passes. */
export class Dispatcher {
  #items: Items;
  #registrations: Registrations;
  #around: Surroundings;
  #sender: Promise<Sender> | null = null;
  #attempts = new Map<string, Attempts>();
  #pumping = false;

  constructor(items: Items, registrations: Registrations, around: Surroundings) {
    this.#items = items;
    this.#registrations = registrations;
    this.#around = around;
    items.onChange = () => this.#pump();
  }

  /** Loads what sends, so that it is there even if the connection is not. */
  prepare(): void {
    void this.#load().catch(() => undefined);
  }

  pause(id: string): void {
    this.#stop(id);
    this.#items.apply(id, { type: 'paused' });
  }

  /** A person wants it to be tried again: the count begins anew. */
  retry(id: string): void {
    this.#attempts.delete(id);
    this.#items.apply(id, { type: 'retried' });
  }

  /** Ends it for good. */
  async cancel(id: string): Promise<void> {
    clearTimeout(this.#attempts.get(id)?.next);
    this.#attempts.delete(id);
    await this.#sender?.then((sender) => sender.cancel(id)).catch(() => undefined); // S3 drops what is unfinished, in the end
  }

  /** The connection is lost: what is under way waits for it. */
  offline(): void {
    this.#items.each(
      ({ name }) => name === 'sending',
      (id) => {
        this.#stop(id);
        this.#items.apply(id, { type: 'interrupted', cause: 'connection' });
      },
    );
  }

  /** It is back: everything goes on. */
  online(): void {
    this.#items.each(
      ({ name }) => name === 'interrupted',
      (id) => this.#goOn(id),
    );
    this.#pump();
  }

  /** Starts those whose turn it is. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      if (!this.#around.online()) return;
      for (const item of nextToSend(this.#items.all)) void this.#send(item);
    });
  }

  async #send({ id, file, contentType }: UploadItem): Promise<void> {
    this.#items.apply(id, { type: 'started' });
    try {
      const sender = await this.#load();
      if (this.#items.find(id)?.state.name === 'sending') sender.start(id, file, contentType);
    } catch {
      this.#again(id, 'connection', t.upload.lost); // the code that sends could not be loaded
    }
  }

  #load(): Promise<Sender> {
    this.#sender ??= this.#around.load().then(
      ({ createSender }) =>
        createSender({
          sign: (id, step) => this.#registrations.sign(id, step),
          onProgress: (id, progress) => this.#progress(id, progress),
          onSent: (id) => this.#sent(id),
          onError: (id, error) => void this.#decide(id, judge(error)),
        }),
      (error: unknown) => {
        this.#sender = null;
        throw error;
      },
    );
    return this.#sender;
  }

  #progress(id: string, progress: number): void {
    const attempts = this.#attempts.get(id);
    if (attempts && progress > attempts.most) this.#attempts.delete(id);
    this.#items.apply(id, { type: 'progress', progress });
  }

  #sent(id: string): void {
    this.#attempts.delete(id);
    this.#around.onSent(id);
  }

  async #decide(id: string, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'failed') return this.#around.onFailed(id, verdict.reason, verdict.retry);
    if (verdict.kind === 'again') return this.#again(id, verdict.cause, verdict.reason);
    const sender = await this.#load();
    const fate =
      verdict.kind === 'arrived'
        ? 'arrived'
        : await this.#registrations.look(id).catch(() => 'unknown' as const);
    if (fate !== 'unknown' && verdict.kind === 'look' && (verdict.restart || fate !== 'awaited'))
      sender.restart(id);
    if (fate === 'arrived') return (sender.restart(id), this.#sent(id));
    if (fate === 'gone') this.#registrations.forget(id);
    if (fate === 'awaited') this.#registrations.expire(id);
    if (verdict.kind === 'look')
      this.#again(id, fate === 'unknown' ? 'connection' : 'busy', verdict.reason);
  }

  /** Tries again by itself: when the connection is back, or after a while, longer each time. */
  #again(id: string, cause: Cause, reason: string): void {
    const item = this.#items.find(id);
    if (item?.state.name !== 'sending') return;
    this.#items.apply(id, { type: 'interrupted', cause });
    if (!this.#around.online()) return;
    const attempts = this.#attempts.get(id) ?? { count: 0, most: progressOf(item.state) };
    attempts.count += 1;
    this.#attempts.set(id, attempts);
    if (attempts.count > MOST_TRIES) return this.#around.onFailed(id, reason, true);
    attempts.next = setTimeout(
      () => this.#around.online() && this.#goOn(id),
      pauseBefore(attempts.count),
    );
  }

  #goOn(id: string): void {
    clearTimeout(this.#attempts.get(id)?.next);
    this.#items.apply(id, { type: 'reconnected' });
  }

  /** Ends the request that is under way; what has arrived stays. */
  #stop(id: string): void {
    clearTimeout(this.#attempts.get(id)?.next);
    if (this.#items.find(id)?.state.name === 'sending')
      void this.#sender?.then((sender) => sender.pause(id));
  }
}
