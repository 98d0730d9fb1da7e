// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { App } from '../app';
import { person, picture } from '../albums/test-api';
import { albumTexts } from '../texts/albums';
import Details from './Details.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
vi.mock('../ui/LazyPage.svelte', () => ({ default: () => undefined }));

afterEach(cleanup);

it('a picture leaves the album of its list if the member can remove it', async () => {
  Object.assign(app, { api: {}, session: { person: person('me') } });
  const onremovefromalbum = vi.fn();
  const shown = { ...picture('fern', 'ada'), metadata: {} };
  const props = { picture: shown, onchange: vi.fn(), onremove: vi.fn() };
  const { rerender } = render(Details, { ...props, onremovefromalbum });
  await fireEvent.click(screen.getByRole('button', { name: albumTexts.take.action }));
  expect(onremovefromalbum).toHaveBeenCalledExactlyOnceWith(shown);
  await rerender({ onremovefromalbum: undefined });
  expect(screen.queryByRole('button', { name: albumTexts.take.action })).toBeNull();
});
