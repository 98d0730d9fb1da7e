import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { UploadStep } from '../../api/types';
import { S3Error, S3NetworkError, withoutForbidden } from './s3-request';
import { abortMultipartUpload, PART_BYTES, sendFile, type MultipartState } from './send';

interface SentRequest {
  method: string;
  url: string;
  body: Blob | null;
  headers: Record<string, string>;
}
type Answer = { status?: number; text?: string } | 'network error' | 'no reply';

/** The requests that S3 received, and its answers by URL. */
let requests: SentRequest[];
let answers: (request: SentRequest) => Answer | undefined;

/** Replaces the browser's XMLHttpRequest by one that `answers` replies to. */
class FakeRequest {
  status = 0;
  responseText = '';
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload = () => undefined;
  onerror = () => undefined;
  onabort = () => undefined;
  onloadend = () => undefined;
  #request: SentRequest = { method: '', url: '', body: null, headers: {} };

  open(method: string, url: string) {
    Object.assign(this.#request, { method, url });
  }
  setRequestHeader(name: string, value: string) {
    this.#request.headers[name] = value;
  }
  getResponseHeader = () => `"etag of ${this.#request.url}"`;
  abort() {
    this.onabort();
    this.onloadend();
  }
  send(body: Blob | null) {
    this.#request.body = body;
    requests.push(this.#request);
    const answer = answers(this.#request) ?? {};
    if (answer === 'no reply') return;
    queueMicrotask(() => this.#reply(answer));
  }
  #reply(answer: Exclude<Answer, 'no reply'>) {
    if (answer === 'network error') this.onerror();
    else {
      this.upload.onprogress?.({ loaded: this.#request.body?.size ?? 0 });
      this.status = answer.status ?? 200;
      this.responseText = answer.text ?? '';
      this.onload();
    }
    this.onloadend();
  }
}

beforeEach(() => {
  requests = [];
  presigned = [];
  answers = ({ url }) => ({ text: url === 'create' ? '<UploadId>u1</UploadId>' : '' });
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
});
afterEach(() => void vi.unstubAllGlobals());

const METHODS = { create: 'POST', part: 'PUT', list: 'GET', complete: 'POST', abort: 'DELETE' };
const presign = (method: string, url: string, headers = {}) => ({
  ...{ method, url, headers },
  expiresAt: '2999-01-01T00:00:00Z',
});
const nameOf = ({ step, number }: UploadStep) => (number ? `${step} ${number}` : step);
/** The names of the steps for which a request was presigned. */
let presigned: string[];
const presignStep = vi.fn(async (step: UploadStep) => {
  presigned.push(nameOf(step));
  return presign(METHODS[step.step], nameOf(step));
});

function send(bytes: number, multipart: MultipartState = { uploadId: null }) {
  const progress: number[] = [];
  const abort = new AbortController();
  const sent = sendFile(new Blob([new Uint8Array(bytes)]), {
    presignFile: async () => presign('PUT', 'file', { 'if-none-match': '*', Host: 'h' }),
    presignStep,
    multipart,
    signal: abort.signal,
    onProgress: (part) => progress.push(part),
  });
  return { sent, progress, abort, multipart };
}
const urls = () => requests.map(({ url }) => url);
const LARGE = 2 * PART_BYTES + 1_000;

it('a small file is sent in one request with the signed headers', async () => {
  const { sent, progress } = send(1_000);
  await sent;
  expect(requests).toMatchObject([
    { method: 'PUT', url: 'file', headers: { 'if-none-match': '*' } },
  ]);
  expect(requests[0]!.body!.size).toBe(1_000);
  expect(progress).toEqual([1]);
});

it('a large file is sent in parts, one after another, and completed', async () => {
  const { sent, progress, multipart } = send(LARGE);
  await sent;
  expect(urls()).toEqual(['create', 'part 1', 'part 2', 'part 3', 'complete']);
  expect(requests.slice(1, 4).map(({ body }) => body!.size)).toEqual([
    PART_BYTES,
    PART_BYTES,
    1_000,
  ]);
  expect(await requests[4]!.body!.text()).toContain(
    '<Part><PartNumber>3</PartNumber><ETag>etag of part 3</ETag></Part>',
  );
  expect(multipart.uploadId).toBe('u1');
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
});

it('a resumed file sends only the parts that S3 does not list', async () => {
  const part = '<Part><PartNumber>2</PartNumber><ETag>&quot;e2&quot;</ETag></Part>';
  answers = ({ url }) => ({
    text: url === 'list' ? `<ListPartsResult>${part}</ListPartsResult>` : '',
  });
  const { sent, progress } = send(LARGE, { uploadId: 'u1' });
  await sent;
  expect(urls()).toEqual(['list', 'part 1', 'part 3', 'complete']);
  expect(await requests[3]!.body!.text()).toMatch(/>1<.*>2<.*>e2<.*>3</);
  expect(progress[0]).toBeCloseTo(PART_BYTES / LARGE);
});

it('the request of the next part is presigned while a part is sent', async () => {
  answers = ({ url }) => (url === 'part 1' ? 'no reply' : { text: '<UploadId>u1</UploadId>' });
  const { sent, abort } = send(LARGE);
  await vi.waitFor(() => expect(presigned).toContain('part 2'));
  expect(urls()).toEqual(['create', 'part 1']);
  expect(presigned).toEqual(['create', 'part 1', 'part 2']);
  abort.abort(new Error('paused'));
  await expect(sent).rejects.toThrow('paused');
});

it('each part is presigned once', async () => {
  await send(LARGE).sent;
  expect(presigned).toEqual(['create', 'part 1', 'part 2', 'part 3', 'complete']);
});

it('a request that expired or failed to be presigned early is presigned at its turn', async () => {
  const expired = { ...presign('PUT', 'part 2 expired'), expiresAt: '2000-01-01T00:00:00Z' };
  const original = presignStep.getMockImplementation()!;
  const counts = new Map<string, number>();
  presignStep.mockImplementation((step) => {
    const count = (counts.get(nameOf(step)) ?? 0) + 1;
    counts.set(nameOf(step), count);
    if (nameOf(step) === 'part 2' && count === 1) return Promise.resolve(expired);
    if (nameOf(step) === 'part 3' && count === 1) return Promise.reject(new Error('no reply'));
    return original(step);
  });
  await send(LARGE).sent.finally(() => presignStep.mockImplementation(original));
  expect(urls()).toEqual(['create', 'part 1', 'part 2', 'part 3', 'complete']);
});

it('an abort ends the request that is being sent', async () => {
  answers = ({ url }) => (url === 'part 2' ? 'no reply' : { text: '<UploadId>u1</UploadId>' });
  const { sent, abort } = send(LARGE);
  await vi.waitFor(() => expect(urls()).toContain('part 2'));
  abort.abort(new Error('paused'));
  await expect(sent).rejects.toThrow('paused');
});

it('errors have the status of S3, or none without a reply', async () => {
  answers = () => ({ status: 403 });
  await expect(send(10).sent).rejects.toEqual(new S3Error(403));
  answers = () => 'network error';
  await expect(send(10).sent).rejects.toBeInstanceOf(S3NetworkError);
});

it('an error in the reply to the completion counts as a failure of S3', async () => {
  answers = ({ url }) => ({
    text:
      url === 'complete' ? '<Error><Code>InternalError</Code></Error>' : '<UploadId>u</UploadId>',
  });
  await expect(send(LARGE).sent).rejects.toMatchObject({ status: 500 });
});

it('only a multipart upload that was created is aborted', async () => {
  await abortMultipartUpload({ uploadId: null }, presignStep);
  expect(requests).toEqual([]);
  await abortMultipartUpload({ uploadId: 'u1' }, presignStep);
  expect(requests).toMatchObject([{ method: 'DELETE', url: 'abort' }]);
});

it('headers that only the browser can set are left out', () => {
  expect(withoutForbidden({ Host: 'h', 'Content-Length': '3', 'if-none-match': '*' })).toEqual({
    'if-none-match': '*',
  });
});
