import { keep } from '../auth/kept';

/** What was written about pictures and is not saved yet: it is there again when one comes back to the picture. */
export const drafts = new Map<string, string>();

keep({ forget: () => drafts.clear(), texts: () => drafts.size });
