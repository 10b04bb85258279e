import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import { type Ingress, startIngress } from '#bridge/ingress/start-ingress.ts';
import { until } from '#test/support/bridge-rig.ts';
import { FakeDoors, silentLog } from '#test/support/fake-calls.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const open: Ingress[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((ingress) => ingress.close()));
});

async function start(doors = new FakeDoors(), clock = new ManualClock()) {
  const ingress = await startIngress({ port: 0, doors, log: silentLog, clock });
  open.push(ingress);
  return { ingress, doors, clock };
}

const signed = { 'x-signed': 'yes', 'content-type': 'application/x-www-form-urlencoded' };

/** A request exactly as written: no normalising of the path, no waiting for the body to be wanted. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('the public side', () => {
  it('says that it is there', async () => {
    const { ingress } = await start();
    const response = await fetch(`${ingress.url}/health`);
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });

  it.each([
    '/',
    '/api',
    '/api/calls.list',
    '/live',
    '/recordings/call_1.wav',
    '/carrier',
    '/carrier/',
    '/carrier/twilio',
    '/carrier/other/answer/ticket-1',
    '/Health',
    '/health/',
    '/media',
    '/..%2fhealth',
    '/%zz',
  ])('knows no %s', async (path) => {
    const { ingress, doors } = await start();
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${ingress.url}${path}`, { method, headers: { 'x-signed': 'yes' } });
      expect([method, response.status]).toEqual([method, 404]);
    }
    expect(doors.handled).toEqual([]);
  });

  it('hands a signed webhook on exactly as it came', async () => {
    const { ingress, doors } = await start();
    const body = 'CallSid=CA1&From=%2B15550100001&Note=a+b%20c&Many=1&Many=2';
    const response = await fetch(`${ingress.url}/carrier/twilio/answer/ticket-1?x=%2B1&y=a+b`, { method: 'POST', headers: signed, body });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'text/xml', '<Response/>']);
    const [handled] = doors.handled;
    expect(handled).toMatchObject({ method: 'POST', target: '/carrier/twilio/answer/ticket-1?x=%2B1&y=a+b', attempt: 'att_1' });
    expect(handled?.rawBody.toString()).toBe(body);
    expect({ ...handled?.form }).toEqual({ CallSid: 'CA1', From: '+15550100001', Note: 'a b c', Many: ['1', '2'] });
    expect({ ...handled?.query }).toEqual({ x: '+1', y: 'a b' });
  });

  it('keeps the bytes of JSON and of bodies of no known kind', async () => {
    const { ingress, doors } = await start();
    for (const type of ['application/json', 'application/octet-stream', 'multipart/form-data; boundary=x']) {
      const headers = { 'x-signed': 'yes', 'content-type': type };
      const response = await fetch(`${ingress.url}/carrier/twilio/status/ticket-1`, { method: 'POST', headers, body: '{"a":1}' });
      expect(response.status).toBe(200);
    }
    expect(doors.handled.map(({ rawBody }) => rawBody.toString())).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    expect(doors.handled.every(({ form }) => Object.keys(form).length === 0)).toBe(true);
  });

  it('finds the ticket in the middle of a path, and serves GET', async () => {
    const { ingress, doors } = await start();
    const post = await fetch(`${ingress.url}/carrier/twilio/stream/ticket-1/events`, { method: 'POST', headers: signed, body: 'a=1' });
    const get = await fetch(`${ingress.url}/carrier/twilio/answer/ticket-1?CallUUID=1`, { headers: { 'x-signed': 'yes' } });
    expect([post.status, get.status]).toEqual([200, 200]);
    expect(doors.handled.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it.each([
    ['no signature', '/carrier/twilio/answer/ticket-1', {}],
    ['a wrong one', '/carrier/twilio/answer/ticket-1', { 'x-signed': 'no' }],
    ['one that cannot be checked', '/carrier/twilio/answer/ticket-1', { 'x-signed': 'throw' }],
    ['an unknown ticket', '/carrier/twilio/answer/ticket-2', { 'x-signed': 'yes' }],
    ["another carrier's ticket", '/carrier/plivo/answer/ticket-1', { 'x-signed': 'yes' }],
  ])('answers 403 to %s, and changes nothing', async (_what, path, headers) => {
    const { ingress, doors } = await start();
    const response = await fetch(`${ingress.url}${path}`, { method: 'POST', headers, body: 'CallStatus=completed' });
    expect([response.status, await response.text()]).toEqual([403, 'Forbidden\n']);
    expect(doors.handled).toEqual([]);
  });

  it('knows only the paths and methods that the carrier offers', async () => {
    const { ingress, doors } = await start();
    const get = await fetch(`${ingress.url}/carrier/twilio/status/ticket-1`, { headers: { 'x-signed': 'yes' } });
    const other = await fetch(`${ingress.url}/carrier/twilio/other/ticket-1`, { method: 'POST', headers: signed, body: '' });
    const put = await fetch(`${ingress.url}/carrier/twilio/answer/ticket-1`, { method: 'PUT', headers: signed, body: '' });
    expect([get.status, other.status, put.status]).toEqual([404, 404, 404]);
    expect(doors.checks).toBe(0);
  });

  it('answers 400 to a signed webhook that does not parse, and 500 to one that breaks us', async () => {
    const { ingress, doors } = await start();
    const post = () => fetch(`${ingress.url}/carrier/twilio/answer/ticket-1`, { method: 'POST', headers: signed, body: 'a=1' });
    doors.answer = () => {
      throw new BridgeError('input/invalid', 'CallSid: is missing');
    };
    expect((await post()).status).toBe(400);
    doors.answer = () => {
      throw new Error('secret detail');
    };
    const broken = await post();
    expect([broken.status, await broken.text()]).toEqual([500, 'Internal error\n']);
  });

  it('reads no body above 64 KiB, whoever signs it', async () => {
    const { ingress, doors } = await start();
    const post = (size: number) =>
      fetch(`${ingress.url}/carrier/twilio/answer/ticket-1`, { method: 'POST', headers: signed, body: 'x'.repeat(size) }).then(
        (response) => response.status,
        // The connection may be cut while the body is on its way.
        () => 413,
      );
    expect(await post(64 * 1024)).toBe(200);
    expect(await post(64 * 1024 + 1)).toBe(413);
    expect(await post(5_000_000)).toBe(413);
    expect(doors.handled).toHaveLength(1);
  });

  it('does not read the body of who has no ticket', async () => {
    const { ingress } = await start();
    const heard = await raw(
      ingress.port,
      'POST /carrier/twilio/answer/nobody HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\nsome',
    );
    expect(heard).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('closes connections that never speak, or that drip', async () => {
    const ingress = await startIngress({ port: 0, doors: new FakeDoors(), log: silentLog, clock: new ManualClock(), headersMs: 100 });
    open.push(ingress);
    const drip = raw(ingress.port, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(await raw(ingress.port, '')).toMatch(/^(HTTP\/1\.1 4|$)/);
    expect(await drip).toMatch(/^(HTTP\/1\.1 4|$)/);
  });

  it('survives what is no HTTP', async () => {
    const { ingress } = await start();
    expect(await raw(ingress.port, '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(ingress.port, `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4/);
    expect((await fetch(`${ingress.url}/health`)).status).toBe(200);
  });

  it('slows strangers down, source by source, and never a carrier', async () => {
    const { ingress, clock } = await start();
    const ask = async (from: string, path = '/nothing') =>
      (await fetch(`${ingress.url}${path}`, { headers: { 'x-forwarded-for': `1.1.1.1, ${from}` } })).status;
    const statuses: number[] = [];
    for (let index = 0; index < 130; index++) statuses.push(await ask('6.6.6.6'));
    expect(statuses.filter((status) => status === 404)).toHaveLength(120);
    expect(statuses.at(-1)).toBe(429);
    expect(await ask('6.6.6.6', '/health')).toBe(429);
    expect(await ask('7.7.7.7', '/health')).toBe(200);
    const webhook = await fetch(`${ingress.url}/carrier/twilio/answer/ticket-1`, {
      method: 'POST',
      headers: { ...signed, 'x-forwarded-for': '6.6.6.6' },
      body: 'a=1',
    });
    expect(webhook.status).toBe(200);
    clock.advance(10_000);
    expect(await ask('6.6.6.6', '/health')).toBe(200);
  });

  it('takes the webhooks of 80 calls at once from one source', async () => {
    const { ingress, doors } = await start();
    const posts = Array.from({ length: 480 }, () =>
      fetch(`${ingress.url}/carrier/twilio/status/ticket-1`, { method: 'POST', headers: signed, body: 'a=1' }).then(({ status }) => status),
    );
    expect(new Set(await Promise.all(posts))).toEqual(new Set([200]));
    expect(doors.handled).toHaveLength(480);
  });

  it('treats other upgrades as ordinary requests', async () => {
    const { ingress } = await start();
    const status = await new Promise((resolve, reject) => {
      const headers = { connection: 'upgrade, http2-settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA' };
      const asked = request({ port: ingress.port, path: '/health', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(200);
  });

  it('names the port and the variable when the port is taken', async () => {
    const { ingress } = await start();
    const second = startIngress({ port: ingress.port, doors: new FakeDoors(), log: silentLog, clock: new ManualClock() });
    await expect(second).rejects.toMatchObject({ code: 'port/in-use', message: expect.stringContaining(String(ingress.port)) });
    await expect(second).rejects.toThrow(/RINGSIDE_INGRESS_PORT/);
  });

  it('leaves nothing open behind', async () => {
    const before = process.getActiveResourcesInfo().length;
    const { ingress, clock } = await start();
    const idle = connect(ingress.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const closed = new Promise((resolve) => idle.once('close', resolve));
    idle.resume();
    await ingress.close();
    await ingress.close();
    await closed;
    expect(clock.pending).toBe(0);
    await until('nothing is held', () => process.getActiveResourcesInfo().length <= before + 1);
  });
});
