import type { Conditions } from './builder/conditions';
import { completeOf, rowFor } from './builder/conditions';
import { readConditions } from './builder/read';
import { writeConditions } from './builder/write';
import {
  readDraft,
  removeDraft,
  storeDraft,
  type Draft,
  type Example,
  type SavedRule,
} from './drafts';

export type Mode = Draft['mode'];

/**
 * The values that the person edits. Each change of a value is kept as a draft until it is saved.
 */
export class RuleForm {
  title = $state('');
  code = $state('');
  mode = $state<Mode>('conditions');
  /** The rows of the builder, or null if the rule can only be edited as code. */
  conditions = $state.raw<Conditions | null>(null);
  examples = $state.raw<readonly Example[]>([]);
  /** Whether the form began with a draft instead of the saved rule. */
  readonly isRestored: boolean;
  #saved: SavedRule;
  readonly #draftName: string;
  /** The values that were changed both in the restored draft and elsewhere. */
  readonly #conflicts: (keyof SavedRule)[] = [];

  constructor({ title, code }: SavedRule, draftName: string) {
    // The fields of the page know no other line ends.
    const saved = { title, code: code.replace(/\r\n?/g, '\n') };
    this.#saved = saved;
    this.#draftName = draftName;
    const kept = readDraft(draftName);
    const shown = { ...saved };
    for (const name of ['title', 'code'] as const) {
      const base = textOr(kept?.base?.[name], saved[name]);
      const typed = textOr(kept?.[name], base);
      if (typed === base) continue;
      shown[name] = typed;
      if (base !== saved[name]) this.#conflicts.push(name);
    }
    this.title = shown.title;
    this.examples = Array.isArray(kept?.examples) ? kept.examples : [];
    this.#show(shown.code, kept?.mode === 'code' ? 'code' : 'conditions', kept?.conditions);
    this.isRestored = this.isChanged;
  }

  /** Whether the form differs from the saved album, if only in rows that are not in the code. */
  get isChanged(): boolean {
    const { title, code } = this.#saved;
    if (this.title !== title || this.code !== code) return true;
    return JSON.stringify(rowsOf(code, this.conditions)) !== JSON.stringify(rowsOf(code));
  }

  /** The values that differ from the saved album, as the API takes them. */
  get changes(): { title?: string; rule?: string } {
    const title = this.title.trim();
    return {
      ...(title !== this.#saved.title && { title }),
      ...(this.code !== this.#saved.code && { rule: this.code }),
    };
  }

  /** Whether saving replaces a change that was made elsewhere since the draft began. */
  get replacesChange(): boolean {
    return this.#conflicts.some((name) => this[name] !== this.#saved[name]);
  }

  /** Whether rows lack a valid value, so that the rule lacks these rows. */
  get isIncomplete(): boolean {
    if (this.mode !== 'conditions' || !this.conditions) return false;
    return completeOf(this.conditions).rows.length < this.conditions.rows.length;
  }

  setTitle(title: string): void {
    this.title = title;
    this.#keep();
  }

  setCode(code: string): void {
    this.code = code;
    this.#keep();
  }

  setConditions(conditions: Conditions): void {
    this.conditions = conditions;
    this.setCode(writeConditions(conditions));
  }

  setExamples(examples: readonly Example[]): void {
    this.examples = examples;
    this.#keep();
  }

  /** Shows the rule in another way. The rows are read from the code again if it has changed. */
  setMode(mode: Mode): void {
    if (mode === 'conditions') this.conditions = rowsOf(this.code, this.conditions);
    this.mode = mode;
  }

  /** Replaces the rule, such as by a template, or by an earlier one with its rows. */
  replace(code: string, conditions: Conditions | null = null): void {
    this.#show(code, this.mode, conditions);
    this.#keep();
  }

  /** Shows the saved title and rule again. The examples remain. */
  discard(): void {
    this.title = this.#saved.title;
    this.#show(this.#saved.code);
    this.#keep();
  }

  /** Removes the draft. The draft `name` of the saved album keeps the examples. */
  finish(name: string): void {
    removeDraft(this.#draftName);
    this.#saved = { title: this.title, code: this.code };
    if (this.examples.length > 0) storeDraft(name, { examples: this.examples });
  }

  #show(code: string, mode: Mode = 'conditions', typed?: Conditions | null): void {
    this.code = code;
    this.conditions = rowsOf(code, typed);
    this.mode = this.conditions ? mode : 'code';
  }

  #keep(): void {
    const { title, code, mode, conditions, examples, isChanged } = this;
    const base = this.#saved;
    if (isChanged) storeDraft(this.#draftName, { title, code, base, mode, conditions, examples });
    else if (examples.length > 0) storeDraft(this.#draftName, { examples });
    else removeDraft(this.#draftName);
  }
}

/**
 * Returns the rows of a rule: the typed ones if the rule is theirs, also those without a valid
 * value, or those that the code has. Returns null if it can only be edited as code.
 */
function rowsOf(code: string, typed?: Conditions | null): Conditions | null {
  if (typed && areRowsOf(code, typed)) return typed;
  const conditions = readConditions(code);
  return conditions?.rows.length === 0 ? { ...conditions, rows: [rowFor('camera')] } : conditions;
}

function areRowsOf(code: string, typed: Conditions): boolean {
  try {
    return writeConditions(typed) === code;
  } catch {
    return false; // They are from a damaged draft.
  }
}

const textOr = (text: unknown, other: string) => (typeof text === 'string' ? text : other);
