import { expect, it } from 'vitest';
import type { UploadState } from './state';
import { details, headline } from './summary';
import { totals } from './totals';

const sums = (...states: UploadState[]) =>
  totals(states.map((state) => ({ file: { size: 100 }, state })));
const ready: UploadState = { name: 'ready' };
const sending: UploadState = { name: 'sending', progress: 0.5 };
const paused: UploadState = { name: 'paused', progress: 0.5 };
const failed: UploadState = { name: 'failed', progress: 0, reason: 'no', retry: true };
const duplicate: UploadState = { name: 'duplicate', of: null };

it('says how far it is, and how long it takes where that is known', () => {
  expect(headline(sums(ready, sending))).toBe('1 of 2 uploaded');
  expect(details(sums(ready, sending), true, null)).toBe('75 %');
  expect(details(sums(ready, sending), true, 30)).toBe('75 % · less than a minute left');
  expect(details(sums(ready, sending), true, 61)).toBe('75 % · about 2 minutes left');
});

it('says what holds it up', () => {
  expect(details(sums(paused, ready), true, 30)).toBe('75 % · paused');
  expect(details(sums(paused, sending), true, null)).toBe('50 %');
  expect(details(sums(sending), false, 30)).toBe('50 % · no connection, goes on by itself');
  expect(details(sums({ name: 'processing' }), true, null)).toBe('making the prints');
});

it('says what a person has to look at', () => {
  expect(details(sums(ready, failed, duplicate), true, null)).toBe('1 failed · 1 you already have');
  expect(headline(sums(ready, ready, failed))).toBe('2 uploaded');
  expect(headline(sums(failed))).toBe('Nothing was uploaded');
  expect(headline(sums(duplicate))).toBe('Nothing is sent yet');
});
