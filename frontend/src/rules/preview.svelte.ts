import { ApiError, isOutcomeUnknown, messageOf } from '../api/errors';
import type { Evaluation, RuleCase } from '../api/types';
import type { RulesApi } from '../api/rules';

/** The pause after the last key before the rule is sent. */
const DEBOUNCE_MS = 400;
const TIMEOUT_MS = 10_000;
/** The pause after a 429, if the reply names none. */
const PAUSE_SECONDS = 2;
/** The longest pause without an explanation. A longer one is the end of a quota. */
const MAX_SHORT_PAUSE_SECONDS = 60;
/** The number of the member's newest pictures in the preview. */
export const PREVIEW_PICTURES = 40;

export interface PreviewInput {
  code: string;
  cases: RuleCase[];
}

/**
 * `empty`: no rule; `waiting`: a reply is missing; `current`: `evaluation` is that of the rule;
 * `paused`: too many requests at once; `offline`, `failed`: no reply.
 */
export type PreviewStatus = 'empty' | 'waiting' | 'current' | 'paused' | 'offline' | 'failed';

/** Evaluates a rule while it changes, with one request at a time. */
export class Preview {
  status = $state<PreviewStatus>('empty');
  /** The latest reply. It belongs to an earlier rule unless `status` is `current`. */
  evaluation = $state.raw<Evaluation | null>(null);
  /** The rule and the cases to which `evaluation` belongs. */
  evaluated = $state.raw<PreviewInput | null>(null);
  /** Why no reply arrived, if `status` is `failed`. */
  failure = $state<string | null>(null);

  #input: PreviewInput | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The time until which the API accepts no rule. */
  #pausedUntil = 0;
  #request: AbortController | null = null;
  /** Whether to send the rule as soon as the current request ends. */
  #sendNext = false;
  readonly #api: Pick<RulesApi, 'evaluate'>;
  readonly #isOnline: () => boolean;

  constructor(api: Pick<RulesApi, 'evaluate'>, isOnline: () => boolean) {
    this.#api = api;
    this.#isOnline = isOnline;
  }

  /** Evaluates a changed rule after a pause in typing. */
  update(input: PreviewInput): void {
    this.#sendNext = false;
    clearTimeout(this.#timer);
    if (input.code.trim() === '') {
      this.#input = null;
      this.evaluation = null;
      this.evaluated = null;
      this.status = 'empty';
      return;
    }
    this.#input = input;
    if (this.#sendAfterPause()) return;
    this.status = 'waiting';
    this.#timer = setTimeout(() => void this.#send(), DEBOUNCE_MS);
  }

  /** Sends the rule again after a failure, or when the connection is back. */
  retry(): void {
    if (!this.#input || this.status === 'current') return;
    clearTimeout(this.#timer);
    void this.#send();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#input = null;
    this.#sendNext = false;
    this.#request?.abort();
  }

  async #send(): Promise<void> {
    if (this.#request) {
      this.#sendNext = true;
      return;
    }
    const input = this.#input;
    if (!input) return;
    if (!this.#isOnline()) {
      this.status = 'offline';
      return;
    }
    this.status = 'waiting';
    this.#pausedUntil = 0;
    const request = new AbortController();
    this.#request = request;
    const timeout = setTimeout(() => request.abort(), TIMEOUT_MS);
    try {
      const body = { ...input, limit: PREVIEW_PICTURES };
      const evaluation = await this.#api.evaluate(body, request.signal);
      if (input === this.#input) {
        this.evaluation = evaluation;
        this.evaluated = input;
        this.status = 'current';
      }
    } catch (reason) {
      if (reason instanceof ApiError && reason.code === 429) this.#pause(reason);
      else if (input === this.#input) this.#handleFailure(reason, request.signal.aborted);
    } finally {
      clearTimeout(timeout);
      this.#request = null;
    }
    if (!this.#sendNext) return;
    this.#sendNext = false;
    await this.#send();
  }

  #pause(reason: ApiError): void {
    const seconds = reason.retryAfter ?? PAUSE_SECONDS;
    this.#pausedUntil = Date.now() + seconds * 1000;
    this.failure = seconds > MAX_SHORT_PAUSE_SECONDS ? messageOf(reason) : null;
    this.#sendNext = false;
    if (this.#input) this.#sendAfterPause();
  }

  /** Sends the rule at the end of a pause. Returns false if there is none. */
  #sendAfterPause(): boolean {
    const pause = this.#pausedUntil - Date.now();
    if (pause <= 0) return false;
    this.status = this.failure === null ? 'paused' : 'failed';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), Math.max(pause, DEBOUNCE_MS));
    return true;
  }

  #handleFailure(reason: unknown, isTimeout: boolean): void {
    if (!this.#isOnline() && (isTimeout || isOutcomeUnknown(reason))) {
      this.status = 'offline';
      return;
    }
    this.status = 'failed';
    this.failure = messageOf(isTimeout ? new ApiError(504, null) : reason);
  }
}
