import { expect, it, vi } from 'vitest';
import type { Api } from '../../api/albumen';
import { ApiError, NetworkError } from '../../api/errors';
import type { PictureState } from '../../api/types';
import { Registration } from './registration';

function setUp({
  expiresAt = '2999-01-01T00:00:00Z',
  state = 'awaitingUpload' as PictureState,
} = {}) {
  let count = 0;
  const api = {
    createPicture: vi.fn(async () => {
      count += 1;
      const picture = { id: `p${count}`, owner: { id: 'me' } };
      return { picture, upload: { method: 'PUT', url: `u${count}`, headers: {}, expiresAt } };
    }),
    signUpload: vi.fn(async () => ({ method: 'PUT', url: 'step', headers: {}, expiresAt })),
    getPicture: vi.fn(async () => ({ state })),
    deletePicture: vi.fn(async () => null),
  };
  const onRegistered = vi.fn();
  const registration = new Registration(api as unknown as Api, {
    describe: () => ({ contentType: 'image/jpeg', bytes: 1 }),
    onRegistered,
  });
  return { api, onRegistered, registration };
}

it('registers once for all requests', async () => {
  const { api, onRegistered, registration } = setUp();
  await Promise.all([registration.presignFile(), registration.presignFile()]);
  await registration.presignStep({ step: 'create' });
  expect(api.createPicture).toHaveBeenCalledTimes(1);
  expect(onRegistered).toHaveBeenCalledTimes(1);
});

it('registers again after a failed registration', async () => {
  const { api, registration } = setUp();
  api.createPicture.mockRejectedValueOnce(new NetworkError(null));
  await expect(registration.getPicture()).rejects.toThrow();
  expect(await registration.getPicture()).toMatchObject({ id: 'p1' });
});

it('an abandoned registration is replaced, and deleted when its reply arrives', async () => {
  const { api, onRegistered, registration } = setUp();
  const register = api.createPicture.getMockImplementation()!;
  let reply!: () => void;
  const held = new Promise<void>((resolve) => (reply = resolve));
  api.createPicture.mockImplementationOnce(() => held.then(register));
  void registration.getPicture();
  await vi.waitFor(() => expect(api.createPicture).toHaveBeenCalled());
  registration.abandonPending();
  expect(await registration.getPicture()).toMatchObject({ id: 'p1' });
  reply();
  await vi.waitFor(() => expect(api.deletePicture).toHaveBeenCalledWith('me', 'p2'));
  expect(onRegistered).toHaveBeenCalledTimes(1);
  expect(await registration.getPicture()).toMatchObject({ id: 'p1' });
});

it('a registration with a reply is not abandoned', async () => {
  const { api, registration } = setUp();
  await registration.getPicture();
  registration.abandonPending();
  expect(await registration.getPicture()).toMatchObject({ id: 'p1' });
  expect(api.createPicture).toHaveBeenCalledTimes(1);
  expect(api.deletePicture).not.toHaveBeenCalled();
});

it('an expired request is replaced by one of a new registration', async () => {
  const { api, registration } = setUp({ expiresAt: new Date(Date.now() + 5_000).toISOString() });
  expect((await registration.presignFile()).url).toBe('u2');
  await vi.waitFor(() => expect(api.deletePicture).toHaveBeenCalledWith('me', 'p1'));
});

it('expire makes the next request register again', async () => {
  const { registration } = setUp();
  expect((await registration.presignFile()).url).toBe('u1');
  registration.expire();
  expect((await registration.presignFile()).url).toBe('u2');
  expect((await registration.presignFile()).url).toBe('u2');
});

it('withdraw deletes the picture only if its bytes have not arrived', async () => {
  for (const [state, deletions] of [
    ['awaitingUpload', 1],
    ['processing', 0],
  ] as const) {
    const { api, registration } = setUp({ state });
    await registration.getPicture();
    await registration.withdraw();
    expect(api.deletePicture).toHaveBeenCalledTimes(deletions);
  }
});

it('the outcome tells whether the bytes arrived', async () => {
  expect(await setUp().registration.readOutcome()).toBe('deleted');
  const { api, registration } = setUp({ state: 'processing' });
  await registration.getPicture();
  expect(await registration.readOutcome()).toBe('arrived');
  api.getPicture.mockResolvedValueOnce({ state: 'awaitingUpload' });
  expect(await registration.readOutcome()).toBe('awaited');
  api.getPicture.mockRejectedValueOnce(new ApiError(404, null));
  expect(await registration.readOutcome()).toBe('deleted');
});
