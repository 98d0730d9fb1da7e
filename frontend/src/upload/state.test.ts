import { expect, it } from 'vitest';
import { advance, isOver, type UploadEvent, type UploadState } from './state';

const run = (...events: UploadEvent[]) => events.reduce(advance, { name: 'waiting' } as UploadState);
const lost: UploadEvent = { type: 'failed', reason: 'lost', retry: true };

it('goes from waiting to ready', () => {
  expect(run({ type: 'progress', progress: 0.5 })).toEqual({ name: 'sending', progress: 0.5 });
  expect(run({ type: 'progress', progress: 1 }, { type: 'sent' })).toEqual({ name: 'processing' });
  expect(run({ type: 'sent' }, { type: 'ready' })).toEqual({ name: 'ready' });
});

it('keeps progress between nothing and all', () => {
  expect(run({ type: 'progress', progress: 1.2 })).toEqual({ name: 'sending', progress: 1 });
});

it('ignores what comes late', () => {
  expect(run({ type: 'sent' }, { type: 'progress', progress: 0.9 })).toEqual({ name: 'processing' });
  expect(run(lost, { type: 'sent' })).toMatchObject({ name: 'failed' });
  expect(run({ type: 'sent' }, { type: 'ready' }, lost)).toEqual({ name: 'ready' });
  expect(run({ type: 'ready' })).toEqual({ name: 'waiting' });
});

it('can be tried again only where that helps', () => {
  expect(run(lost, { type: 'retry' })).toEqual({ name: 'waiting' });
  const refused: UploadEvent = { type: 'failed', reason: 'not a picture', retry: false };
  expect(run(refused, { type: 'retry' })).toMatchObject({ name: 'failed', reason: 'not a picture' });
  expect(run({ type: 'sent' }, { type: 'retry' })).toEqual({ name: 'processing' });
});

it('is over when ready or failed', () => {
  expect([run(), run({ type: 'sent' }), run({ type: 'sent' }, { type: 'ready' }), run(lost)].map(isOver)).toEqual([false, false, true, true]);
});
