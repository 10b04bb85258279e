import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveClient } from '#renderer/client/client.ts';
import type { OpenPipe } from '#renderer/client/pipe.ts';

type Events = Parameters<OpenPipe>[0];

describe('the client, whose connections come and go', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const open = () => {
    const pipes: { readonly events: Events; readonly sent: unknown[] }[] = [];
    const client = new LiveClient('browser', (events) => {
      const sent: unknown[] = [];
      pipes.push({ events, sent });
      return { send: (message) => void sent.push(typeof message === 'string' ? JSON.parse(message) : message), close: () => {} };
    });
    return { client, pipes };
  };

  it('tells who is on duty on each of them, once, and nothing of who is not', () => {
    const { client, pipes } = open();
    client.duty(true);
    pipes[0]?.events.opened();
    client.duty(true);
    expect(pipes[0]?.sent).toEqual([{ type: 'duty', isOnDuty: true }]);
    pipes[0]?.events.closed(false);
    vi.advanceTimersByTime(1_000);
    pipes[1]?.events.opened();
    expect(pipes[1]?.sent).toEqual([{ type: 'duty', isOnDuty: true }]);
    client.duty(false);
    pipes[1]?.events.closed(false);
    vi.advanceTimersByTime(1_000);
    pipes[2]?.events.opened();
    expect([pipes[1]?.sent.at(-1), pipes[2]?.sent]).toEqual([{ type: 'duty', isOnDuty: false }, []]);
    client.close();
  });
});
