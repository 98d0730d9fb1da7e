import type { FriendState } from '../api/types';
import { t } from '../texts';

/** The relation of a person to the member; `unknown` until it has been read. */
export type Relation = FriendState | 'stranger' | 'self' | 'blocked' | 'unknown';

export interface PersonAction {
  label: string;
  /** `befriend` sends or accepts a request; `unfriend` ends a request or a friendship. */
  operation: 'befriend' | 'unfriend';
  /** Whether to ask first, because the member cannot undo the action alone. */
  needsConfirmation?: boolean;
  /** Returns the announcement of success. The one of `befriend` depends on the reply. */
  announcement?: (name: string) => string;
}

const { announcements } = t.friends;

/** The actions that the member can take, by relation. */
export const ACTIONS: Record<Relation, readonly PersonAction[]> = {
  self: [],
  unknown: [],
  blocked: [],
  stranger: [{ label: t.friends.ask, operation: 'befriend' }],
  invited: [
    { label: t.friends.accept, operation: 'befriend' },
    { label: t.friends.decline, operation: 'unfriend', announcement: announcements.declined },
  ],
  requested: [
    { label: t.friends.withdraw, operation: 'unfriend', announcement: announcements.withdrawn },
  ],
  friends: [
    {
      label: t.friends.unfriend,
      operation: 'unfriend',
      needsConfirmation: true,
      announcement: announcements.unfriended,
    },
  ],
};
