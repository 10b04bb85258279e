import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { audioFrameBytes, FramePool } from '#bridge/console/frame-pool.ts';
import { aCall } from '#test/support/fake-calls.ts';
import { closeAll, openConsole, openLive, until } from './open-console.ts';

afterEach(closeAll);

const alert = (message: string) => ({ type: 'alert', level: 'info', message }) as const;
const frame = (fill: number) => new Uint8Array(audioFrameBytes).fill(fill);

describe('the live socket', () => {
  it('begins with a snapshot and goes on with every event', async () => {
    const { console, calls, feed, clock } = await openConsole();
    calls.put(aCall({ state: 'live' }));
    feed.publish(alert('before'));
    const client = await openLive(console);
    await until(() => feed.watchers === 1);
    feed.publish(alert('between'));
    clock.advance(250);
    feed.publish(alert('after'));
    await until(() => client.texts.length === 3);
    expect(client.texts.map(({ type, seq }) => [type, seq])).toEqual([
      ['snapshot', 1],
      ['alert', 2],
      ['alert', 3],
    ]);
    expect(client.texts[0]).toMatchObject({ calls: [{ id: 'call_1', state: 'live' }], campaigns: [{ id: 'cmp_1' }] });
  });

  it('goes on where a console has lost it', async () => {
    const { console, feed, clock } = await openConsole();
    for (let index = 0; index < 5; index++) feed.publish(alert('x'));
    const client = await openLive(console);
    client.send({ type: 'resume', seq: 3, run: feed.run });
    await until(() => client.texts.length === 2);
    clock.advance(1_000);
    feed.publish(alert('y'));
    await until(() => client.texts.length === 3);
    expect(client.seqs).toEqual([4, 5, 6]);
  });

  it('gives a snapshot to who comes back after a restart', async () => {
    const { console, feed } = await openConsole();
    feed.publish(alert('x'));
    const client = await openLive(console);
    client.send({ type: 'resume', seq: 812 });
    expect(await client.next('snapshot')).toMatchObject({ seq: 1, run: feed.run });
  });

  it('runs any operation, each answered with its own id', async () => {
    const { console } = await openConsole();
    const client = await openLive(console);
    client.send({ type: 'invoke', id: 1, operation: 'campaigns.get', input: { id: 'cmp_1' } });
    client.send({ type: 'invoke', id: 'two', operation: 'campaigns.get', input: {} });
    client.send({ type: 'invoke', id: 3, operation: 'campaigns.fly', input: {} });
    client.send({ type: 'invoke', id: 4, operation: 'campaigns.list' });
    await until(() => client.texts.length === 4);
    const answers = new Map(client.texts.map((answer) => [answer.id, answer]));
    expect(answers.get(1)).toMatchObject({ type: 'answer', result: { name: 'First' } });
    expect(answers.get('two')).toMatchObject({ error: { code: 'input/invalid', details: [{ field: 'id', message: 'is missing' }] } });
    expect(answers.get(3)).toMatchObject({ error: { code: 'not-found' } });
    expect(answers.get(4).result).toHaveLength(1);
  });

  it('takes a file where one is expected, and 1 MB elsewhere', async () => {
    const { console, campaigns } = await openConsole();
    const client = await openLive(console);
    const csv = 'x'.repeat(2_000_000);
    client.send({ type: 'invoke', id: 1, operation: 'leads.import', input: { campaignId: 'cmp_1', csv } });
    client.send({ type: 'invoke', id: 2, operation: 'suppressions.add', input: { numbers: [csv], reason: 'manual' } });
    await until(() => client.texts.length === 2);
    expect(campaigns.imported[0]).toHaveLength(2_000_000);
    expect(client.texts.find(({ id }) => id === 2).error.code).toBe('input/invalid');
  });

  it.each([
    ['text that is no JSON', '{"type":', null],
    ['JSON that is no message', '42', null],
    ['a message of no known type', { type: 'shout' }, 'shout'],
    ['a resume without a number', { type: 'resume' }, 'resume'],
    ['a negative channel', { type: 'audio.close', channel: -1 }, 'audio.close'],
    ['a channel that is not open', { type: 'audio.close', channel: 7 }, 'audio.close'],
    ['a call that does not exist', { type: 'audio.open', callId: 'call_9', listen: true }, 'audio.open'],
    ['nothing to listen to', { type: 'audio.open', callId: 'call_1', listen: false }, 'audio.open'],
    ['a microphone without a takeover', { type: 'audio.open', callId: 'call_1', listen: true, speak: true }, 'audio.open'],
    ['audio out of the blue', Buffer.from([3, 0, 0, 0, 1]), null],
  ])('answers %s with an error and goes on', async (_what, message, type) => {
    const { console, calls } = await openConsole();
    calls.put(aCall({ state: 'live' }));
    const client = await openLive(console);
    client.send(message);
    expect(await client.next('error')).toMatchObject({ request: type, error: { code: expect.any(String), message: expect.any(String) } });
    client.send({ type: 'invoke', id: 1, operation: 'campaigns.list', input: {} });
    await client.next('answer');
    expect(calls.listenerCount).toBe(0);
  });

  it('is ended by what is no WebSocket, without harm to another', async () => {
    const { console } = await openConsole();
    const [garbage, good] = [await openLive(console), await openLive(console)];
    const closed = once(garbage.socket, 'close');
    // @ts-expect-error the raw socket, to write what is no frame
    garbage.socket._socket.write(Buffer.alloc(64, 0xff));
    await closed;
    good.send({ type: 'invoke', id: 1, operation: 'campaigns.list', input: {} });
    await good.next('answer');
    await until(() => console.liveSockets === 1);
  });

  it('is ended when it does not answer pings', async () => {
    const { console, clock } = await openConsole();
    const [deaf, awake] = [await openLive(console), await openLive(console)];
    // @ts-expect-error the socket's own answer, switched off
    deaf.socket._autoPong = false;
    let pings = 0;
    awake.socket.on('ping', () => pings++);
    const closed = once(deaf.socket, 'close');
    await until(() => console.liveSockets === 2);
    clock.advance(30_000);
    await until(() => pings === 1);
    // A round trip behind the pong.
    awake.send({ type: 'invoke', id: 1, operation: 'campaigns.list', input: {} });
    await awake.next('answer');
    clock.advance(30_000);
    await closed;
    await until(() => console.liveSockets === 1);
    expect(awake.socket.readyState).toBe(awake.socket.OPEN);
  });
});

describe('being on duty', () => {
  it('is what a console says of itself, and ends with it', async () => {
    const { console, duty } = await openConsole();
    const [one, other] = [await openLive(console), await openLive(console)];
    one.send({ type: 'duty', isOnDuty: true });
    await until(() => duty.isSomeoneThere);
    other.send({ type: 'duty', isOnDuty: true });
    other.send({ type: 'invoke', id: 1, operation: 'campaigns.list', input: {} });
    await other.next('answer');
    one.send({ type: 'duty', isOnDuty: false });
    one.send({ type: 'invoke', id: 1, operation: 'campaigns.list', input: {} });
    await one.next('answer');
    expect(duty.isSomeoneThere).toBe(true);
    other.socket.terminate();
    await until(() => !duty.isSomeoneThere);
    one.send({ type: 'duty', isOnDuty: 'yes' });
    expect(await one.next('error')).toMatchObject({ error: { details: [{ field: 'isOnDuty' }] } });
  });
});

describe('speaking', () => {
  const spoken = (channel: number, counter: number) => {
    const message = Buffer.alloc(9 + audioFrameBytes, 1);
    message[0] = 3;
    message.writeUInt32BE(channel, 1);
    message.writeUInt32BE(counter, 5);
    return message;
  };

  it('brings the microphone of a console to the call that it holds, and tells that it is there when it is silent', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const client = await openLive(console);
    client.send({ type: 'invoke', id: 1, operation: 'calls.takeOver', input: { id } });
    client.send({ type: 'audio.open', callId: id, listen: true, speak: true });
    const { channel } = await client.next('audio.opened');
    client.socket.send(spoken(Number(channel), 7));
    client.send({ type: 'talk.ping', channel });
    client.send({ type: 'audio.close', channel });
    await client.next('audio.closed');
    client.socket.send(spoken(Number(channel), 8));
    client.send({ type: 'talk.ping', channel: 99 });
    expect(await client.next('error')).toMatchObject({ request: 'talk.ping' });
    expect(calls.done.map((deed) => deed.split(' ').slice(0, 1).concat(deed.split(' ').slice(2)).join(' '))).toEqual([
      expect.stringMatching(/^take console_/),
      'frame 7',
      'ping',
      'mute',
    ]);
  });

  it('needs a call that this console holds, and ends with the console', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const [client, other] = [await openLive(console), await openLive(console)];
    client.send({ type: 'invoke', id: 1, operation: 'calls.takeOver', input: { id } });
    client.send({ type: 'audio.open', callId: id, listen: false, speak: true });
    await client.next('audio.opened');
    other.send({ type: 'audio.open', callId: id, listen: false, speak: true });
    expect(await other.next('error')).toMatchObject({ request: 'audio.open', error: { code: 'state/conflict' } });
    client.socket.terminate();
    await until(() => calls.done.some((deed) => deed.startsWith('gone ')));
    expect(calls.done.at(-2)).toBe(`mute ${id}`);
  });
});

describe('listening', () => {
  it('brings both sides of a call in frames of 169 bytes', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const client = await openLive(console);
    client.send({ type: 'audio.open', callId: id, listen: true });
    const { channel } = await client.next('audio.opened');
    for (let index = 0; index < 3; index++) calls.speak(id, 1, frame(0x10 + index));
    calls.speak(id, 2, frame(0x20));
    await until(() => client.frames.length === 4);
    expect(
      client.frames.map((bytes) => [bytes.length, bytes[0], bytes.readUInt32BE(1), bytes.readUInt32BE(5), bytes[9], bytes[168]]),
    ).toEqual([
      [169, 1, channel, 0, 0x10, 0x10],
      [169, 1, channel, 1, 0x11, 0x11],
      [169, 1, channel, 2, 0x12, 0x12],
      [169, 2, channel, 0, 0x20, 0x20],
    ]);
  });

  it('keeps channels apart, and uses no number twice', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const client = await openLive(console);
    const channels: number[] = [];
    for (let round = 0; round < 3; round++) {
      client.texts.length = 0;
      client.send({ type: 'audio.open', callId: id, listen: true });
      const { channel } = await client.next('audio.opened');
      channels.push(channel);
      if (round === 1) {
        client.send({ type: 'audio.close', channel });
        expect(await client.next('audio.closed')).toEqual({ type: 'audio.closed', callId: id, channel });
      }
    }
    expect(new Set(channels).size).toBe(3);
    expect(calls.listenerCount).toBe(2);
    calls.speak(id, 1, frame(1));
    await until(() => client.frames.length === 2);
    expect(client.frames.map((bytes) => bytes.readUInt32BE(1)).toSorted()).toEqual([channels[0], channels[2]]);
  });

  it('ends with the call, and with the socket', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const [first, second] = [await openLive(console), await openLive(console)];
    for (const client of [first, second]) client.send({ type: 'audio.open', callId: id, listen: true });
    const { channel } = await first.next('audio.opened');
    await second.next('audio.opened');
    second.socket.close();
    await until(() => calls.listenerCount === 1);
    calls.end(id);
    expect(await first.next('audio.closed')).toEqual({ type: 'audio.closed', callId: id, channel });
    calls.speak(id, 1, frame(1));
    first.send({ type: 'audio.close', channel });
    expect((await first.next('error')).error.code).toBe('not-found');
    expect(first.frames).toEqual([]);
  });

  it('goes back in a running call and catches up, thirty consoles at once, each for itself', async () => {
    const { console, calls, clock } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    for (let number = 0; number < 400; number++) calls.speak(id, 1, frame(number % 200));
    const clients = await Promise.all(Array.from({ length: 30 }, () => openLive(console)));
    for (const client of clients) client.send({ type: 'audio.open', callId: id, listen: true });
    for (const [at, client] of clients.entries()) {
      const { channel } = await client.next('audio.opened');
      client.send({ type: 'audio.rate', channel, rate: 1.5 });
      client.send({ type: 'audio.seek', channel, backMs: at * 100 });
      expect(await client.next('audio.sought')).toEqual({ type: 'audio.sought', channel, backMs: at * 100, heldMs: 8000 });
    }
    for (let number = 400; number < 800; number++) {
      calls.speak(id, 1, frame(number % 200));
      clock.advance(20);
      if (number % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => clients.every(({ frames }) => frames.at(-1)?.readUInt32BE(5) === 799));
    for (const [at, { frames }] of clients.entries()) {
      const numbers = frames.map((bytes) => bytes.readUInt32BE(5));
      expect(numbers).toEqual(Array.from({ length: 400 + at * 5 }, (_, index) => 400 - at * 5 + index));
      expect(frames.every((bytes) => bytes[9] === bytes.readUInt32BE(5) % 200)).toBe(true);
    }
  });

  it('answers a search in a channel that is not open', async () => {
    const { console } = await openConsole();
    const client = await openLive(console);
    client.send({ type: 'audio.seek', channel: 3, backMs: 0 });
    expect(await client.next('error')).toMatchObject({ request: 'audio.seek', error: { code: 'not-found' } });
    client.texts.length = 0;
    client.send({ type: 'audio.rate', channel: 3, rate: 1.5 });
    expect(await client.next('error')).toMatchObject({ request: 'audio.rate', error: { code: 'not-found' } });
  });

  it('refuses a call that is not live', async () => {
    const { console, calls } = await openConsole();
    calls.put(aCall({ state: 'ringing' }));
    const client = await openLive(console);
    client.send({ type: 'audio.open', callId: 'call_1', listen: true });
    expect(await client.next('error')).toMatchObject({ request: 'audio.open', callId: 'call_1', error: { code: 'state/conflict' } });
  });

  it('drops audio for who does not read, and leaves a gap in its numbers', async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall({ state: 'live' }));
    const client = await openLive(console);
    client.send({ type: 'audio.open', callId: id, listen: true });
    await client.next('audio.opened');
    client.socket.pause();
    // Twenty minutes of audio in one go: more than the sockets of both sides hold.
    const spoken = 60_000;
    for (let index = 0; index < spoken; index++) {
      calls.speak(id, 1, frame(index % 256));
      if (index % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.resume();
    await until(() => {
      calls.speak(id, 2, frame(9));
      return client.frames.some((bytes) => bytes[0] === 2);
    });
    const counters = client.frames.filter((bytes) => bytes[0] === 1).map((bytes) => bytes.readUInt32BE(5));
    expect(counters.length).toBeLessThan(spoken);
    expect(counters).toEqual(counters.toSorted((a, b) => a - b));
    expect(new Set(counters).size).toBe(counters.length);
    // No buffer was used again before it had left: what a frame holds fits its number.
    for (const bytes of client.frames)
      if (bytes[0] === 1 && bytes.readUInt32BE(5) < 30_000) expect(bytes[9]).toBe(bytes.readUInt32BE(5) % 256);
  });
});

describe('buffers for audio', () => {
  it('are used again, and are never more than allowed', () => {
    const pool = new FramePool(2);
    const [first, second] = [pool.take(), pool.take()];
    expect(second?.buffer).not.toBe(first?.buffer);
    expect(pool.take()).toBe(null);
    first?.release();
    expect(pool.take()).toBe(first);
    expect(pool.take()).toBe(null);
  });
});
