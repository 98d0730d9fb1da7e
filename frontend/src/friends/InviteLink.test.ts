// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { personHref } from '../routes';
import { t } from '../texts';
import { absoluteUrl } from '../ui/clipboard';
import { toasts } from '../ui/toasts.svelte';
import InviteLink from './InviteLink.svelte';

const words = t.friends.invite;
const me = { id: 'me', handle: 'anna', firstName: 'Anna', lastName: 'Atkins' };
vi.mock('../app', () => ({ getApp: () => ({ session: { person: me } }) }));

const link = absoluteUrl(personHref('me'));
const writeText = vi.fn(async () => undefined);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

function renderWith(parts: Partial<Navigator>) {
  vi.stubGlobal('navigator', { clipboard: { writeText }, ...parts });
  render(InviteLink);
}

it('copies the address of the member’s page', async () => {
  renderWith({});
  await fireEvent.click(screen.getByRole('button', { name: words.copy }));
  expect(writeText).toHaveBeenCalledWith(link);
  await vi.waitFor(() => expect(toasts.items.at(-1)?.text).toBe(t.words.copied));
  expect(screen.queryByRole('button', { name: words.share })).toBeNull();
});

it('shows an error if the browser does not allow copying', async () => {
  writeText.mockRejectedValueOnce(new Error('refused'));
  renderWith({});
  await fireEvent.click(screen.getByRole('button', { name: words.copy }));
  expect(await screen.findByText(words.copyFailed)).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: words.label }).value).toBe(link);
});

it('opens the share sheet if the browser has one', async () => {
  const share = vi.fn(async () => undefined);
  renderWith({ share });
  await fireEvent.click(screen.getByRole('button', { name: words.share }));
  const title = words.shareTitle('Anna Atkins');
  expect(share).toHaveBeenCalledWith({ title, url: link });
  expect(writeText).not.toHaveBeenCalled();
});

it('copies the link if sharing fails, but not if the member cancels it', async () => {
  const cancelled = new DOMException('cancelled', 'AbortError');
  const share = vi.fn().mockRejectedValueOnce(cancelled).mockRejectedValueOnce(new Error('no'));
  renderWith({ share });
  const button = screen.getByRole('button', { name: words.share });
  await fireEvent.click(button);
  expect(writeText).not.toHaveBeenCalled();
  await fireEvent.click(button);
  await vi.waitFor(() => expect(writeText).toHaveBeenCalledWith(link));
});
