import { localeFor } from './locale';

const number = (n: number) => n.toLocaleString(localeFor('en'));
const calls = (n: number) => (n === 1 ? '1 call' : `${number(n)} calls`);

/** Texts for developers. Imported by the settings, which load later than `t`. */
export const developers = {
  reference: 'API for developers',
  keys: {
    title: 'Developer keys',
    text: 'Create a key for your program. With it, the program can read public pictures and share links at higher limits.',
    limits: (perSecond: number, burst: number, perDay: number) =>
      `Each key allows ${number(perSecond)} calls a second, ${number(burst)} at once, and ${number(perDay)} a day (UTC).`,
    delay: 'Calls of the last minutes may be missing.',
    failed: 'Your keys could not be loaded.',
    none: 'You have no keys yet.',
    created: (day: string) => `Created on ${day}`,
    today: (n: number) => `${calls(n)} today`,
    total: (n: number) => `${calls(n)} in 30 days`,
    table: (name: string) => `Calls with “${name}” by day (UTC)`,
    day: 'Day',
    calls: 'Calls',
    number,
    form: {
      name: 'Name of the new key',
      hint: 'For example the program that uses it. Only you see the name.',
      missing: 'Enter a name.',
      create: 'Create a key',
      creating: 'Creating…',
      unknown: (reason: string) =>
        `${reason} The key may exist nevertheless. If your list shows it, revoke it and create another one.`,
    },
    secret: {
      title: (name: string) => `The key “${name}” is ready`,
      once: 'Copy the key now. It is shown only this once.',
      use: 'Send it in the header x-api-key, and keep it secret.',
      label: 'Developer key',
      copy: 'Copy the key',
      copied: 'The key is copied.',
      copyFailed: 'The browser did not allow copying. Select the key and copy it yourself.',
      done: 'Done',
    },
    revoke: {
      action: 'Revoke',
      actionFor: (name: string) => `Revoke: ${name}`,
      title: (name: string) => `Revoke “${name}”?`,
      text: 'Within a minute, your programs can no longer use this key. You cannot undo this.',
      yes: 'Revoke the key',
      no: 'Keep it',
      done: (name: string) => `You revoked “${name}”.`,
    },
  },
} as const;
