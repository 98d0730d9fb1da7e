/**
 * The code editor. Only this file and its neighbors import CodeMirror, so the app loads it with the
 * first rule that is edited as code.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit, LanguageSupport } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { RuleError } from '../../api/types';
import { ruleTexts } from '../../texts/rules';
import { completeRule } from './completion';
import { rangeOf } from './position';
import { theme } from './theme';

export interface Editor {
  /** Replaces the code, as a change that the person can undo. */
  setCode(code: string): void;
  /** Marks an error, or none. */
  showError(error: RuleError | null): void;
  /** Moves the cursor and the focus to an error. */
  goTo(error: RuleError): void;
  /** Inserts a text at the cursor. */
  insert(text: string): void;
  destroy(): void;
}

export interface EditorOptions {
  code: string;
  onchange: (code: string) => void;
}

/** The extensions that do not depend on the page. */
export const extensions = [
  lineNumbers(),
  history(),
  new LanguageSupport(pythonLanguage),
  indentUnit.of('    '),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion({ override: [completeRule], icons: false }),
  // Without `indentWithTab`, so that Tab leaves the editor.
  keymap.of([...completionKeymap, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({
    'aria-label': ruleTexts.editor.label,
    'aria-description': ruleTexts.editor.keys,
    autocapitalize: 'off',
    spellcheck: 'false',
  }),
  theme,
];

/**
 * Creates an editor in the shadow tree of an element. There, its styles need no `<style>`, which
 * the Content-Security-Policy forbids.
 */
export function createEditor(host: HTMLElement, { code, onchange }: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const changes = EditorView.updateListener.of((update) => {
    if (update.docChanged) onchange(update.state.doc.toString());
  });
  const state = EditorState.create({ doc: code, extensions: [extensions, changes] });
  const view = new EditorView({ state, parent: root, root });
  return {
    setCode(next) {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    showError(error) {
      const diagnostics = error
        ? [
            {
              ...rangeOf(view.state.doc, error),
              severity: 'error' as const,
              message: error.message,
            },
          ]
        : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo(error) {
      const { from, to } = rangeOf(view.state.doc, error);
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
