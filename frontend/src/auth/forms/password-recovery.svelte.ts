import { t } from '../../texts';
import { FieldError } from '../../ui/forms/validation';
import type { Session } from '../session/session.svelte';

type RecoverySession = Pick<Session, 'sendResetCode' | 'changePassword' | 'resendCode' | 'confirm'>;

/**
 * The steps after a forgotten password: send a code, then enter it with a new password. A person
 * who never confirmed the sign-up gets no code. They enter the code of the sign-up first.
 */
export class PasswordRecovery {
  step = $state<'email' | 'newPassword' | 'signUpCode'>('email');
  /** The address of the person; empty in the first step. */
  email = $state('');
  /** Whether the code of the sign-up has confirmed the address. */
  isConfirmed = $state(false);

  #session: RecoverySession;

  constructor(session: RecoverySession) {
    this.#session = session;
  }

  async sendResetCode(email: string): Promise<void> {
    await this.#session.sendResetCode(email);
    this.email = email;
    this.step = 'newPassword';
  }

  async changePassword(code: string, password: string): Promise<void> {
    await this.#session.changePassword(this.email, code, password);
  }

  async sendSignUpCode(): Promise<void> {
    await this.#session.resendCode(this.email);
    this.step = 'signUpCode';
  }

  /** Confirms the sign-up with its code, and sends a code for the new password. */
  async confirmSignUp(code: string): Promise<void> {
    if (!this.isConfirmed) await this.#confirm(code);
    this.isConfirmed = true;
    await this.sendResetCode(this.email);
  }

  /** Rejects a code for a confirmed address like a wrong code, to reveal nothing about it. */
  async #confirm(code: string): Promise<void> {
    if ((await this.#session.confirm(this.email, code)) === 'alreadyConfirmed')
      throw new FieldError('code', t.auth.wrongCode);
  }

  restart(): void {
    this.step = 'email';
    this.email = '';
    this.isConfirmed = false;
  }
}
