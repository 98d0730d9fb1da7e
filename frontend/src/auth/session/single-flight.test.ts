import { expect, it } from 'vitest';
import { singleFlight } from './single-flight';

function controlled() {
  const open: {
    renew: boolean;
    resolve: (value: string) => void;
    reject: (error: Error) => void;
  }[] = [];
  const get = singleFlight(
    (renew) => new Promise<string>((resolve, reject) => open.push({ renew, resolve, reject })),
  );
  return { open, get };
}

it('concurrent calls share one fetch', async () => {
  const { open, get } = controlled();
  const both = [get(), get()];
  expect(open).toHaveLength(1);
  open[0]!.resolve('keys');
  expect(await Promise.all(both)).toEqual(['keys', 'keys']);
  void get();
  expect(open).toHaveLength(2);
});

it('a call for renewed credentials never shares a fetch of the old ones', async () => {
  const { open, get } = controlled();
  const [old, fresh] = [get(), get(true)];
  expect(open.map(({ renew }) => renew)).toEqual([false, true]);
  open[1]!.resolve('fresh');
  open[0]!.resolve('old');
  expect([await old, await fresh]).toEqual(['old', 'fresh']);
});

it('a call after a failure fetches again', async () => {
  const { open, get } = controlled();
  const failed = get();
  open[0]!.reject(new Error('offline'));
  await expect(failed).rejects.toThrow('offline');
  const again = get();
  open[1]!.resolve('keys');
  expect(await again).toBe('keys');
});
