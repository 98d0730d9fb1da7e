/** Sign-in to Cognito, and the temporary credentials of a member. */
import { AwsClient } from 'aws4fetch';
import type { Config } from './config.js';
import { IdentityError, NetworkError } from './errors.js';
import { readJson, send, sleep } from './http.js';

/** Credentials that expire within this time are renewed. */
const MARGIN_MS = 5 * 60_000;
/** A difference of clocks up to this one is due to the network. */
const TOLERANCE_MS = 60_000;
/** The time between two renewals of credentials if Cognito does not answer. */
const RENEWAL_INTERVAL_MS = 30_000;
const MAX_ATTEMPTS = 3;
const THROTTLED = ['TooManyRequestsException', 'ThrottlingException', 'Throttling'];

const USER_POOLS = ['cognito-idp', 'AWSCognitoIdentityProviderService'] as const;
const IDENTITY_POOLS = ['cognito-identity', 'AWSCognitoIdentityService'] as const;

interface Tokens {
  identity: string;
  refresh: string;
}

interface Credentials {
  client: AwsClient;
  /** Milliseconds since 1970. */
  expires: number;
}

/** The clock of the device, corrected by the `Date` of a refused call. */
class Clock {
  #offsetMs = 0;

  /** Returns the time of the server in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /**
   * Sets the clock to the `Date` of the reply to a call that was signed at `signedAt`. Returns
   * `false` if the clock was right, or if the reply has no `Date`.
   */
  correct(signedAt: number, reply: Response): boolean {
    const server = Date.parse(reply.headers.get('date') ?? '');
    if (Number.isNaN(server) || Math.abs(server - signedAt) <= TOLERANCE_MS) return false;
    this.#offsetMs = server - Date.now();
    return true;
  }
}

/** A signed-in member. Renews the credentials before they expire. */
export class Identity {
  readonly clock = new Clock();
  /** The id of the member. */
  readonly userId: string;
  #renewal: Promise<void> | null = null;
  /** The time of the next renewal in milliseconds since 1970. */
  #renews: number;

  private constructor(
    private readonly config: Config,
    private readonly timeout: number,
    private tokens: Tokens,
    private credentials: Credentials,
  ) {
    this.userId = subject(tokens.identity);
    this.#renews = credentials.expires - MARGIN_MS;
  }

  static async signIn(
    config: Config,
    timeout: number,
    email: string,
    password: string,
  ): Promise<Identity> {
    const parameters = { USERNAME: email, PASSWORD: password };
    const tokens = await authenticate(config, timeout, 'USER_PASSWORD_AUTH', parameters);
    return new Identity(config, timeout, tokens, await readCredentials(config, timeout, tokens));
  }

  /** Signs a request at `signedAt`, in milliseconds since 1970. */
  async sign(url: string, init: RequestInit, signedAt: number): Promise<Request> {
    if (this.#renews < this.clock.now()) {
      this.#renewal ??= this.#renew().finally(() => {
        this.#renewal = null;
      });
      await this.#renewal;
    }
    const datetime = new Date(signedAt).toISOString().replace(/[-:]|\.\d{3}/g, '');
    return this.credentials.client.sign(url, { ...init, aws: { datetime } });
  }

  /** Renews the credentials. Keeps them until they expire if Cognito does not answer. */
  async #renew(): Promise<void> {
    const now = this.clock.now();
    try {
      await this.#replace();
      this.#renews = this.credentials.expires - MARGIN_MS;
    } catch (error) {
      if (!(error instanceof NetworkError) || this.credentials.expires < now) throw error;
      this.#renews = now + RENEWAL_INTERVAL_MS;
    }
  }

  async #replace(): Promise<void> {
    const { refresh } = this.tokens;
    const parameters = { REFRESH_TOKEN: refresh };
    this.tokens = await authenticate(
      this.config,
      this.timeout,
      'REFRESH_TOKEN_AUTH',
      parameters,
      refresh,
    );
    this.credentials = await readCredentials(this.config, this.timeout, this.tokens);
  }
}

async function authenticate(
  config: Config,
  timeout: number,
  flow: string,
  parameters: Record<string, string>,
  refresh = '',
): Promise<Tokens> {
  const { AuthenticationResult: result } = await call<{
    AuthenticationResult?: { IdToken: string; RefreshToken?: string };
  }>(config, timeout, USER_POOLS, 'InitiateAuth', {
    AuthFlow: flow,
    ClientId: config.clientId,
    AuthParameters: parameters,
  });
  if (!result) {
    throw new IdentityError(
      'Cognito requires another step to sign in, which this client does not support. ' +
        'Sign in on the site.',
    );
  }
  // A renewal returns a refresh token only if Cognito replaces it.
  return { identity: result.IdToken, refresh: result.RefreshToken ?? refresh };
}

async function readCredentials(
  config: Config,
  timeout: number,
  tokens: Tokens,
): Promise<Credentials> {
  const { region, userPoolId, identityPoolId } = config;
  const logins = { [`cognito-idp.${region}.amazonaws.com/${userPoolId}`]: tokens.identity };
  const { IdentityId } = await call<{ IdentityId: string }>(
    config,
    timeout,
    IDENTITY_POOLS,
    'GetId',
    { IdentityPoolId: identityPoolId, Logins: logins },
  );
  const { Credentials: keys } = await call<{
    Credentials: {
      AccessKeyId: string;
      SecretKey: string;
      SessionToken: string;
      Expiration: number;
    };
  }>(config, timeout, IDENTITY_POOLS, 'GetCredentialsForIdentity', { IdentityId, Logins: logins });
  const client = new AwsClient({
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretKey,
    sessionToken: keys.SessionToken,
    region,
    service: 'execute-api',
    retries: 0,
  });
  return { client, expires: keys.Expiration * 1000 };
}

/**
 * Calls an operation of Cognito that needs no signature. Throws an `IdentityError` if Cognito
 * refuses it, and a `NetworkError` if Cognito fails or has too many calls, even if it is repeated.
 */
async function call<T>(
  config: Config,
  timeout: number,
  [host, target]: readonly [string, string],
  operation: string,
  body: unknown,
): Promise<T> {
  const url = config.endpoint ?? `https://${host}.${config.region}.amazonaws.com/`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${target}.${operation}`,
  };
  for (let attempt = 1; ; attempt++) {
    const request = new Request(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const reply = await send(request, timeout);
    const content = await readJson<{ __type?: string; message?: string }>(reply);
    if (reply.ok && content) return content as T;
    const isThrottled = THROTTLED.includes(content?.__type?.split('#').at(-1) ?? '');
    if (content?.message && reply.status < 500 && !isThrottled) {
      throw new IdentityError(content.message);
    }
    if (attempt === MAX_ATTEMPTS) {
      throw new NetworkError(`Cognito failed. Try again in a moment. (status ${reply.status})`);
    }
    await sleep(0.5 * 2 ** attempt);
  }
}

/** Returns the `sub` of a JWT. The server verifies the token at each call. */
function subject(token: string): string {
  const claims = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  return (JSON.parse(atob(claims)) as { sub: string }).sub;
}
