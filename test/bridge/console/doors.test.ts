import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Duty } from '#bridge/calls/person/duty.ts';
import { startConsole } from '#bridge/console/start-console.ts';
import { BridgeError, type ErrorCode, statusOf } from '#bridge/contract/errors.ts';
import { operations } from '#bridge/contract/operations.ts';
import {
  aCall,
  aConsoleSetup,
  FakeCalls,
  FakeCampaigns,
  FakeSettings,
  FakeStore,
  fakeRehearsal,
  silentLog,
} from '#test/support/fake-calls.ts';
import { fakeDiagnosis } from '#test/support/fake-diagnosis.ts';
import { fakeLine } from '#test/support/fake-line.ts';
import { ask, closeAll, dialLive, invoke, LiveClient, openConsole, type Reply, token } from './open-console.ts';

afterEach(closeAll);

/** Everything that comes back for these bytes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

const fieldsOf = (reply: Reply) => ((reply.json().error?.details ?? []) as { field: string }[]).map(({ field }) => field);

describe('who has no token', () => {
  it('gets the same small answer on every path, whatever is there', async () => {
    const { console } = await openConsole();
    const paths = ['/api', '/api/calls.list', '/api/nothing', '/recordings/call_1.wav', '/live', '/unknown', '/%zz', '/..%2f..%2fetc'];
    const bodies = new Set<string>();
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        for (const headers of [
          {},
          { authorization: 'Bearer wrong' },
          { authorization: 'Basic cmlnaHQtdG9rZW4=' },
          { authorization: token },
        ]) {
          const reply = await ask(console, path, { method, withToken: false, headers });
          expect([method, path, reply.status]).toEqual([method, path, 401]);
          bodies.add(reply.body);
        }
      }
    }
    expect([...bodies]).toEqual([JSON.stringify({ error: { code: 'auth/required', message: "This needs the console's token." } })]);
  });

  it('does not get in by the address', async () => {
    const { console } = await openConsole();
    expect((await ask(console, `/api?token=${token}`, { withToken: false })).status).toBe(401);
    expect(await dialLive(console, { path: `/live?token=${token}`, protocols: [] })).toBe(401);
  });

  it('does not get to send a body', async () => {
    const { console } = await openConsole();
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(console.port, '127.0.0.1', () =>
        socket.write(`POST /api/leads.import HTTP/1.1\r\nHost: 127.0.0.1:${console.port}\r\nContent-Length: 100000000\r\n\r\n{`),
      );
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is refused on the live socket before the upgrade', async () => {
    const { console } = await openConsole();
    expect(await dialLive(console, { protocols: [] })).toBe(401);
    expect(await dialLive(console, { protocols: ['ringside.wrong'] })).toBe(401);
    expect(await dialLive(console, { protocols: ['ringside'] })).toBe(401);
    expect(await dialLive(console, { path: '/other', protocols: [] })).toBe(401);
    expect(console.liveSockets).toBe(0);
  });
});

describe('who has the token', () => {
  it('gets in by header, or by subprotocol on the live socket', async () => {
    const { console } = await openConsole();
    expect((await ask(console, '/api')).status).toBe(200);
    const bySubprotocol = await dialLive(console, { protocols: ['other', `ringside.${token}`] });
    expect(bySubprotocol).toBeInstanceOf(LiveClient);
    expect((bySubprotocol as LiveClient).socket.protocol).toBe(`ringside.${token}`);
    const byHeader = await dialLive(console, { protocols: [], headers: { authorization: `Bearer ${token}` } });
    expect((byHeader as LiveClient).socket.protocol).toBe('');
    expect(await dialLive(console, { path: '/other' })).toBe(404);
  });

  it.each([
    ['a page elsewhere', { origin: 'https://evil.example' }],
    ['a page on another port of this machine', { origin: 'http://127.0.0.1:9' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['a name that was made to lead here', { host: 'evil.example' }],
    ['such a name with our port', { host: 'evil.example:4700' }],
    ['another port', { host: '127.0.0.1:9' }],
    ['what the browser itself calls foreign', { 'sec-fetch-site': 'cross-site' }],
  ])('is refused from %s', async (_who, headers) => {
    const { console } = await openConsole();
    const reply = await ask(console, '/api/calls.list', { method: 'POST', headers, body: '{}' });
    expect([reply.status, reply.json().error?.code]).toEqual([403, 'auth/forbidden']);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask(console, '/api/calls.list', { method: 'OPTIONS', headers, withToken: false })).status).toBe(403);
    expect(await dialLive(console, { headers })).toBe(403);
  });

  it("is welcome from the console's own page", async () => {
    const { console } = await openConsole();
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const headers = { host: `${name}:${console.port}`, origin: `http://${name}:${console.port}`, 'sec-fetch-site': 'same-origin' };
      expect((await ask(console, '/api/calls.list', { method: 'POST', headers, body: '{}' })).status).toBe(200);
      expect(await dialLive(console, { headers })).toBeInstanceOf(LiveClient);
    }
  });

  it('finds nothing where nothing is', async () => {
    const { console } = await openConsole();
    for (const path of ['/nothing', '/api/', '/API', '/recordings', '/recordings/call_1', '/%zz']) {
      const reply = await ask(console, path);
      expect([path, reply.status, reply.json().error?.code]).toEqual([path, 404, 'not-found']);
    }
  });
});

describe('an operation over HTTP', () => {
  it('answers its result', async () => {
    const { console } = await openConsole();
    const reply = await invoke(console, 'campaigns.get', { id: 'cmp_1' });
    expect(reply.status).toBe(200);
    expect(operations['campaigns.get'].output.parse(reply.json().result).name).toBe('First');
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
  });

  it('takes JSON under any name, and nothing at all as an empty object', async () => {
    const { console } = await openConsole();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(console, '/api/campaigns.get', { method: 'POST', headers: form, body: '{"id":"cmp_1"}' })).status).toBe(200);
    expect((await ask(console, '/api/campaigns.list', { method: 'POST' })).status).toBe(200);
  });

  it('lists every offending field', async () => {
    const { console } = await openConsole();
    const reply = await invoke(console, 'campaigns.create', {
      name: '',
      agentId: 'a',
      carrier: 'bell',
      fromNumbers: ['1'],
      window: { start: '1', end: '20:00' },
    });
    expect(reply.status).toBe(400);
    expect(reply.json().error?.code).toBe('input/invalid');
    expect(fieldsOf(reply)).toEqual(['name', 'carrier', 'fromNumbers.0', 'window.start']);
  });

  it.each([
    ['calls.dial', { compliance: { hours: 'maybe' } }, ['to', 'agentId', 'carrier', 'from', 'compliance.hours']],
    ['leads.import', { campaignId: 'c', csv: 'x', mapping: { fone: 'x' } }, ['mapping.fone']],
    ['leads.import', { campaignId: 'c' }, ['csv']],
    ['calls.get', [], ['']],
    ['calls.get', 'null', ['']],
    ['calls.get', '{"id":', ['']],
    ['calls.get', { id: '../../etc' }, ['id']],
    ['suppressions.list', { cursor: 'a b' }, ['cursor']],
  ])('names the field that is wrong in %s %j', async (operation, input, fields) => {
    const { console } = await openConsole();
    const reply = await invoke(console, operation, input);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(fields);
  });

  it.each(['nothing', 'calls.fly', 'constructor', '__proto__', 'toString'])('says that there is no %s', async (operation) => {
    const { console } = await openConsole();
    const reply = await invoke(console, operation);
    expect([reply.status, reply.json().error?.code]).toEqual([404, 'not-found']);
  });

  it.each(Object.entries(statusOf))('answers %s with status %i', async (code, status) => {
    const { console, calls } = await openConsole();
    calls.failWith = new BridgeError(code as ErrorCode, 'It is so.', { details: { name: 'suppressed' } });
    const reply = await invoke(console, 'calls.get', { id: 'call_1' });
    expect([reply.status, reply.json()]).toEqual([status, { error: { code, message: 'It is so.', details: { name: 'suppressed' } } }]);
  });

  it('tells nothing about what broke inside', async () => {
    const { console, calls } = await openConsole();
    calls.failWith = new Error('SQLITE: secret');
    const reply = await invoke(console, 'calls.get', { id: 'call_1' });
    expect([reply.status, reply.json().error?.code]).toEqual([500, 'internal']);
    expect(reply.body).not.toContain('secret');
  });

  it('takes 1 MB, and 110 MB where a file is expected', async () => {
    const { console, campaigns } = await openConsole();
    const csv = 'x'.repeat(3_000_000);
    expect((await invoke(console, 'suppressions.add', { numbers: [csv], reason: 'manual' })).status).toBe(400);
    expect((await invoke(console, 'leads.import', { campaignId: 'cmp_1', csv })).status).toBe(200);
    expect(campaigns.imported[0]).toHaveLength(3_000_000);
    expect((await invoke(console, 'suppressions.import', { csv })).status).toBe(200);
    const tooLarge = { method: 'POST', headers: { 'content-length': String(111 * 1024 * 1024) }, body: '' };
    expect((await ask(console, '/api/leads.import', tooLarge).catch(() => ({ status: 400 }))).status).toBe(400);
  });

  it.each([
    ['no HTTP', 'Hello?\r\n\r\n'],
    ['a method that does not exist', 'FETCH /api HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a head that is too long', `GET /api HTTP/1.1\r\nX-Long: ${'x'.repeat(70_000)}\r\n\r\n`],
  ])('answers %s with an error as every other', async (_what, bytes) => {
    const { console } = await openConsole();
    const reply = await raw(console.port, bytes);
    expect(reply).toMatch(/^HTTP\/1\.1 400 .*\r\n/);
    expect(JSON.parse(reply.slice(reply.indexOf('\r\n\r\n')))).toEqual({
      error: { code: 'input/invalid', message: expect.any(String), details: [{ field: '', message: 'is not a request that can be read' }] },
    });
  });

  it('refuses whoever names no host, in the words that everybody gets', async () => {
    const { console } = await openConsole();
    const reply = await raw(console.port, `GET /api HTTP/1.1\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
    expect(reply).toContain('"code":"auth/forbidden"');
  });

  it('says in words that a call is over, refused or missing', async () => {
    const { console } = await openConsole();
    expect((await invoke(console, 'calls.get', { id: 'call_9' })).status).toBe(404);
    expect((await invoke(console, 'campaigns.start', { id: 'cmp_1' })).status).toBe(200);
    expect((await invoke(console, 'campaigns.start', { id: 'cmp_1' })).status).toBe(409);
    expect((await invoke(console, 'suppressions.remove', { id: 'sup_2', reason: 'error' })).status).toBe(404);
    expect((await invoke(console, 'suppressions.remove', { id: 'sup_1', reason: 'error' })).json()).toEqual({ result: { ok: true } });
  });
});

describe('agents', () => {
  const draft = { name: 'Ann', instructions: 'Be kind to {{firstName}}. Example: {"a":{"b":1}}', greeting: 'Hello {{firstName | there}}' };

  it('are made, changed into a new version, and read in any version', async () => {
    const { console } = await openConsole();
    const made = operations['agents.create'].output.parse((await invoke(console, 'agents.create', draft)).json().result);
    const changed = await invoke(console, 'agents.update', { id: made.id, greeting: 'Good day' });
    expect(operations['agents.update'].output.parse(changed.json().result)).toMatchObject({
      version: 2,
      greeting: 'Good day',
      name: 'Ann',
    });
    const old = await invoke(console, 'agents.get', { id: made.id, version: 1 });
    expect(old.json().result).toMatchObject({ version: 1, greeting: draft.greeting });
    expect((await invoke(console, 'agents.get', { id: 'agt_9' })).status).toBe(404);
  });

  it.each([
    ['greeting', 'Hello {{firstName'],
    ['greeting', 'Hello {{}}'],
    ['greeting', 'Hello {{ 1st }}'],
    ['disclosure', 'I am {{company'],
    ['announcement', '{{a{{b}}'],
  ])('are refused with a broken variable in the %s: %s', async (field, text) => {
    const { console, store } = await openConsole();
    const reply = await invoke(console, 'agents.create', { ...draft, [field]: text });
    expect([reply.status, reply.json().error?.details]).toMatchObject([400, [{ field }]]);
    expect(store.agentRows).toEqual([]);
  });
});

describe('credentials', () => {
  it('are tested, and what is wrong comes with its cure', async () => {
    const { console } = await openConsole({
      setup: {
        testers: {
          openai: async () => 'The key works.',
          plivo: async () => {
            throw new BridgeError('carrier/credentials', 'Plivo does not take these credentials.');
          },
        },
      },
    });
    const test = async (provider: string) =>
      operations['setup.testCredentials'].output.parse((await invoke(console, 'setup.testCredentials', { provider })).json().result);
    expect(await test('openai')).toMatchObject({ ok: true, message: 'The key works.', cure: null });
    expect(await test('plivo')).toMatchObject({ ok: false, message: 'Plivo does not take these credentials.', cure: expect.any(String) });
    expect(await test('twilio')).toMatchObject({ ok: false, cure: 'Save it here, or set TWILIO_ACCOUNT_SID.' });
  });

  it('are given up after fifteen seconds', async () => {
    let isAborted = false;
    const { console, clock } = await openConsole({
      setup: {
        testers: {
          openai: (signal) =>
            new Promise(() => {
              signal.addEventListener('abort', () => {
                isAborted = true;
              });
            }),
        },
      },
    });
    const reply = invoke(console, 'setup.testCredentials', { provider: 'openai' });
    while (clock.pending === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    clock.advance(15_000);
    expect((await reply).json().result).toMatchObject({ ok: false, ms: 15_000 });
    expect([isAborted, clock.pending]).toEqual([true, 0]);
  });
});

describe('the description', () => {
  it('has every operation, with input, output, errors and the token', async () => {
    const { console } = await openConsole();
    const reply = await ask(console, '/api');
    // biome-ignore lint/suspicious/noExplicitAny: a document
    const document = JSON.parse(Buffer.from(reply.body, 'latin1').toString()) as any;
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
    expect(document.security).toEqual([{ token: [] }]);
    expect(document.components.securitySchemes.token).toEqual({ type: 'http', scheme: 'bearer' });
    for (const name of Object.keys(operations)) {
      const { post } = document.paths[`/api/${name}`];
      expect(post.operationId).toBe(name);
      expect(post.requestBody.content['application/json'].schema.type ?? 'object').toBe('object');
      expect(post.responses['200'].content['application/json'].schema.properties.result).not.toEqual({});
      for (const status of [400, 401, 403, 404, 409, 422, 500, 503]) expect(post.responses[status].description).not.toContain('undefined');
    }
    expect(document.paths['/recordings/{callId}.wav'].get.responses['206']).toBeDefined();
    expect(reply.body).not.toContain('"additionalProperties":false,"description":"Done');
    const consent =
      document.paths['/api/leads.list'].post.responses['200'].content['application/json'].schema.properties.result.items.properties.consent;
    expect(JSON.stringify(consent)).toContain('date-time');
  });
});

describe('starting and closing', () => {
  it('names the port and the variable when the port is taken', async () => {
    const { console, feed, clock } = await openConsole();
    const second = startConsole({
      port: console.port,
      token,
      calls: new FakeCalls(),
      campaigns: new FakeCampaigns(),
      duty: new Duty(),
      store: new FakeStore().asStore(),
      feed,
      setup: aConsoleSetup(),
      settings: new FakeSettings(),
      line: fakeLine,
      diagnosis: fakeDiagnosis,
      rehearsal: fakeRehearsal,
      rendererDir: '/nowhere',
      clock,
      log: silentLog,
      version: '1',
    });
    await expect(second).rejects.toMatchObject({ code: 'port/in-use', message: expect.stringContaining(String(console.port)) });
    await expect(second).rejects.toThrow(/RINGSIDE_CONSOLE_PORT/);
  });

  it('leaves no socket, timer or watcher behind', async () => {
    const { console, calls, feed, clock } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const client = (await dialLive(console)) as LiveClient;
    client.send({ type: 'audio.open', callId: id, listen: true });
    await client.next('audio.opened');
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    await console.close();
    await console.close();
    await closed;
    expect([console.liveSockets, feed.watchers, calls.listenerCount, clock.pending]).toEqual([0, 0, 0, 0]);
    await expect(ask(console, '/api')).rejects.toThrow(/ECONNREFUSED/);
  });
});
