import { SiteError } from './errors.js';
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
    private readonly timeout: number,
    private readonly parameters: { token: string; 'x-link-session'?: string },
  ) {}

  static async open(
    api: Api,
    timeout: number,
    token: string,
    password?: string,
  ): Promise<OpenLink> {
    if (password === undefined) return new OpenLink(api, timeout, { token });
    const { session } = await api.unlockSharedLink({ token }, { password });
    return new OpenLink(api, timeout, { token, 'x-link-session': session });
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
    await put(registered.upload, file, this.timeout);
    return registered;
  }
}

/**
 * Returns the token of a share link of a site, or the token itself. Throws a `SiteError` if the URL
 * is not that of a share link, or of another site.
 */
export function tokenOf(url: string, site: string | undefined): string {
  if (/^[\w-]+$/.test(url)) return url;
  const absolute = url.includes('://') || url.startsWith('/') ? url : `https://${url}`;
  // Without the address of its site, an API returns relative URLs.
  const base = site ?? 'https://photos.invalid';
  const { origin, pathname } = URL.canParse(absolute, base)
    ? new URL(absolute, base)
    : new URL(base);
  const [, token] = /^\/s\/([\w-]+)\/?$/.exec(pathname) ?? [];
  if (token === undefined) throw new SiteError('This is not a share link. Check the address.');
  if (site !== undefined && origin !== site) {
    const message = `The share link belongs to ${origin}, not to ${site}. Connect to its site.`;
    throw new SiteError(message);
  }
  return token;
}
