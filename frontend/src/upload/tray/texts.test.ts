import { expect, it } from 'vitest';
import type { UploadState } from '../list/state';
import { detailsLine, headline } from './texts';
import { sumUp } from '../list/totals';

const sums = (...states: UploadState[]) =>
  sumUp(states.map((state) => ({ file: { size: 100 }, state })));
const ready: UploadState = { name: 'ready' };
const sending: UploadState = { name: 'sending', progress: 0.5 };
const paused: UploadState = { name: 'paused', progress: 0.5 };
const failed: UploadState = { name: 'failed', progress: 0, reason: 'no', retry: true };
const duplicate: UploadState = { name: 'duplicate', of: null, paused: false };

it('the lines state the progress, and the time left if it is known', () => {
  expect(headline(sums(ready, sending))).toBe('1 of 2 uploaded');
  expect(detailsLine(sums(ready, sending), true, null)).toBe('75 %');
  expect(detailsLine(sums(ready, sending), true, 30)).toBe('75 % · less than a minute left');
  expect(detailsLine(sums(ready, sending), true, 61)).toBe('75 % · about 2 minutes left');
});

it('the line states why sending waits', () => {
  expect(detailsLine(sums(paused, ready), true, 30)).toBe('75 % · paused');
  expect(detailsLine(sums(paused, sending), true, null)).toBe('50 %');
  expect(detailsLine(sums(sending), false, 30)).toBe('50 % · interrupted, continues automatically');
  expect(detailsLine(sums({ name: 'processing' }), true, null)).toBe('preparing the pictures');
});

it('the line counts failed uploads and duplicates', () => {
  expect(detailsLine(sums(ready, failed, duplicate), true, null)).toBe('1 failed · 1 duplicate');
  expect(headline(sums(ready, ready, failed))).toBe('2 uploaded');
  expect(headline(sums(failed))).toBe('Nothing was uploaded');
  expect(headline(sums(duplicate))).toBe('Waiting for your decision');
});
