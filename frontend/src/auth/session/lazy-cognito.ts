import { NetworkError } from '../../api/errors';
import type { Config } from '../../config';

type Cognito = typeof import('./cognito');

/** Loads the code for Cognito when it is first needed. */
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
        this.#loaded = null; // the next call tries again
        throw new NetworkError(error);
      },
    );
    return this.#loaded;
  }

  async forgetCredentials(): Promise<void> {
    await (await this.#loaded)?.forgetCredentials();
  }
}
