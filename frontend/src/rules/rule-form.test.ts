// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { discardUserData } from '../auth/session/on-sign-out';
import { draftName, readDraft, storeDraft } from './drafts';
import { RuleForm } from './rule-form.svelte';
import { SAMPLES } from './samples';

afterEach(() => {
  vi.restoreAllMocks();
  sessionStorage.clear();
});

const NAME = draftName('me', 'oslo');
const SAVED = { title: 'Oslo', code: 'picture.iso == 100' };
const open = (saved = SAVED) => new RuleForm(saved, NAME);
const EXAMPLE = { pictureId: 'fern', belongs: true };

it('shows a simple rule as conditions, and another one as code', () => {
  const row = { field: 'iso', operator: 'is', value: '100' };
  expect([open().mode, open().conditions]).toEqual(['conditions', { join: 'all', rows: [row] }]);
  const form = open({ title: '', code: 'picture.iso in (100, 200)' });
  expect([form.mode, form.conditions]).toEqual(['code', null]);
});

it('begins a new album with an empty condition', () => {
  const form = open({ title: '', code: '' });
  expect(form.conditions?.rows).toHaveLength(1);
  expect([form.code, form.isChanged, form.isIncomplete]).toEqual(['', false, true]);
});

it('writes the code of changed conditions, and reads changed code', () => {
  const form = open();
  form.setConditions({ join: 'all', rows: [{ field: 'year', operator: 'is', value: '2024' }] });
  expect(form.code).toBe('picture.year == 2024');
  form.setMode('code');
  form.setCode('picture.year == 2025');
  form.setMode('conditions');
  expect(form.conditions?.rows[0]!.value).toBe('2025');
  form.setMode('code');
  form.setCode('True');
  form.setMode('conditions');
  expect([form.mode, form.conditions, form.code]).toEqual(['conditions', null, 'True']);
});

it('restores what was typed, with the same mode, after a reload', () => {
  const form = open();
  expect(form.isRestored).toBe(false);
  form.setMode('code');
  form.setCode('picture.iso == 200');
  form.setTitle('Bergen');
  form.setExamples([EXAMPLE]);
  const next = open();
  expect([next.isRestored, next.mode, next.code, next.title, next.examples]).toEqual([
    true,
    'code',
    'picture.iso == 200',
    'Bergen',
    [EXAMPLE],
  ]);
});

it('takes a new saved value that the draft did not change', () => {
  open().setCode('picture.iso == 200');
  const form = open({ ...SAVED, title: 'Bergen' });
  expect([form.title, form.code, form.replacesChange]).toEqual([
    'Bergen',
    'picture.iso == 200',
    false,
  ]);
  expect(form.changes).toEqual({ rule: 'picture.iso == 200' });
  form.setTitle('Rome');
  expect(form.replacesChange).toBe(false);
});

it('reports that saving replaces a change made elsewhere', () => {
  open().setTitle('Bergen');
  const renamed = { ...SAVED, title: 'Rome' };
  const form = open(renamed);
  expect([form.title, form.replacesChange, form.changes]).toEqual([
    'Bergen',
    true,
    { title: 'Bergen' },
  ]);
  expect(open({ ...SAVED, title: 'Bergen' }).isRestored).toBe(false);
  form.discard();
  expect([form.title, form.replacesChange, form.changes]).toEqual(['Rome', false, {}]);
});

it('does not take other line ends for a change', () => {
  const form = open({ title: 'Oslo', code: 'picture.iso == 100 \\\r\n or True\r' });
  const code = 'picture.iso == 100 \\\n or True\n';
  expect(form.code).toBe(code);
  form.setCode(code);
  expect([form.isChanged, form.changes, readDraft(NAME)]).toEqual([false, {}, null]);
});

const UNFINISHED = {
  join: 'all',
  rows: [
    { field: 'iso', operator: 'is', value: '100' },
    { field: 'year', operator: 'is', value: '32a' },
  ],
} as const;

it('keeps rows without a valid value after a reload and in another mode', () => {
  const form = open();
  form.setConditions(UNFINISHED);
  expect([form.code, form.isChanged, form.changes]).toEqual([SAVED.code, true, {}]);
  form.setMode('code');
  form.setMode('conditions');
  expect(form.conditions).toEqual(UNFINISHED);

  const next = open();
  expect([next.isRestored, next.conditions, next.isIncomplete]).toEqual([true, UNFINISHED, true]);
  next.setMode('code');
  next.setCode('picture.iso == 200');
  next.setMode('conditions');
  expect(next.conditions?.rows).toHaveLength(1);
  next.discard();
  expect([next.conditions?.rows.length, next.isChanged]).toEqual([1, false]);
});

it('replaces the rule by an earlier one with rows without a valid value', () => {
  const form = open();
  form.setConditions(UNFINISHED);
  form.replace('picture.year == 2024');
  form.replace(SAVED.code, UNFINISHED);
  expect(form.conditions).toEqual(UNFINISHED);
});

it('keeps nothing but the examples after saving', () => {
  const form = open();
  form.setCode('picture.iso == 200');
  form.setExamples([EXAMPLE]);
  form.finish(draftName('me', 'new-album'));
  expect([readDraft(NAME), readDraft(draftName('me', 'new-album')), form.isChanged]).toEqual([
    null,
    { examples: [EXAMPLE] },
    false,
  ]);
});

it('discards the changes, and then has no draft', () => {
  const form = open();
  form.setTitle('Bergen');
  form.replace('picture.year == 2024');
  form.discard();
  expect([form.title, form.code, readDraft(NAME)]).toEqual(['Oslo', SAVED.code, null]);
});

it('works without storage, and with a damaged draft', () => {
  sessionStorage.setItem(NAME, '{');
  expect(open().code).toBe(SAVED.code);
  sessionStorage.setItem(
    NAME,
    '{"code":5,"examples":"x","base":1,"conditions":{"rows":[{"field":"x"}]}}',
  );
  expect([open().code, open().examples]).toEqual([SAVED.code, []]);
  expect(open().conditions?.rows).toHaveLength(1);
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full');
  });
  const form = open();
  form.setCode('True');
  expect(form.code).toBe('True');
});

it('is forgotten when the person signs out', () => {
  sessionStorage.setItem('other', 'kept');
  storeDraft(NAME, { code: 'True' });
  discardUserData();
  expect([readDraft(NAME), sessionStorage.getItem('other')]).toEqual([null, 'kept']);
});

it.each(SAMPLES)('the example $name replaces the rule', ({ code }) => {
  const form = open();
  form.replace(code);
  expect(form.code).toBe(code);
  expect(form.isIncomplete).toBe(false);
});
