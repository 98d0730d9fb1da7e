/** The CloudFront Function `LinkPaths` of template.yaml, with the code that is deployed. */
import { expect, it } from 'vitest';
import { readCode, readFunction, type Reply, type Request } from './edge-functions';

const API = 'https://abc.execute-api.us-east-1.amazonaws.com';
const handler = readFunction('LinkPaths', { Address: API });

const TOKEN = 'AZ8kQ_-1'.repeat(5) + 'abc';

it('forwards what a page answers, unchanged', () => {
  for (const method of ['GET', 'HEAD'])
    for (const uri of [`/s/${TOKEN}`, `/s/${TOKEN}/`, '/s/a/b', '/s/%2F'])
      expect(send(method, uri), `${method} ${uri}`).toEqual({ method, uri });
});

it('sends a password on to the API, with the same method and body', () => {
  const picture = `/s/${TOKEN}/018f-a/018f-b`;
  for (const uri of [`/s/${TOKEN}`, `/s/${TOKEN}/`, picture, `${picture}/`]) {
    const { statusCode, headers, body } = send('POST', uri);
    expect([statusCode, body], uri).toEqual([307, undefined]);
    expect(headers!.location!.value, uri).toBe(`${API}/v1/shared/${TOKEN}/unlock`);
    expect(headers!['cache-control']!.value, uri).toBe('no-store');
  }
});

it('sends it nowhere else, whatever the path and the query are', () => {
  const request = { method: 'POST', uri: `/s/${TOKEN}`, querystring: { error: { value: 'x' } } };
  expect(handler({ request }).headers!.location!.value).toBe(`${API}/v1/shared/${TOKEN}/unlock`);
  for (const path of [
    '',
    '/',
    '..',
    'a/b',
    'a/b/c/d',
    'a//c',
    'a//',
    '%2e%2e',
    'a%0d%0aX: y',
    'a?b',
    'a#b',
    'a@b',
    'a\n',
    'ä',
  ]) {
    const reply = send('POST', `/s/${path}`);
    expect([reply.statusCode, reply.headers!.location], path).toEqual([405, undefined]);
  }
});

it('refuses other methods', () => {
  for (const method of ['OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
    const { statusCode, headers } = send(method, `/s/${TOKEN}`);
    expect([statusCode, headers!.allow!.value], method).toEqual([405, 'GET, HEAD, POST']);
  }
});

it('adds the headers that the policy of the distribution may not add', () => {
  for (const method of ['POST', 'PUT']) {
    const { headers } = send(method, `/s/${TOKEN}`);
    expect(headers!['referrer-policy']!.value, method).toBe('no-referrer');
    expect(headers!['x-content-type-options']!.value, method).toBe('nosniff');
    expect(headers!['strict-transport-security']!.value, method).toContain('max-age=');
  }
});

it('is smaller than the quota of 10 KB', () => {
  expect(Buffer.byteLength(readCode('LinkPaths', { Address: API }))).toBeLessThan(10_240);
});

function send(method: string, uri: string): Reply {
  const request: Request = { method, uri };
  return handler({ request });
}
