import { expect, it, vi } from 'vitest';
import { PasswordRecovery } from './password-recovery.svelte';

const MAIL = 'julia@example.org';

function sessionOf(...codes: ('reset' | 'unconfirmed')[]) {
  return {
    sendResetCode: vi.fn(async () => codes.shift()!),
    changePassword: vi.fn(async () => undefined),
    confirm: vi.fn(async () => undefined),
  };
}

it('the code changes the password', async () => {
  const session = sessionOf('reset');
  const recovery = new PasswordRecovery(session);
  await recovery.send(MAIL);
  expect(recovery.email).toBe(MAIL);
  expect(await recovery.change('1', 'new')).toBe('changed');
  expect(session.changePassword).toHaveBeenCalledWith(MAIL, '1', 'new');
  expect(session.confirm).not.toHaveBeenCalled();
});

it('the first code confirms a sign-up that was never confirmed', async () => {
  const session = sessionOf('unconfirmed', 'reset');
  const recovery = new PasswordRecovery(session);
  await recovery.send(MAIL);
  expect(await recovery.change('1', 'new')).toBe('again');
  expect(session.confirm).toHaveBeenCalledWith(MAIL, '1');
  expect(session.changePassword).not.toHaveBeenCalled();
  expect(recovery.isConfirmed).toBe(true);
  expect(await recovery.change('2', 'new')).toBe('changed');
});

it('the address stays empty if no code could be sent', async () => {
  const session = sessionOf();
  session.sendResetCode.mockRejectedValue(new Error('offline'));
  const recovery = new PasswordRecovery(session);
  await expect(recovery.send(MAIL)).rejects.toThrow('offline');
  expect(recovery.email).toBe('');
});
