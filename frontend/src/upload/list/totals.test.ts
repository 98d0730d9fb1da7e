import { expect, it } from 'vitest';
import type { UploadState } from './state';
import { sumUp } from './totals';

const item = (size: number, state: UploadState) => ({ file: { size }, state });

it('progress counts bytes, not files', () => {
  const sums = sumUp([
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

it('failed uploads and duplicates count separately', () => {
  const failed: UploadState = { name: 'failed', progress: 0.3, reason: 'no', retry: true };
  const sums = sumUp([
    item(10, failed),
    item(10, { name: 'duplicate', of: null, paused: false }),
    item(10, { name: 'ready' }),
  ]);
  expect(sums).toMatchObject({
    all: 1,
    ready: 1,
    percent: 100,
    failed: 1,
    duplicates: 1,
    canRetry: 1,
    clearable: 1,
    canEditDetails: 3,
  });
});

it('an upload with unsaved details cannot be cleared', () => {
  expect(
    sumUp([
      { ...item(10, { name: 'ready' }), saveError: 'No connection.' },
      item(10, { name: 'ready' }),
    ]).clearable,
  ).toBe(1);
});

it('100 percent means that every byte was sent', () => {
  expect(sumUp([item(1_000_000, { name: 'sending', progress: 0.9999 })]).percent).toBe(99);
  expect(sumUp([item(1000, { name: 'sending', progress: 1 })]).percent).toBe(99);
  expect(sumUp([item(1000, { name: 'processing' })]).percent).toBe(100);
  expect(sumUp([]).percent).toBe(0);
});

it('paused and interrupted uploads keep their progress', () => {
  const sums = sumUp([
    item(100, { name: 'paused', progress: 0.4 }),
    item(100, { name: 'interrupted', progress: 0.2, cause: 'connection' }),
  ]);
  expect(sums).toMatchObject({ percent: 30, canResume: 1, canPause: 1, interrupted: 1 });
});
