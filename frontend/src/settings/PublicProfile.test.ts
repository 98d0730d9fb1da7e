// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { linkTexts } from '../texts/links';
import PublicProfile from './PublicProfile.svelte';

vi.mock('../app', () => ({
  getApp: () => ({
    session: { person: { id: 'ada', handle: 'ada', firstName: 'Ada', lastName: 'Lovelace' } },
  }),
}));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const { label } = linkTexts.publicPage;
const answers = (answer: typeof fetch) => {
  const fetched = vi.fn(answer);
  vi.stubGlobal('fetch', fetched);
  render(PublicProfile);
  return fetched;
};

it('shows the address of a member who has public pictures', async () => {
  const fetched = answers(async () => new Response());
  const field = await screen.findByLabelText<HTMLInputElement>(label);
  expect(field.value).toBe(new URL('/@ada', location.href).href);
  expect(fetched).toHaveBeenCalledExactlyOnceWith('/@ada', { method: 'HEAD' });
});

it.each([
  ['there is no page', async () => new Response(null, { status: 404 })],
  ['the network fails', async () => Promise.reject(new TypeError('Failed to fetch'))],
])('is empty if %s', async (_, answer) => {
  const fetched = answers(answer);
  await vi.waitFor(() => expect(fetched.mock.results[0]?.type).toBe('return'));
  await new Promise((resolve) => setTimeout(resolve));
  expect(screen.queryByLabelText(label)).toBeNull();
});
