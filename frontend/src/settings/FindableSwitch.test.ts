// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { NewProfile, Profile } from '../api/types';
import { t } from '../texts';
import FindableSwitch from './FindableSwitch.svelte';

const words = t.settings.findable;
const stored: Profile = {
  id: 'me',
  handle: 'renamed',
  firstName: 'Anna',
  lastName: 'Atkins',
  createdAt: '2026-01-02T03:04:05Z',
};
const api = {
  getProfile: vi.fn(async () => stored),
  changeProfile: vi.fn(async (_id: string, change: NewProfile) => ({ ...stored, ...change })),
};
vi.mock('../app', () => ({ getApp: () => ({ api }) }));

beforeEach(() => vi.clearAllMocks());
afterEach(cleanup);

function renderSwitch(profile: Profile): HTMLInputElement {
  render(FindableSwitch, { profile });
  return screen.getByRole('switch', { name: words.label });
}

it('the switch is off if the profile has no choice', () => {
  expect(renderSwitch(stored).checked).toBe(false);
});

it('the switch shows the choice of the profile', () => {
  expect(renderSwitch({ ...stored, findable: true }).checked).toBe(true);
});

it('a click saves the choice with the stored handle and names', async () => {
  const input = renderSwitch({ ...stored, handle: 'outdated' });
  await fireEvent.click(input);
  expect(await screen.findByText(t.settings.saveState.saved)).toBeTruthy();
  const { handle, firstName, lastName } = stored;
  const change = { handle, firstName, lastName, findable: true };
  expect(api.changeProfile.mock.calls).toEqual([['me', change]]);
  expect(input.checked).toBe(true);
});

it('a failed save turns the switch back and shows the reason', async () => {
  api.changeProfile.mockRejectedValueOnce(new ApiError(429, null));
  const input = renderSwitch({ ...stored, findable: true });
  await fireEvent.click(input);
  expect(await screen.findByText(words.failed(t.errors.slowDown))).toBeTruthy();
  expect(input.checked).toBe(true);
});

describe('a save without a reply', () => {
  const lost = new NetworkError(null);

  it('shows the stored choice if it was saved', async () => {
    api.getProfile.mockResolvedValueOnce(stored);
    api.getProfile.mockResolvedValueOnce({ ...stored, findable: true });
    api.changeProfile.mockRejectedValueOnce(lost);
    const input = renderSwitch(stored);
    await fireEvent.click(input);
    expect(await screen.findByText(t.settings.saveState.saved)).toBeTruthy();
    expect(input.checked).toBe(true);
  });

  it('shows the stored choice and the reason if it was not saved', async () => {
    api.changeProfile.mockRejectedValueOnce(lost);
    const input = renderSwitch(stored);
    await fireEvent.click(input);
    expect(await screen.findByText(words.failed(t.errors.network))).toBeTruthy();
    expect(input.checked).toBe(false);
  });

  it('offers to read the choice again if it is unknown', async () => {
    api.changeProfile.mockRejectedValueOnce(lost);
    api.getProfile.mockResolvedValueOnce(stored).mockRejectedValueOnce(lost);
    const input = renderSwitch(stored);
    await fireEvent.click(input);
    expect(await screen.findByText(words.unknown(t.errors.network))).toBeTruthy();
    api.getProfile.mockResolvedValueOnce({ ...stored, findable: true });
    await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
    expect(await screen.findByText(t.settings.saveState.saved)).toBeTruthy();
    expect([input.checked, api.changeProfile.mock.calls.length]).toEqual([true, 1]);
    expect(screen.queryByText(words.unknown(t.errors.network))).toBeNull();
  });
});

it('clicks are ignored while a choice is being saved', async () => {
  let reply: (profile: Profile) => void = () => undefined;
  api.getProfile.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  const input = renderSwitch(stored);
  await fireEvent.click(input);
  await fireEvent.click(input);
  reply(stored);
  expect(await screen.findByText(t.settings.saveState.saved)).toBeTruthy();
  expect([input.checked, api.changeProfile.mock.calls.length]).toEqual([true, 1]);
});
