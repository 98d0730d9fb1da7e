import type { Api } from './generated/operations.js';
import type { GuestRegistration, Picture, SharedLink } from './generated/schema.js';
import { items } from './items.js';
import { contentTypeOf, put } from './upload.js';

export interface GuestUploadOptions {
  /** The name of the guest. */
  name: string;
  caption?: string;
  /** The default is the type of the file. */
  contentType?: string;
}

/** An open share link, which shows an album or a picture to everyone who has the URL. */
export class OpenLink {
  private constructor(
    private readonly api: Api,
    private readonly parameters: { token: string; 'x-link-session'?: string },
  ) {}

  static async open(api: Api, url: string, password?: string): Promise<OpenLink> {
    const token = url.replace(/\/+$/, '').split('/').at(-1) ?? '';
    if (password === undefined) return new OpenLink(api, { token });
    const { session } = await api.unlockSharedLink({ token }, { password });
    return new OpenLink(api, { token, 'x-link-session': session });
  }

  /** Returns the album or the picture of the link, and the rights of its visitors. */
  read(): Promise<SharedLink> {
    return this.api.getSharedLink(this.parameters);
  }

  /** Yields the pictures of the album. */
  pictures(): AsyncGenerator<Picture, void, undefined> {
    return items(this.api.listSharedPictures, { ...this.parameters, limit: 100 });
  }

  /**
   * Sends a picture as a guest, if the link has the right `upload`. The `guestKey` of the result
   * reads and deletes the picture later.
   */
  async upload(file: Blob, options: GuestUploadOptions): Promise<GuestRegistration> {
    const { name, caption = null, contentType } = options;
    const registered = await this.api.createSharedPicture(this.parameters, {
      contentType: contentTypeOf(file, contentType),
      bytes: file.size,
      name,
      caption,
    });
    await put(registered.upload, file);
    return registered;
  }
}
