import { onSignOut } from '../auth/session/on-sign-out';

/** Unsaved texts by `PICTUREID/FIELD`. They reappear when the picture is opened again. */
export const drafts = new Map<string, string>();

onSignOut(
  () => drafts.clear(),
  () => drafts.size,
);
