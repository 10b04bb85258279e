import { afterEach, describe, expect, it } from 'vitest';
import type { MessagePipe } from '#bridge/console/message-pipe.ts';
import { aCall } from '#test/support/fake-calls.ts';
import { closeAll, openConsole, openLive, until } from './open-console.ts';

afterEach(closeAll);

/** The other end of a pipe, in a window of this very program. */
class Window implements MessagePipe {
  readonly texts: Record<string, unknown>[] = [];
  readonly frames: Uint8Array[] = [];
  bufferedBytes = 0;
  isClosed = false;
  #message: (data: string | Uint8Array) => void = () => {};
  readonly #close: (() => void)[] = [];

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.texts.push(JSON.parse(data));
    else this.frames.push(Uint8Array.from(data));
  }
  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#message = listener;
  }
  onClose(listener: () => void): void {
    this.#close.push(listener);
  }
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const listener of this.#close) listener();
  }

  says(message: object | Uint8Array): void {
    this.#message(message instanceof Uint8Array ? message : JSON.stringify(message));
  }
  of(type: string): Record<string, unknown>[] {
    return this.texts.filter((text) => text.type === type);
  }
}

async function opened(options: Parameters<typeof openConsole>[0] = {}) {
  const stage = await openConsole(options);
  const window = new Window();
  stage.console.openConsole(window);
  return { ...stage, window };
}

describe('a console inside the program', () => {
  it('speaks the protocol of the live socket: snapshot, events, operations', async () => {
    const { window, calls, feed, clock } = await opened();
    calls.put(aCall({ state: 'live' }));
    clock.advance(250);
    feed.publish({ type: 'alert', level: 'info', message: 'after' });
    window.says({ type: 'invoke', id: 1, operation: 'campaigns.get', input: { id: 'cmp_1' } });
    await until(() => window.texts.length === 3);
    expect(window.of('snapshot')[0]).toMatchObject({ seq: 0, run: feed.run });
    expect(window.of('alert')[0]).toMatchObject({ seq: 1, message: 'after' });
    expect(window.of('answer')[0]).toMatchObject({ id: 1, result: { name: 'First' } });
    window.says({ type: 'shout' });
    window.says(new Uint8Array([3, 0, 0]));
    expect(window.of('error')).toHaveLength(2);
  });

  it('goes on where the page was when it is loaded again', async () => {
    const { console, window, feed } = await opened();
    for (const message of ['one', 'two', 'three']) feed.publish({ type: 'alert', level: 'info', message });
    window.close();
    const again = new Window();
    console.openConsole(again);
    again.says({ type: 'resume', seq: 1, run: feed.run });
    expect(again.texts.map(({ seq }) => seq)).toEqual([2, 3]);
    expect([console.liveSockets, feed.watchers]).toEqual([1, 1]);
  });

  it('hears calls, frame by frame, and lets go of them with the pipe', async () => {
    const { window, calls } = await opened();
    const { id } = calls.put(aCall({ state: 'live' }));
    window.says({ type: 'audio.open', callId: id, listen: true });
    for (let index = 0; index < 400; index++) calls.speak(id, 1, new Uint8Array(160).fill(index));
    expect(window.frames).toHaveLength(400);
    expect(window.frames.map((bytes) => bytes[9])).toEqual(Array.from({ length: 400 }, (_, index) => index % 256));
    window.bufferedBytes = 1_000_000;
    calls.speak(id, 1, new Uint8Array(160));
    expect(window.frames).toHaveLength(400);
    window.close();
    expect(calls.listenerCount).toBe(0);
  });

  it('falls behind in the ring, not in memory, and catches up when there is room', async () => {
    const { window, feed, clock } = await opened();
    clock.advance(250);
    window.bufferedBytes = 2_000_000;
    for (let index = 0; index < 50; index++) feed.publish({ type: 'alert', level: 'info', message: `${index}` });
    await until(() => clock.pending > 0);
    expect(window.of('alert')).toHaveLength(0);
    window.bufferedBytes = 0;
    clock.advance(50);
    await until(() => window.of('alert').length === 50);
  });

  it('ends with the console, and one that comes later ends at once', async () => {
    const { console, window, feed } = await opened();
    await console.close();
    expect([window.isClosed, feed.watchers, console.liveSockets]).toEqual([true, 0, 0]);
    const late = new Window();
    console.openConsole(late);
    expect([late.isClosed, feed.watchers]).toEqual([true, 0]);
  });
});

describe('who hears a call', () => {
  it('is each console once, under the name in the settings', async () => {
    const { console, window, calls, settings } = await opened();
    const { id } = calls.put(aCall({ state: 'live' }));
    window.says({ type: 'audio.open', callId: id, listen: true });
    window.says({ type: 'audio.open', callId: id, listen: true });
    const browser = await openLive(console);
    browser.send({ type: 'audio.open', callId: id, listen: true });
    await browser.next('audio.opened');
    expect([...calls.hearers].map(({ name }) => name)).toEqual(['Ann', 'Ann']);
    await settings.update({ operatorName: 'Ben' });
    expect([...calls.hearers].map(({ name }) => name)).toEqual(['Ben', 'Ben']);
  });
});
