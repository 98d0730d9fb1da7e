import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import {
  ApiError,
  NetworkError,
  SiteError,
  UploadError,
  connect,
  items,
  type OpenLink,
} from '../src/index.js';
import { USER, ok, refused, serve, type Answer, type Received, type Server } from './server.js';

/** Ends the waits of one and two seconds at once. */
const skipWaits = ({ mock }: TestContext) => {
  const wait = setTimeout;
  mock.method(globalThis, 'setTimeout', (callback: () => void, milliseconds = 0) =>
    wait(callback, [1000, 2000].includes(milliseconds) ? 0 : milliseconds),
  );
};

const EMPTY = ok({ items: [], cursor: null });
const signIn = async (url: string) => (await connect(url)).signIn('ada@example.org', 'secret');

describe('a call', () => {
  it('of a visitor is not signed and has the key', () =>
    serve(
      () => EMPTY,
      async (server) => {
        const { api } = await connect(`${server.url}/`, { apiKey: 'key' });
        await api.listPublicPictures({ limit: 5 });
        const [call] = server.calls;
        assert.deepEqual([call?.method, call?.path], ['GET', '/v1/public?limit=5']);
        assert.equal(call?.headers['x-api-key'], 'key');
        assert.equal(call.headers.authorization, undefined);
      },
    ));

  it('of a member is signed and returns the data', () =>
    serve(
      () => ok({ id: 'a' }, 201),
      async (server) => {
        const member = await signIn(server.url);
        assert.equal(member.userId, USER);
        assert.equal((await member.api.createAlbum({ title: 'Léman' })).id, 'a');
        const [call] = server.calls;
        assert.deepEqual(JSON.parse(String(call?.body)), { title: 'Léman' });
        const signature =
          /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request, /;
        assert.match(call?.headers.authorization ?? '', signature);
      },
    ));

  it('has its parameters in the path, the query and the headers', () =>
    serve(
      () => EMPTY,
      async (server) => {
        const { api } = await connect(server.url);
        const parameters = { token: 'a/b c', 'x-link-session': 's', order: 'taken' } as const;
        await api.listSharedPictures(parameters);
        const [call] = server.calls;
        assert.equal(call?.path, '/v1/shared/a%2Fb%20c/pictures?order=taken');
        assert.equal(call.headers['x-link-session'], 's');
      },
    ));

  it('has a query that is encoded as signatures require', () =>
    serve(
      () => EMPTY,
      async (server) => {
        const { api } = await connect(server.url);
        await api.findPeople({ name: "Zoë O'Brien +" });
        assert.equal(server.calls[0]?.path, '/v1/users?name=Zo%C3%AB%20O%27Brien%20%2B');
      },
    ));

  it('has types for its parameters, its body and its data', () =>
    serve(
      () => ok({ id: 'a', title: 'Lake' }),
      async (server) => {
        const { api } = await connect(server.url);
        const { title }: { title: string } = await api.getAlbum({ albumId: 'a' });
        assert.equal(title, 'Lake');
        // @ts-expect-error: an album has no such field.
        assert.equal((await api.getAlbum({ albumId: 'a' })).name, undefined);
        // @ts-expect-error: the name of the parameter is `albumId`.
        await api.getAlbum({ id: 'a' });
        // @ts-expect-error: a body needs a title.
        await api.createAlbum({});
      },
    ));

  it('of a list reads all pages', () =>
    serve(
      ({ path }) => {
        const isLast = path.includes('cursor=next');
        return ok({ items: [{ id: isLast ? 'b' : 'a' }], cursor: isLast ? null : 'next' });
      },
      async (server) => {
        const { api } = await connect(server.url);
        const found = [];
        for await (const { id } of items(api.listPublicPictures, { limit: 1 })) found.push(id);
        assert.deepEqual(found, ['a', 'b']);
        assert.equal(server.calls[1]?.path, '/v1/public?limit=1&cursor=next');
      },
    ));
});

describe('a failure', () => {
  it('of a call has a code and notes', () =>
    serve(
      () => refused(404, 'There is nothing at this address.'),
      async (server) => {
        const { api } = await connect(server.url);
        await assert.rejects(api.getPublicAlbum({ albumId: 'a' }), (error: unknown) => {
          assert.ok(error instanceof ApiError);
          assert.equal(error.code, 404);
          assert.equal(error.message, 'There is nothing at this address. (404)');
          return true;
        });
      },
    ));

  it('that ends soon is waited for', async () => {
    const answers = [refused(429, 'Too many calls.', { 'retry-after': '1' }), ok({})];
    await serve(
      () => answers.shift() as Answer,
      async (server) => {
        const started = performance.now();
        await (await connect(server.url)).api.getStatus();
        assert.ok(performance.now() - started >= 990);
      },
    );
  });

  it('that does not end in time is thrown at once', () =>
    serve(
      () => refused(429, 'You have added 2,000 pictures today.', { 'retry-after': '7200' }),
      async (server) => {
        const call = (await connect(server.url)).api.getStatus();
        await assert.rejects(call, { code: 429, retryAfter: 7200 });
        assert.equal(server.calls.length, 1);
      },
    ));

  it('of the address is named', () =>
    serve(
      () => ({ status: 200, body: '<html>' }),
      async (server) => {
        const message = /is not an Albumen site/;
        await assert.rejects(connect(`${server.url}/other`), message);
        await assert.rejects(connect(`${server.url}/other`), SiteError);
      },
    ));

  it('of encryption is refused before a call', async () => {
    const message = /is not encrypted. Write it with https/;
    await assert.rejects(connect('http://photos.example.org/'), message);
  });

  it('of encryption in the addresses of a site is refused', () =>
    serve(
      () => EMPTY,
      async (server) => {
        for (const name of ['api', 'endpoint']) {
          for (const address of ['http://photos.example.org/', 'ftp://127.0.0.1/', '', 5]) {
            server.config = { [name]: address };
            await assert.rejects(connect(server.url), SiteError, `${name} ${address}`);
          }
        }
      },
    ));

  it('of a site that redirects to another site is refused', () => {
    let location = '/config.json';
    return serve(
      () => ({ status: 302, body: '', headers: { location } }),
      async (server) => {
        assert.equal((await connect(`${server.url}/moved`)).config.site, server.url);
        // The same server under another name.
        const other = server.url.replace('127.0.0.1', 'localhost');
        location = `${other}/config.json`;
        const message = `${server.url}/moved redirects to ${other}. If you trust that site, name its address.`;
        await assert.rejects(connect(`${server.url}/moved`), { message });
      },
    );
  });

  it('of a site that replaces AWS or names no region is refused', (test) =>
    serve(
      () => EMPTY,
      async (server) => {
        for (const endpoint of ['https://cognito.example.org', '']) {
          server.config = { endpoint };
          await assert.rejects(connect(server.url), /names another server for your password/);
        }
        server.config = { endpoint: null };
        assert.equal((await connect(server.url)).config.site, server.url);
        for (const region of ['eu-west-1.example.org/', '', 'eu-west-1\n']) {
          server.config = { region };
          await assert.rejects(connect(server.url), /is not an Albumen site/);
        }
        const site = 'https://photos.example.org';
        const content = (await (await fetch(`${server.url}/config.json`)).json()) as object;
        test.mock.method(globalThis, 'fetch', async () => {
          const body = JSON.stringify({ ...content, region: 'eu-west-1', endpoint: server.url });
          return Object.defineProperty(new Response(body), 'url', { value: site });
        });
        await assert.rejects(connect(site), /names another server for your password/);
      },
    ));

  it('that is a redirect is not followed', () =>
    serve(
      ({ path }) => ({ status: 307, body: '', headers: { location: `${path}/moved` } }),
      async (server) => {
        const { api } = await connect(server.url, { apiKey: 'key' });
        await assert.rejects(api.getStatus(), NetworkError);
        assert.equal(server.calls.length, 1);
      },
    ));

  it('of the network does not contain the URL', async () => {
    let opened: OpenLink | undefined;
    let host = '';
    await serve(
      () => EMPTY,
      async (server) => {
        opened = await (await connect(server.url)).openLink('secret');
        ({ host } = new URL(server.url));
      },
    );
    const error: unknown = await opened?.read().catch((error: unknown) => error);
    assert.ok(error instanceof NetworkError);
    assert.match(error.message, new RegExp(`^No reply arrived from ${host} \\(ECONN\\w+\\)\\.`));
    assert.doesNotMatch(inspect(error, { depth: null }), /secret/);
  });

  it('of the network is a NetworkError', async () => {
    let url = '';
    await serve(
      () => EMPTY,
      async (server) => {
        url = server.url;
      },
    );
    await assert.rejects(connect(url), NetworkError);
  });

  it('of the sign-in has the message of Cognito', () =>
    serve(
      () => EMPTY,
      async (server) => {
        const client = await connect(server.url);
        const message = 'Incorrect username or password.';
        await assert.rejects(client.signIn('ada@example.org', 'wrong'), { message });
      },
    ));
});

describe('a Cognito that fails', () => {
  const failure = (status: number, __type: string): Answer => ({
    status,
    body: { __type, message: 'Try again.' },
  });

  it('is called again, and is no refusal', (test) =>
    serve(
      () => EMPTY,
      async (server) => {
        skipWaits(test);
        const failures = [
          failure(400, 'TooManyRequestsException'),
          failure(500, 'InternalErrorException'),
          { status: 503, body: '' },
        ];
        server.refusals = failures.slice(0, 2);
        assert.equal((await signIn(server.url)).userId, USER);
        server.refusals = failures;
        await assert.rejects(signIn(server.url), NetworkError);
      },
    ));

  it('does not end a session whose credentials have not expired', (test) =>
    serve(
      () => EMPTY,
      async (server) => {
        skipWaits(test);
        server.expiresIn = 299;
        const { api } = await signIn(server.url);
        server.refusals = Array<Answer>(6).fill(failure(500, 'InternalErrorException'));
        await api.listFeed();
        await api.listFeed();
        assert.equal(server.refusals.length, 3, 'the second call does not renew them');
        const now = Date.now() + 300_000;
        test.mock.method(Date, 'now', () => now);
        await assert.rejects(api.listFeed(), NetworkError);
        server.expiresIn = 3600;
        await api.listFeed();
        assert.equal(server.calls.length, 3);
      },
    ));
});

describe('a session', () => {
  it('corrects a wrong clock once', async () => {
    for (const minutes of [-20, 20]) {
      const now = new Date(Date.now() + minutes * 60_000);
      const isInTime = (date: unknown) => {
        const text = String(date).replace(/(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
        return Math.abs(Date.parse(text) - now.getTime()) < 300_000;
      };
      await serve(
        ({ headers }) =>
          isInTime(headers['x-amz-date'])
            ? EMPTY
            : refused(403, 'Your clock is wrong.', { date: now.toUTCString() }),
        async (server) => {
          const { api } = await signIn(server.url);
          await api.listFeed();
          await api.listFeed();
          assert.equal(server.calls.length, 3, 'the second call has the right time');
        },
      );
    }
  });

  it('renews its credentials before they expire, once for calls at the same time', () =>
    serve(
      () => EMPTY,
      async (server) => {
        server.expiresIn = 299;
        const { api } = await signIn(server.url);
        server.expiresIn = 3600;
        await Promise.all([api.listFeed(), api.listFeed()]);
        assert.deepEqual(server.signIns, ['USER_PASSWORD_AUTH', 'REFRESH_TOKEN_AUTH']);
      },
    ));
});

describe('a link', () => {
  it('is opened by its URL or its token', () =>
    serve(
      () => ok({}),
      async (server) => {
        const client = await connect(server.url);
        const { url: site } = server;
        const urls = [`${site}/s/t-1_`, `${site}/s/t-1_/`, `${site}/s/t-1_?utm=1#x`, '/s/t-1_'];
        for (const url of [...urls, 't-1_']) await (await client.openLink(url)).read();
        const paths = server.calls.map(({ path }) => path);
        assert.deepEqual(paths, Array(5).fill('/v1/shared/t-1_'));
        const other = client.openLink('https://other.example/s/t-1_');
        await assert.rejects(other, /belongs to https:\/\/other.example, not to/);
        for (const url of [
          '',
          site,
          `${site}/s/`,
          `${site}/s/t/x`,
          'https://[/s/t',
          'a.example/t',
        ]) {
          await assert.rejects(client.openLink(url), /This is not a share link/, url);
        }
      },
    ));

  it('with a password is opened by it', () =>
    serve(
      ({ path, headers, body }) => {
        if (!path.endsWith('/unlock')) {
          const needsPassword = headers['x-link-session'] !== 's';
          return ok({ kind: 'album', needsPassword });
        }
        const { password } = JSON.parse(String(body)) as { password: string };
        return password === 'wrong'
          ? refused(403, 'The password is wrong.')
          : ok({ session: 's', expiresAt: '2026-11-29T08:30:00Z' });
      },
      async (server) => {
        const client = await connect(server.url);
        const url = `${server.url}/s/token`;
        assert.equal((await (await client.openLink(url)).read()).needsPassword, true);
        const opened = await client.openLink(url, 'correct horse');
        assert.equal((await opened.read()).needsPassword, false);
        await assert.rejects(client.openLink(url, 'wrong'), { code: 403 });
        assert.equal(server.calls[0]?.path, '/v1/shared/token');
      },
    ));
});

describe('a picture', () => {
  const picture = { id: 'p', owner: { id: USER } };

  it('that fails has a reason', () =>
    serve(
      () => ok({ ...picture, state: 'failed', failure: 'The file is damaged.' }),
      async (server) => {
        const member = await signIn(server.url);
        const failed = await member.api.getPicture({ ownerId: USER, id: 'p' });
        await assert.rejects(member.waitUntilReady(failed), { message: 'The file is damaged.' });
      },
    ));

  it('that is never ready ends the wait', () =>
    serve(
      () => ok({ ...picture, state: 'processing' }),
      async (server) => {
        const member = await signIn(server.url);
        const waiting = await member.api.getPicture({ ownerId: USER, id: 'p' });
        const wait = member.waitUntilReady(waiting, { timeout: 0 });
        await assert.rejects(wait, { name: 'TimeoutError' });
      },
    ));
});

const PART = 5 * 1024 * 1024;

/** Registers a picture and receives its bytes, in parts if the client sends parts. */
function store(failures = 0) {
  const received = {
    parts: [] as Buffer[],
    completed: '',
    failures,
    states: [] as string[],
    replies: {
      create: '<R><UploadId>u</UploadId></R>',
      complete: '<CompleteMultipartUploadResult/>',
    },
  };
  const presigned = (server: Server, method: string, query: string) =>
    ok({ method, url: `${server.url}/s3?${query}`, headers: { 'content-length': '1' } });
  const answer = ({ path, body }: Received, server: Server): Answer => {
    if (path === '/v1/pictures') {
      const picture = { id: 'p', owner: { id: USER }, state: 'awaitingUpload' };
      const url = `${server.url}/s3?part=1`;
      return ok({ picture, upload: { method: 'PUT', url, headers: {} } }, 201);
    }
    if (path.endsWith('/upload')) {
      const { step, number } = JSON.parse(String(body)) as { step: string; number?: number };
      return presigned(server, step === 'part' ? 'PUT' : 'POST', `${step}=${number ?? ''}`);
    }
    if (path.startsWith('/v1/')) return ok({ id: 'p', state: received.states.shift() });
    if (received.failures > 0) {
      received.failures -= 1;
      return { status: 503, body: '' };
    }
    const [, operation, number] = /\?(\w+)=(\d*)/.exec(path) ?? [];
    if (operation === 'create') return { status: 200, body: received.replies.create };
    if (operation === 'part') {
      received.parts[Number(number) - 1] = body;
      return { status: 200, body: '', headers: { etag: `"${number}"` } };
    }
    received.completed = String(body);
    return { status: 200, body: received.replies.complete };
  };
  return { received, answer };
}

describe('an upload', () => {
  const type = 'image/jpeg';

  it('is repeated after a failure of S3', async () => {
    const { received, answer } = store(1);
    await serve(answer, async (server) => {
      await (await signIn(server.url)).upload(new Blob(['x'.repeat(100_000)], { type }));
      assert.equal(received.parts[0]?.length, 100_000);
    });
  });

  it('is in parts if the file is large', async () => {
    const { received, answer } = store();
    const data = Buffer.alloc(11 * 1024 * 1024, 'bytes that do not repeat in step with parts');
    const file = new Blob([data], { type });
    const sent: number[] = [];
    await serve(answer, async (server) => {
      const progress = (done: number) => sent.push(done);
      await (await signIn(server.url)).upload(file, { inParts: true, progress });
    });
    assert.ok(Buffer.concat(received.parts).equals(data));
    assert.deepEqual(sent, [PART, 2 * PART, file.size]);
    const part = '<Part><PartNumber>3</PartNumber><ETag>&quot;3&quot;</ETag></Part>';
    assert.ok(received.completed.includes(part), received.completed);
  });

  it('that S3 refuses has the status', async () => {
    const { answer } = store(9);
    await serve(answer, async (server) => {
      const upload = (await signIn(server.url)).upload(new Blob(['x'], { type }));
      await assert.rejects(upload, UploadError);
    });
  });

  it('in parts needs replies of S3', async () => {
    const { received, answer } = store();
    received.replies.create = '<html>';
    await serve(answer, async (server) => {
      const upload = (await signIn(server.url)).upload(new Blob(['x'], { type }), {
        inParts: true,
      });
      await assert.rejects(upload, /The reply is not from S3/);
    });
  });

  it('with an unknown outcome is looked up', (test) => {
    const { received, answer } = store();
    return serve(answer, async (server) => {
      skipWaits(test);
      const member = await signIn(server.url);
      const upload = () => member.upload(new Blob(['x'], { type }), { inParts: true });
      for (const reply of ['<html>', '', '<Error><Code>InternalError</Code></Error>']) {
        received.replies.complete = reply;
        received.states = ['awaitingUpload', 'processing'];
        await upload();
        assert.deepEqual(received.states, []);
        received.states = Array<string>(5).fill('awaitingUpload');
        await assert.rejects(upload(), { name: /^(NetworkError|UploadError)$/ });
      }
    });
  });

  it('has a time limit in proportion to its length', async (test) => {
    const limits: number[] = [];
    const original = AbortSignal.timeout.bind(AbortSignal);
    test.mock.method(AbortSignal, 'timeout', (milliseconds: number) => {
      limits.push(milliseconds / 1000);
      return original(milliseconds);
    });
    const { answer } = store();
    await serve(answer, async (server) => {
      await (await signIn(server.url)).upload(new Blob(['x'.repeat(1 << 20)], { type }));
    });
    assert.deepEqual([limits.at(-2), limits.at(-1)], [30, 94]);
  });

  it('of a file without a type is not registered', () =>
    serve(
      () => EMPTY,
      async (server) => {
        const member = await signIn(server.url);
        await assert.rejects(member.upload(new Blob(['x'])), /Pass `contentType`/);
        assert.equal(server.calls.length, 0);
      },
    ));
});
