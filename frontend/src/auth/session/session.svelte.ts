import type { Api } from '../../api/albumen';
import type { Credentials } from '../../api/client';
import { ApiError, messageOf } from '../../api/errors';
import type { NewProfile, Person } from '../../api/types';
import type { Config } from '../../config';
import type { Identity } from './cognito';
import { asApiError } from './cognito-errors';
import { LazyCognito } from './lazy-cognito';
import { singleFlight } from './single-flight';
import {
  deleteStoredSession,
  storedRefreshToken,
  storedUser,
  watchOtherTabs,
} from './stored-session';

/** `unprofiled`: signed in, but the profile could not be created from the data of the sign-up. */
export type SessionStatus = 'starting' | 'signedOut' | 'signedIn' | 'unprofiled' | 'failed';

/** The age of the last proof that the session is valid, after which a visible page checks it. */
const MAX_PROOF_AGE_MS = 5 * 60_000;
/** The time that a sign-out waits for credentials, so that the last requests can be signed. */
const LAST_CREDENTIALS_TIMEOUT_MS = 1_000;

/** The session of the page's user. Amplify stores the tokens, so a reload continues the session. */
export class Session {
  status = $state<SessionStatus>('starting');
  person = $state<Person | null>(null);
  email = $state('');
  /** The reason for `failed` or `unprofiled`. */
  error = $state<string | null>(null);
  /** Whether the session has ended while the page is open. The page waits for a new sign-in. */
  ended = $state(false);
  /** Whether the stored session had already ended when the page was opened. */
  endedBeforeStart = $state(false);

  /** Called when the user id is known, before the profile is read; with null for a visitor. */
  onUserKnown: (userId: string | null) => void = () => undefined;
  /** Called when a member is signed in and their profile is known. */
  onSignedIn: () => void = () => undefined;
  /** Called before a sign-out, while requests can still be signed. */
  onBeforeSignOut: () => void = () => undefined;
  /** Called when the session is over, for any reason. The last credentials still sign requests. */
  onSessionOver: (lastCredentials: Credentials | null) => void = () => undefined;
  /** Called after `onSessionOver` if a member was using the page. */
  onSignedOut: () => void = () => undefined;

  readonly #config: Config;
  readonly #cognito: LazyCognito;
  #api: Api | null = null;
  /** The user in Amplify's store. Another tab can change it. */
  #user: string | null = null;
  #provenAt = 0;
  #lastCredentials: Credentials | null = null;
  /** Increases with each change of the user, so that an earlier call can detect it. */
  #generation = 0;
  /** Requests that wait until the ended session continues (`true`) or is over (`false`). */
  #waiting: ((continues: boolean) => void)[] = [];

  constructor(config: Config) {
    this.#config = config;
    this.#cognito = new LazyCognito(config);
  }

  /** Continues the session that this browser stores, if there is one. */
  async start(api: Api): Promise<void> {
    this.#api = api;
    watchOtherTabs(() => this.#followOtherTabs());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.#prove();
    });
    if (storedUser(this.#config) === null) {
      deleteStoredSession();
      this.status = 'signedOut';
      this.onUserKnown(null);
      return;
    }
    await this.resume();
  }

  /** Identifies the signed-in user, and reads or creates their profile. */
  async resume(): Promise<void> {
    const generation = (this.#generation += 1);
    this.status = 'starting';
    try {
      const identity = await this.#identity();
      if (generation !== this.#generation) return;
      if (!identity) throw new SessionOver();
      this.#setIdentity(identity);
      this.onUserKnown(identity.userId);
      await this.#loadPerson(identity, generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      if (error instanceof SessionOver) return this.#end({ endedBeforeStart: true });
      this.error = messageOf(asApiError(error));
      this.status = 'failed';
    }
  }

  signUp = async (email: string, password: string, profile: NewProfile) =>
    (await this.#cognito.load()).signUpUser(email, password, profile);
  confirm = async (email: string, code: string) =>
    (await this.#cognito.load()).confirmUser(email, code);
  resendCode = async (email: string) => void (await (await this.#cognito.load()).resendCode(email));
  sendResetCode = async (email: string) => (await this.#cognito.load()).sendResetCode(email);
  changePassword = async (email: string, code: string, password: string) =>
    (await this.#cognito.load()).changePassword(email, code, password);

  /** Signs in. Returns `unconfirmed` if the sign-up still has to be confirmed with its code. */
  async signIn(email: string, password: string): Promise<'done' | 'unconfirmed'> {
    const cognito = await this.#cognito.load();
    const step = await cognito.signInUser(this.#config, email, password);
    if (step === 'done') await this.resume();
    return step;
  }

  /** Continues a session that has ended under an open page, and the requests that waited for it. */
  async signInAgain(password: string): Promise<void> {
    await (await this.#cognito.load()).signInUser(this.#config, this.email, password);
    await this.#continue();
  }

  /** Signs out in this browser, also without a connection. */
  async signOut(): Promise<void> {
    this.onBeforeSignOut();
    await Promise.race([
      this.#getCredentials(false).catch(() => null),
      new Promise((resolve) => setTimeout(resolve, LAST_CREDENTIALS_TIMEOUT_MS)),
    ]);
    const refreshToken = storedRefreshToken(this.#config);
    // Before anything is awaited, because another user can sign in before the reply arrives.
    deleteStoredSession();
    this.#end();
    await this.#cognito
      .load()
      .then(({ revokeToken }) => revokeToken(this.#config, refreshToken))
      .catch(() => undefined);
  }

  /** Ends the user's sessions in all browsers. Throws an error if Cognito ended none of them. */
  async signOutEverywhere(): Promise<void> {
    try {
      await (await this.#cognito.load()).signOutEverywhere(this.#config);
    } catch (error) {
      throw asApiError(error);
    }
    await this.signOut();
  }

  /** Creates the profile. Throws an `ApiError` 409 if the handle is taken. */
  async createProfile(profile: NewProfile): Promise<void> {
    const generation = this.#generation;
    const person = await this.#api!.createUser(profile);
    if (generation === this.#generation) this.#setPerson(person);
  }

  /**
   * Returns credentials for signed requests, or null if nobody is signed in. If the session has
   * ended, waits until the user signs in again or signs out.
   */
  credentials = singleFlight(async (renew: boolean): Promise<Credentials | null> => {
    if (!this.person && storedUser(this.#config) === null) return null;
    const credentials = await this.#getCredentials(renew);
    if (credentials || !this.person) return credentials;
    this.ended = true;
    const continues = await new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    return continues ? this.#getCredentials(false) : null;
  });

  /** Applies a change of the user's profile, unless the user has signed out meanwhile. */
  updatePerson(person: Person): void {
    if (this.status === 'signedIn' && this.person?.id === person.id) this.person = person;
  }

  #setPerson(person: Person): void {
    this.person = person;
    this.error = null;
    this.endedBeforeStart = false;
    this.status = 'signedIn';
    this.onSignedIn();
  }

  async #getCredentials(renew: boolean): Promise<Credentials | null> {
    if (this.ended) return null;
    const generation = this.#generation;
    try {
      const credentials = await (await this.#cognito.load()).getCredentials(this.#config, renew);
      if (credentials) this.#provenAt = Date.now();
      if (credentials && generation === this.#generation) this.#lastCredentials = credentials;
      return credentials;
    } catch (error) {
      throw asApiError(error);
    }
  }

  /** Renews the credentials after a while: this fails if the session was ended elsewhere. */
  async #prove(): Promise<void> {
    if (!this.person || this.ended || Date.now() - this.#provenAt < MAX_PROOF_AGE_MS) return;
    await this.credentials(true).catch(() => undefined); // without a reply, nothing is proven
  }

  /** Follows a sign-in or sign-out in another tab of this browser. */
  #followOtherTabs(): void {
    const user = storedUser(this.#config);
    if (this.ended) {
      if (user === null) return;
      if (user === this.#user) return void this.#continue().catch(() => undefined);
    } else if (user === this.#user) return;
    this.#end();
    // Not `signOut`, because the other tab owns the store and can be signing in a user.
    void this.#cognito.forgetCredentials().then(() => (user === null ? undefined : this.resume()));
  }

  async #continue(): Promise<void> {
    const generation = this.#generation;
    const identity = await this.#identity();
    if (generation !== this.#generation) return;
    if (!identity || identity.userId !== this.person?.id) {
      this.#end();
      return this.resume();
    }
    this.#setIdentity(identity);
    this.ended = false;
    this.#resolveWaiting(true);
  }

  #identity = async () => (await this.#cognito.load()).getIdentity(this.#config);

  #setIdentity({ email }: Identity): void {
    this.email = email;
    this.#user = storedUser(this.#config);
    this.#provenAt = Date.now();
  }

  async #loadPerson({ userId, profile }: Identity, generation: number): Promise<void> {
    try {
      const person = await this.#api!.getUser(userId);
      if (generation === this.#generation) this.#setPerson(person);
    } catch (error) {
      // The tokens look valid, but the identity pool returns no credentials for them.
      if (error instanceof ApiError && error.code === 403 && storedUser(this.#config) === null)
        throw new SessionOver();
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      if (generation === this.#generation) await this.#createFirstProfile(profile, generation);
    }
  }

  /** Creates the profile at the first sign-in, from the data of the sign-up. */
  async #createFirstProfile(profile: NewProfile | null, generation: number): Promise<void> {
    try {
      if (profile) return await this.createProfile(profile);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code >= 500) throw error;
      if (generation !== this.#generation) return;
      this.error = messageOf(error);
    }
    this.status = 'unprofiled';
  }

  #end({ endedBeforeStart = false } = {}): void {
    const lastCredentials = this.#lastCredentials;
    const hadMember = this.person !== null;
    this.#generation += 1;
    this.#lastCredentials = null;
    this.person = null;
    this.email = '';
    this.error = null;
    this.#user = null;
    this.ended = false;
    this.endedBeforeStart = endedBeforeStart;
    this.status = 'signedOut';
    this.#resolveWaiting(false);
    this.onSessionOver(lastCredentials);
    if (hadMember && !endedBeforeStart) this.onSignedOut();
  }

  #resolveWaiting(continues: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(continues);
  }
}

/** The stored session cannot be continued. */
class SessionOver extends Error {}
