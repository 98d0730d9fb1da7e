/** Calls of visitors and of members. */
import { readConfig, type Config } from './config.js';
import { ProcessingError, TimeoutError } from './errors.js';
import { ROUTES, type Api } from './generated/operations.js';
import type { Picture, Visibility } from './generated/schema.js';
import { patience, readData, send, sleep } from './http.js';
import { Identity } from './identity.js';
import { OpenLink, tokenOf } from './link.js';
import type { Route } from './method.js';
import { contentTypeOf, put, uploadInParts, type Progress } from './upload.js';

/** Larger files are sent in parts. */
const MAX_BYTES_AT_ONCE = 16 * 1024 * 1024;
/** The seconds between two reads of a picture that is being processed. */
const FIRST_INTERVAL = 0.2;
const LAST_INTERVAL = 2;

export interface Options {
  /** A developer key, for higher limits of calls without an account. */
  apiKey?: string;
  /**
   * The maximum number of seconds for a call, and for a request to S3 in addition to a second for
   * each 16 KiB. The default is 30.
   */
  timeout?: number;
  /**
   * If a limit is reached, a call waits as the reply asks, at most this number of seconds in all.
   * The default is 60.
   */
  maxWait?: number;
}

export interface UploadOptions {
  caption?: string;
  /** The default is `private`. */
  visibility?: Visibility;
  /** The default is the type of the file. */
  contentType?: string;
  /** Called after each part. */
  progress?: Progress;
  /** The default is to send files of more than 16 MiB in parts. */
  inParts?: boolean;
}

/**
 * Reads the addresses of a deployment from its site, such as `https://photos.example.org/`. Throws
 * a `SiteError` if the address is not that of an Albumen site.
 */
export async function connect(site: string, options: Options = {}): Promise<Client> {
  return new Client(await readConfig(site, options.timeout ?? 30), options);
}

/** A deployment, as a visitor without an account sees it. Operations of members need `signIn`. */
export class Client {
  /** One method for each operation. */
  readonly api: Api;
  protected readonly timeout: number;

  constructor(
    readonly config: Config,
    private readonly options: Options = {},
  ) {
    this.timeout = options.timeout ?? 30;
    const entries = Object.entries(ROUTES).map(([id, route]) => [
      id,
      (...values: unknown[]) => this.#call(route, values),
    ]);
    this.api = Object.fromEntries(entries) as Api;
  }

  /**
   * Signs in a member. Throws an `IdentityError` if the password is wrong or the address is not
   * confirmed.
   */
  async signIn(email: string, password: string): Promise<Member> {
    const identity = await Identity.signIn(this.config, this.timeout, email, password);
    return new Member(this.config, this.options, identity);
  }

  /**
   * Opens a share link by its URL or its token. Throws an `ApiError` with code 403 if the password
   * is wrong, and 404 if the link does not exist. Throws a `SiteError` for a URL of another site.
   */
  async openLink(url: string, password?: string): Promise<OpenLink> {
    return OpenLink.open(this.api, this.timeout, tokenOf(url, this.config.site), password);
  }

  async #call(route: Route, values: unknown[]): Promise<unknown> {
    const [, , envelope] = route;
    const { url, init } = toRequest(this.config.api, route, values);
    const wait = patience(this.options.maxWait ?? 60);
    for (;;) {
      const reply = await this.send(url, init);
      if (!(await wait(reply))) return readData(reply, envelope === undefined);
    }
  }

  protected send(url: string, init: RequestInit & { headers: Headers }): Promise<Response> {
    const request = new Request(url, init);
    if (this.options.apiKey) request.headers.set('x-api-key', this.options.apiKey);
    return send(request, this.timeout);
  }
}

/** A signed-in member. Signs each call with the credentials of the member. */
export class Member extends Client {
  constructor(
    config: Config,
    options: Options,
    private readonly identity: Identity,
  ) {
    super(config, options);
  }

  /** The id of the member. */
  get userId(): string {
    return this.identity.userId;
  }

  protected override async send(url: string, init: RequestInit): Promise<Response> {
    const { clock } = this.identity;
    const signedAt = clock.now();
    const reply = await send(await this.identity.sign(url, init, signedAt), this.timeout);
    if (reply.status !== 403 || !clock.correct(signedAt, reply)) return reply;
    await reply.body?.cancel();
    return send(await this.identity.sign(url, init, clock.now()), this.timeout);
  }

  /**
   * Uploads a picture, and returns it as registered, before it is processed. Throws an
   * `UploadError` if S3 refuses the bytes.
   */
  async upload(file: Blob, options: UploadOptions = {}): Promise<Picture> {
    const { caption = null, visibility = 'private', contentType, progress = () => {} } = options;
    const { picture, upload } = await this.api.createPicture({
      contentType: contentTypeOf(file, contentType),
      bytes: file.size,
      visibility,
      caption,
    });
    if (options.inParts ?? file.size > MAX_BYTES_AT_ONCE) {
      await uploadInParts(this.api, picture, file, this.timeout, progress);
    } else {
      await put(upload, file, this.timeout);
      progress(file.size, file.size);
    }
    return picture;
  }

  /**
   * Waits until an uploaded picture is processed, and returns it. Throws a `ProcessingError` if the
   * file cannot be processed, and a `TimeoutError` after `timeout` seconds.
   */
  async waitUntilReady(picture: Picture, { timeout = 120 } = {}): Promise<Picture> {
    const deadline = performance.now() + timeout * 1000;
    for (let interval = FIRST_INTERVAL; ; interval = Math.min(interval * 1.5, LAST_INTERVAL)) {
      const current = await this.api.getPicture({ ownerId: picture.owner.id, id: picture.id });
      if (current.state === 'ready') return current;
      if (current.state === 'failed') {
        throw new ProcessingError(current.failure ?? 'The file cannot be processed.');
      }
      if (performance.now() + interval * 1000 > deadline) {
        throw new TimeoutError(`Picture ${picture.id} is not ready after ${timeout} seconds.`);
      }
      await sleep(interval);
    }
  }
}

/** Returns the request of an operation. `values` has its parameters, if any, and its body. */
function toRequest(api: string, [method, path]: Route, values: unknown[]) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const takesParameters = inPath.length > 0 || method === 'GET';
  const [parameters, body] = takesParameters ? values : [{}, values[0]];
  const rest = { ...(parameters as Record<string, string | number | undefined>) };
  const url = new URL(
    api + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(rest[name]))),
  );
  inPath.forEach((name) => delete rest[name]);
  const headers = new Headers();
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue;
    if (name.startsWith('x-')) headers.set(name, String(value));
    else url.searchParams.set(name, String(value));
  }
  // Signature Version 4 reads `+` as a plus sign, not a space.
  url.search = url.search.replaceAll('+', '%20');
  const init: RequestInit & { headers: Headers } = { method, headers };
  if (body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(body);
  }
  return { url: url.href, init };
}
