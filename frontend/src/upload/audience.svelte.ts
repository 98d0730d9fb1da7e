import type { Visibility } from '../api/types';
import { onSignOut } from '../auth/session/on-sign-out';
import { t } from '../texts';
import type { IconName } from '../ui/Icon.svelte';

interface Audience {
  value: Visibility;
  label: string;
  icon: IconName;
}

/** The choices of visibility, the most private first. */
export const AUDIENCES: readonly Audience[] = [
  { value: 'private', label: t.upload.visibility.private, icon: 'lock' },
  { value: 'friends', label: t.upload.visibility.friends, icon: 'people' },
  { value: 'public', label: t.upload.visibility.public, icon: 'globe' },
];

export const iconOf = (visibility: Visibility): IconName =>
  AUDIENCES.find(({ value }) => value === visibility)!.icon;

/** The visibility of the next pictures. Each visit and each person starts with `private`. */
export const audience = $state<{ next: Visibility }>({ next: 'private' });

onSignOut(() => (audience.next = 'private'));
