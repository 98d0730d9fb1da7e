import type { Session } from '../session/session.svelte';

type RecoverySession = Pick<Session, 'sendResetCode' | 'changePassword' | 'confirm'>;

/** The steps after a forgotten password: send a code, then enter it with a new password. */
export class PasswordRecovery {
  /** The address to which the code was sent; empty before that. */
  email = $state('');
  /** Whether the first code has confirmed the sign-up, and a second code was sent. */
  isConfirmed = $state(false);

  #session: RecoverySession;
  #code: 'reset' | 'unconfirmed' = 'reset';

  constructor(session: RecoverySession) {
    this.#session = session;
  }

  async send(email: string): Promise<void> {
    this.#code = await this.#session.sendResetCode(email);
    this.email = email;
  }

  /** Returns `again` if the code confirmed the sign-up, and a second code was sent. */
  async change(code: string, password: string): Promise<'changed' | 'again'> {
    if (this.#code === 'unconfirmed') {
      await this.#session.confirm(this.email, code);
      await this.send(this.email);
      this.isConfirmed = true;
      return 'again';
    }
    await this.#session.changePassword(this.email, code, password);
    return 'changed';
  }

  restart(): void {
    this.email = '';
    this.isConfirmed = false;
  }
}
