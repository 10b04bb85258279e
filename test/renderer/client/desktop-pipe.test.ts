import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { desktopPipe } from '#renderer/client/desktop-pipe.ts';

/** As much of a window as gets a port. */
class Page extends EventTarget {
  setInterval = (action: () => void, ms: number) => setInterval(action, ms);
  clearInterval = (timer: ReturnType<typeof setInterval>) => clearInterval(timer);

  portComes(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.dispatchEvent(Object.assign(new Event('message'), { data: 'ringside:port', source: this, ports: [port1] }));
    return port2;
  }
}

describe("the desktop app's port", () => {
  let page: Page;
  let asked: number;
  let told: unknown[];
  const open = () =>
    desktopPipe({
      connect: () => {
        asked += 1;
      },
    })({
      opened: () => told.push('opened'),
      text: (text) => told.push(text),
      bytes: (bytes) => told.push(bytes),
      closed: (wasRefused) => told.push(['closed', wasRefused]),
    });

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    page = new Page();
    asked = 0;
    told = [];
    vi.stubGlobal('window', page);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is asked for again when it was lost on its way, and no more once it is there', () => {
    const pipe = open();
    expect(asked).toBe(1);
    vi.advanceTimersByTime(4_500);
    expect(asked).toBe(3);
    const far = page.portComes();
    expect(told).toEqual(['opened']);
    vi.advanceTimersByTime(10_000);
    expect(asked).toBe(3);
    pipe.close();
    far.close();
  });

  it('is one: a second that was under way is closed', async () => {
    const pipe = open();
    const first = page.portComes();
    const second = page.portComes();
    const closed = new Promise((resolve) => second.addEventListener('close', resolve));
    second.start();
    await closed;
    expect(told).toEqual(['opened']);
    first.postMessage('hello');
    await expect.poll(() => told).toEqual(['opened', 'hello']);
    pipe.close();
    first.close();
  });

  it('leaves the next port to the next pipe once this one is over', async () => {
    const pipe = open();
    const first = page.portComes();
    first.postMessage(null);
    await expect.poll(() => told).toEqual(['opened', ['closed', false]]);
    const next = open();
    const second = page.portComes();
    second.postMessage('hello again');
    await expect.poll(() => told).toEqual(['opened', ['closed', false], 'opened', 'hello again']);
    for (const one of [pipe, next, first, second]) one.close();
  });
});
