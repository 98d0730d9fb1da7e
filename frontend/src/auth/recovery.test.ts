import { expect, it, vi } from 'vitest';
import { Recovery } from './recovery.svelte';

const MAIL = 'julia@example.org';

function sessionOf(...codes: ('reset' | 'unconfirmed')[]) {
  return {
    sendResetCode: vi.fn(async () => codes.shift()!),
    changePassword: vi.fn(async () => undefined),
    confirm: vi.fn(async () => undefined),
  };
}

it('changes the password with the code', async () => {
  const session = sessionOf('reset');
  const recovery = new Recovery(session);
  await recovery.send(MAIL);
  expect(recovery.email).toBe(MAIL);
  expect(await recovery.change('1', 'new')).toBe('changed');
  expect(session.changePassword).toHaveBeenCalledWith(MAIL, '1', 'new');
  expect(session.confirm).not.toHaveBeenCalled();
});

it('finishes a sign-up first that never was finished', async () => {
  const session = sessionOf('unconfirmed', 'reset');
  const recovery = new Recovery(session);
  await recovery.send(MAIL);
  expect(await recovery.change('1', 'new')).toBe('again');
  expect(session.confirm).toHaveBeenCalledWith(MAIL, '1');
  expect(session.changePassword).not.toHaveBeenCalled();
  expect(recovery.confirmed).toBe(true);
  expect(await recovery.change('2', 'new')).toBe('changed');
});

it('asks for the address again where no code could be sent', async () => {
  const session = sessionOf();
  session.sendResetCode.mockRejectedValue(new Error('offline'));
  const recovery = new Recovery(session);
  await expect(recovery.send(MAIL)).rejects.toThrow('offline');
  expect(recovery.email).toBe('');
});
