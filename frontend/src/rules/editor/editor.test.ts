// @vitest-environment happy-dom
import { CompletionContext } from '@codemirror/autocomplete';
import { forEachDiagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { expect, it, vi } from 'vitest';
import { ruleTexts } from '../../texts/rules';
import { RULE_FIELDS } from '../fields';
import { completeRule } from './completion';
import { createEditor, extensions } from './editor';
import { rangeOf } from './position';

/** Returns the part of the code that an error marks, between brackets. */
function mark(code: string, line: number, column: number): string {
  const doc = Text.of(code.split('\n'));
  const { from, to } = rangeOf(doc, { line, column, message: '' });
  return `${code.slice(0, from)}[${code.slice(from, to)}]${code.slice(to)}`;
}

it.each([
  ['picture.camrea == 1', 1, 9, 'picture.[camrea] == 1'],
  ['a\nb c', 2, 3, 'a\nb [c]'],
  ['"📷📷" == x', 1, 9, '"📷📷" == [x]'],
  ['"é" + 📷', 1, 7, '"é" + [📷]'],
  ['a ==', 1, 5, 'a =[=]'],
  ['a +', 1, 3, 'a [+]'],
  ['', 1, 1, '[]'],
  ['a\nb', 9, 9, 'a\n[b]'],
  ['a', 0, 0, '[a]'],
])('the error in %o at line %o, column %o marks %o', (code, line, column, marked) => {
  expect(mark(code, line, column)).toBe(marked);
});

/** Returns the completions at the end of the code. */
function complete(code: string, explicit = false) {
  const state = EditorState.create({ doc: code, extensions });
  const result = completeRule(new CompletionContext(state, code.length, explicit));
  return result && { from: result.from, labels: result.options.map(({ label }) => label) };
}

it('completes the fields of picture, each with a sentence', () => {
  expect(complete('picture.')).toEqual({ from: 8, labels: RULE_FIELDS });
  expect(complete('x and picture.ca')).toEqual({ from: 14, labels: RULE_FIELDS });
  for (const field of RULE_FIELDS) expect(ruleTexts.fields[field]).toMatch(/^\p{Lu}.*\.$/u);
});

it('completes the fields of a parameter with another name', () => {
  expect(complete('def rule(p):\n    return p.')?.labels).toEqual(RULE_FIELDS);
  expect(complete('def rule(p):\n    return picture.')?.labels).not.toContain('iso');
});

it('completes methods of texts, and words of the language', () => {
  expect(complete('picture.place.')?.labels).toContain('lower()');
  expect(complete('pi')?.labels).toContain('picture');
  expect(complete('an')?.labels).toContain('and');
  expect(complete('', true)?.labels).toContain('picture');
});

it('completes nothing in texts, in comments, and where nothing is typed', () => {
  expect(complete('')).toBeNull();
  expect(complete('picture.iso ')).toBeNull();
  expect(complete('"picture.')).toBeNull();
  expect(complete('# picture.')).toBeNull();
});

it('the editor has a name, and is in a shadow tree', () => {
  const host = document.body.appendChild(document.createElement('div'));
  const onchange = vi.fn();
  const editor = createEditor(host, { code: 'True', onchange });
  const content = host.shadowRoot!.querySelector('[role="textbox"]')!;
  expect(content.getAttribute('aria-label')).toBe(ruleTexts.editor.label);
  expect(content.textContent).toBe('True');
  editor.setCode('False');
  editor.setCode('False');
  expect(onchange.mock.calls).toEqual([['False']]);
  editor.insert('not ');
  expect(onchange).toHaveBeenLastCalledWith('not False');
  editor.destroy();
});

it('an error marks its place, and a corrected rule has none', () => {
  const host = document.body.appendChild(document.createElement('div'));
  const editor = createEditor(host, { code: 'picture.camrea == 1', onchange: vi.fn() });
  const view = EditorView.findFromDOM(host.shadowRoot!.querySelector<HTMLElement>('.cm-editor')!)!;
  const marked = () => {
    const found: string[] = [];
    forEachDiagnostic(view.state, ({ message }, from, to) =>
      found.push(`${from}-${to} ${message}`),
    );
    return found;
  };
  const error = { line: 1, column: 9, message: 'No such field.' };
  editor.showError(error);
  expect(marked()).toEqual(['8-14 No such field.']);
  editor.goTo(error);
  expect(view.state.selection.main).toMatchObject({ from: 8, to: 14 });
  editor.showError(null);
  expect(marked()).toEqual([]);
  view.dispatch(setDiagnostics(view.state, []));
  editor.destroy();
});
