/** Unsaved rules in the storage of the tab, so that a reload loses nothing. */
import { onSignOut } from '../auth/session/on-sign-out';
import type { Conditions } from './builder/conditions';

/** The title and the rule of an album as the API stores them; empty for a new album. */
export interface SavedRule {
  title: string;
  code: string;
}

/** A picture for which the rule must be true or false. */
export interface Example {
  pictureId: string;
  belongs: boolean;
}

export interface Draft extends SavedRule {
  /** The saved values from which the draft was made. */
  base: SavedRule;
  mode: 'conditions' | 'code';
  /** The rows as typed. `code` lacks those without a valid value. */
  conditions: Conditions | null;
  examples: readonly Example[];
}

const PREFIX = 'albumen-rule/';

/** Returns the name of the draft for an album, or for a new one if `albumId` is null. */
export const draftName = (userId: string | null, albumId: string | null) =>
  `${PREFIX}${userId ?? ''}/${albumId ?? 'new'}`;

/** Returns the stored part of a draft, or null if there is none or the browser stores nothing. */
export function readDraft(name: string): Partial<Draft> | null {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(name) ?? 'null');
    return typeof draft === 'object' ? draft : null;
  } catch {
    return null;
  }
}

export function storeDraft(name: string, draft: Partial<Draft>): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(draft));
  } catch {
    // The storage is full or blocked. The page still has the rule.
  }
}

export function removeDraft(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // The storage is blocked, so it contains nothing.
  }
}

onSignOut(() => {
  try {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  } catch {
    // The storage is blocked, so it contains nothing.
  }
});
