import { expect, it } from 'vitest';
import type { UploadState } from './state';
import { totals } from './totals';

const item = (size: number, state: UploadState) => ({ file: { size }, state });

it('counts bytes, not files', () => {
  const sums = totals([
    item(900, { name: 'sending', progress: 0.5 }),
    item(50, { name: 'ready' }),
    item(50, { name: 'waiting', progress: 0 }),
  ]);
  expect(sums).toMatchObject({
    all: 3,
    ready: 1,
    sentBytes: 500,
    bytes: 1000,
    percent: 50,
    unsent: 2,
  });
});

it('leaves out what failed and what waits for an answer, but says so', () => {
  const failed: UploadState = { name: 'failed', progress: 0.3, reason: 'no', retry: true };
  const sums = totals([
    item(10, failed),
    item(10, { name: 'duplicate', of: null }),
    item(10, { name: 'ready' }),
  ]);
  expect(sums).toMatchObject({
    all: 1,
    ready: 1,
    percent: 100,
    failed: 1,
    duplicates: 1,
    canRetry: 1,
    finished: 1,
    canWord: 3,
  });
});

it('clears nothing that says what is not saved', () => {
  expect(
    totals([
      { ...item(10, { name: 'ready' }), unsaved: 'No connection.' },
      item(10, { name: 'ready' }),
    ]).finished,
  ).toBe(1);
});

it('says that all was sent only when it was', () => {
  expect(totals([item(1_000_000, { name: 'sending', progress: 0.9999 })]).percent).toBe(99);
  expect(totals([item(1000, { name: 'sending', progress: 1 })]).percent).toBe(99);
  expect(totals([item(1000, { name: 'processing' })]).percent).toBe(100);
  expect(totals([]).percent).toBe(0);
});

it('keeps what is paused or interrupted where it was', () => {
  const sums = totals([
    item(100, { name: 'paused', progress: 0.4 }),
    item(100, { name: 'interrupted', progress: 0.2, cause: 'connection' }),
  ]);
  expect(sums).toMatchObject({ percent: 30, canResume: 1, canPause: 1, interrupted: 1 });
});
