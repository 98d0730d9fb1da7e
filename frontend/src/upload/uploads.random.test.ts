import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { S3Error } from './steps/s3-request';
import { createTestCloud, jpeg } from './test-cloud';
import { Uploads } from './uploads.svelte';

vi.mock('./steps/preview', () => ({ createPreview: async () => null }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

const SEEDS = 20;
/** Long, because hashing takes real time. */
const TIMEOUT_MS = 10_000;
const ACTIONS_PER_SEED = 60;
const MAX_FILES = 8;
/** Fewer than `MAX_FILES`, so that some files are duplicates. */
const DIFFERENT_FILES = 5;

/** Returns a function that returns the same numbers from 0 to `count - 1` for the same seed. */
function createRandom(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

function setUp(seed: number) {
  const cloud = createTestCloud();
  const uploads = new Uploads({
    api: cloud.asApi,
    onPicture: () => undefined,
    isOnline: () => true,
    sendFile: cloud.sendFile,
  });
  const random = createRandom(seed);
  const pick = <Value>(values: readonly Value[]) => values[random(values.length)];
  const withRandomItem = (act: (id: string) => void) => () => {
    const item = pick(uploads.items);
    if (item) act(item.id);
  };
  let added = 0;
  const add = () => {
    added += 1;
    if (added > MAX_FILES) return;
    uploads.add([jpeg(`${added}.jpg`, random(DIFFERENT_FILES))], 'private');
  };
  const finish = () => {
    const call = pick(cloud.openCalls());
    for (const picture of cloud.pictures.values()) picture.state = 'ready';
    call?.finish();
  };
  const fail = (error: Error) => () => pick(cloud.openCalls())?.fail(error);

  const actions: (() => unknown)[] = [
    ...[add, add, finish],
    ...[uploads.pause, uploads.pause, uploads.resume, uploads.accept, uploads.retry].map(
      withRandomItem,
    ),
    withRandomItem((id) => void uploads.dismiss(id)),
    ...[uploads.pauseAll, uploads.resumeAll, uploads.acceptAll, uploads.retryAll],
    ...[uploads.handleOffline, uploads.handleOnline],
    ...[new Error('no reply'), new S3Error(503), new S3Error(404)].map(fail),
    fail(new ApiError(403, 'Not today.')),
    () => pick(cloud.openCalls())?.options.onProgress(random(100) / 100),
    () => vi.advanceTimersByTimeAsync(random(70_000)),
    () => new Promise((resolve) => setImmediate(resolve)), // lets checks and hashes end
  ];
  return { ...cloud, uploads, act: () => pick(actions)!() };
}

type Setting = ReturnType<typeof setUp>;

/** Expects that the list shows `sending` for exactly the files that are being sent. */
function expectSameAsShown({ uploads, openCalls }: Setting): void {
  for (const { file } of openCalls()) {
    const item = uploads.items.find((item) => item.file === file);
    expect(item?.state.name).toBe('sending');
  }
  for (const item of uploads.items) {
    const calls = openCalls().filter(({ file }) => file === item.file);
    expect(calls).toHaveLength(item.state.name === 'sending' ? 1 : 0);
  }
}

/** Does everything that the tray offers, until all files are ready. */
async function complete({ uploads, openCalls, pictures }: Setting): Promise<void> {
  uploads.handleOnline();
  await vi.waitFor(async () => {
    uploads.resumeAll();
    uploads.acceptAll();
    uploads.retryAll();
    for (const picture of pictures.values()) picture.state = 'ready';
    for (const call of openCalls()) call.finish();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(uploads.items.map(({ state }) => state.name)).toEqual(uploads.items.map(() => 'ready'));
  }, TIMEOUT_MS);
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  it(
    `the list shows which files are sent, and every file becomes ready (seed ${seed})`,
    async () => {
      const setting = setUp(seed);
      for (let i = 0; i < ACTIONS_PER_SEED; i += 1) {
        await setting.act();
        await vi.advanceTimersByTimeAsync(0);
        expectSameAsShown(setting);
      }
      await complete(setting);
    },
    TIMEOUT_MS,
  );
}
