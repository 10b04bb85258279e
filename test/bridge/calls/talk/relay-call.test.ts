import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { RelayCall } from '#bridge/calls/talk/relay-call.ts';
import type { Carrier } from '#bridge/carriers/carrier.ts';
import type { RelayHandlers } from '#bridge/carriers/relay.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { ScriptedMind } from '#test/support/scripted-mind.ts';
import { turnParts } from '#test/support/turn-parts.ts';

/** A call over a relay that does what a test says. */
function open(first: string | null, isSearching = false, disclosure: string | null = null) {
  const clock = new ManualClock();
  const said: string[] = [];
  const gaveUp: string[] = [];
  let relay: RelayHandlers | null = null;
  const nothing = () => undefined;
  const mind = new ScriptedMind();
  let reached = 0;
  const on = {
    gaveUp: (because: string) => gaveUp.push(because),
    reached: () => {
      reached += 1;
    },
  };
  const call = new RelayCall(turnParts(clock, mind, on), [], first, { isSearching, disclosure });
  const carrier: Partial<Carrier> = {
    openRelay: (_socket, handlers) => {
      relay = handlers;
      handlers.started({ carrierCallId: 'leg', sessionId: 'relay' });
      return { say: (words) => said.push(words), setLanguage: nothing, sendDigits: nothing, end: nothing };
    },
  };
  const document = call.next({ kind: 'answered' });
  call.attach(carrier as Carrier, {} as WebSocket, 'attempt' as AttemptId, () => true);
  const relayOf = () => relay as RelayHandlers | null;
  return {
    speaks: (who: 'ours' | 'theirs', on: boolean) => relayOf()?.speaking?.(who, on),
    freezes: (reason: string) => relayOf()?.frozen?.(reason),
    troubles: (detail: string) => relayOf()?.trouble(detail),
    clock,
    call,
    mind,
    said,
    gaveUp,
    document,
    reached: () => reached,
    tells: (words: string, final: boolean) => relayOf()?.said(words, null, final),
  };
}

describe('a relay over which nothing comes', () => {
  const greeting = 'Hello, this is Mia.';

  it('asks whether the lead is there, and is given up when nothing comes then either', () => {
    const { clock, call, said, gaveUp } = open(greeting);
    clock.advance(9_000);
    expect(said).toEqual([]);
    clock.advance(2_000);
    expect(said).toEqual(['Are you still there?']);
    clock.advance(6_000);
    expect(gaveUp).toEqual([]);
    clock.advance(2_500);
    expect(gaveUp).toEqual(['nothing came over the relay any more']);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('is given up when what comes cannot be read', () => {
    const { call, gaveUp, tells, troubles } = open(greeting);
    troubles('half a message');
    tells('well', false);
    troubles('half a message');
    expect(gaveUp).toEqual([]);
    troubles('half a message');
    expect(gaveUp).toEqual(['half a message']);
    call.close();
  });

  it('goes on for as long as the lead is heard', () => {
    const { clock, call, said, gaveUp, tells } = open(greeting);
    for (let times = 0; times < 5; times += 1) {
      clock.advance(8_000);
      tells('well', false);
    }
    expect(said).toEqual([]);
    clock.advance(10_000);
    expect(said).toHaveLength(1);
    tells('yes', false);
    clock.advance(8_000);
    expect(gaveUp).toEqual([]);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('is given up at once when the other end is frozen', () => {
    const { call, freezes, gaveUp } = open(greeting);
    freezes('no sign of life');
    expect(gaveUp).toEqual(['no sign of life']);
    call.close();
  });

  it('is given up when it does not speak what it is given, where it tells when it speaks', () => {
    const { clock, call, speaks, gaveUp } = open(greeting);
    speaks('ours', true);
    speaks('ours', false);
    clock.advance(9_000);
    expect(gaveUp).toEqual([]);
    // It was given the question whether they are there.
    clock.advance(2_600);
    expect(gaveUp).toEqual(['the relay did not speak what it was given']);
    call.close();
  });
});

describe('an answer over a relay that is long in coming', () => {
  const greeting = 'Hello, this is Mia.';

  it('is bridged once, and comes behind', async () => {
    const { clock, call, mind, said, gaveUp, tells } = open(greeting);
    tells('What does it cost?', true);
    clock.advance(900);
    expect(said).toEqual([]);
    clock.advance(200);
    expect(said).toEqual(['One moment.']);
    clock.advance(3_000);
    expect(said).toHaveLength(1);
    mind.write('It is free.');
    await mind.finish('It is free.');
    expect(said.slice(1).join('')).toBe('It is free.');
    clock.advance(5_000);
    expect(gaveUp).toEqual([]);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('is not bridged when its first word is there in time', async () => {
    const { clock, call, mind, said, tells } = open(greeting);
    tells('What does it cost?', true);
    clock.advance(700);
    mind.write('It is ');
    mind.write('free.');
    clock.advance(2_000);
    await mind.finish('It is free.');
    expect(said.join('')).toBe('It is free.');
    call.close();
  });

  it('is not waited for beyond its time; while the lead speaks, it has it', async () => {
    const { clock, call, said, gaveUp, speaks, tells } = open(greeting);
    tells('What does it cost?', true);
    clock.advance(800);
    speaks('theirs', true);
    clock.advance(6_000);
    expect(said).toEqual([]);
    speaks('theirs', false);
    clock.advance(4_400);
    expect(said).toEqual(['One moment.']);
    expect(gaveUp).toEqual([]);
    clock.advance(200);
    expect(gaveUp).toEqual(['the text model had no word in time']);
    call.close();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    expect(clock.pending).toBe(0);
  });

  it('is waited for a second more when the lead, who was asked for a moment, says something else', () => {
    const { clock, call, said, gaveUp, tells } = open(greeting);
    tells('What does it cost?', true);
    clock.advance(2_000);
    tells('Hello?', true);
    clock.advance(900);
    expect(gaveUp).toEqual([]);
    clock.advance(200);
    expect(gaveUp).toEqual(['the text model had no word in time']);
    expect(said).toEqual(['One moment.']);
    call.close();
  });

  it('is bridged when it stops before anything of it is spoken, where the carrier tells when it speaks', async () => {
    const { clock, call, mind, said, gaveUp, speaks, tells } = open(greeting);
    speaks('ours', true);
    speaks('ours', false);
    tells('Tomorrow at three.', true);
    clock.advance(300);
    mind.write('That works: ');
    mind.write('Tomorrow ');
    clock.advance(900);
    expect(said).toEqual(['That works: ']);
    clock.advance(200);
    expect(said).toEqual(['That works: ', 'One moment.']);
    speaks('ours', true);
    clock.advance(3_000);
    mind.write('at three.');
    await mind.finish('That works: Tomorrow at three.');
    expect(said.slice(2).join('')).toBe('Tomorrow at three.');
    expect(gaveUp).toEqual([]);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('is not bridged while the carrier speaks of it, nor when it is whole', async () => {
    const { clock, call, mind, said, speaks, tells } = open(greeting);
    speaks('ours', true);
    speaks('ours', false);
    tells('Tomorrow at three.', true);
    mind.write('That works. ');
    mind.write('Tomorrow ');
    speaks('ours', true);
    clock.advance(1_900);
    expect(said).toEqual(['That works. ']);
    speaks('ours', false);
    mind.write('at three.');
    await mind.finish('That works. Tomorrow at three.');
    clock.advance(1_900);
    expect(said.join('')).toBe('That works. Tomorrow at three.');
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('has twice the time when something is looked up, and none is missed when a tool did all there was to do', async () => {
    const { clock, call, mind, said, gaveUp, tells } = open(greeting);
    tells('Please call me back.', true);
    await mind.finish('', [{ id: 'one', name: 'schedule_callback', arguments: '{}' }]);
    clock.advance(6_000);
    expect(said).toEqual(['One moment.']);
    expect(gaveUp).toEqual([]);
    call.toolResult('one', '{"ok":true}', false);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    clock.advance(8_000);
    expect(gaveUp).toEqual([]);
    call.close();
    expect(clock.pending).toBe(0);
  });
});

describe('a relay that begins while the last words of the lead are still being written down', () => {
  const history = [
    { role: 'ai', text: 'Hello, this is Mia.' },
    { role: 'callee', text: 'Please call me back tomorrow at three.' },
  ] as const;
  const toldTo = (mind: ScriptedMind) => mind.requests.at(-1)?.items.map((item) => (item.kind === 'said' ? item.text : item.kind));

  it('asks for a moment, and answers them when they are found', async () => {
    const { clock, call, mind, said, gaveUp } = open(null, true);
    clock.advance(1_000);
    expect(said).toEqual(['One moment.']);
    expect(mind.requests).toEqual([]);
    clock.advance(400);
    call.searched(history, null);
    expect(toldTo(mind)).toEqual(history.map(({ text }) => text));
    // Nobody is asked for a moment twice, nor given up at once.
    clock.advance(2_000);
    expect([said, gaveUp]).toEqual([['One moment.'], []]);
    await mind.finish('Of course.');
    expect(mind.requests).toHaveLength(1);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('says how it begins when they are not found', () => {
    const { clock, call, mind, said } = open(null, true);
    call.searched([], 'Sorry, could you say that again?');
    expect(said).toEqual(['Sorry, could you say that again?']);
    expect(mind.requests).toEqual([]);
    call.close();
    expect(clock.pending).toBe(0);
  });

  it('answers what the lead says meanwhile together with them, each once', async () => {
    const { clock, call, mind, tells } = open(null, true);
    tells('Are you there?', true);
    expect(mind.requests).toEqual([]);
    call.searched([...history, { role: 'callee', text: 'Are you there?' }], 'Sorry, could you say that again?');
    expect(toldTo(mind)).toEqual([...history.map(({ text }) => text), 'Are you there?']);
    await mind.finish('Yes.');
    call.close();
    expect(clock.pending).toBe(0);
  });
});

describe('the disclosure over a relay', () => {
  const disclosure = 'This is an AI assistant.';

  it('cannot be talked over, and has reached the lead when the carrier has spoken it, not when they speak into it', () => {
    const { call, document, speaks, tells, reached } = open(`${disclosure} How can I help?`, false, disclosure);
    expect(document).toMatchObject({ kind: 'relay', greeting: `${disclosure} How can I help?`, isWhole: true });
    speaks('ours', true);
    tells('Hello?', true);
    expect(reached()).toBe(0);
    speaks('ours', false);
    expect(reached()).toBe(1);
    call.close();
  });

  it('counts with the first answer where the carrier does not tell when it speaks', () => {
    const { call, tells, reached } = open(disclosure, false, disclosure);
    tells('Hello?', true);
    expect(reached()).toBe(1);
    call.close();
  });

  it('is no part of a greeting once the lead has heard it', () => {
    const { call, document } = open('How can I help?');
    expect(document).toMatchObject({ kind: 'relay', isWhole: false });
    call.close();
  });
});
