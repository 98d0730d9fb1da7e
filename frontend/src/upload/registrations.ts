import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { NewPicture, Picture, Upload, UploadStep } from '../api/types';

interface Registration {
  picture: Picture;
  upload: Upload;
}

/** What became of a registered picture. */
export type Fate = 'arrived' | 'awaited' | 'gone';

/** Milliseconds that a signed request should still be good for. */
const MARGIN = 10_000;

/** One picture is registered per file: an upload that is tried again goes to the same place while that is still open. */
export class Registrations {
  /** Whose keys sign. */
  api: Api;
  #of = new Map<string, Promise<Registration>>();
  #expired = new Set<string>();
  readonly #describe: (id: string) => NewPicture | null;
  readonly #onRegistered: (id: string, picture: Picture, as: NewPicture) => void;

  constructor(
    api: Api,
    describe: (id: string) => NewPicture | null,
    onRegistered: (id: string, picture: Picture, as: NewPicture) => void,
  ) {
    this.api = api;
    this.#describe = describe;
    this.#onRegistered = onRegistered;
  }

  /** Signs a request; registers the picture where that has not been done. */
  async sign(id: string, step: UploadStep | null): Promise<Upload> {
    let registered = await this.#get(id);
    if (step) return this.api.signUpload(registered.picture.owner.id, registered.picture.id, step);
    if (this.#expired.delete(id) || Date.parse(registered.upload.expiresAt) < Date.now() + MARGIN) {
      void this.withdraw(id);
      registered = await this.#get(id);
    }
    return registered.upload;
  }

  /** Asks what became of it, after an error that does not say. */
  async look(id: string): Promise<Fate> {
    const registered = await this.#of.get(id);
    if (!registered) return 'gone';
    const { owner, id: picture } = registered.picture;
    try {
      return (await this.api.getPicture(owner.id, picture)).state === 'awaitingUpload'
        ? 'awaited'
        : 'arrived';
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return 'gone';
      throw error;
    }
  }

  /** The request for the whole file is not good any more; the picture is. */
  expire(id: string): void {
    this.#expired.add(id);
  }

  forget(id: string): void {
    this.#expired.delete(id);
    this.#of.delete(id);
  }

  /** What was registered but never arrived would stay in the album as an empty place. */
  async withdraw(id: string, api = this.api): Promise<void> {
    const registered = this.#of.get(id);
    this.#of.delete(id);
    // The bytes may have arrived and only the reply was lost: then it is a picture, and stays. At worst an empty place stays in the
    // album, and its owner can remove it there.
    try {
      const picture = (await registered)?.picture;
      if (!picture) return;
      const { state } = await api.getPicture(picture.owner.id, picture.id);
      if (state === 'awaitingUpload') await api.deletePicture(picture.owner.id, picture.id);
    } catch {
      return;
    }
  }

  #get(id: string): Promise<Registration> {
    let registered = this.#of.get(id);
    if (!registered) {
      registered = this.#register(id);
      this.#of.set(id, registered);
      registered.catch(() => this.#of.get(id) === registered && this.#of.delete(id));
    }
    return registered;
  }

  async #register(id: string): Promise<Registration> {
    const body = this.#describe(id);
    if (!body) throw new DOMException('dismissed', 'AbortError');
    const registered = await this.api.createPicture(body);
    this.#onRegistered(id, registered.picture, body);
    return registered;
  }
}
