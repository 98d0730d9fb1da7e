import pLimit from 'p-limit';
import type { UploadApi } from '../upload-api';
import { messageOf } from '../../api/errors';
import type { Picture } from '../../api/types';
import type { PictureDetails } from '../list/item';

/** Details to save, also for an upload that left the list. */
export interface SaveRequest extends PictureDetails {
  picture: Picture;
  fileName: string;
}

export interface DetailsSaverEvents {
  onSaved: (id: string, picture: Picture) => void;
  onFailed: (id: string, request: SaveRequest, reason: string) => void;
}

/** Saves details of registered pictures. Of several requests for one upload, the latest counts. */
export class DetailsSaver {
  #api: UploadApi;
  #events: DetailsSaverEvents;
  #limit = pLimit(4);
  #latest = new Map<string, SaveRequest>();
  #running = new Map<string, Promise<string | null>>();
  #isDisposed = false;

  constructor(api: UploadApi, events: DetailsSaverEvents) {
    this.#api = api;
    this.#events = events;
  }

  get count(): number {
    return this.#running.size;
  }

  isSaving(id: string): boolean {
    return this.#running.has(id);
  }

  /** Returns the reason of a failure, or `null`. */
  save(id: string, request: SaveRequest): Promise<string | null> {
    this.#latest.set(id, request);
    const running = this.#running.get(id) ?? this.#start(id);
    this.#running.set(id, running);
    return running;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#latest.clear();
    this.#running.clear();
  }

  async #start(id: string): Promise<string | null> {
    try {
      return await this.#limit(() => this.#saveLatest(id));
    } finally {
      this.#latest.delete(id);
      this.#running.delete(id);
    }
  }

  async #saveLatest(id: string): Promise<string | null> {
    try {
      for (let request = this.#latest.get(id); request;) {
        const saved = await this.#send(request);
        const latest = this.#latest.get(id);
        if (latest === request) this.#events.onSaved(id, saved);
        request = latest === request ? undefined : latest;
      }
      return null;
    } catch (error) {
      const reason = messageOf(error);
      if (!this.#isDisposed) this.#events.onFailed(id, this.#latest.get(id)!, reason);
      return reason;
    }
  }

  #send({ caption, visibility, picture }: SaveRequest): Promise<Picture> {
    const body = { caption: caption || null, visibility };
    return this.#api.changePicture(picture.owner.id, picture.id, body);
  }
}
