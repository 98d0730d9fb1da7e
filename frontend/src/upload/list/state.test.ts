import { describe, expect, it } from 'vitest';
import type { Picture } from '../../api/types';
import {
  advance,
  INITIAL_STATE,
  canPause,
  canResume,
  isOver,
  isUnsent,
  type StateEvent,
} from './state';

const run = (...events: (StateEvent | StateEvent['type'])[]) =>
  events
    .map((event) => (typeof event === 'string' ? ({ type: event } as StateEvent) : event))
    .reduce(advance, INITIAL_STATE);
const lost: StateEvent = { type: 'failed', reason: 'lost', retry: true };
const half: StateEvent = { type: 'progress', progress: 0.5 };
const cut: StateEvent = { type: 'interrupted', cause: 'connection' };

it('an upload goes from checking to ready', () => {
  expect(run()).toEqual({ name: 'checking', paused: false });
  expect(run('checked')).toEqual({ name: 'waiting', progress: 0 });
  expect(run('checked', 'started', half)).toEqual({ name: 'sending', progress: 0.5 });
  expect(run('checked', 'started', half, 'arrived')).toEqual({ name: 'processing' });
  expect(run('checked', 'started', 'arrived', 'ready')).toEqual({ name: 'ready' });
});

it('progress is at most 1', () => {
  expect(run('checked', 'started', { type: 'progress', progress: 1.2 })).toEqual({
    name: 'sending',
    progress: 1,
  });
});

it('late events change nothing', () => {
  expect(run('checked', 'started', 'arrived', { type: 'progress', progress: 0.9 })).toEqual({
    name: 'processing',
  });
  expect(run('checked', 'started', lost, 'arrived')).toMatchObject({ name: 'failed' });
  expect(run('checked', 'started', 'arrived', 'ready', lost)).toEqual({ name: 'ready' });
  expect(run('checked', 'ready')).toMatchObject({ name: 'waiting' });
  expect(run('checked', 'started', 'paused', half)).toEqual({ name: 'paused', progress: 0 });
});

it('a retry is possible only if it can help, and keeps the progress', () => {
  expect(run('checked', 'started', half, lost, 'retried')).toEqual({
    name: 'waiting',
    progress: 0.5,
  });
  const refused: StateEvent = { type: 'failed', reason: 'not a picture', retry: false };
  expect(run(refused, 'retried')).toMatchObject({ name: 'failed', reason: 'not a picture' });
  expect(run('checked', 'started', 'arrived', 'retried')).toEqual({ name: 'processing' });
});

describe('pausing', () => {
  it('an upload can be paused in every state before it is sent', () => {
    expect(run('checked', 'started', half, 'paused')).toEqual({ name: 'paused', progress: 0.5 });
    expect(run('checked', 'paused', 'resumed')).toEqual({ name: 'waiting', progress: 0 });
    expect(run('checked', 'started', cut, 'paused', 'continued')).toMatchObject({
      name: 'paused',
    });
    expect(run('checked', 'started', 'arrived', 'paused')).toEqual({ name: 'processing' });
  });

  it('a pause during the check takes effect after it', () => {
    expect(run('paused')).toEqual({ name: 'checking', paused: true });
    expect(run('paused', 'checked')).toEqual({ name: 'paused', progress: 0 });
    expect(run('paused', 'resumed', 'checked')).toMatchObject({ name: 'waiting' });
  });

  it('a paused upload whose bytes arrived is processed', () => {
    expect(run('checked', 'started', 'paused', 'arrived')).toEqual({ name: 'processing' });
  });
});

it('an interrupted upload waits for its turn after the reconnection', () => {
  const interrupted = run('checked', 'started', half, cut);
  expect(interrupted).toEqual({ name: 'interrupted', progress: 0.5, cause: 'connection' });
  expect(advance(interrupted, { type: 'continued' })).toEqual({ name: 'waiting', progress: 0.5 });
  expect(run('checked', cut)).toMatchObject({ name: 'waiting' });
});

it('a duplicate waits until it is accepted', () => {
  const of = { id: 'p' } as Picture;
  const asked = { name: 'duplicate', of, paused: false };
  expect(run({ type: 'duplicate', of })).toEqual(asked);
  expect(run({ type: 'duplicate', of }, 'paused', 'resumed')).toEqual(asked);
  expect(run({ type: 'duplicate', of: null }, 'accepted')).toEqual({
    name: 'waiting',
    progress: 0,
  });
});

it('a paused duplicate is paused when it is accepted', () => {
  const duplicate: StateEvent = { type: 'duplicate', of: null };
  for (const paused of [run('paused', duplicate), run(duplicate, 'paused')]) {
    expect(paused).toEqual({ name: 'duplicate', of: null, paused: true });
    expect([canPause(paused), canResume(paused)]).toEqual([false, false]);
    expect(advance(paused, { type: 'accepted' })).toEqual({ name: 'paused', progress: 0 });
  }
});

it('an upload is over when ready or failed, and unsent until its bytes arrived', () => {
  const states = [
    run(),
    run('checked'),
    run('checked', 'started', 'arrived'),
    run('checked', 'started', 'arrived', 'ready'),
    run(lost),
  ];
  expect(states.map(isOver)).toEqual([false, false, false, true, true]);
  expect(states.map(isUnsent)).toEqual([true, true, false, false, false]);
});

it('an upload can be paused or resumed, never both', () => {
  const states = [
    run(),
    run('paused'),
    run('checked'),
    run('checked', 'paused'),
    run('checked', 'started', 'arrived'),
    run(lost),
  ];
  expect(states.map(canPause)).toEqual([true, false, true, false, false, false]);
  expect(states.map(canResume)).toEqual([false, true, false, true, false, false]);
});
