// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import { router } from '../router.svelte';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import DeleteAccount from './DeleteAccount.svelte';

const words = t.settings.account;
const api = { deleteAccount: vi.fn(async () => undefined) };
const session = { person: { id: 'me', handle: 'anna' }, signOut: vi.fn(async () => undefined) };
vi.mock('../app', () => ({ getApp: () => ({ api, session }) }));

afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

async function deleteAccount() {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  render(DeleteAccount);
  await fireEvent.click(screen.getByText(words.open));
  const input = screen.getByLabelText(words.confirm('anna'));
  await fireEvent.input(input, { target: { value: '@Anna' } });
  await fireEvent.submit(input.closest('form')!);
}

it('the user is signed out, and the session alone changes the page', async () => {
  const go = vi.spyOn(router, 'go').mockReturnValue();
  const show = vi.spyOn(toasts, 'show').mockReturnValue(0);
  await deleteAccount();
  await vi.waitFor(() => expect(show).toHaveBeenCalledWith(words.done));
  expect(session.signOut).toHaveBeenCalledOnce();
  expect(go).not.toHaveBeenCalled();
});

it('a lost reply keeps the user signed in and offers another attempt', async () => {
  api.deleteAccount.mockRejectedValueOnce(new NetworkError(null));
  await deleteAccount();
  expect(await screen.findByText(words.partial(t.errors.network))).toBeTruthy();
  expect(session.signOut).not.toHaveBeenCalled();
});
