// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Key, KeyList } from '../api/types';
import { t } from '../texts';
import { formatDay } from '../texts/dates';
import { developers } from '../texts/developers';
import DeveloperKeys from './DeveloperKeys.svelte';

const words = developers.keys;
const SECRET = 'f3zjmAgQ5vLrD5wh2Sq1b8nYkXc0TtRiU6oPaE7J';
const TODAY = new Date().toISOString().slice(0, 10);

let keys: Key[];
const list = (): KeyList => ({
  items: [...keys],
  limits: { callsPerSecond: 100, burst: 200, callsPerDay: 100_000 },
});
const routes: Record<string, (path: string, body?: { name: string }) => unknown> = {
  GET: list,
  POST: (_, body) => {
    const key = { id: `${keys.length}`, name: body!.name };
    keys = [{ ...key, createdAt: `${TODAY}T08:00:00Z`, callsToday: 0, usage: [] }, ...keys];
    return { ...key, key: SECRET };
  },
  DELETE: (path) => {
    keys = keys.filter(({ id }) => path !== `/keys/${id}`);
    return { id: path.slice('/keys/'.length) };
  },
};
const call = vi.fn(
  async (path: string, options: { method?: string; body?: { name: string } } = {}) =>
    routes[options.method ?? 'GET']!(path, options.body),
);
const api = { call };
vi.mock('../app', () => ({ getApp: () => ({ api }) }));

const copy = vi.fn(async (_text: string) => undefined);

beforeEach(() => {
  keys = [];
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: copy }, configurable: true });
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

function key(name: string, usage: Key['usage'] = []): Key {
  const callsToday = usage.at(-1)?.calls ?? 0;
  return { id: name, name, createdAt: '2026-05-03T10:00:00Z', callsToday, usage };
}

const button = (name: string) => screen.findByRole<HTMLButtonElement>('button', { name });
const nameField = () => screen.findByLabelText<HTMLInputElement>(words.form.name);
/** Waits for an alert with this text. Empty alerts are always in the page. */
const alert = (text: string) => screen.findByText(text, { selector: '[role=alert]' });

async function press(name: string): Promise<void> {
  const found = await button(name);
  found.focus();
  await fireEvent.click(found);
}

async function create(name: string): Promise<void> {
  await fireEvent.input(await nameField(), { target: { value: name } });
  await press(words.form.create);
}

it('without keys, the section shows the limits, the form and the reference', async () => {
  render(DeveloperKeys);
  expect(await screen.findByText(t.words.loading)).toBeTruthy();
  expect(await screen.findByText(words.none)).toBeTruthy();
  expect(screen.queryByText(t.words.loading)).toBeNull();
  expect(screen.getByText(words.limits(100, 200, 100_000))).toBeTruthy();
  const reference = screen.getByRole('link', { name: developers.reference });
  expect(reference.getAttribute('href')).toBe('/developers');
});

it('a key has its calls of today and of 30 days, and a table of the days', async () => {
  const usage = [
    { date: '2020-01-31', calls: 1_250 },
    { date: TODAY, calls: 42 },
  ];
  keys = [key('Slide show', usage), key('Unused')];
  render(DeveloperKeys);
  expect(await screen.findByText(words.today(42))).toBeTruthy();
  expect(screen.getByText(words.total(1_292))).toBeTruthy();
  expect(screen.getByText(words.total(0))).toBeTruthy();
  const table = screen.getByRole('table', { name: words.table('Slide show'), hidden: true });
  const rows = within(table).getAllByRole('row', { hidden: true });
  expect(rows.map((row) => row.textContent)).toEqual([
    `${words.day}${words.calls}`,
    `${formatDay(TODAY)}42`,
    `${formatDay('2020-01-31')}1,250`,
  ]);
});

it('a new key is shown once, can be copied, and is in the list', async () => {
  render(DeveloperKeys);
  await create('  Slide show ');
  const field = await screen.findByLabelText<HTMLInputElement>(words.secret.label);
  expect(field.value).toBe(SECRET);
  expect(document.activeElement?.textContent).toBe(words.secret.title('Slide show'));
  expect(screen.getByText(words.secret.once)).toBeTruthy();
  await press(words.secret.copy);
  expect(copy).toHaveBeenCalledExactlyOnceWith(SECRET);
  await button(words.revoke.actionFor('Slide show'));
  await press(words.secret.done);
  await waitFor(async () => expect(document.activeElement).toBe(await nameField()));
  expect(document.body.innerHTML).not.toContain(SECRET);
});

it('a key that the browser cannot copy stays to be selected', async () => {
  copy.mockRejectedValueOnce(new Error('not allowed'));
  render(DeveloperKeys);
  await create('Slide show');
  await press(words.secret.copy);
  expect(await alert(words.secret.copyFailed)).toBeTruthy();
  expect(screen.getByLabelText(words.secret.label)).toBeTruthy();
});

it('a key needs a name', async () => {
  render(DeveloperKeys);
  await create('   ');
  expect(await screen.findByText(words.form.missing)).toBeTruthy();
  expect(document.activeElement).toBe(await nameField());
  expect(call).toHaveBeenCalledExactlyOnceWith('/keys');
});

it('the reason is shown if the member has too many keys', async () => {
  render(DeveloperKeys);
  await nameField();
  call.mockRejectedValueOnce(new ApiError(409, 'You have 5 keys. Revoke one first.'));
  await create('Sixth');
  expect(await alert('You have 5 keys. Revoke one first.')).toBeTruthy();
  expect((await nameField()).value).toBe('Sixth');
  expect(call).toHaveBeenCalledTimes(2);
});

it('the list is read again if it is unknown whether a key was created', async () => {
  render(DeveloperKeys);
  await nameField();
  call.mockImplementationOnce(async () => {
    keys = [key('Lost')];
    throw new NetworkError(null);
  });
  await create('Lost');
  expect(await alert(words.form.unknown(t.errors.network))).toBeTruthy();
  expect(await button(words.revoke.actionFor('Lost'))).toBeTruthy();
});

it('a key is revoked after a confirmation only', async () => {
  keys = [key('One'), key('Two')];
  render(DeveloperKeys);
  await press(words.revoke.actionFor('One'));
  await press(words.revoke.no);
  await waitFor(() => expect(screen.queryByText(words.revoke.text)).toBeNull());
  expect(keys).toHaveLength(2);

  await press(words.revoke.actionFor('One'));
  await screen.findByText(words.revoke.title('One'));
  await press(words.revoke.yes);
  await waitFor(async () =>
    expect(document.activeElement).toBe(await button(words.revoke.actionFor('Two'))),
  );
  expect(keys.map(({ name }) => name)).toEqual(['Two']);
  expect(screen.queryByText('One')).toBeNull();
});

it('a failed revocation is shown, and the key stays', async () => {
  keys = [key('One')];
  render(DeveloperKeys);
  await press(words.revoke.actionFor('One'));
  call.mockRejectedValueOnce(new NetworkError(null));
  await press(words.revoke.yes);
  expect(await alert(t.errors.network)).toBeTruthy();
  expect(await button(words.revoke.actionFor('One'))).toBeTruthy();
});

it('a key that was just created and revoked is shown no more', async () => {
  render(DeveloperKeys);
  await create('One');
  await press(words.revoke.actionFor('One'));
  await press(words.revoke.yes);
  expect(await nameField()).toBeTruthy();
  expect(screen.queryByLabelText(words.secret.label)).toBeNull();
});

it('a failed load is shown, and can be tried again', async () => {
  call.mockRejectedValueOnce(new NetworkError(null));
  render(DeveloperKeys);
  expect(await alert(`${words.failed} ${t.errors.network}`)).toBeTruthy();
  expect(screen.queryByLabelText(words.form.name)).toBeNull();
  keys = [key('One')];
  await press(t.words.retry);
  expect(await button(words.revoke.actionFor('One'))).toBeTruthy();
  expect(screen.queryByText(words.failed, { exact: false })).toBeNull();
});
