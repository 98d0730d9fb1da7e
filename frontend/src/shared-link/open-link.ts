import type { Client } from '../api/client';
import { onSignOut } from '../auth/session/on-sign-out';
import { GuestUploads } from './guest-uploads.svelte';
import { SharedLink } from './shared-link.svelte';

/** A share link with what its guest sends. */
export interface OpenedLink {
  link: SharedLink;
  guest: GuestUploads;
}

/** The link opened last. Its uploads continue while another page of the app is open. */
let current: OpenedLink | null = null;

/** Returns the session of a link: the present one, if it is of the same link. */
export function openLink(client: Pick<Client, 'call'>, token: string): OpenedLink {
  if (current?.link.hasToken(token)) return current;
  discard();
  const link = new SharedLink(client, token);
  current = { link, guest: new GuestUploads(link) };
  return current;
}

function discard(): void {
  current?.guest.dispose();
  current = null;
}

onSignOut(discard);
