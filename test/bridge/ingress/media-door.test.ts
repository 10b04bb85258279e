import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Ingress, startIngress } from '#bridge/ingress/start-ingress.ts';
import { FakeDoors, silentLog } from '#test/support/fake-calls.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const open: Ingress[] = [];
const clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(open.splice(0).map((ingress) => ingress.close()));
});

async function start(doors = new FakeDoors()) {
  const clock = new ManualClock();
  const ingress = await startIngress({ port: 0, doors, log: silentLog, clock });
  open.push(ingress);
  return { ingress, doors, clock };
}

/** @returns the open socket, or the HTTP status with which it was refused */
function dial(
  ingress: Ingress,
  path: string,
  { isSigned = true, protocols = [] as string[], headers = {} } = {},
): Promise<WebSocket | number> {
  const client = new WebSocket(`ws://127.0.0.1:${ingress.port}${path}`, protocols, {
    headers: { ...headers, ...(isSigned ? { 'x-signed': 'yes' } : {}) },
  });
  clients.push(client);
  client.on('error', () => {});
  return new Promise((resolve, reject) => {
    client.once('open', () => resolve(client));
    client.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    client.once('error', reject);
  });
}

async function admitted(ingress: Ingress, path = '/media/twilio/token-1', options = {}): Promise<WebSocket> {
  const client = await dial(ingress, path, options);
  if (typeof client === 'number') throw new Error(`refused with ${client}`);
  return client;
}

/** Give sockets a moment to carry what was written. */
const until = async (isTrue: () => boolean) => {
  for (let round = 0; round < 400 && !isTrue(); round++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isTrue()).toBe(true);
};

describe('a media socket', () => {
  it('is handed to its call, once', async () => {
    const { ingress, doors } = await start();
    const client = await admitted(ingress);
    expect(doors.accepted).toHaveLength(1);
    expect(client.protocol).toBe('');
    expect(client.extensions).toBe('');
    expect(await dial(ingress, '/media/twilio/token-1')).toBe(403);
    expect(doors.accepted).toHaveLength(1);
  });

  it.each([
    ['an unknown token', '/media/twilio/token-2', true, 403],
    ["another carrier's token", '/media/plivo/token-1', true, 403],
    ['a relay token, since there are none', '/media/relay/token-1', true, 403],
    ['no signature', '/media/twilio/token-1', false, 403],
    ['no token', '/media/twilio/', true, 404],
    ['a longer path', '/media/twilio/token-1/more', true, 404],
    ['another carrier', '/media/other/token-1', true, 404],
    ['another path', '/live', true, 404],
    ['the path of a webhook', '/carrier/twilio/answer/ticket-1', true, 404],
  ])('is refused for %s before the upgrade', async (_what, path, isSigned, status) => {
    const { ingress, doors } = await start();
    expect(await dial(ingress, path, { isSigned })).toBe(status);
    expect(doors.accepted).toEqual([]);
    expect(doors.tokens.has('token-1')).toBe(true);
  });

  it('keeps its token when the upgrade request is broken', async () => {
    const { ingress, doors } = await start();
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(ingress.port, '127.0.0.1', () =>
        socket.write(
          'GET /media/twilio/token-1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Signed: yes\r\nSec-WebSocket-Version: 13\r\n\r\n',
        ),
      );
      let text = '';
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(doors.tokens.has('token-1')).toBe(true);
  });

  it('is answered with a subprotocol only when it offers one', async () => {
    const { ingress } = await start(new FakeDoors('twilio', ['token-1', 'token-2']));
    expect((await admitted(ingress, '/media/twilio/token-1', { protocols: ['audio.drachtio.org'] })).protocol).toBe('audio.drachtio.org');
    expect((await admitted(ingress, '/media/twilio/token-2')).protocol).toBe('');
  });

  it('is closed after 10 s when it never speaks', async () => {
    const { ingress, clock } = await start();
    const client = await admitted(ingress);
    const closed = once(client, 'close');
    clock.advance(9_500);
    expect(ingress.mediaSockets).toBe(1);
    clock.advance(1_500);
    await closed;
    await until(() => ingress.mediaSockets === 0);
    expect(clock.pending).toBe(0);
  });

  it('is closed after 60 s without a message', async () => {
    const { ingress, doors, clock } = await start();
    const client = await admitted(ingress);
    let heard = 0;
    doors.accepted[0]?.socket.on('message', () => heard++);
    client.send('{"event":"connected"}');
    await until(() => heard === 1);
    clock.advance(58_000);
    expect(ingress.mediaSockets).toBe(1);
    const closed = once(client, 'close');
    clock.advance(4_000);
    await closed;
  });

  it('stays open as long as it speaks, and is pinged', async () => {
    const { ingress, doors, clock } = await start();
    const client = await admitted(ingress);
    let heard = 0;
    let pings = 0;
    doors.accepted[0]?.socket.on('message', () => heard++);
    client.on('ping', () => pings++);
    for (let round = 1; round <= 5; round++) {
      client.send('x');
      await until(() => heard === round);
      clock.advance(30_000);
    }
    expect(ingress.mediaSockets).toBe(1);
    await until(() => pings >= 4);
  });

  it('is ended by a message above 64 KiB, and by garbage, without harm to another', async () => {
    const { ingress, doors } = await start(new FakeDoors('twilio', ['a', 'b', 'c']));
    const [large, garbage, good] = [
      await admitted(ingress, '/media/twilio/a'),
      await admitted(ingress, '/media/twilio/b'),
      await admitted(ingress, '/media/twilio/c'),
    ];
    const closed = [once(large, 'close'), once(garbage, 'close')];
    large.send('x'.repeat(64 * 1024 + 1));
    // @ts-expect-error the raw socket, to write what is no frame
    garbage._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    await Promise.all(closed);
    let heard = '';
    doors.accepted[2]?.socket.on('message', (data) => {
      heard = data.toString();
    });
    good.send('still here');
    await until(() => heard === 'still here');
    await until(() => ingress.mediaSockets === 1);
  });

  it('is ended when it floods', async () => {
    const { ingress } = await start();
    const client = await admitted(ingress);
    const closed = once(client, 'close');
    for (let index = 0; index < 3_000; index++) client.send('x');
    await closed;
    await until(() => ingress.mediaSockets === 0);
  });

  it('may bring half a minute of audio at once', async () => {
    const { ingress, doors } = await start();
    const client = await admitted(ingress);
    let heard = 0;
    doors.accepted[0]?.socket.on('message', () => heard++);
    for (let index = 0; index < 1_500; index++) client.send('y'.repeat(300));
    await until(() => heard === 1_500);
    expect(ingress.mediaSockets).toBe(1);
  });

  it('is ended when its call cannot take it', async () => {
    const doors = new FakeDoors();
    doors.onAccept = () => {
      throw new Error('no call');
    };
    const { ingress } = await start(doors);
    const client = await admitted(ingress);
    await once(client, 'close');
    expect((await fetch(`${ingress.url}/health`)).status).toBe(200);
  });

  it('is slowed down for strangers', async () => {
    const { ingress } = await start();
    const statuses: (WebSocket | number)[] = [];
    for (let index = 0; index < 125; index++) statuses.push(await dial(ingress, `/media/twilio/guess-${index}`));
    expect(statuses.slice(0, 120).every((status) => status === 403)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect(await dial(ingress, '/media/twilio/token-1')).toBeInstanceOf(WebSocket);
  });

  it('ends when the public side closes', async () => {
    const { ingress, clock } = await start();
    const client = await admitted(ingress);
    const closed = once(client, 'close');
    await ingress.close();
    await closed;
    expect([ingress.mediaSockets, clock.pending]).toEqual([0, 0]);
  });
});
