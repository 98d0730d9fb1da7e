/** The values of the form of a share link, and the request that they become. */
import type { Link, LinkSettings } from '../api/album-types';

export type Expiry = 'never' | 'keep' | 'day' | 'week' | 'month' | 'date';
export type PasswordChoice = 'keep' | 'change' | 'remove';

export interface LinkFormValues {
  name: string;
  download: boolean;
  upload: boolean;
  review: boolean;
  expiry: Expiry;
  /** The value of a field for local dates, such as `2026-11-29T18:00`. */
  date: string;
  /** `change` for a new link. */
  passwordChoice: PasswordChoice;
  password: string;
}

const DAY_MS = 24 * 60 * 60_000;
const DURATIONS_MS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/** Returns the values of a link, or those that the form of a new link begins with. */
export function initialValues(link?: Link): LinkFormValues {
  return {
    name: link?.name ?? '',
    download: link?.rights.download ?? false,
    upload: link?.rights.upload ?? false,
    review: link?.review ?? false,
    expiry: link?.expiresAt ? 'keep' : 'never',
    date: '',
    passwordChoice: link?.hasPassword ? 'keep' : 'change',
    password: '',
  };
}

/** Returns the choices of a link's end. */
export const expiryChoices = (link: Link | undefined): readonly Expiry[] => [
  'never',
  ...(link?.expiresAt ? (['keep'] as const) : []),
  'day',
  'week',
  'month',
  'date',
];

/** Returns the end of a link as RFC 3339, null for none, or undefined to keep it. */
export function expiresAtOf(
  { expiry, date }: Pick<LinkFormValues, 'expiry' | 'date'>,
  now: number,
): string | null | undefined {
  if (expiry === 'keep') return undefined;
  if (expiry === 'never') return null;
  const time = expiry === 'date' ? Date.parse(date) : now + DURATIONS_MS[expiry];
  return new Date(time).toISOString();
}

/** Names the field that is missing or wrong, or returns null. */
export function findProblem(
  values: LinkFormValues,
  link: Link | undefined,
  now: number,
): 'date' | 'password' | null {
  if (values.expiry === 'date' && !(Date.parse(values.date) > now)) return 'date';
  const mustHavePassword = link?.hasPassword === true && values.passwordChoice === 'change';
  return mustHavePassword && values.password === '' ? 'password' : null;
}

/** Returns the request for the form of a new link, or of a link to change. */
export function settingsOf(
  values: LinkFormValues,
  { isAlbum, link, now }: { isAlbum: boolean; link?: Link | undefined; now: number },
): LinkSettings {
  const expiresAt = expiresAtOf(values, now);
  const password = passwordOf(values);
  const name = values.name.trim();
  const settings: LinkSettings = { download: values.download };
  if (isAlbum) {
    settings.upload = values.upload;
    settings.review = values.upload && values.review;
  }
  // Null removes the value of a link. A new link has none to remove.
  if (name || link) settings.name = name || null;
  if (expiresAt || (link && expiresAt !== undefined)) settings.expiresAt = expiresAt;
  if (password || (link && password !== undefined)) settings.password = password;
  return settings;
}

/** Returns the password, null to remove it, or undefined to change nothing. */
function passwordOf({ passwordChoice, password }: LinkFormValues): string | null | undefined {
  if (passwordChoice === 'remove') return null;
  return passwordChoice === 'change' && password ? password : undefined;
}
