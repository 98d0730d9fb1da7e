import type { Conditions } from './builder/conditions';
import { completeOf, rowFor } from './builder/conditions';
import { readConditions } from './builder/read';
import { writeConditions } from './builder/write';
import { readDraft, removeDraft, storeDraft, type Draft, type Example } from './drafts';

export type Mode = Draft['mode'];

/** The title and the rule of an album as the API stores them; empty for a new album. */
export interface SavedRule {
  title: string;
  code: string;
}

/** The values that the person edits. Each change is kept as a draft until it is saved. */
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
  readonly #draft: string;

  constructor(saved: SavedRule, draft: string) {
    this.#saved = saved;
    this.#draft = draft;
    const kept = readDraft(draft);
    this.title = textOr(kept?.title, saved.title);
    this.examples = Array.isArray(kept?.examples) ? kept.examples : [];
    this.#show(textOr(kept?.code, saved.code), kept?.mode === 'code' ? 'code' : 'conditions');
    this.isRestored = this.isChanged;
  }

  get isChanged(): boolean {
    return this.title !== this.#saved.title || this.code !== this.#saved.code;
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

  /** Shows the rule in another way. The rows are read from the code again. */
  setMode(mode: Mode): void {
    if (mode === 'conditions') this.conditions = readConditions(this.code);
    this.mode = mode;
  }

  /** Replaces the rule, such as by an example. */
  replace(code: string): void {
    this.#show(code, this.mode);
    this.#keep();
  }

  /** Shows the saved title and rule again. The examples remain. */
  discard(): void {
    this.title = this.#saved.title;
    this.#show(this.#saved.code);
    this.#keep();
  }

  /** Removes the draft. `name` is the draft of the saved album, which keeps the examples. */
  finish(name: string): void {
    removeDraft(this.#draft);
    this.#saved = { title: this.title, code: this.code };
    if (this.examples.length > 0) storeDraft(name, { examples: this.examples });
  }

  #show(code: string, mode: Mode = 'conditions'): void {
    this.code = code;
    const conditions = readConditions(code);
    this.conditions =
      conditions?.rows.length === 0 ? { ...conditions, rows: [rowFor('camera')] } : conditions;
    this.mode = conditions ? mode : 'code';
  }

  #keep(): void {
    const { title, code, mode, examples, isChanged } = this;
    if (isChanged) storeDraft(this.#draft, { title, code, mode, examples });
    else if (examples.length > 0) storeDraft(this.#draft, { examples });
    else removeDraft(this.#draft);
  }
}

const textOr = (text: unknown, other: string) => (typeof text === 'string' ? text : other);
