import { expect, it } from 'vitest';
import { permitted, stepOf } from './steps';

it('knows each request of an upload', () => {
  expect(stepOf({ method: 'PUT' })).toBeNull();
  expect(stepOf({ method: 'POST' })).toEqual({ step: 'create' });
  expect(stepOf({ method: 'PUT', uploadId: 'u', partNumber: 3 })).toEqual({
    step: 'part',
    uploadId: 'u',
    number: 3,
  });
  expect(stepOf({ method: 'GET', uploadId: 'u' })).toEqual({ step: 'list', uploadId: 'u' });
  expect(stepOf({ method: 'POST', uploadId: 'u' })).toEqual({ step: 'complete', uploadId: 'u' });
  expect(stepOf({ method: 'DELETE', uploadId: 'u' })).toEqual({ step: 'abort', uploadId: 'u' });
});

it('leaves to the browser what only it may set', () => {
  expect(permitted({ Host: 'h', 'Content-Length': '3', 'if-none-match': '*' })).toEqual({
    'if-none-match': '*',
  });
});
