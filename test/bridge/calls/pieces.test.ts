import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaTokens, Tickets } from '#bridge/calls/dial/tickets.ts';
import { CostMeter } from '#bridge/calls/record/cost-meter.ts';
import { HopLog } from '#bridge/calls/record/hop-log.ts';
import { RecordingPump } from '#bridge/calls/record/recorder.ts';
import { readToolCall } from '#bridge/calls/talk/tools.ts';
import { ClipShelf } from '#bridge/calls/voice/clip-shelf.ts';
import { exactly, speechesFor, takesLeave } from '#bridge/calls/voice/speech.ts';
import { TurnClock } from '#bridge/calls/voice/turn-clock.ts';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Hop } from '#bridge/contract/calls.ts';
import type { AgentId, AttemptId } from '#bridge/contract/ids.ts';
import type { HopName } from '#bridge/contract/words.ts';
import { disposition } from '#bridge/contract/words.ts';
import { brokenHop } from '#bridge/domain/call-path.ts';
import { carrierRates } from '#bridge/domain/rates.ts';
import { RecordingTimeline } from '#bridge/media/recording-timeline.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { agentDraft } from '../../support/store.ts';

const attempt = 'att_1' as AttemptId;
const agent: Agent = {
  ...agentDraft({
    tools: {
      transferTo: [
        { name: 'Dana', number: '+12025550199' },
        { name: 'Lee', number: '+12025550198' },
      ],
    },
  }),
  id: 'agent_1' as AgentId,
  version: 1,
  createdAt: '2026-11-23T15:00:00.000Z',
  updatedAt: '2026-11-23T15:00:00.000Z',
};

describe('a ticket', () => {
  const tickets = new Tickets('a secret that is long enough');

  it('leads back to its attempt, for its own carrier alone', () => {
    const ticket = tickets.issue(attempt, 'twilio');
    expect(tickets.read(ticket, 'twilio')).toBe(attempt);
    expect(tickets.read(ticket, 'plivo')).toBeNull();
    expect(new Tickets('another secret, as long').read(ticket, 'twilio')).toBeNull();
    // One that was issued before a restart is as good as ever.
    expect(new Tickets('a secret that is long enough').read(ticket, 'twilio')).toBe(attempt);
  });

  it('cannot be made up or changed', () => {
    const ticket = tickets.issue(attempt, 'twilio');
    expect(tickets.read(ticket.replace('att_1', 'att_2'), 'twilio')).toBeNull();
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => tickets.read(text, 'twilio') === null));
    fc.assert(fc.property(fc.string({ maxLength: 64 }), (seal) => tickets.read(`att_1.${seal}`, 'twilio') === null));
  });
});

describe('a media token', () => {
  it('lets one socket in, of the right carrier, for a minute', () => {
    const clock = new ManualClock();
    const tokens = new MediaTokens(clock);
    const token = tokens.issue(attempt, 'twilio');
    expect(tokens.look(token, 'plivo')).toBeNull();
    expect(tokens.look('unknown', 'twilio')).toBeNull();
    expect(tokens.look(token, 'twilio')).toBe(attempt);
    expect(tokens.use(token)).toBe(true);
    expect(tokens.use(token)).toBe(false);
    expect(tokens.look(token, 'twilio')).toBeNull();

    const late = tokens.issue(attempt, 'twilio');
    clock.advance(60_000);
    expect(tokens.look(late, 'twilio')).toBeNull();
    const revoked = tokens.issue(attempt, 'twilio');
    tokens.revoke(attempt);
    expect(tokens.look(revoked, 'twilio')).toBeNull();
    expect(tokens.issue(attempt, 'twilio')).not.toBe(tokens.issue(attempt, 'twilio'));
  });
});

describe('a wish of the model', () => {
  it('is read by its name and arguments', () => {
    expect(readToolCall('end_call', '{"reason":"goal_met"}')).toMatchObject({ kind: 'end', disposition: 'interested' });
    expect(readToolCall('end_call', '')).toMatchObject({ kind: 'end', disposition: null });
    expect(readToolCall('schedule_callback', '{"when_text":"at five","iso_local":"2026-11-24T17:00"}')).toEqual({
      kind: 'callback',
      when: '2026-11-24T17:00',
      wish: { isoLocal: '2026-11-24T17:00', zone: null },
    });
    expect(readToolCall('transfer_to_human', '{"to":"lee","reason":"asked"}')).toMatchObject({ to: 'lee', reason: 'asked' });
    expect(readToolCall('transfer_to_human', '{}')).toMatchObject({ to: null, reason: '' });
    expect(readToolCall('transfer_to_human', '{"reason":"a","summary":"Has a leak."}')).toMatchObject({ reason: 'Has a leak.' });
  });

  it('to opt out counts, whatever its arguments look like', () => {
    for (const args of ['', '{', 'null', '[]', '{"quote":17}', `{"quote":"${'x'.repeat(2_000)}"}`])
      expect(readToolCall('mark_opt_out', args).kind).toBe('opt-out');
  });

  it('is never more than one of ours, whoever wrote it', () => {
    const names = fc.oneof(
      fc.constantFrom('end_call', 'mark_opt_out', 'schedule_callback', 'transfer_to_human', '__proto__', 'constructor', 'toString'),
      fc.string(),
    );
    const reasons = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty').map((reason) => JSON.stringify({ reason }));
    fc.assert(
      fc.property(names, fc.oneof(fc.json(), fc.string(), reasons), (name, args) => {
        const request = readToolCall(name, args);
        expect(['end', 'opt-out', 'callback', 'transfer', 'unknown']).toContain(request.kind);
        if (request.kind === 'end') {
          expect(typeof request.because).toBe('string');
          expect(disposition.nullable().safeParse(request.disposition).success).toBe(true);
        }
      }),
    );
  });
});

describe('the hops of a call', () => {
  it('keep their first time, counted from the dial', () => {
    const added: Hop[] = [];
    const log = new HopLog(1_000_000, (hop) => void added.push(hop), [{ name: 'dialled', at: '2026-11-23T15:00:00.000Z', sinceDialMs: 0 }]);
    log.reach('dialled', 1_000_500);
    log.reach('ringing', 1_002_000.4, 'as told');
    log.reach('ringing', 1_009_000);
    // The clock of a machine may be set back.
    log.reach('answered', 999_000);
    expect(added).toMatchObject([
      { name: 'ringing', sinceDialMs: 2_000, detail: 'as told' },
      { name: 'answered', sinceDialMs: 0 },
    ]);
  });

  it('name the first that is missing, in words', () => {
    const upTo = (...names: readonly HopName[]) => brokenHop((name) => names.includes(name));
    expect(upTo()?.missing).toBe('dialled');
    expect(upTo('dialled', 'accepted')?.missing).toBe('ringing');
    // A carrier may skip a report of what must have been.
    expect(upTo('dialled', 'ringing')?.missing).toBe('answered');
    expect(upTo('dialled', 'accepted', 'answered')?.text).toBe(
      'the carrier never asked what to do with the answered call: its webhook does not reach us',
    );
    const all = ['dialled', 'accepted', 'answered', 'document-served', 'media-open', 'first-frame-in', 'ai-open', 'ai-ready'] as const;
    expect(upTo(...all)?.missing).toBe('first-ai-audio');
    expect(upTo(...all, 'first-ai-audio', 'first-audio-sent')?.missing).toBe('first-audio-played');
    expect(upTo(...all, 'first-ai-audio', 'first-audio-sent', 'first-audio-played')).toBeNull();
    expect(brokenHop((name) => name === 'dialled', 'dialled')).toBeNull();
  });
});

describe('the cost of a call', () => {
  it('is nothing before the answer, then counts started minutes', () => {
    const meter = new CostMeter('twilio');
    expect(meter.totalMicros(5_000)).toBe(0);
    meter.engine(1_234);
    expect(meter.totalMicros(5_000)).toBe(1_234);
    meter.answered(10_000, true);
    meter.answered(20_000, true);
    const { perMinuteMicros, streamPerMinuteMicros, machineDetectionMicros } = carrierRates.twilio;
    expect(meter.totalMicros(10_000)).toBe(1_234 + perMinuteMicros + machineDetectionMicros);
    meter.streamed();
    expect(meter.totalMicros(70_001)).toBe(1_234 + 2 * (perMinuteMicros + streamPerMinuteMicros) + machineDetectionMicros);
    meter.ended(71_000);
    meter.ended(500_000);
    meter.transferred(90_000);
    expect(meter.carrierLines(999_000).map(({ kind, detail }) => [kind, detail])).toEqual([
      ['carrier', '2 started minutes'],
      ['stream', '2 started minutes of two-way audio'],
      ['transfer', '2 started minutes of the second leg'],
      ['machine-detection', 'one call'],
    ]);
    expect(meter.carrierLines(999_000).every(({ estimated }) => estimated)).toBe(true);
  });
});

describe('the clock of turns', () => {
  it('finds the moment of a place in what the engine was given', () => {
    const clock = new ManualClock();
    clock.advance(5_000);
    const turns = new TurnClock(clock);
    expect(turns.anyAudio).toBe(false);
    const since = (monotonicMs: number) => monotonicMs - 1_000;
    for (let frame = 0; frame < 100; frame += 1) {
      clock.advance(20);
      turns.heard(160);
    }
    // 2,000 ms were given, the last of it now (7,000): place 1,500 was heard half a second ago.
    expect(turns.callMs(1_500, since)).toBe(5_500);
    // The padding before the first word reaches before the first frame; nothing lies in the future.
    expect(turns.callMs(-400, since)).toBe(4_020);
    expect(turns.callMs(9_999, since)).toBe(6_000);
    turns.stopped(1_500);
    clock.advance(400);
    turns.audioCame();
    clock.advance(40);
    // Known at 7,000, here at 7,400, sent at 7,440, and heard behind what is still on its way to the ear.
    expect(turns.answered(7_500)).toEqual({
      endOfSpeechAtMs: 6_500,
      firstAudioAtMs: 7_500,
      parts: { endpointMs: 500, thinkMs: 400, sendMs: 40, playMs: 60 },
    });
    expect(turns.answered(7_300)).toBeNull();
    turns.stopped(1_800);
    turns.started();
    expect(turns.answered(7_500)).toBeNull();
  });
});

describe('what is said word for word', () => {
  it('has the lead’s values in it, and leaves out what is empty', () => {
    const speeches = speechesFor(agent, (text) => text.replace('{{firstName}}', 'Grace'));
    expect(speeches.greeting).toBe('Hello Grace, do you have a minute?');
    const bare = speechesFor({ ...agent, disclosure: '  ', greeting: ' ', voicemailMessage: '' }, (text) => text);
    expect(bare).toMatchObject({ disclosure: null, greeting: null, voicemail: null });
  });

  it('speaks the language of the agent, and English where it does not know it', () => {
    const farewell = (language?: string) => speechesFor({ ...agent, ...(language ? { language } : {}) }, (text) => text).farewell;
    expect(farewell()).toBe('Thank you for your time. Goodbye.');
    expect(farewell('es-MX')).toContain('Adiós');
    expect(farewell('hi-IN')).toContain('नमस्ते');
    expect(farewell('tlh')).toBe('Thank you for your time. Goodbye.');
    expect(exactly('Hi "there"')).toContain('<<<Hi "there">>>');
  });

  it('takes leave in its own language, or does not', () => {
    for (const [language, text] of [
      ['en-US', 'You are booked. Have a nice day!'],
      ['en', 'Bye-bye.'],
      ['es', 'Muchas gracias, adiós.'],
      ['de-DE', 'Vielen Dank, auf Wiederhören!'],
      ['fr', 'Merci, au revoir.'],
      ['es', 'Goodbye.'],
    ] as const)
      expect(takesLeave(language, text), text).toBe(true);
    for (const text of ['What day would suit you?', 'The plumber comes by on Friday.', 'You can bypass the valve.'])
      expect(takesLeave('en', text), text).toBe(false);
  });
});

describe('the shelf of clips', () => {
  const clip = { audio: new Uint8Array(8), text: 'Hello.' };

  it('keeps what the disk does not take', () => {
    const shelf = new ClipShelf({
      get: () => {
        throw new Error('the disk is gone');
      },
      put: () => {
        throw new Error('the disk is full');
      },
    });
    const key = shelf.key('Hello.', 'marin', null, 'real');
    expect(shelf.get(key)).toBeNull();
    shelf.put(key, clip);
    expect(shelf.get(key)).toBe(clip);
  });

  it('knows a clip by its words, voice, model and world', () => {
    const shelf = new ClipShelf({ get: () => null, put: () => undefined });
    const keys = [
      shelf.key('a', 'b', 'c', 'real'),
      shelf.key('a', 'b', 'c', 'rehearsal'),
      shelf.key('a', 'b', null, 'real'),
      shelf.key('a', 'bc', '', 'real'),
      shelf.key('ab', '', 'c', 'real'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the pump of recordings', () => {
  it('lets no recording stop another, and leaves no timer', async () => {
    const clock = new ManualClock();
    const troubles: unknown[] = [];
    const pump = new RecordingPump(clock, (error) => void troubles.push(error));
    const good: number[] = [];
    const open = (append: (audio: Buffer) => void) => {
      const timeline = new RecordingTimeline();
      timeline.start(0);
      return pump.add(timeline, { file: 'x.wav', append, close: () => Promise.resolve() });
    };
    const endBad = open(() => {
      throw new Error('a mistake');
    });
    const endGood = open((audio) => void good.push(audio.length));
    clock.advance(2_000);
    // What a killed process loses is less than a second.
    expect(good.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(1_000 * 32);
    await endGood();
    await endBad();
    expect(good.reduce((sum, bytes) => sum + bytes, 0)).toBe(2_000 * 32);
    expect(troubles.length).toBeGreaterThan(1);
    expect(clock.pending).toBe(0);
  });

  it('hands over every recording twice a second, and few of many in the same moment', async () => {
    const clock = new ManualClock();
    const pump = new RecordingPump(clock, () => {});
    const atMs: number[] = [];
    const ends = Array.from({ length: 80 }, () => {
      const timeline = new RecordingTimeline();
      timeline.start(0);
      return pump.add(timeline, { file: 'x.wav', append: () => void atMs.push(clock.monotonicMs()), close: () => Promise.resolve() });
    });
    clock.advance(1_000);
    atMs.length = 0;
    clock.advance(1_000);
    expect(atMs).toHaveLength(160);
    for (const moment of new Set(atMs)) expect(atMs.filter((at) => at === moment).length).toBeLessThanOrEqual(8);
    for (const end of ends) await end();
    expect(clock.pending).toBe(0);
  });
});
