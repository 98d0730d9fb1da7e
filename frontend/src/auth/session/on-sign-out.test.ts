import { expect, it } from 'vitest';
import { drafts } from '../../picture/drafts';
import { audience } from '../../upload/audience.svelte';
import { countUnsavedTexts, discardUserData } from './on-sign-out';

it('counts unsaved texts, and discards all data of a user', () => {
  audience.next = 'public';
  drafts.set('p/caption', 'Ferns');
  expect(countUnsavedTexts()).toBe(1);
  discardUserData();
  expect(countUnsavedTexts()).toBe(0);
  expect([audience.next, drafts.size]).toEqual(['private', 0]);
});
