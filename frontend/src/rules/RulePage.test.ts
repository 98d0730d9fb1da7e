// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { album, createCall, person, picture } from '../albums/test-api';
import type { Album } from '../api/album-types';
import type { Api } from '../api/albumen';
import { ApiError } from '../api/errors';
import type { Evaluation, RuleToEvaluate } from '../api/types';
import type { App } from '../app';
import { Library } from '../feed/library.svelte';
import { router } from '../router.svelte';
import { t } from '../texts';
import { ruleTexts } from '../texts/rules';
import { toasts } from '../ui/toasts.svelte';
import RulePage from './RulePage.svelte';

const app = vi.hoisted(() => ({}) as App);
vi.mock('../app', () => ({ getApp: () => app }));
// The field without colors, as if the code of the editor could not be loaded.
vi.mock('./editor/editor', () => {
  throw new Error('offline');
});
const { form: words, conditions, preview, cases, editor, mode } = ruleTexts;
const ISO = 'picture.iso is not None and picture.iso >= 800';

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  cleanup();
  toasts.flush();
  vi.restoreAllMocks();
});

const OWN = ['fern', 'moss', 'reed'].map((id, i) => ({
  ...picture(id),
  caption: id,
  metadata: { iso: 400 * (i + 1), camera: 'NIKON D850' },
}));

/** Evaluates as if the rule were an ISO of at least 800. */
function evaluate({ code, cases }: RuleToEvaluate): Evaluation {
  if (code.includes('camrea'))
    return { results: [], cases: [], error: { line: 1, column: 9, message: 'No such field.' } };
  const matches = (iso: number | null | undefined) => (iso ?? 0) >= 800;
  return {
    results: OWN.map(({ id, metadata }) => ({ pictureId: id, matches: matches(metadata.iso) })),
    cases: (cases ?? []).map(
      ({ picture, expect }) =>
        matches(OWN.find(({ id }) => id === picture)?.metadata.iso) === expect,
    ),
  };
}

function renderPage(albumId: string | null, routes: Record<string, unknown> = {}) {
  const { call, requests } = createCall({ 'POST /rules/evaluate': evaluate, ...routes });
  const picturesOf = async () => ({ items: OWN, cursor: null });
  const api = { call, picturesOf, getPicture: async () => OWN[0] };
  const library = new Library(api as unknown as Api, 'me');
  Object.assign(app, { api, library, userId: 'me' });
  const go = vi.spyOn(router, 'go').mockReturnValue();
  render(RulePage, { albumId });
  return { requests, go };
}

const smart = (details: Partial<Album> = {}) => album({ rule: ISO, ...details });
const click = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));
const enter = async (name: string, value: string) =>
  fireEvent.input(await screen.findByLabelText(name), { target: { value } });
const choose = async (name: string, value: string) =>
  fireEvent.change(await screen.findByLabelText(name), { target: { value } });
const typeCode = async (code: string) => {
  await fireEvent.click(await screen.findByLabelText(mode.code));
  await enter(editor.label, code);
};

it('creates a smart album from a condition', async () => {
  const { requests, go } = renderPage(null, {
    'POST /albums': ({ title, rule }: Partial<Album>) => album({ title: title!, rule: rule! }),
  });
  await click(words.create);
  expect(screen.getByText(words.titleMissing)).toBeTruthy();
  await enter(words.title, ' Nights ');
  await click(words.create);
  expect(screen.getByText(words.rowsIncomplete)).toBeTruthy();
  expect(screen.getByText(conditions.invalid.text)).toBeTruthy();
  await choose(conditions.field, 'iso');
  await enter(conditions.value, '800');
  expect(await screen.findByText(preview.count(2, 3))).toBeTruthy();
  await click(words.create);
  await vi.waitFor(() => expect(go).toHaveBeenCalledWith('/a/oslo'));
  expect(requests.at(-1)).toEqual(['POST /albums', { title: 'Nights', rule: ISO }]);
  expect(sessionStorage.length).toBe(0);
});

it('changes the rule of an album', async () => {
  const { requests, go } = renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'PATCH /albums/oslo': (change: Partial<Album>) => smart(change),
  });
  await enter(conditions.value, '1600');
  await click(words.save);
  await vi.waitFor(() =>
    expect(requests.at(-1)).toEqual([
      'PATCH /albums/oslo',
      { rule: 'picture.iso is not None and picture.iso >= 1600' },
    ]),
  );
  // The page of the album shows how far the rule was applied.
  await vi.waitFor(() => expect(go).toHaveBeenCalledWith('/a/oslo'));
});

it('saves nothing if nothing differs from the saved album', async () => {
  const { requests, go } = renderPage('oslo', { 'GET /albums/oslo': smart() });
  await enter(words.title, 'Oslo ');
  await click(words.save);
  expect(go).toHaveBeenCalledWith('/a/oslo');
  expect(requests.filter(([route]) => route.startsWith('PATCH'))).toEqual([]);
  expect(sessionStorage.length).toBe(0);
});

it('a restored rule does not reset a title that was changed elsewhere', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await enter(conditions.value, '1600');
  cleanup();
  const { requests } = renderPage('oslo', {
    'GET /albums/oslo': smart({ title: 'Bergen' }),
    'PATCH /albums/oslo': (change: Partial<Album>) => smart(change),
  });
  expect(await screen.findByText(ruleTexts.restored)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>(words.title).value).toBe('Bergen');
  await click(words.save);
  await vi.waitFor(() => expect(requests.at(-1)![0]).toBe('PATCH /albums/oslo'));
  expect(Object.keys(requests.at(-1)![1] as object)).toEqual(['rule']);
});

it('says that saving a restored rule replaces a change made elsewhere', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await enter(conditions.value, '1600');
  cleanup();
  renderPage('oslo', { 'GET /albums/oslo': smart({ rule: 'picture.year == 2024' }) });
  const notice = await screen.findByText(ruleTexts.replaces, { exact: false });
  expect(notice.textContent).toBe(`${ruleTexts.restored} ${ruleTexts.replaces}`);
  await click(words.discard);
  expect(screen.queryByText(ruleTexts.replaces, { exact: false })).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>(conditions.value).value).toBe('2024');
});

it('cannot be changed while it is saved', async () => {
  let refuse: (error: ApiError) => void = () => undefined;
  renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'PATCH /albums/oslo': () => new Promise((_, reject) => (refuse = reject)),
  });
  await click(ruleTexts.samples.names.year);
  await click(words.save);
  const saving = await screen.findByRole('button', { name: words.saving });
  for (const label of [words.title, conditions.value])
    expect(screen.getByLabelText(label).closest('[inert]')).toBeTruthy();
  expect(screen.getByText(cases.add).closest('[inert]')).toBeTruthy();
  expect(saving.closest('[inert]')).toBeNull();
  expect(toasts.items).toEqual([]);

  refuse(new ApiError(500, null));
  expect(await screen.findByText(t.errors.server)).toBeTruthy();
  expect(screen.getByLabelText(words.title).closest('[inert]')).toBeNull();
});

it('shows a refusal, and keeps the rule', async () => {
  const refusal = new ApiError(409, 'You have too many smart albums.');
  const { go } = renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'PATCH /albums/oslo': refusal,
  });
  await enter(conditions.value, '1600');
  await click(words.save);
  expect(await screen.findByText('You have too many smart albums.')).toBeTruthy();
  expect(go).not.toHaveBeenCalled();
  cleanup();
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  expect(await screen.findByText(ruleTexts.restored)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>(conditions.value).value).toBe('1600');
  await click(words.discard);
  expect(screen.getByLabelText<HTMLInputElement>(conditions.value).value).toBe('800');
});

it('marks each picture in more than color', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await screen.findByText(preview.count(2, 3));
  const marks = [...document.querySelectorAll('[data-picture-result]')].map((item) => [
    item.querySelector('.mark')!.textContent.trim(),
    item.querySelectorAll('svg').length > 0,
  ]);
  expect(marks).toEqual([
    [preview.differs, true],
    [preview.matches, true],
    [preview.matches, true],
  ]);
});

it('shows the error in the code, and offers no conditions for it', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await typeCode('picture.camrea == 1 or True');
  expect(await screen.findByText(editor.error(1, 9, 'No such field.'))).toBeTruthy();
  expect(screen.getByText(preview.error)).toBeTruthy();
  await fireEvent.click(screen.getByLabelText(mode.conditions));
  expect(screen.getByText(mode.codeOnly)).toBeTruthy();
  await click(mode.toCode);
  const field = await screen.findByLabelText<HTMLTextAreaElement>(editor.label);
  expect(field.value).toBe('picture.camrea == 1 or True');
});

it('counts the matches if the rule has an error for other pictures only', async () => {
  const error = { line: 1, column: 1, message: 'None has no order.' };
  renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'POST /rules/evaluate': (body: RuleToEvaluate) => ({ ...evaluate(body), error }),
  });
  expect(await screen.findByText(preview.partly(2, 3))).toBeTruthy();
});

it('inserts a field of the guide into the code', async () => {
  renderPage(null);
  await typeCode('');
  await fireEvent.click(screen.getByTitle(ruleTexts.guide.insert('iso')));
  const field = screen.getByLabelText<HTMLTextAreaElement>(editor.label);
  expect(field.value).toBe('picture.iso');
});

it('an example replaces the rule until it is undone', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await click(ruleTexts.samples.names.year);
  expect(screen.getByLabelText<HTMLInputElement>(conditions.value).value).toBe('2024');
  toasts.items.at(-1)!.undo!();
  await vi.waitFor(() =>
    expect(screen.getByLabelText<HTMLInputElement>(conditions.value).value).toBe('800'),
  );
});

it('adds and removes conditions', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await click(conditions.add);
  await choose(conditions.join, 'any');
  await vi.waitFor(() =>
    expect(screen.getAllByRole('group', { name: /Condition/ })).toHaveLength(2),
  );
  await click(conditions.removeOne(1));
  expect(screen.getAllByRole('group', { name: /Condition/ })).toHaveLength(1);
  expect(screen.getByLabelText<HTMLSelectElement>(conditions.field).value).toBe('camera');
});

it('examples show whether the rule is correct for them', async () => {
  renderPage('oslo', { 'GET /albums/oslo': smart() });
  await click(cases.add);
  const dialog = screen.getByRole('dialog');
  await fireEvent.click(await within(dialog).findByRole('checkbox', { name: 'fern' }));
  await fireEvent.click(within(dialog).getByRole('button', { name: cases.belongs }));
  expect(await screen.findByText(cases.incorrect)).toBeTruthy();
  expect(screen.getByText(cases.someIncorrect(1, 1))).toBeTruthy();
  await choose(cases.expectation('fern'), 'differs');
  expect(await screen.findByText(cases.correct)).toBeTruthy();
  expect(screen.getByText(cases.allCorrect(1))).toBeTruthy();
  await click(cases.remove('fern'));
  expect(screen.queryByText(cases.correct)).toBeNull();
});

it('tests the rule without an example that was deleted meanwhile', async () => {
  let isGone = false;
  const { requests } = renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'POST /rules/evaluate': (body: RuleToEvaluate) => {
      if (isGone && body.cases?.some(({ picture }) => picture === 'fern'))
        throw new ApiError(404, 'There is no such picture.');
      return evaluate(body);
    },
  });
  await click(cases.add);
  const dialog = screen.getByRole('dialog');
  for (const name of ['fern', 'moss'])
    await fireEvent.click(await within(dialog).findByRole('checkbox', { name }));
  await fireEvent.click(within(dialog).getByRole('button', { name: cases.belongs }));
  await screen.findByText(cases.someIncorrect(1, 2));
  isGone = true;
  app.api.getPicture = async (_, id) => {
    if (id === 'fern') throw new ApiError(404, 'There is no such picture.');
    return OWN[1]!;
  };
  await enter(conditions.value, '900');
  expect(await screen.findByText(cases.missing)).toBeTruthy();
  expect(await screen.findByText(cases.correct)).toBeTruthy();
  expect(await screen.findByText(preview.count(2, 3))).toBeTruthy();
  expect((requests.at(-1)![1] as RuleToEvaluate).cases).toEqual([
    { picture: 'moss', expect: true },
  ]);
});

it('a preview that fails offers another try', async () => {
  let isBroken = true;
  renderPage('oslo', {
    'GET /albums/oslo': smart(),
    'POST /rules/evaluate': (body: RuleToEvaluate) => {
      if (isBroken) throw new ApiError(500, null);
      return evaluate(body);
    },
  });
  await screen.findByText(preview.failed(t.errors.server));
  isBroken = false;
  await click(t.words.retry);
  expect(await screen.findByText(preview.count(2, 3))).toBeTruthy();
});

it.each([
  [smart({ role: 'curator', owner: person('ada') }), ruleTexts.notOwner.title],
  [album(), ruleTexts.noRule.title],
  [new ApiError(404, 'There is no such album.'), 'There is no such album.'],
])('explains why there is nothing to edit: %#', async (reply, text) => {
  renderPage('oslo', { 'GET /albums/oslo': reply });
  expect(await screen.findByText(text)).toBeTruthy();
  expect(screen.queryByLabelText(words.title)).toBeNull();
});
