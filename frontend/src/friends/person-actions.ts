import type { FriendState } from '../api/types';
import { t } from '../texts';

/** What somebody on the page is to me; `stranger`: nothing; `unknown`: it is being found out. */
export type Standing = FriendState | 'stranger' | 'self' | 'unknown';

export interface Action {
  label: string;
  /** `befriend` asks or accepts; `unfriend` ends whatever there is. */
  does: 'befriend' | 'unfriend';
  /** Asked first: it cannot be taken back alone. */
  sure?: boolean;
  /** What to say when it is done; of `befriend` the reply says what became of it. */
  said?: (name: string) => string;
}

const { said } = t.friends;

/** What can be done about somebody. */
export const ACTIONS: Record<Standing, readonly Action[]> = {
  self: [],
  unknown: [],
  stranger: [{ label: t.friends.ask, does: 'befriend' }],
  invited: [
    { label: t.friends.accept, does: 'befriend' },
    { label: t.friends.decline, does: 'unfriend', said: said.declined },
  ],
  requested: [{ label: t.friends.withdraw, does: 'unfriend', said: said.withdrawn }],
  friends: [{ label: t.friends.unfriend, does: 'unfriend', sure: true, said: said.unfriended }],
};
