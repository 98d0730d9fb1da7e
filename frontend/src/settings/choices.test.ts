import { expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Choices, NewProfile, Profile } from '../api/types';
import { t } from '../texts';
import { Told } from './choices.svelte';

const profile = (notifications: Choices): Profile => ({
  id: 'me',
  handle: 'me',
  firstName: 'M',
  lastName: 'E',
  createdAt: '2026-01-02T03:04:05Z',
  notifications,
});

function server(start: Choices = {}) {
  const state = { profile: profile(start) };
  const getProfile = vi.fn(async () => state.profile);
  const changeProfile = vi.fn(
    async (_: string, change: NewProfile & { notifications?: Choices }) =>
      (state.profile = { ...state.profile, ...change }),
  );
  return { state, changeProfile, told: new Told({ getProfile, changeProfile }, state.profile) };
}

it('takes what is not named for live only', () => {
  const { told } = server({ 'comment.added': [], 'picture.ready': ['email'] });
  const wants = (['friend.requested', 'comment.added', 'picture.ready'] as const).map((kind) => [
    told.wants(kind, 'live'),
    told.wants(kind, 'email'),
  ]);
  expect(wants).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

it('keeps each change, with what another page changed meanwhile', async () => {
  const { told, state } = server({ 'picture.ready': ['live'] });
  state.profile = {
    ...state.profile,
    handle: 'new',
    notifications: { 'picture.ready': ['live', 'push'] },
  };
  await told.choose('comment.added', 'email', true);
  expect(state.profile).toEqual({
    ...profile({ 'picture.ready': ['live', 'push'], 'comment.added': ['live', 'email'] }),
    handle: 'new',
  });
  expect([told.wants('picture.ready', 'push'), told.state]).toEqual([true, 'saved']);
});

it('loses none of several quick changes', async () => {
  const { told, state } = server();
  void told.choose('comment.added', 'email', true);
  void told.choose('comment.added', 'live', false);
  await told.choose('picture.ready', 'push', true);
  expect(state.profile.notifications).toEqual({
    'comment.added': ['email'],
    'picture.ready': ['live', 'push'],
  });
  expect([told.wants('comment.added', 'email'), told.wants('comment.added', 'live')]).toEqual([
    true,
    false,
  ]);
});

it('shows what was not saved as it was, and says why', async () => {
  const { told, changeProfile } = server();
  changeProfile.mockRejectedValueOnce(new ApiError(429, null));
  await told.choose('comment.added', 'email', true);
  expect([told.wants('comment.added', 'email'), told.state, told.error]).toEqual([
    false,
    'idle',
    t.settings.told.failed(t.errors.slowDown),
  ]);
  await told.choose('comment.added', 'email', true);
  expect([told.wants('comment.added', 'email'), told.state, told.error]).toEqual([
    true,
    'saved',
    null,
  ]);
});
