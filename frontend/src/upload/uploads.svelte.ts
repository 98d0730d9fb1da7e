import type { UploadApi } from './upload-api';
import type { LiveMessage, Picture, Visibility } from '../api/types';
import { t } from '../texts';
import { announce } from '../ui/announce.svelte';
import { DetailsEditor } from './details/details-editor';
import {
  createItem,
  findDuplicate,
  arrivedPicture,
  type PictureDetails,
  type UploadItem,
} from './list/item';
import type { UploadEvent } from './list/reducer';
import { canRetry, isDuplicate, isPaused, isUnfinished, isUnsent } from './list/state';
import { canClear } from './list/totals';
import { UploadAnnouncer } from './list/upload-announcer';
import { UploadList } from './list/upload-list.svelte';
import { Answer } from './scheduling/answer';
import { PauseSwitch } from './scheduling/pause-switch';
import { WakeableTimers } from './scheduling/wakeable-timers';
import type { UploadOptions, UploadServices } from './upload-picture';

export interface Dependencies {
  api: UploadApi;
  /** Receives a picture when it is processed, and when its details are saved. */
  onPicture: (picture: Picture) => void;
  /** Returns `true` while the live connection is open. */
  isLive?: () => boolean;
  /** Returns `true` while calls of the API wait for a new sign-in. */
  mustSignInAgain?: () => boolean;
  isOnline?: () => boolean;
  sendFile?: UploadServices['sendFile'];
}

/** The controls of an upload that has not ended. */
interface RunningUpload {
  cancellation: AbortController;
  personPause: PauseSwitch;
  answer: Answer;
  ended: Promise<void>;
}

/** The uploads of one person, from the chosen files to the finished pictures. */
export class Uploads {
  #onPicture: (picture: Picture) => void;
  #list = new UploadList((item, event) => this.#react(item, event));
  #details: DetailsEditor;
  #announcer = new UploadAnnouncer(announce, () => this.items);
  #running = new Map<string, RunningUpload>();
  #services: Omit<UploadServices, 'limits'>;
  /** Created with the first upload. */
  #limits: UploadServices['limits'] | null = null;
  #cleanupApi: UploadApi;
  #lastSerial = 0;
  #isDisposed = false;

  constructor({
    api,
    onPicture,
    isLive = () => false,
    mustSignInAgain = () => false,
    isOnline = () => navigator.onLine,
    ...dependencies
  }: Dependencies) {
    this.#onPicture = onPicture;
    this.#details = new DetailsEditor(api, this.#list, onPicture);
    this.#cleanupApi = api;
    this.#services = {
      api,
      getCleanupApi: () => this.#cleanupApi,
      isLive,
      mustSignInAgain,
      sendFile: dependencies.sendFile,
      offlinePause: new PauseSwitch(),
      timers: new WakeableTimers(),
    };
    if (!isOnline()) this.#services.offlinePause.pause();
  }

  get items(): readonly UploadItem[] {
    return this.#list.items;
  }

  /** The number of pictures that would be lost if the person left the page. */
  get unfinished(): number {
    return this.items.filter(({ state }) => isUnfinished(state)).length;
  }

  /** The number of pictures whose details the API does not have yet. */
  get unsaved(): number {
    return this.#details.unsaved;
  }

  /** Returns `true` if the list shows the upload of this picture. */
  hasPicture(pictureId: string): boolean {
    return this.items.some(({ picture }) => picture?.id === pictureId);
  }

  /**
   * Starts the uploads of files. Returns `false`, and does nothing, after `dispose`: reading a
   * dropped folder, or loading a picture, can outlast a sign-out.
   */
  add(
    files: Iterable<File>,
    visibility: Visibility,
    captionOf: (file: File) => string = () => '',
  ): boolean {
    if (this.#isDisposed) return false;
    const added = Array.from(files, (file) => {
      this.#lastSerial += 1;
      return createItem(file, visibility, this.#lastSerial, captionOf(file));
    });
    if (added.length === 0) return true;
    this.#list.add(added);
    announce(t.upload.announcements.started(added.length));
    for (const item of added) this.#start(item);
    return true;
  }

  pause = (id: string): void => this.#list.dispatch(id, { type: 'paused' });
  resume = (id: string): void => this.#list.dispatch(id, { type: 'resumed' });
  /** Sends a file again whose upload failed. */
  retry = (id: string): void => this.#list.dispatch(id, { type: 'retried' });
  /** Sends a duplicate. */
  accept = (id: string): void => this.#list.dispatch(id, { type: 'accepted' });

  /** Removes an upload from the list. Cancels it if its bytes have not arrived. */
  dismiss = async (id: string): Promise<void> => {
    const previewUrl = this.#list.find(id)?.previewUrl;
    if (previewUrl) URL.revokeObjectURL(previewUrl);
    this.#list.remove(id);
    const upload = this.#running.get(id);
    upload?.cancellation.abort();
    await upload?.ended;
  };

  /** Also pauses duplicates, so that they wait if the person accepts them later. */
  pauseAll = () => this.items.forEach(({ id }) => this.pause(id));
  resumeAll = () => this.items.forEach(({ id }) => this.resume(id));
  retryAll = () => this.#list.idsInState(canRetry).forEach(this.retry);
  acceptAll = () => this.#list.idsInState(isDuplicate).forEach(this.accept);
  dismissDuplicates = () => this.#dismissAll(this.#list.idsInState(isDuplicate));
  cancelAll = () => this.#dismissAll(this.#list.idsInState(isUnsent));
  clearFinished = () => this.#dismissAll(this.items.filter(canClear).map(({ id }) => id));

  /**
   * Changes the details of uploads. Returns the first reason of a failed save, or `null`.
   * Returns `undefined` if the person signed out meanwhile.
   */
  editDetails = (ids: readonly string[], details: Partial<PictureDetails>) =>
    this.#details.edit(ids, details);

  handleOffline = (): void => {
    for (const id of this.#list.idsInState(({ name }) => name === 'sending'))
      this.#list.dispatch(id, { type: 'interrupted', cause: 'connection' });
    this.#services.offlinePause.pause();
  };

  handleOnline = (): void => {
    this.#services.offlinePause.resume();
    this.#services.timers.wakeAll();
  };

  handleLiveMessage = (message: LiveMessage): void => {
    if (
      message.type !== 'picture.ready' &&
      message.type !== 'picture.changed' &&
      message.type !== 'picture.removed'
    )
      return;
    const item = this.items.find(({ picture }) => picture?.id === message.pictureId);
    if (!item) return;
    if (item.state.name !== 'ready') this.#services.timers.wake(message.pictureId);
    else if (message.type === 'picture.removed') void this.dismiss(item.id);
    else this.#details.applyRemoteChange(item, message.picture);
  };

  /**
   * Cancels all uploads and empties the list. `cleanupApi` deletes what they began, and can have
   * other credentials than the API of the person, who may have signed out.
   * Resolves when the deletions have ended.
   */
  async dispose(cleanupApi?: UploadApi): Promise<void> {
    this.#isDisposed = true;
    if (cleanupApi) this.#cleanupApi = cleanupApi;
    this.#announcer.dispose();
    this.#details.dispose();
    await Promise.all(this.items.map(({ id }) => this.dismiss(id)));
  }

  #start({ id, file, serial }: UploadItem): void {
    const cancellation = new AbortController();
    const personPause = new PauseSwitch();
    const answer = new Answer();
    const ended = this.#upload(file, {
      signal: cancellation.signal,
      personPause,
      answer,
      serial,
      getDetails: () => this.#getDetails(id),
      findInList: (sha256) => this.#findInList(id, sha256),
      dispatch: (event) => this.#list.dispatch(id, event),
    });
    this.#running.set(id, { cancellation, personPause, answer, ended });
    void ended.then(() => this.#running.delete(id));
  }

  /** Loads the code of uploads with the first file, because the first view does not need it. */
  async #upload(file: File, options: Omit<UploadOptions, 'services'>): Promise<void> {
    const code = await import('./upload-picture').catch(() => null);
    if (!code) return options.dispatch({ type: 'failed', reason: t.errors.network, retry: false });
    this.#limits ??= code.createLimits();
    const services = { ...this.#services, limits: this.#limits };
    await code.uploadPicture(file, { ...options, services });
  }

  #getDetails(id: string): PictureDetails {
    const item = this.#list.find(id);
    if (!item) throw new DOMException('cancelled', 'AbortError');
    return item;
  }

  #findInList(id: string, sha256: string): { picture: Picture | null } | undefined {
    const duplicate = findDuplicate(this.items, id, sha256);
    return duplicate && { picture: arrivedPicture(duplicate) };
  }

  #react(item: UploadItem, event: UploadEvent): void {
    this.#applyPause(item);
    switch (event.type) {
      case 'accepted':
      case 'retried':
        return this.#running.get(item.id)?.answer.give();
      case 'registered':
        return this.#details.saveChangesSince(item, event.body);
      case 'processed':
        return this.#onPicture(event.picture);
      case 'duplicate':
        return this.#announcer.addDuplicate();
      case 'ready':
        return this.#announcer.addReady(item);
      case 'failed':
        return this.#announcer.addFailed(item);
    }
  }

  /** Pauses or resumes the work of an upload, as its state shows. */
  #applyPause({ id, state }: UploadItem): void {
    const pause = this.#running.get(id)?.personPause;
    if (isPaused(state)) pause?.pause();
    else pause?.resume();
  }

  #dismissAll(ids: readonly string[]): void {
    for (const id of ids) void this.dismiss(id);
  }
}
