import { expect, it } from 'vitest';
import type { Api } from '../api/albumen';
import { commentThreads } from '../comments/comment-threads';
import { drafts } from '../picture/drafts';
import { audience } from '../upload/audience.svelte';
import { forgetAll, textsKept } from './kept';

it('counts what was begun, and leaves nothing of it to the next person', () => {
  const picture = { owner: 'julia', id: 'p' };
  const talk = (me: string) => commentThreads.of({} as Api, me, picture);
  audience.next = 'public';
  drafts.set('p/caption', 'Ferns');
  talk('anna').draft = 'How lovely';
  expect(textsKept()).toBe(2);
  forgetAll();
  expect(textsKept()).toBe(0);
  expect([audience.next, drafts.size, talk('anna').draft]).toEqual(['private', 0, '']);
});
