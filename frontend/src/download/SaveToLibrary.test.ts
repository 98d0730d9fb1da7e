// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { App } from '../app';
import { picture } from '../albums/test-api';
import { downloadTexts } from '../texts/downloads';
import { toasts } from '../ui/toasts.svelte';
import SaveToLibrary from './SaveToLibrary.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
const words = downloadTexts.save;

afterEach(() => {
  cleanup();
  toasts.flush();
  vi.unstubAllGlobals();
});

/** Renders the button and presses it. Returns a function that answers the request for the image. */
async function save({ isSignedOut = false } = {}) {
  const add = vi.fn(() => !isSignedOut);
  Object.assign(app, { uploads: { add } });
  let answer: (reply: Response) => void = () => undefined;
  const load = (_: string, { signal }: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      answer = resolve;
      signal!.addEventListener('abort', () => reject(signal!.reason as Error));
    });
  vi.stubGlobal('fetch', load);
  const shown = { ...picture('a', 'ada'), renditions: { large: { url: 'https://site/a' } } };
  const { unmount } = render(SaveToLibrary, {
    props: { picture: shown as never, renew: async (renewed) => renewed },
  });
  await fireEvent.click(screen.getByRole('button', { name: words.action }));
  await screen.findByRole('button', { name: words.saving });
  return { add, unmount, answer: (reply: Response) => answer(reply) };
}

it('a picture is saved also if another one opens meanwhile', async () => {
  const { add, unmount, answer } = await save();
  unmount();
  answer(new Response('bytes', { headers: { 'content-type': 'image/webp' } }));
  await vi.waitFor(() => expect(toasts.items.at(-1)?.text).toBe(words.saved));
  expect(add).toHaveBeenCalledOnce();
});

it('a picture is not saved if the member signs out meanwhile', async () => {
  const { unmount, answer } = await save({ isSignedOut: true });
  unmount();
  answer(new Response('bytes', { headers: { 'content-type': 'image/webp' } }));
  await vi.waitFor(() => expect(toasts.items.at(-1)?.text).toBe(words.failed));
});
