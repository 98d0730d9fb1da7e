import { onSignOut } from '../auth/on-sign-out';

/** What was written about pictures and is not saved yet: it is there again when one comes back to the picture. */
export const drafts = new Map<string, string>();

onSignOut(
  () => drafts.clear(),
  () => drafts.size,
);
