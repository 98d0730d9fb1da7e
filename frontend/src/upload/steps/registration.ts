import type { UploadApi } from '../upload-api';
import { ApiError } from '../../api/errors';
import type { NewPicture, Picture, Registered, Upload, UploadStep } from '../../api/types';
import { isStillValid } from './s3-request';

/** The state of a registered picture, as far as its upload is concerned. */
export type UploadOutcome = 'arrived' | 'awaited' | 'deleted';

export interface RegistrationOptions {
  /** Returns the body of `POST /pictures`. Called once per registration. */
  describe: () => NewPicture;
  onRegistered: (picture: Picture, body: NewPicture) => void;
}

/** The registration of one file. All attempts to send the file share it until it expires. */
export class Registration {
  #api: UploadApi;
  #options: RegistrationOptions;
  #registered: Promise<Registered> | null = null;
  #isPending = false;
  #isExpired = false;

  constructor(api: UploadApi, options: RegistrationOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** Returns the registered picture. Registers it on the first call. */
  async getPicture(): Promise<Picture> {
    return (await this.#get()).picture;
  }

  /** Returns the request that sends the whole file. Registers again if that request has expired. */
  async presignFile(): Promise<Upload> {
    const { upload } = await this.#get();
    if (!this.#isExpired && isStillValid(upload)) return upload;
    void this.withdraw();
    return (await this.#get()).upload;
  }

  /** Returns a request of a multipart upload. */
  async presignStep(step: UploadStep, api = this.#api): Promise<Upload> {
    const { picture } = await this.#get();
    return api.signUpload(picture.owner.id, picture.id, step);
  }

  /** Reads whether S3 received the bytes, after an error that leaves that open. */
  async readOutcome(): Promise<UploadOutcome> {
    if (!this.#registered) return 'deleted';
    const { picture } = await this.#registered;
    try {
      const { state } = await this.#api.getPicture(picture.owner.id, picture.id);
      return state === 'awaitingUpload' ? 'awaited' : 'arrived';
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return 'deleted';
      throw error;
    }
  }

  /** Makes `presignFile` register again. */
  expire(): void {
    this.#isExpired = true;
  }

  /**
   * Makes the next call register again if the API has not replied yet.
   * Deletes the picture if the reply arrives later.
   */
  abandonPending(): void {
    if (this.#isPending) void this.withdraw();
  }

  forget(): void {
    this.#isPending = false;
    this.#isExpired = false;
    this.#registered = null;
  }

  /**
   * Deletes the registered picture unless its bytes arrived, and forgets it.
   * Ignores errors, because the owner can delete the empty picture later.
   */
  async withdraw(api = this.#api): Promise<void> {
    const registered = this.#registered;
    this.forget();
    if (!registered) return;
    try {
      const { owner, id } = (await registered).picture;
      const { state } = await api.getPicture(owner.id, id);
      if (state === 'awaitingUpload') await api.deletePicture(owner.id, id);
    } catch {
      return;
    }
  }

  #get(): Promise<Registered> {
    this.#registered ??= this.#register();
    return this.#registered;
  }

  #register(): Promise<Registered> {
    const body = this.#options.describe();
    const registered = this.#api.createPicture(body);
    const isCurrent = () => this.#registered === registered;
    this.#isPending = true;
    registered.then(
      ({ picture }) => {
        if (!isCurrent()) return;
        this.#isPending = false;
        this.#options.onRegistered(picture, body);
      },
      () => {
        if (isCurrent()) this.forget();
      },
    );
    return registered;
  }
}
