import { expect, it } from 'vitest';
import type { UploadState } from '../list/state';
import { isAllDone, sortByUrgency } from './tray-rules';

const item = (state: UploadState, saveError: string | null = null) => ({ state, saveError });
const ready: UploadState = { name: 'ready' };
const sending: UploadState = { name: 'sending', progress: 0.5 };
const failed: UploadState = { name: 'failed', progress: 0, reason: 'no', retry: false };
const duplicate: UploadState = { name: 'duplicate', of: null, paused: false };

it('all is done only if every picture is ready and its details are saved', () => {
  expect(isAllDone([item(ready), item(ready)])).toBe(true);
  expect(isAllDone([])).toBe(false);
  for (const state of [sending, failed, duplicate, { name: 'processing' } as const])
    expect(isAllDone([item(ready), item(state)])).toBe(false);
  expect(isAllDone([item(ready, 'Not saved.')])).toBe(false);
});

it('failed uploads come first, then duplicates, and the others keep their order', () => {
  const items = [item(sending), item(duplicate), item(ready), item(failed)];
  expect(sortByUrgency(items).map(({ state }) => state.name)).toEqual([
    'failed',
    'duplicate',
    'sending',
    'ready',
  ]);
});
