import { expect, it, vi } from 'vitest';
import { t } from '../../texts';
import { PasswordRecovery } from './password-recovery.svelte';

const MAIL = 'julia@example.org';

function setUp() {
  const session = {
    sendResetCode: vi.fn(async () => undefined),
    changePassword: vi.fn(async () => undefined),
    resendCode: vi.fn(async () => undefined),
    confirm: vi.fn(async (): Promise<'confirmed' | 'alreadyConfirmed'> => 'confirmed'),
  };
  return { session, recovery: new PasswordRecovery(session) };
}

it('the code changes the password', async () => {
  const { session, recovery } = setUp();
  await recovery.sendResetCode(MAIL);
  expect([recovery.email, recovery.step]).toEqual([MAIL, 'newPassword']);
  await recovery.changePassword('1', 'new');
  expect(session.changePassword).toHaveBeenCalledExactlyOnceWith(MAIL, '1', 'new');
});

it('the code of the sign-up confirms the address, and a second code changes the password', async () => {
  const { session, recovery } = setUp();
  await recovery.sendResetCode(MAIL);
  await recovery.sendSignUpCode();
  expect(session.resendCode).toHaveBeenCalledExactlyOnceWith(MAIL);
  expect([recovery.step, recovery.isConfirmed]).toEqual(['signUpCode', false]);
  await recovery.confirmSignUp('1');
  expect(session.confirm).toHaveBeenCalledExactlyOnceWith(MAIL, '1');
  expect(session.sendResetCode.mock.calls).toEqual([[MAIL], [MAIL]]);
  expect([recovery.step, recovery.isConfirmed]).toEqual(['newPassword', true]);
});

it('a code for a confirmed address is rejected like a wrong code', async () => {
  const { session, recovery } = setUp();
  await recovery.sendResetCode(MAIL);
  await recovery.sendSignUpCode();
  session.confirm.mockResolvedValueOnce('alreadyConfirmed');
  await expect(recovery.confirmSignUp('1')).rejects.toMatchObject({
    field: 'code',
    message: t.auth.wrongCode,
  });
  expect([recovery.step, recovery.isConfirmed]).toEqual(['signUpCode', false]);
  expect(session.sendResetCode).toHaveBeenCalledOnce();
});

it('a second attempt sends the code for the password if the first one only confirmed', async () => {
  const { session, recovery } = setUp();
  await recovery.sendResetCode(MAIL);
  await recovery.sendSignUpCode();
  session.sendResetCode.mockRejectedValueOnce(new Error('offline'));
  await expect(recovery.confirmSignUp('1')).rejects.toThrow('offline');
  expect(recovery.step).toBe('signUpCode');
  await recovery.confirmSignUp('1');
  expect(session.confirm).toHaveBeenCalledOnce();
  expect(recovery.step).toBe('newPassword');
});

it('the address stays empty if no code could be sent', async () => {
  const { session, recovery } = setUp();
  session.sendResetCode.mockRejectedValueOnce(new Error('offline'));
  await expect(recovery.sendResetCode(MAIL)).rejects.toThrow('offline');
  expect([recovery.email, recovery.step]).toEqual(['', 'email']);
});

it('another address starts again', async () => {
  const { recovery } = setUp();
  await recovery.sendResetCode(MAIL);
  await recovery.sendSignUpCode();
  await recovery.confirmSignUp('1');
  recovery.restart();
  expect([recovery.email, recovery.step, recovery.isConfirmed]).toEqual(['', 'email', false]);
});
