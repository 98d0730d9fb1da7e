import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { t } from '../../texts';
import type { UploadItem } from './item';
import type { UploadState } from './state';
import { UploadAnnouncer } from './upload-announcer';

const texts = t.upload.announcements;
const item = (name: string, state: UploadState) =>
  ({ id: name, file: { name }, state }) as UploadItem;
const ready = (name: string) => item(name, { name: 'ready' });
const failed = (name: string) =>
  item(name, { name: 'failed', progress: 0, reason: 'No.', retry: false });
const waiting = item('w', { name: 'waiting', progress: 0 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(...items: UploadItem[]) {
  const announced: string[] = [];
  const announcer = new UploadAnnouncer(
    (text) => announced.push(text),
    () => items,
  );
  return { announced, announcer };
}

it('a single picture is announced by its name', () => {
  const one = ready('a.jpg');
  const { announced, announcer } = setUp(one);
  announcer.addReady(one);
  vi.runAllTimers();
  expect(announced).toEqual([texts.ready('a.jpg')]);
});

it('many pictures are announced once, when all are over', () => {
  const items = [ready('a'), ready('b'), waiting];
  const announced: string[] = [];
  const announcer = new UploadAnnouncer(
    (text) => announced.push(text),
    () => items,
  );
  announcer.addReady(items[0]!);
  vi.runAllTimers();
  announcer.addReady(items[1]!);
  vi.runAllTimers();
  expect(announced).toEqual([]);
  items[2] = ready('w');
  announcer.addReady(items[2]);
  vi.runAllTimers();
  expect(announced).toEqual([texts.finished(3, 0)]);
});

it('failures and duplicates are announced soon, several in one sentence', () => {
  const { announced, announcer } = setUp(waiting);
  announcer.addFailed(failed('a'));
  vi.runAllTimers();
  announcer.addFailed(failed('b'));
  announcer.addFailed(failed('c'));
  announcer.addDuplicate();
  vi.runAllTimers();
  expect(announced).toEqual([
    texts.failed('a', 'No.'),
    `${texts.failedMany(2)} ${texts.duplicates(1)}`,
  ]);
});

it('nothing is announced after dispose', () => {
  const { announced, announcer } = setUp();
  announcer.addFailed(failed('a'));
  announcer.dispose();
  vi.runAllTimers();
  expect(announced).toEqual([]);
});
