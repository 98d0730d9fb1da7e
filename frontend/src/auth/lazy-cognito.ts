import { NetworkError } from '../api/errors';
import type { Config } from '../config';

type Cognito = typeof import('./cognito');

/** The library that speaks with Cognito, loaded with the first need of it. */
export class LazyCognito {
  #config: Config;
  #loaded: Promise<Cognito> | null = null;

  constructor(config: Config) {
    this.#config = config;
  }

  load(): Promise<Cognito> {
    this.#loaded ??= import('./cognito').then(
      (cognito) => {
        cognito.configure(this.#config);
        return cognito;
      },
      (error: unknown) => {
        this.#loaded = null; // a failed download may be tried again
        throw new NetworkError(error);
      },
    );
    return this.#loaded;
  }

  /** Forgets the keys that are in memory, if it came to that. */
  async forgetKeys(): Promise<void> {
    await (await this.#loaded)?.forgetKeys();
  }
}
