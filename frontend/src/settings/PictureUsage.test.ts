// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { NetworkError } from '../api/errors';
import type { Usage } from '../api/types';
import { t } from '../texts';
import PictureUsage from './PictureUsage.svelte';

const words = t.settings.usage;
const usage = {
  pictures: 1_204,
  bytes: 3_050_000_000,
  limits: { pictures: 50_000, bytes: 500_000_000_000 },
} as Usage;
const api = { usage: vi.fn(async (_id: string) => usage) };
vi.mock('../app', () => ({ getApp: () => ({ api, session: { person: { id: 'me' } } }) }));

afterEach(cleanup);

it('the page shows the number and size of the pictures, and the limits', async () => {
  render(PictureUsage);
  expect(await screen.findByText('1,204 of 50,000 pictures, 3.1 of 500 GB')).toBeTruthy();
  expect(api.usage).toHaveBeenCalledWith('me');
});

it('pictures of any size use space', () => {
  expect(words.line(0, 1, 0, 1e9)).toBe('0 of 1 pictures, 0 of 1 GB');
  expect(words.line(1, 1, 1, 1e9)).toBe('1 of 1 pictures, 0.1 of 1 GB');
});

it('a failed read can be repeated', async () => {
  api.usage.mockRejectedValueOnce(new NetworkError(null));
  render(PictureUsage);
  expect(await screen.findByText(`${words.failed} ${t.errors.network}`)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: t.words.retry }));
  expect(await screen.findByText('1,204 of 50,000 pictures, 3.1 of 500 GB')).toBeTruthy();
});
