import { vi } from 'vitest';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { NewPicture, Picture, PictureChange } from '../api/types';
import type { SendOptions } from './steps/send';

/** A call of `sendFile` that waits for the test. */
export interface SendCall {
  file: File;
  options: SendOptions;
  isOver: boolean;
  finish: () => void;
  fail: (error: Error) => void;
}

/** Returns a JPEG file. Files with other bytes have other hashes. */
export const jpeg = (name: string, ...bytes: number[]) =>
  new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 2, ...bytes])], name);

const owner = { id: 'me' };
const request = {
  method: 'PUT',
  url: 'https://s3',
  headers: {},
  expiresAt: '2999-01-01T00:00:00Z',
};

/** Replaces the API by one in memory, and S3 by calls that the test finishes. */
export function createTestCloud({ ownPictures = [] as Picture[] } = {}) {
  const pictures = new Map<string, Picture>();
  const calls: SendCall[] = [];

  const api = {
    createPicture: vi.fn(async (body: NewPicture) => {
      const id = `p${pictures.size + api.deletePicture.mock.calls.length + 1}`;
      const picture = { id, owner, state: 'awaitingUpload', caption: null, ...body } as Picture;
      pictures.set(id, picture);
      return { picture, upload: request };
    }),
    signUpload: vi.fn(async () => request),
    picturesWithHash: vi.fn(async () => ({ items: ownPictures })),
    getPicture: vi.fn(async (_: string, id: string) => {
      const picture = pictures.get(id);
      if (!picture) throw new ApiError(404, null);
      return { ...picture };
    }),
    changePicture: vi.fn(async (_: string, id: string, change: PictureChange) =>
      Object.assign(pictures.get(id)!, change),
    ),
    deletePicture: vi.fn(async (_: string, id: string) => {
      pictures.delete(id);
      return null;
    }),
  };

  const sendFile = vi.fn(
    (file: Blob, options: SendOptions) =>
      new Promise<void>((resolve, reject) => {
        const end = (settle: () => void) => {
          call.isOver = true;
          settle();
        };
        const call: SendCall = {
          file: file as File,
          options,
          isOver: false,
          finish: () => end(resolve),
          fail: (error) => end(() => reject(error)),
        };
        options.signal.addEventListener('abort', () => call.fail(options.signal.reason));
        calls.push(call);
      }),
  );

  /** Waits until a file is being sent, and returns the latest call. */
  const callOf = (name: string) =>
    vi.waitFor(() => {
      const call = calls.findLast(({ file }) => file.name === name);
      if (!call) throw new Error(`${name} is not being sent`);
      return call;
    });

  /** Returns the calls that are neither finished nor aborted. */
  const openCalls = () => calls.filter(({ isOver }) => !isOver);

  return { api, asApi: api as unknown as Api, pictures, sendFile, callOf, openCalls };
}
