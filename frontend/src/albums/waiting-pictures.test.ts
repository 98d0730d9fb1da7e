import { expect, it, vi } from 'vitest';
import type { RefusedPicture, Review } from '../api/album-types';
import { NetworkError } from '../api/errors';
import type { Picture } from '../api/types';
import { t } from '../texts';
import { WaitingPictures } from './waiting-pictures.svelte';

function createWaiting(...pages: string[]) {
  const api = {
    waiting: vi.fn(async (_: string, cursor: string | null) => {
      const number = Number(cursor ?? 0);
      const items = [...pages[number]!].map((id) => ({ id, owner: { id: 'anna' } }) as Picture);
      return { items, cursor: number + 1 < pages.length ? String(number + 1) : null };
    }),
    review: vi.fn(async (_: string, _review: Review) => ({ refused: [] as RefusedPicture[] })),
  };
  return { api, waiting: new WaitingPictures(api, 'album') };
}

const idsOf = (items: readonly Picture[]) => items.map(({ id }) => id).join('');

it('approves the selected pictures with one request', async () => {
  const { api, waiting } = createWaiting('abc');
  await waiting.load();
  waiting.toggle('a');
  waiting.toggle('c');
  expect(await waiting.decide('approve')).toMatchObject({ changed: ['a', 'c'], refused: [] });
  const approve = ['a', 'c'].map((pictureId) => ({ ownerId: 'anna', pictureId }));
  expect(api.review.mock.calls).toEqual([['album', { approve }]]);
  expect([idsOf(waiting.items), waiting.selected]).toEqual(['b', []]);
});

it('keeps refused pictures selected', async () => {
  const { api, waiting } = createWaiting('ab');
  await waiting.load();
  waiting.toggleAll();
  const refused = [{ ownerId: 'anna', pictureId: 'b', reason: 'The album is full.' }];
  api.review.mockResolvedValueOnce({ refused });
  expect(await waiting.decide('approve')).toMatchObject({ reasons: 'The album is full.' });
  expect([idsOf(waiting.items), idsOf(waiting.selected)]).toEqual(['b', 'b']);
});

it('selects all pictures, or none', async () => {
  const { waiting } = createWaiting('abc');
  await waiting.load();
  waiting.toggleAll();
  expect(idsOf(waiting.selected)).toBe('abc');
  waiting.toggleAll();
  expect(idsOf(waiting.selected)).toBe('');
});

it('reads the next page after the last decision about this one', async () => {
  const { waiting } = createWaiting('ab', '', 'c');
  await waiting.load();
  waiting.toggleAll();
  await waiting.decide('reject');
  expect([idsOf(waiting.items), waiting.cursor]).toEqual(['c', null]);
});

it('reports a failed read', async () => {
  const { api, waiting } = createWaiting('a');
  api.waiting.mockRejectedValueOnce(new NetworkError(null));
  await waiting.load();
  expect(waiting.error).toBe(t.errors.network);
});
