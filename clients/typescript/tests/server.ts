/** A local server that replies as Cognito, the API and S3. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export const USER = '3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface Server {
  url: string;
  /** The seconds after which credentials expire. */
  expiresIn: number;
  signIns: string[];
  /** Replaces fields of `config.json`. */
  config: Record<string, unknown>;
  /** Replies of Cognito that come before the others. */
  refusals: Answer[];
  /** The requests that are not for Cognito. */
  calls: Received[];
}

export const ok = (data: unknown, status = 200): Answer => ({
  status,
  body: { code: status, data, notes: null },
});

export const refused = (
  status: number,
  notes: string,
  headers: Record<string, string> = {},
): Answer => ({ status, body: { code: status, data: null, notes }, headers });

/** Runs `test` with a server that replies with the results of `answer`. */
export async function serve(
  answer: (request: Received, server: Server) => Answer,
  test: (server: Server) => Promise<void>,
): Promise<void> {
  const server: Server = {
    url: '',
    expiresIn: 3600,
    signIns: [],
    config: {},
    refusals: [],
    calls: [],
  };
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const reply = respond({ method, path, headers, body: Buffer.concat(chunks) });
      response.writeHead(reply.status, reply.headers);
      response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    });
  });

  function respond(request: Received): Answer {
    if (request.path === '/config.json')
      return { status: 200, body: { ...config(server.url), ...server.config } };
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') return identity(target, String(request.body));
    server.calls.push(request);
    return answer(request, server);
  }

  function identity(target: string, body: string): Answer {
    const refusal = server.refusals.shift();
    if (refusal) return refusal;
    if (target.endsWith('.GetId')) return { status: 200, body: { IdentityId: 'i' } };
    if (target.endsWith('.GetCredentialsForIdentity')) {
      const Expiration = Date.now() / 1000 + server.expiresIn;
      const keys = { AccessKeyId: 'AKID', SecretKey: 's', SessionToken: 't' };
      return { status: 200, body: { Credentials: { ...keys, Expiration } } };
    }
    const { AuthFlow, AuthParameters } = JSON.parse(body) as {
      AuthFlow: string;
      AuthParameters: Record<string, string>;
    };
    server.signIns.push(AuthFlow);
    if (AuthParameters.PASSWORD === 'wrong') {
      return { status: 400, body: { message: 'Incorrect username or password.' } };
    }
    const claims = Buffer.from(JSON.stringify({ sub: USER })).toString('base64url');
    const AuthenticationResult = { IdToken: `e30.${claims}.x`, RefreshToken: 'r' };
    return { status: 200, body: { AuthenticationResult } };
  }

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  try {
    await test(server);
  } finally {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  }
}

const config = (url: string) => ({
  region: 'eu-west-1',
  api: `${url}/v1`,
  endpoint: url,
  userPoolId: 'x',
  clientId: 'x',
  identityPoolId: 'x',
});
