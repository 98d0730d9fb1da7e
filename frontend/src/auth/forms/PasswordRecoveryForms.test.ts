// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../../api/errors';
import { t } from '../../texts';
import { passwordRecovery } from '../../texts/password-recovery';
import PasswordRecoveryForms from './PasswordRecoveryForms.svelte';

const MAIL = 'julia@example.org';
const { reset, signUp } = passwordRecovery;
const session = {
  sendResetCode: vi.fn(async (_email: string) => undefined),
  changePassword: vi.fn(async () => undefined),
  resendCode: vi.fn(async (_email: string) => undefined),
  confirm: vi.fn(async (): Promise<'confirmed' | 'alreadyConfirmed'> => 'confirmed'),
};
vi.mock('../../app', () => ({ getApp: () => ({ session }) }));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));
const fillIn = async (label: string, value: string) =>
  fireEvent.input(await screen.findByLabelText(label), { target: { value } });
const codeHasFocus = () =>
  vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(t.auth.code)));

/** Renders the form for the code and the new password. Returns the callback that signs in. */
async function renderSent() {
  const onchange = vi.fn(async (_email: string, _password: string) => undefined);
  render(PasswordRecoveryForms, { onchange });
  await fillIn(t.auth.email, MAIL);
  await click(passwordRecovery.sendCode);
  await screen.findByText(reset.text(MAIL));
  return onchange;
}

it('the code sets a new password, and signs in', async () => {
  const onchange = await renderSent();
  await fillIn(t.auth.code, '654 321');
  await fillIn(reset.password, 'a new password');
  await click(reset.action);
  await vi.waitFor(() => expect(onchange).toHaveBeenCalledWith(MAIL, 'a new password'));
  expect(session.changePassword).toHaveBeenCalledExactlyOnceWith(MAIL, '654321', 'a new password');
});

it('a person without a code finishes the sign-up, and gets a code for the password', async () => {
  await renderSent();
  await click(reset.sendSignUpCode);
  expect(await screen.findByText(signUp.text(MAIL))).toBeTruthy();
  await codeHasFocus();
  await fillIn(t.auth.code, '123456');
  await click(t.auth.confirm);
  expect(await screen.findByText(reset.nowConfirmed)).toBeTruthy();
  await codeHasFocus();
  expect(session.confirm).toHaveBeenCalledExactlyOnceWith(MAIL, '123456');
  expect(session.sendResetCode).toHaveBeenCalledTimes(2);
  expect(screen.queryByRole('button', { name: reset.sendSignUpCode })).toBeNull();
});

it('a code for a confirmed address has the message of a wrong code', async () => {
  session.confirm.mockResolvedValueOnce('alreadyConfirmed');
  await renderSent();
  await click(reset.sendSignUpCode);
  await fillIn(t.auth.code, '123456');
  await click(t.auth.confirm);
  expect(await screen.findByText(t.auth.wrongCode)).toBeTruthy();
  await click(signUp.sendResetCode);
  expect(await screen.findByText(reset.text(MAIL))).toBeTruthy();
});

it('an error while the code is sent is shown, and the form stays', async () => {
  session.resendCode.mockRejectedValueOnce(new NetworkError(null));
  await renderSent();
  await click(reset.sendSignUpCode);
  expect(await screen.findByText(t.errors.network)).toBeTruthy();
  expect(screen.getByText(reset.text(MAIL))).toBeTruthy();
});

it('another address can be entered in each step', async () => {
  await renderSent();
  await click(t.auth.notMine);
  await fillIn(t.auth.email, MAIL);
  await click(passwordRecovery.sendCode);
  await click(reset.sendSignUpCode);
  await screen.findByText(signUp.text(MAIL));
  await click(t.auth.notMine);
  expect(await screen.findByLabelText(t.auth.email)).toBeTruthy();
});
