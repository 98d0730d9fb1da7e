import { beforeEach, expect, it, vi } from 'vitest';
import { t } from '../texts';
import { Herald } from './herald';
import type { UploadItem } from './item';
import type { UploadState } from './state';

const item = (name: string, state: UploadState) =>
  ({ id: name, file: { name }, state }) as UploadItem;
const ready = (name: string) => item(name, { name: 'ready' });
const failed = (name: string) =>
  item(name, { name: 'failed', progress: 0, reason: 'No.', retry: false });
const waiting = item('w', { name: 'waiting', progress: 0 });

beforeEach(() => void vi.useFakeTimers());

function herald(...items: UploadItem[]) {
  const said: string[] = [];
  const all = [...items];
  return {
    said,
    all,
    herald: new Herald(
      (text) => said.push(text),
      () => all,
    ),
  };
}

it('tells of one picture by its name', () => {
  const one = ready('a.jpg');
  const { said, herald: tells } = herald(one);
  tells.ready(one);
  vi.runAllTimers();
  expect(said).toEqual([t.upload.said.ready('a.jpg')]);
});

it('tells of many once, at the end', () => {
  const { said, all, herald: tells } = herald(ready('a'), ready('b'), waiting);
  tells.ready(all[0]!);
  vi.runAllTimers();
  tells.ready(all[1]!);
  vi.runAllTimers();
  expect(said).toEqual([]);
  all[2] = ready('w');
  tells.ready(all[2]);
  vi.runAllTimers();
  expect(said).toEqual([t.upload.said.finished(3, 0)]);
});

it('tells of what failed at once, many in one sentence, and of duplicates', () => {
  const { said, herald: tells } = herald(waiting);
  tells.failed(failed('a'));
  vi.runAllTimers();
  tells.failed(failed('b'));
  tells.failed(failed('c'));
  tells.duplicate();
  vi.runAllTimers();
  expect(said).toEqual([
    t.upload.said.failed('a', 'No.'),
    `${t.upload.said.failedMany(2)} ${t.upload.said.duplicates(1)}`,
  ]);
});

it('says nothing more once it is reset', () => {
  const { said, herald: tells } = herald();
  tells.failed(failed('a'));
  tells.reset();
  vi.runAllTimers();
  expect(said).toEqual([]);
});
