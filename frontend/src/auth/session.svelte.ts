import type { Api } from '../api/albumen';
import type { Credentials } from '../api/client';
import { ApiError, sentence } from '../api/errors';
import type { NewProfile, Person } from '../api/types';
import type { Config } from '../config';
import { singleFlight } from './single-flight';

type Cognito = typeof import('./cognito');

/** `unprofiled`: signed in, but the profile could not be made from what was said at sign-up. */
export type SessionStatus = 'starting' | 'signedOut' | 'signedIn' | 'unprofiled' | 'failed';

/** Who uses the app. Tokens stay in Amplify's store, so a reload keeps the session and signing out removes them. */
export class Session {
  status = $state<SessionStatus>('starting');
  person = $state<Person | null>(null);
  /** Why `status` is `failed`, or why the profile could not be made. */
  error = $state<string | null>(null);

  #config: Config;
  #api: Api | null = null;
  #cognito: Promise<Cognito> | null = null;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Continues the session that this browser holds, if any. */
  async start(api: Api): Promise<void> {
    this.#api = api;
    if (!hasSession(this.#config)) {
      this.status = 'signedOut';
      return;
    }
    await this.resume();
  }

  /** Finds out who is signed in and sees to their profile. */
  async resume(): Promise<void> {
    this.status = 'starting';
    try {
      const identity = await (await this.#load()).identity();
      if (identity) await this.#enterAs(identity.userId, identity.profile);
      else this.status = 'signedOut';
    } catch (error) {
      this.error = sentence(error);
      this.status = 'failed';
    }
  }

  async signUp(email: string, password: string, profile: NewProfile): Promise<void> {
    await (await this.#load()).register(email, password, profile);
  }

  async confirm(email: string, code: string): Promise<void> {
    await (await this.#load()).confirm(email, code);
  }

  async resendCode(email: string): Promise<void> {
    await (await this.#load()).resendCode(email);
  }

  /** Signs in; `unconfirmed` when the code of the sign-up is still owed. */
  async signIn(email: string, password: string): Promise<'done' | 'unconfirmed'> {
    const step = await (await this.#load()).enter(email, password);
    if (step === 'done') await this.resume();
    return step;
  }

  async signOut(): Promise<void> {
    await (await this.#load()).leave();
    this.#becomeNobody();
  }

  /** Makes the profile; a taken handle is an error for the form to show. */
  async createProfile(profile: NewProfile): Promise<void> {
    this.#become(await this.#api!.createUser(profile));
  }

  /** Keys for signed calls, or null when nobody is signed in. */
  credentials = singleFlight(async (renew: boolean): Promise<Credentials | null> => {
    if (!this.#cognito && !hasSession(this.#config)) return null;
    const keys = await (await this.#load()).credentials(renew);
    if (!keys) this.#becomeNobody();
    return keys;
  });

  async #enterAs(userId: string, said: NewProfile | null): Promise<void> {
    try {
      this.#become(await this.#api!.getUser(userId));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
      await this.#firstSignIn(said);
    }
  }

  async #firstSignIn(said: NewProfile | null): Promise<void> {
    try {
      if (said) return await this.createProfile(said);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code >= 500) throw error;
      this.error = sentence(error);
    }
    this.status = 'unprofiled';
  }

  #become(person: Person): void {
    this.person = person;
    this.error = null;
    this.status = 'signedIn';
  }

  #becomeNobody(): void {
    this.person = null;
    this.error = null;
    this.status = 'signedOut';
  }

  #load(): Promise<Cognito> {
    this.#cognito ??= import('./cognito').then(
      (cognito) => {
        cognito.configure(this.#config);
        return cognito;
      },
      (error: unknown) => {
        this.#cognito = null; // a failed download may be tried again
        throw error;
      },
    );
    return this.#cognito;
  }
}

/** Whether Amplify's store holds a session: found without loading the library. */
function hasSession({ clientId }: Config): boolean {
  return localStorage.getItem(`CognitoIdentityServiceProvider.${clientId}.LastAuthUser`) !== null;
}
