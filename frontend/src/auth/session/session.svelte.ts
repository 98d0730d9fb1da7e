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
  lastSignOut,
  recordSignOut,
  storedRefreshToken,
  storedUser,
  watchOtherTabs,
} from './stored-session';

/**
 * `withoutProfile`: signed in, but the data of the sign-up did not suffice to create a profile, or
 * the API rejected it.
 */
export type SessionStatus = 'starting' | 'signedOut' | 'signedIn' | 'withoutProfile' | 'failed';

/** The age of the last successful check at which a page that becomes visible checks again. */
const MAX_CHECK_AGE_MS = 5 * 60_000;
/** The time that a sign-out waits for credentials, so that the last requests can be signed. */
const LAST_CREDENTIALS_TIMEOUT_MS = 1_000;

/** The session of the page's user. Amplify stores the tokens, so a reload continues the session. */
export class Session {
  status = $state<SessionStatus>('starting');
  person = $state<Person | null>(null);
  email = $state('');
  /** The reason for `failed` or `withoutProfile`. */
  error = $state<string | null>(null);
  /** Whether the session ended while the page is open. The user then has to sign in again. */
  mustSignInAgain = $state(false);
  /** Whether the stored session could not be continued, for example because it has expired. */
  storedSessionExpired = $state(false);

  /**
   * Called when the user id is known, before the profile is read; with null for a visitor. Called
   * again when the user continues a session that had ended.
   */
  onUserKnown: (userId: string | null) => void = () => undefined;
  /** Called when a member is signed in and their profile is known. */
  onSignedIn: () => void = () => undefined;
  /** Called when the session ended while the page is open; see `mustSignInAgain`. */
  onSessionEnded: () => void = () => undefined;
  /** Called before a sign-out, while requests can still be signed. */
  onBeforeSignOut: () => void = () => undefined;
  /** Called when the session closes, for any reason. The last credentials still sign requests. */
  onSessionClosed: (lastCredentials: Credentials | null) => void = () => undefined;
  /** Called after `onSessionClosed` if a member was using the page. */
  onSignedOut: () => void = () => undefined;

  readonly #config: Config;
  readonly #cognito: LazyCognito;
  #api: Api | null = null;
  /** The stored user name when this page last read it. Another tab can store another one. */
  #user: string | null = null;
  /** The value of `lastSignOut()` when this page last read the stored session. */
  #lastSignOut: string | null = null;
  #checkedAt = 0;
  #lastCredentials: Credentials | null = null;
  /** Concurrent calls share one request. Replaced when the user changes. */
  #fetchCredentials = this.#shareRequests();
  /** Increases when a session starts or closes, so that earlier calls can detect that. */
  #generation = 0;
  /** Requests that wait until the user signs in again (`true`) or the session closes (`false`). */
  #waiting: ((continues: boolean) => void)[] = [];

  constructor(config: Config) {
    this.#config = config;
    this.#cognito = new LazyCognito(config);
  }

  /** Continues the session that this browser stores, if there is one. */
  async start(api: Api): Promise<void> {
    this.#api = api;
    this.#lastSignOut = lastSignOut();
    watchOtherTabs(() => this.#followOtherTabs());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.#checkSession();
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
    this.#lastSignOut = lastSignOut();
    this.status = 'starting';
    try {
      const identity = await this.#identity();
      if (generation !== this.#generation) return;
      if (!identity) throw new NoValidSession();
      this.#setIdentity(identity);
      this.onUserKnown(identity.userId);
      await this.#loadPerson(identity, generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      if (error instanceof NoValidSession)
        return this.#closeSession({ storedSessionExpired: true });
      this.error = messageOf(asApiError(error));
      this.status = 'failed';
    }
  }

  /** Loads the code that the forms need. A submitted form loads it again if this fails. */
  preload = () => void this.#cognito.load().catch(() => undefined);
  signUp = async (email: string, password: string, profile: NewProfile) =>
    (await this.#cognito.load()).signUpUser(email, password, profile);
  confirm = async (email: string, code: string) =>
    (await this.#cognito.load()).confirmUser(email, code);
  resendCode = async (email: string) => (await this.#cognito.load()).resendCode(email);
  sendResetCode = async (email: string) =>
    void (await (await this.#cognito.load()).sendResetCode(email));
  changePassword = async (email: string, code: string, password: string) =>
    (await this.#cognito.load()).changePassword(email, code, password);

  /** Signs in. Returns `unconfirmed` if the sign-up still has to be confirmed with its code. */
  async signIn(email: string, password: string): Promise<'done' | 'unconfirmed'> {
    const cognito = await this.#cognito.load();
    const step = await cognito.signInUser(this.#config, email, password);
    if (step === 'done') await this.resume();
    return step;
  }

  /** Signs in again after `mustSignInAgain`, and continues the requests that wait. */
  async signInAgain(password: string): Promise<void> {
    await (await this.#cognito.load()).signInUser(this.#config, this.email, password);
    await this.#continue();
  }

  /** Signs out in this browser, also without a connection. Does not wait for the revocation. */
  async signOut(): Promise<void> {
    this.onBeforeSignOut();
    await Promise.race([
      this.#fetchCredentials(false).catch(() => null),
      new Promise((resolve) => setTimeout(resolve, LAST_CREDENTIALS_TIMEOUT_MS)),
    ]);
    const refreshToken = storedRefreshToken(this.#config);
    // Before the request to Cognito: another user can sign in here before its reply arrives.
    deleteStoredSession();
    recordSignOut();
    this.#closeSession();
    void this.#cognito
      .load()
      .then(({ revokeToken }) => revokeToken(this.#config, refreshToken))
      .catch(() => undefined);
  }

  /**
   * Ends the user's sessions and live connections in all browsers. Throws an error if Cognito ended
   * no session, or if the API did not close all connections.
   */
  async signOutEverywhere(): Promise<void> {
    try {
      // AWS accepts these credentials after the sign-out too.
      await this.#fetchCredentials(false);
      await (await this.#cognito.load()).signOutEverywhere(this.#config);
      if (this.person) await this.#api!.closeConnections(this.person.id);
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
   * Returns credentials for signed requests, or null if nobody is signed in or the user changed
   * during the call. If the session has ended, waits until the user signs in again or signs out.
   */
  credentials = async (renew = false): Promise<Credentials | null> => {
    if (!this.person && storedUser(this.#config) === null) return null;
    const fetchCredentials = this.#fetchCredentials;
    const isSameUser = () => fetchCredentials === this.#fetchCredentials;
    let credentials = await fetchCredentials(renew);
    if (isSameUser() && this.person) this.#followOtherTabs();
    if (!credentials && isSameUser() && this.person && (await this.#waitForSignIn()))
      credentials = await fetchCredentials(false);
    return isSameUser() ? credentials : null;
  };

  /** Applies a change of the user's profile, unless the user has signed out meanwhile. */
  updatePerson(person: Person): void {
    if (this.status === 'signedIn' && this.person?.id === person.id) this.person = person;
  }

  #setPerson(person: Person): void {
    this.person = person;
    this.error = null;
    this.storedSessionExpired = false;
    this.status = 'signedIn';
    this.onSignedIn();
  }

  #shareRequests() {
    return singleFlight((renew) => this.#getCredentials(renew));
  }

  /** Returns `false` if the session closes before the user signs in again. */
  #waitForSignIn(): Promise<boolean> {
    this.#askToSignInAgain();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #askToSignInAgain(): void {
    if (this.mustSignInAgain) return;
    this.mustSignInAgain = true;
    this.onSessionEnded();
  }

  async #getCredentials(renew: boolean): Promise<Credentials | null> {
    if (this.mustSignInAgain) return null;
    const generation = this.#generation;
    try {
      const credentials = await (await this.#cognito.load()).getCredentials(renew);
      if (credentials && generation === this.#generation) {
        this.#checkedAt = Date.now();
        this.#lastCredentials = credentials;
      }
      return credentials;
    } catch (error) {
      throw asApiError(error);
    }
  }

  /**
   * Renews the credentials if the last check is old. Sets `mustSignInAgain` if the renewal fails
   * because the session was ended elsewhere.
   */
  async #checkSession(): Promise<void> {
    if (!this.person || this.mustSignInAgain || Date.now() - this.#checkedAt < MAX_CHECK_AGE_MS)
      return;
    await this.credentials(true).catch(() => undefined); // the next call tries again
  }

  /** Follows a sign-in, a sign-out or the end of the session in another tab of this browser. */
  #followOtherTabs(): void {
    const user = storedUser(this.#config);
    if (!this.#isSignedOutElsewhere()) {
      // Even if the name differs: Amplify stores a name that can change with a sign-in.
      if (user !== null && this.mustSignInAgain) {
        void this.#continue().catch(() => undefined);
        return;
      }
      if (user === this.#user) return;
      // Cognito refused to renew the tokens. A closed session would discard the user's work.
      if (user === null && this.person) return this.#askToSignInAgain();
    }
    this.#closeSession();
    // `signOut` would delete and revoke a session that the other tab has stored.
    void this.#cognito.forgetCredentials().then(() => (user === null ? undefined : this.resume()));
  }

  /** Returns `true` if the user signed out in another tab. Clearing the storage does not count. */
  #isSignedOutElsewhere(): boolean {
    const last = lastSignOut();
    return last !== null && last !== this.#lastSignOut;
  }

  async #continue(): Promise<void> {
    const generation = this.#generation;
    this.#lastSignOut = lastSignOut();
    const identity = await this.#identity();
    if (generation !== this.#generation) return;
    if (!identity || identity.userId !== this.person?.id) {
      this.#closeSession();
      return this.resume();
    }
    this.#setIdentity(identity);
    this.mustSignInAgain = false;
    this.onUserKnown(identity.userId);
    this.#resolveWaiting(true);
  }

  #identity = async () => (await this.#cognito.load()).getIdentity();

  #setIdentity({ email }: Identity): void {
    const user = storedUser(this.#config);
    if (user !== this.#user) this.#fetchCredentials = this.#shareRequests();
    this.email = email;
    this.#user = user;
    this.#checkedAt = Date.now();
  }

  async #loadPerson({ userId, profile }: Identity, generation: number): Promise<void> {
    try {
      const person = await this.#api!.getUser(userId);
      if (generation === this.#generation) this.#setPerson(person);
    } catch (error) {
      // The session was revoked before its tokens expire. AWS rejects them, and Amplify deletes the
      // stored session when the renewal fails. The client then throws a 403 without a request.
      if (error instanceof ApiError && error.code === 403 && storedUser(this.#config) === null)
        throw new NoValidSession();
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
    this.status = 'withoutProfile';
  }

  #closeSession({ storedSessionExpired = false } = {}): void {
    const lastCredentials = this.#lastCredentials;
    const hadMember = this.person !== null;
    this.#generation += 1;
    this.#lastCredentials = null;
    this.#lastSignOut = lastSignOut();
    this.#fetchCredentials = this.#shareRequests();
    this.person = null;
    this.email = '';
    this.error = null;
    this.#user = null;
    this.mustSignInAgain = false;
    this.storedSessionExpired = storedSessionExpired;
    this.status = 'signedOut';
    this.#resolveWaiting(false);
    this.onSessionClosed(lastCredentials);
    if (hadMember && !storedSessionExpired) this.onSignedOut();
  }

  #resolveWaiting(continues: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(continues);
  }
}

/** Thrown if the stored session cannot be continued. */
class NoValidSession extends Error {}
