// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import { router } from '../router.svelte';
import { t } from '../texts';
import { toasts } from '../ui/toasts.svelte';
import Sessions from './Sessions.svelte';

const words = t.auth.everywhere;
const session = { signOutEverywhere: vi.fn(async () => undefined) };
vi.mock('../app', () => ({ getApp: () => ({ session, unfinished: () => '' }) }));

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function signOutEverywhere() {
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  render(Sessions);
  await fireEvent.click(screen.getByRole('button', { name: words.action }));
  await fireEvent.click(screen.getAllByText(words.yes).at(-1)!);
}

it('the session alone changes the page after a sign-out', async () => {
  const go = vi.spyOn(router, 'go').mockReturnValue();
  const show = vi.spyOn(toasts, 'show').mockReturnValue(0);
  await signOutEverywhere();
  await vi.waitFor(() => expect(show).toHaveBeenCalledWith(words.done));
  expect(go).not.toHaveBeenCalled();
});

it('a failure is shown in the dialog', async () => {
  session.signOutEverywhere.mockRejectedValueOnce(new NetworkError(null));
  await signOutEverywhere();
  expect(await screen.findByText(`${words.failed} ${t.errors.network}`)).toBeTruthy();
});
