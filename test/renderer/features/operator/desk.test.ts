import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { FeedEvent } from '#bridge/contract/feed.ts';
import type { Talk, TalkEvents } from '#renderer/client/audio-channels.ts';
import { type Client, OperationError } from '#renderer/client/client.ts';
import type { LiveState } from '#renderer/client/live-store.ts';
import { type CaptureEvents, Microphone } from '#renderer/features/operator/audio/microphone.ts';
import { Desk } from '#renderer/features/operator/desk.ts';

const kept = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});

const mineIs = (console: string | null, kind = 'operator') => ({ kind, name: kind === 'ai' ? null : 'Dana', console, since: '' });

async function rig() {
  const asked: { name: string; input: unknown; resolve: (result: unknown) => void; reject: (error: Error) => void }[] = [];
  const talks: { callId: string; events: TalkEvents; frames: number; pings: number; stopped: boolean }[] = [];
  let tell: (event: FeedEvent) => void = () => {};
  const client = {
    invoke: (name: string, input: unknown) =>
      new Promise((resolve, reject) => {
        asked.push({ name, input, resolve, reject });
      }),
    subscribe: (listener: (event: FeedEvent) => void) => {
      tell = listener;
      return () => {};
    },
    connection: () => ({ state: 'open' }),
    onConnection: () => () => {},
    speak: (callId: string, events: TalkEvents): Talk => {
      const talk = { callId, events, frames: 0, pings: 0, stopped: false };
      talks.push(talk);
      return {
        frame: () => {
          talk.frames += 1;
        },
        ping: () => {
          talk.pings += 1;
        },
        stop: () => {
          talk.stopped = true;
        },
      };
    },
  } as unknown as Client;
  const live = createStore(() => ({ calls: new Map() }) as unknown as LiveState);
  let heard: CaptureEvents['heard'] = () => {};
  let isOpen = false;
  const microphone = new Microphone(
    { enumerateDevices: async () => [], addEventListener: () => {}, removeEventListener: () => {} },
    async (_, events) => {
      heard = events.heard;
      return {
        deviceName: 'Headset',
        deviceId: 'a',
        gate: (open) => {
          isOpen = open;
        },
        stop: () => {},
      };
    },
  );
  await microphone.start();
  const ear = { spoken: [] as (string | null)[], speakOn: (callId: string | null) => ear.spoken.push(callId) };
  const desk = new Desk({ client, live, microphone, ear });
  const second = async () => {
    for (let frame = 0; frame < 50; frame++) heard(0.5, isOpen ? new Uint8Array(169) : null);
    await Promise.resolve();
  };
  const shown = (id: string, holder: unknown, state = 'live') =>
    live.setState({ calls: new Map([...live.getState().calls, [id, { id, holder, state } as never]]) });
  const answer = async (result: unknown = { holder: mineIs('s1') }) => {
    asked.at(-1)?.resolve(result);
    await new Promise((done) => setTimeout(done, 0));
  };
  const refuse = async (error: Error) => {
    asked.at(-1)?.reject(error);
    await new Promise((done) => setTimeout(done, 0));
  };
  return { desk, asked, talks, ear, microphone, second, shown, answer, refuse, tell: (event: unknown) => tell(event as FeedEvent) };
}

describe('a person who takes over', () => {
  beforeEach(() => kept.clear());

  it('is heard from the key press on, before the bridge has answered', async () => {
    const { desk, asked, talks, ear, second } = await rig();
    await second();
    void desk.takeOver('c1');
    expect(desk.store.getState().mine).toMatchObject({ callId: 'c1', state: 'taking' });
    expect(asked[0]).toMatchObject({ name: 'calls.takeOver', input: { id: 'c1' } });
    await second();
    expect(talks).toMatchObject([{ callId: 'c1', frames: 50 }]);
    expect(ear.spoken).toEqual(['c1']);
  });

  it('sends nothing while it only sits there on duty', async () => {
    const { talks, second } = await rig();
    await second();
    expect(talks).toEqual([]);
  });

  it('opens the line with the answer where it was refused before', async () => {
    const { desk, talks, answer, second } = await rig();
    void desk.takeOver('c1');
    talks[0]?.events.ended('Take it over first.');
    expect(desk.store.getState().problem).toBeNull();
    await answer();
    await second();
    expect(talks.map(({ frames }) => frames)).toEqual([0, 50]);
  });

  it('is told who holds the call, and is not live', async () => {
    const { desk, talks, refuse } = await rig();
    void desk.takeOver('c1');
    await refuse(new OperationError({ code: 'state/held', message: 'held', details: { heldBy: 'Ana' } }));
    expect(desk.store.getState()).toMatchObject({ mine: null, problem: 'Ana has this call. You can ask for it.' });
    expect(talks[0]?.stopped).toBe(true);
  });

  it('says twice a second that it is there while it is muted', async () => {
    const { desk, talks, answer, second } = await rig();
    void desk.takeOver('c1');
    await answer();
    desk.mute(true);
    await second();
    expect(talks[0]).toMatchObject({ frames: 0, pings: 2 });
    desk.press(true);
    await second();
    expect(talks[0]?.frames).toBe(50);
    desk.press(false);
    await second();
    expect(talks[0]?.frames).toBe(50);
  });

  it('is heard only while Space is held when it pushes to talk', async () => {
    const { desk, talks, microphone, answer, second } = await rig();
    await microphone.prefer({ mode: 'push' });
    void desk.takeOver('c1');
    await answer();
    await second();
    desk.press(true);
    await second();
    expect(talks[0]?.frames).toBe(50);
  });

  it('gives the call back with the note, and is silent from the key press on', async () => {
    const { desk, asked, talks, answer, second } = await rig();
    void desk.takeOver('c1');
    await answer();
    desk.setNote(' Friday at two ');
    void desk.giveBack();
    await second();
    expect(talks[0]?.frames).toBe(0);
    expect(asked.at(-1)).toMatchObject({ name: 'calls.giveBack', input: { id: 'c1', open: 'bridge', note: 'Friday at two' } });
    await answer({});
    expect(desk.store.getState()).toMatchObject({ mine: null, note: '' });
  });

  it('steps back without a note, and the lead has the word', async () => {
    const { desk, asked, answer } = await rig();
    void desk.takeOver('c1');
    await answer();
    desk.setNote('half a note');
    void desk.stepBack();
    expect(asked.at(-1)?.input).toEqual({ id: 'c1', open: 'wait' });
  });

  it('stays on the line when nobody else can take it', async () => {
    const { desk, answer, refuse, second, talks } = await rig();
    void desk.takeOver('c1');
    await answer();
    void desk.giveBack();
    await refuse(new OperationError({ code: 'state/no-ai', message: 'No AI can speak.' }));
    expect(desk.store.getState()).toMatchObject({ mine: { state: 'live' }, problem: 'No AI can speak. You are still on the line.' });
    await second();
    expect(talks[0]?.frames).toBe(50);
  });

  it('is told when the AI takes the call back by itself, once the feed has shown it as taken', async () => {
    const { desk, shown, answer, talks } = await rig();
    shown('c1', mineIs(null, 'ai'));
    void desk.takeOver('c1');
    await answer();
    shown('c1', mineIs(null, 'ai'));
    expect(desk.store.getState().lost).toBeNull();
    shown('c1', mineIs('s1'));
    shown('c1', mineIs(null, 'ai'));
    expect(desk.store.getState()).toMatchObject({ mine: null, lost: { callId: 'c1', reason: 'The AI took the call back by itself.' } });
    expect(talks[0]?.stopped).toBe(true);
  });

  it('leaves the first call when it takes a second', async () => {
    const { desk, talks, answer, ear } = await rig();
    void desk.takeOver('c1');
    await answer();
    void desk.takeOver('c2');
    expect(talks.map(({ callId, stopped }) => [callId, stopped])).toEqual([
      ['c1', true],
      ['c2', false],
    ]);
    expect(ear.spoken).toEqual(['c1', 'c2']);
  });

  it('hears that somebody else would like to have the call', async () => {
    const { desk, answer, tell } = await rig();
    void desk.takeOver('c1');
    await answer();
    tell({ type: 'call.asked', callId: 'c1', by: 'Ana', note: null });
    expect(desk.store.getState().asked).toEqual({ by: 'Ana', note: null });
  });

  it('gives the call back when it goes off duty', async () => {
    const { desk, asked, answer, microphone } = await rig();
    void desk.takeOver('c1');
    await answer();
    microphone.stop();
    expect(asked.at(-1)).toMatchObject({ name: 'calls.giveBack', input: { id: 'c1', open: 'wait' } });
  });
});
