import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import type { Evaluation, RuleToEvaluate } from '../api/types';
import { t } from '../texts';
import { Preview, PREVIEW_PICTURES } from './preview.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reply = (...matches: boolean[]): Evaluation => ({
  results: matches.map((matches, i) => ({ pictureId: `${i}`, matches })),
  cases: [],
});

/** Creates a preview with requests that the test answers one by one. */
function setup() {
  const network = { online: true };
  const requests: {
    body: RuleToEvaluate;
    signal: AbortSignal;
    resolve: (reply: Evaluation) => void;
    reject: (error: unknown) => void;
  }[] = [];
  const evaluate = (body: RuleToEvaluate, signal: AbortSignal) =>
    new Promise<Evaluation>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      requests.push({ body, signal, resolve, reject });
    });
  const preview = new Preview({ evaluate }, () => network.online);
  const type = (code: string) => preview.update({ code, cases: [] });
  return { preview, requests, network, type };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('evaluates a rule after a pause in typing', async () => {
  const { preview, requests, type } = setup();
  type('p');
  await pass(300);
  type('picture.iso');
  await pass(399);
  expect([requests.length, preview.status]).toEqual([0, 'waiting']);
  await pass(1);
  expect(requests.map(({ body }) => body)).toEqual([
    { code: 'picture.iso', cases: [], limit: PREVIEW_PICTURES },
  ]);
  requests[0]!.resolve(reply(true, false));
  await pass(0);
  expect([preview.status, preview.evaluation]).toEqual(['current', reply(true, false)]);
  expect(preview.evaluated?.code).toBe('picture.iso');
});

it('sends one request at a time and drops the reply to an earlier rule', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  type('ab');
  await pass(400);
  type('abc');
  await pass(400);
  expect(requests).toHaveLength(1);
  requests[0]!.resolve(reply(true));
  await pass(0);
  expect([preview.status, preview.evaluation]).toEqual(['waiting', null]);
  expect(requests.map(({ body }) => body.code)).toEqual(['a', 'abc']);
  requests[1]!.resolve(reply(false));
  await pass(0);
  expect([preview.status, preview.evaluation]).toEqual(['current', reply(false)]);
});

it('sends a rule only once if it changes during the request and the pause is not over', async () => {
  const { requests, type } = setup();
  type('a');
  await pass(400);
  type('ab');
  requests[0]!.resolve(reply());
  await pass(399);
  expect(requests).toHaveLength(1);
  await pass(1);
  expect(requests).toHaveLength(2);
});

it('keeps the earlier reply while the next one is missing', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  requests[0]!.resolve(reply(true));
  await pass(0);
  type('ab');
  expect([preview.status, preview.evaluation]).toEqual(['waiting', reply(true)]);
});

it('is empty without a rule, even if a reply arrives later', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  type(' \n');
  requests[0]!.resolve(reply(true));
  await pass(1000);
  expect([preview.status, preview.evaluation, requests.length]).toEqual(['empty', null, 1]);
});

it('waits without a connection, and continues with one', async () => {
  const { preview, requests, network, type } = setup();
  network.online = false;
  type('a');
  await pass(400);
  expect([preview.status, requests.length]).toEqual(['offline', 0]);
  network.online = true;
  preview.retry();
  expect([preview.status, requests.length]).toEqual(['waiting', 1]);
  network.online = false;
  requests[0]!.reject(new NetworkError('lost'));
  await pass(0);
  expect(preview.status).toBe('offline');
});

it('pauses after too many requests for the time that the reply names', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  requests[0]!.reject(new ApiError(429, null, 3));
  await pass(2999);
  expect([preview.status, requests.length]).toEqual(['paused', 1]);
  await pass(1);
  expect([preview.status, requests.length]).toEqual(['waiting', 2]);
});

it('keeps the pause while the rule changes', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  requests[0]!.reject(new ApiError(429, null, 3));
  await pass(1000);
  type('ab');
  await pass(1000);
  type(' ');
  type('abc');
  expect([preview.status, requests.length]).toEqual(['paused', 1]);
  await pass(1000);
  expect(requests.map(({ body }) => body.code)).toEqual(['a', 'abc']);
  requests[1]!.resolve(reply(true));
  await pass(0);
  type('abcd');
  await pass(400);
  expect(requests).toHaveLength(3);
});

it.each([300, 1000])('a change %s ms before a 429 waits for the end of the pause', async (ms) => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  type('ab');
  await pass(ms);
  requests[0]!.reject(new ApiError(429, null, 3));
  await pass(2999);
  expect([preview.status, requests.length]).toEqual(['paused', 1]);
  await pass(1);
  expect(requests.map(({ body }) => body.code)).toEqual(['a', 'ab']);
});

it('shows the reason of a long pause, and does not send a rule before its end', async () => {
  const { preview, requests, type } = setup();
  const reason = 'You can test more rules after 14:00 UTC.';
  type('a');
  await pass(400);
  requests[0]!.reject(new ApiError(429, reason, 1800));
  await pass(0);
  expect([preview.status, preview.failure]).toEqual(['failed', reason]);
  type('ab');
  await pass(1_799_000);
  expect([preview.status, preview.failure, requests.length]).toEqual(['failed', reason, 1]);
  await pass(1000);
  expect([preview.status, requests.length]).toEqual(['waiting', 2]);
});

it('a request of the person ends a pause', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  requests[0]!.reject(new ApiError(429, null, 1800));
  await pass(0);
  preview.retry();
  requests[1]!.reject(new ApiError(429, null, 2));
  await pass(0);
  expect([preview.status, requests.length]).toEqual(['paused', 2]);
  preview.retry();
  requests[2]!.resolve(reply(true));
  await pass(0);
  type('ab');
  expect(preview.status).toBe('waiting');
  await pass(400);
  expect(requests).toHaveLength(4);
});

it('reports a failure, and sends the rule again on request', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  requests[0]!.reject(new NetworkError('lost'));
  await pass(0);
  expect([preview.status, preview.failure]).toEqual(['failed', t.errors.network]);
  preview.retry();
  requests[1]!.resolve(reply(true));
  await pass(0);
  expect(preview.status).toBe('current');
  preview.retry();
  expect(requests).toHaveLength(2);
});

it('ends a request without a reply', async () => {
  const { preview, type } = setup();
  type('a');
  await pass(10_400);
  expect([preview.status, preview.failure]).toEqual(['failed', t.errors.server]);
});

it('sends nothing after the page is closed', async () => {
  const { preview, requests, type } = setup();
  type('a');
  await pass(400);
  type('ab');
  preview.dispose();
  await pass(1000);
  expect([requests.length, requests[0]!.signal.aborted]).toEqual([1, true]);
});
