import { expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Choices, NewProfile, Profile } from '../api/types';
import { t } from '../texts';
import { ChannelChoices } from './channel-choices.svelte';

const profile = (notifications: Choices): Profile => ({
  id: 'me',
  handle: 'me',
  firstName: 'M',
  lastName: 'E',
  createdAt: '2026-01-02T03:04:05Z',
  notifications,
});

function createServer(start: Choices = {}) {
  const state = { profile: profile(start) };
  const getProfile = vi.fn(async () => state.profile);
  const changeProfile = vi.fn(
    async (_: string, change: NewProfile) =>
      (state.profile = { ...state.profile, ...change } as Profile),
  );
  return {
    state,
    changeProfile,
    choices: new ChannelChoices({ getProfile, changeProfile }, state.profile),
  };
}

it('types without a choice use live updates only', () => {
  const { choices } = createServer({ 'comment.added': [], 'picture.ready': ['email'] });
  const enabled = (['friend.requested', 'comment.added', 'picture.ready'] as const).map((type) => [
    choices.isEnabled(type, 'live'),
    choices.isEnabled(type, 'email'),
  ]);
  expect(enabled).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

it('a change is saved together with the changes of other pages', async () => {
  const { choices, state } = createServer({ 'picture.ready': ['live'] });
  state.profile = {
    ...state.profile,
    handle: 'new',
    notifications: { 'picture.ready': ['live', 'push'] },
  };
  await choices.set('comment.added', 'email', true);
  expect(state.profile).toEqual({
    ...profile({ 'picture.ready': ['live', 'push'], 'comment.added': ['live', 'email'] }),
    handle: 'new',
  });
  expect([choices.isEnabled('picture.ready', 'push'), choices.state]).toEqual([true, 'saved']);
});

it('quick changes are all saved', async () => {
  const { choices, state } = createServer();
  void choices.set('comment.added', 'email', true);
  void choices.set('comment.added', 'live', false);
  await choices.set('picture.ready', 'push', true);
  expect(state.profile.notifications).toEqual({
    'comment.added': ['email'],
    'picture.ready': ['live', 'push'],
  });
  expect([
    choices.isEnabled('comment.added', 'email'),
    choices.isEnabled('comment.added', 'live'),
  ]).toEqual([true, false]);
});

it('a change that was not saved is reverted with an error', async () => {
  const { choices, changeProfile } = createServer();
  changeProfile.mockRejectedValueOnce(new ApiError(429, null));
  await choices.set('comment.added', 'email', true);
  expect([choices.isEnabled('comment.added', 'email'), choices.state, choices.error]).toEqual([
    false,
    'idle',
    t.settings.notifications.failed(t.errors.slowDown),
  ]);
  await choices.set('comment.added', 'email', true);
  expect([choices.isEnabled('comment.added', 'email'), choices.state, choices.error]).toEqual([
    true,
    'saved',
    null,
  ]);
});
