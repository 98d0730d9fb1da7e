import type { Session } from './session.svelte';

type Recovering = Pick<Session, 'sendResetCode' | 'changePassword' | 'confirm'>;

/** A forgotten password: the address, then the code that was sent there, with a new one. */
export class Recovery {
  /** Where the code went; empty until then. */
  email = $state('');
  /** The sign-up of this address has just been finished, and a second code is on its way. */
  confirmed = $state(false);

  #session: Recovering;
  #code: 'reset' | 'unconfirmed' = 'reset';

  constructor(session: Recovering) {
    this.#session = session;
  }

  async send(email: string): Promise<void> {
    this.#code = await this.#session.sendResetCode(email);
    this.email = email;
  }

  /** `again`: the code was that of the sign-up, and the one for the password is still to come. */
  async change(code: string, password: string): Promise<'changed' | 'again'> {
    if (this.#code === 'unconfirmed') {
      await this.#session.confirm(this.email, code);
      await this.send(this.email);
      this.confirmed = true;
      return 'again';
    }
    await this.#session.changePassword(this.email, code, password);
    return 'changed';
  }

  restart(): void {
    this.email = '';
    this.confirmed = false;
  }
}
