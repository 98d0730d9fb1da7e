import type { Api } from '../api/albumen';
import type { Credentials } from '../api/client';
import { ApiError, messageOf } from '../api/errors';
import type { NewProfile, Person } from '../api/types';
import type { Config } from '../config';
import { storedRefreshToken, storedUser, watchOtherTabs, wipe } from './browser';
import type { Identity } from './cognito';
import { asApiError } from './errors';
import { LazyCognito } from './lazy-cognito';
import { Pause } from './pause';
import { singleFlight } from './single-flight';

/** `unprofiled`: signed in, but the profile could not be made from what was said at sign-up. */
export type SessionStatus = 'starting' | 'signedOut' | 'signedIn' | 'unprofiled' | 'failed';

/** Milliseconds after which a page that is looked at again makes sure that its session still stands. */
const STALE_AFTER = 5 * 60_000;
/** Milliseconds that signing out waits for calls that have just begun to get their keys. */
const SIGNING = 1_000;

/** Who uses the app. Tokens stay in Amplify's store, so a reload keeps the session and signing out removes them. */
export class Session {
  status = $state<SessionStatus>('starting');
  person = $state<Person | null>(null);
  email = $state('');
  /** Why `status` is `failed`, or why the profile could not be made. */
  error = $state<string | null>(null);
  /** The session has ended under an open page, which waits for its person to sign in again. */
  ended = $state(false);
  /** It had ended when the page was opened: said once, where one signs in. */
  endedBefore = $state(false);

  /** Called when it is known who opens the app, before their profile is read; null: a visitor. */
  onRecognised: (userId: string | null) => void = () => undefined;
  /** Called when the profile of a member is known. */
  onSignedIn: () => void = () => undefined;
  /** Called after `onGone`, if a member was using the page. */
  onSignedOut: () => void = () => undefined;
  /** Called while there are still keys: what waits for a moment to be undone happens now. */
  onLeave: () => void = () => undefined;
  /** Called whenever somebody has gone, however that came about: nothing of theirs stays. The keys they had last still sign what ends it. */
  onGone: (keys: Credentials | null) => void = () => undefined;

  #config: Config;
  #api: Api | null = null;
  #cognito: LazyCognito;
  /** Who it is in Amplify's store: another tab may change that. */
  #user: string | null = null;
  #provenAt = 0;
  #keysLast: Credentials | null = null;
  /** Counts who comes and goes: what was asked for in an earlier turn comes to nothing. */
  #turn = 0;
  #pause = new Pause();

  constructor(config: Config) {
    this.#config = config;
    this.#cognito = new LazyCognito(config);
  }

  /** Continues the session that this browser holds, if any. */
  async start(api: Api): Promise<void> {
    this.#api = api;
    watchOtherTabs(() => this.#followBrowser());
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && void this.#prove(),
    );
    if (storedUser(this.#config) === null) {
      wipe();
      this.status = 'signedOut';
      this.onRecognised(null);
      return;
    }
    await this.resume();
  }

  /** Finds out who is signed in and sees to their profile. */
  async resume(): Promise<void> {
    const turn = (this.#turn += 1);
    this.status = 'starting';
    try {
      const identity = await this.#identity();
      if (turn !== this.#turn) return;
      if (!identity) throw new Over();
      this.#recognise(identity);
      this.onRecognised(identity.userId);
      await this.#enterAs(identity.userId, identity.profile, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error instanceof Over) return this.#becomeNobody(true);
      this.error = messageOf(asApiError(error));
      this.status = 'failed';
    }
  }

  signUp = async (email: string, password: string, profile: NewProfile) =>
    (await this.#cognito.load()).register(email, password, profile);
  confirm = async (email: string, code: string) =>
    (await this.#cognito.load()).confirm(email, code);
  resendCode = async (email: string) => void (await (await this.#cognito.load()).resendCode(email));
  sendResetCode = async (email: string) => (await this.#cognito.load()).sendResetCode(email);
  changePassword = async (email: string, code: string, password: string) =>
    (await this.#cognito.load()).changePassword(email, code, password);

  /** Signs in; `unconfirmed` when the code of the sign-up is still owed. */
  async signIn(email: string, password: string): Promise<'done' | 'unconfirmed'> {
    const step = await (await this.#cognito.load()).enter(this.#config, email, password);
    if (step === 'done') await this.resume();
    return step;
  }

  /** Takes up a session that has ended under the open page: what waited for it goes on. */
  async signInAgain(password: string): Promise<void> {
    await (await this.#cognito.load()).enter(this.#config, this.email, password);
    await this.#takeUp();
  }

  /** Signs out here, also without a connection: what is private goes at once, and nothing stays in the browser. */
  async signOut(): Promise<void> {
    this.onLeave();
    await Promise.race([
      this.#keys(false).catch(() => null),
      new Promise((resolve) => setTimeout(resolve, SIGNING)),
    ]);
    const refreshToken = storedRefreshToken(this.#config);
    // Before anything is awaited: somebody may sign in, here or in another tab, before the reply comes.
    wipe();
    this.#becomeNobody();
    await this.#cognito
      .load()
      .then(({ revoke }) => revoke(this.#config, refreshToken))
      .catch(() => undefined);
  }

  /** Ends this person's sessions in all browsers; throws where that did not reach Cognito, and then none has ended. */
  async signOutEverywhere(): Promise<void> {
    try {
      await (await this.#cognito.load()).endEverywhere(this.#config);
    } catch (error) {
      throw asApiError(error);
    }
    await this.signOut();
  }

  /** Makes the profile; a taken handle is an error for the form to show. */
  async createProfile(profile: NewProfile): Promise<void> {
    const turn = this.#turn;
    const person = await this.#api!.createUser(profile);
    if (turn === this.#turn) this.#become(person);
  }

  /** Keys for signed calls, or null when nobody is signed in. Where the session has ended, it waits until it is taken up again. */
  credentials = singleFlight(async (renew: boolean): Promise<Credentials | null> => {
    if (!this.person && storedUser(this.#config) === null) return null;
    const keys = await this.#keys(renew);
    if (keys || !this.person) return keys;
    this.ended = true;
    return (await this.#pause.wait()) ? this.#keys(false) : null;
  });

  /** What somebody has changed about themselves; they may have left meanwhile. */
  changed(person: Person): void {
    if (this.status === 'signedIn' && this.person?.id === person.id) this.person = person;
  }

  #become(person: Person): void {
    this.person = person;
    this.error = null;
    this.endedBefore = false;
    this.status = 'signedIn';
    this.onSignedIn();
  }

  async #keys(renew: boolean): Promise<Credentials | null> {
    if (this.ended) return null;
    const turn = this.#turn;
    try {
      const keys = await (await this.#cognito.load()).credentials(this.#config, renew);
      if (keys) this.#provenAt = Date.now();
      if (keys && turn === this.#turn) this.#keysLast = keys;
      return keys;
    } catch (error) {
      throw asApiError(error);
    }
  }

  /** Whether the session was ended from elsewhere shows when tokens are renewed: done when the page is looked at after a while. */
  async #prove(): Promise<void> {
    if (!this.person || this.ended || Date.now() - this.#provenAt < STALE_AFTER) return;
    await this.credentials(true).catch(() => undefined); // no reply proves nothing
  }

  /** Another tab of this browser has signed in or out, or this page has been away. */
  #followBrowser(): void {
    const user = storedUser(this.#config);
    if (user === this.#user && !this.ended) return;
    if (this.ended && user === null) return;
    if (this.ended && user === this.#user) return void this.#takeUp().catch(() => undefined);
    this.#becomeNobody();
    // Not `signOut`: the store is the other tab's, which may be signing somebody in at this moment.
    void this.#cognito.forgetKeys().then(() => (user === null ? undefined : this.resume()));
  }

  async #takeUp(): Promise<void> {
    const turn = this.#turn;
    const identity = await this.#identity();
    if (turn !== this.#turn) return;
    if (!identity || identity.userId !== this.person?.id) {
      this.#becomeNobody();
      return this.resume();
    }
    this.#recognise(identity);
    this.ended = false;
    this.#pause.end(true);
  }

  #identity = async () => (await this.#cognito.load()).identity(this.#config);

  #recognise({ email }: Identity): void {
    this.email = email;
    this.#user = storedUser(this.#config);
    this.#provenAt = Date.now();
  }

  async #enterAs(userId: string, said: NewProfile | null, turn: number): Promise<void> {
    try {
      const person = await this.#api!.getUser(userId);
      if (turn === this.#turn) this.#become(person);
    } catch (error) {
      // The tokens look well, but the identity pool gives no keys for them any more.
      if (error instanceof ApiError && error.code === 403 && storedUser(this.#config) === null)
        throw new Over();
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      if (turn === this.#turn) await this.#firstSignIn(said, turn);
    }
  }

  async #firstSignIn(said: NewProfile | null, turn: number): Promise<void> {
    try {
      if (said) return await this.createProfile(said);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code >= 500) throw error;
      if (turn !== this.#turn) return;
      this.error = messageOf(error);
    }
    this.status = 'unprofiled';
  }

  #becomeNobody(endedBefore = false): void {
    const keys = this.#keysLast;
    const hadMember = this.person !== null;
    this.#turn += 1;
    this.#keysLast = null;
    this.person = null;
    this.email = '';
    this.error = null;
    this.#user = null;
    this.ended = false;
    this.endedBefore = endedBefore;
    this.status = 'signedOut';
    this.#pause.end(false);
    this.onGone(keys);
    if (hadMember && !endedBefore) this.onSignedOut();
  }
}

/** There is no session to go on with. */
class Over extends Error {}
