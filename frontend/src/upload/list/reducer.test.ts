import { expect, it } from 'vitest';
import type { Picture } from '../../api/types';
import { createItem } from './item';
import { reduce, type UploadEvent } from './reducer';

const file = new File(['x'], 'a.jpg');
const item = createItem(file, 'friends', 1);
const picture = {
  id: 'p',
  owner: { id: 'me' },
  state: 'ready',
  caption: 'Ferns',
  visibility: 'public',
  place: 'Freshwater',
} as Picture;
const run = (...events: UploadEvent[]) => events.reduce(reduce, item);

it('a new item waits for its check', () => {
  expect(item).toMatchObject({ serial: 1, file, visibility: 'friends', picture: null });
  expect(item.state).toEqual({ name: 'checking', paused: false });
});

it('events of the steps store their results', () => {
  const changed = run(
    { type: 'previewed', url: 'blob:1' },
    { type: 'hashed', sha256: 'ab' },
    { type: 'checked' },
    { type: 'started' },
    { type: 'registered', picture, body: { contentType: 'image/jpeg', bytes: 1 } },
    { type: 'progress', progress: 0.5 },
  );
  expect(changed).toMatchObject({ previewUrl: 'blob:1', sha256: 'ab', picture });
  expect(changed.state).toEqual({ name: 'sending', progress: 0.5 });
});

it('the registration keeps details that were edited meanwhile', () => {
  const changed = run(
    { type: 'detailsEdited', details: { caption: 'Mine' } },
    { type: 'registered', picture, body: { contentType: 'image/jpeg', bytes: 1 } },
  );
  expect(changed).toMatchObject({ caption: 'Mine', visibility: 'friends' });
});

it('an event that changes nothing returns the same item', () => {
  expect(reduce(item, { type: 'ready' })).toBe(item);
  expect(reduce(item, { type: 'progress', progress: 1 })).toBe(item);
});

it('an edit and a successful save remove the reason of a failed save', () => {
  const failed = run({ type: 'detailsSaveFailed', reason: 'No connection.' });
  expect(failed.saveError).toBe('No connection.');
  expect(reduce(failed, { type: 'detailsEdited', details: {} }).saveError).toBeNull();
  expect(reduce(failed, { type: 'detailsSaved', picture })).toMatchObject({
    saveError: null,
    caption: 'Ferns',
    visibility: 'public',
    picture,
  });
});

it('a change elsewhere replaces only the details', () => {
  const processed = run({ type: 'processed', picture });
  const elsewhere = { ...picture, caption: null, visibility: 'private', place: 'Other' } as const;
  const changed = reduce(processed, { type: 'detailsChangedElsewhere', picture: elsewhere });
  expect(changed).toMatchObject({ caption: '', visibility: 'private' });
  expect(changed.picture).toMatchObject({ caption: null, place: 'Freshwater' });
});
