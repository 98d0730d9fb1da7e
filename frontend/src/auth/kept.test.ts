import { expect, it } from 'vitest';
import { drafts } from '../picture/drafts';
import { audience } from '../upload/audience.svelte';
import { forgetAll, textsKept } from './kept';

it('counts what was begun, and leaves nothing of it to the next person', () => {
  audience.next = 'public';
  drafts.set('p/caption', 'Ferns');
  expect(textsKept()).toBe(1);
  forgetAll();
  expect(textsKept()).toBe(0);
  expect([audience.next, drafts.size]).toEqual(['private', 0]);
});
