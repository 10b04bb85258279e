import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';
import { CallStage } from '../../support/call-stage.ts';
import { ben, dana, operatorByte } from '../../support/person.ts';

type Act = (stage: CallStage) => void;

/** Some things cannot be had at every moment. */
function refused(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** What a carrier, an AI service, a lead and an operator may do, whenever they like. */
const acts: Readonly<Record<string, Act>> = {
  rings: (stage) => stage.tell({ type: 'leg.ringing' }),
  queues: (stage) => stage.tell({ type: 'leg.queued' }),
  answers: (stage) => stage.tell({ type: 'leg.answered' }),
  'asks at the answer': (stage) => void stage.ask({ kind: 'answered' }),
  'asks for the fallback': (stage) => void stage.ask({ kind: 'fallback' }),
  'asks after the stream': (stage) => void stage.afterStream(),
  'tells of the transfer': (stage) => void stage.dialEnded('answered'),
  'tells of a failed transfer': (stage) => void stage.dialEnded('no-answer'),
  'presses nine': (stage) => void stage.press('9'),
  'presses one': (stage) => stage.carrier.streams.at(-1)?.handlers.digit('1'),
  'is a machine': (stage) => stage.machine('machine'),
  'opens the stream': (stage) => {
    try {
      stage.openMedia();
    } catch {
      // No stream was asked for, or it is used up.
    }
  },
  'cuts the stream': (stage) => stage.carrier.streams.at(-1)?.cut(),
  speaks: (stage) => {
    if (stage.engine.sessions.at(-1)?.closed === false) stage.session.hears();
  },
  'has spoken': (stage) => stage.engine.sessions.at(-1)?.heardEnd('turn-1'),
  'said yes': (stage) => stage.engine.sessions.at(-1)?.understands('turn-1', 'Yes, please.'),
  'said stop': (stage) => stage.engine.sessions.at(-1)?.understands('turn-1', 'Stop calling me.'),
  'AI answers': (stage) => void stage.engine.sessions.at(-1)?.answers('One moment, please.', 1_500),
  'AI says what it was asked': (stage) => {
    const asked = stage.engine.sessions.at(-1)?.all('answer').at(-1)?.instructions ?? null;
    stage.engine.sessions.at(-1)?.answers('As you wish.', 1_000, asked);
  },
  'AI begins': (stage) => {
    stage.engine.sessions.at(-1)?.begins();
    stage.engine.sessions.at(-1)?.utters('Well, you see', 800, { whole: false });
  },
  'AI stops': (stage) => stage.engine.sessions.at(-1)?.ends('cancelled'),
  'AI hangs up': (stage) => void stage.engine.sessions.at(-1)?.callsTool('end_call', { reason: 'goal_met' }),
  'AI transfers': (stage) => void stage.engine.sessions.at(-1)?.callsTool('transfer_to_human', { reason: 'asked' }),
  'AI notes an opt-out': (stage) => void stage.engine.sessions.at(-1)?.callsTool('mark_opt_out', 'not even JSON'),
  'AI invents': (stage) => void stage.engine.sessions.at(-1)?.callsTool('constructor', '{}'),
  'AI dies': (stage) => stage.engine.sessions.at(-1)?.fail(),
  'AI is refused for good': (stage) => stage.engine.sessions.at(-1)?.fail({ kind: 'fatal', cause: 'no credit' }),
  'takes it over': (stage) => refused(() => stage.call.people.takeOver(dana)),
  'takes it over from another console': (stage) => refused(() => stage.call.people.takeOver(ben)),
  'speaks into the microphone': (stage) =>
    refused(() => stage.call.people.microphone(dana, () => undefined).frame(0, new Uint8Array(160).fill(operatorByte))),
  'gives it back': (stage) => refused(() => stage.call.people.giveBack(dana, { note: 'Go on.', open: 'bridge' })),
  'steps back': (stage) => refused(() => stage.call.people.giveBack(dana, { note: null, open: 'wait' })),
  'takes another call': (stage) => stage.call.people.wentElsewhere(dana),
  'loses the console': (stage) => stage.call.people.sessionGone(dana),
  hints: (stage) => refused(() => stage.call.people.coach(dana, 'Offer the Tuesday.')),
  'has it say something': (stage) => refused(() => stage.call.people.say(dana, 'It is free.', 'now')),
  lands: (stage) => stage.call.land(),
  'hangs up from the console': (stage) => stage.call.hangUp('operator', 'hung up from the console'),
  ends: (stage) => stage.end(),
};

const wait = fc.constantFrom(0, 20, 200, 1_000, 3_100, 9_100);
const course = fc.array(fc.tuple(fc.constantFrom(...Object.keys(acts)), wait), { minLength: 1, maxLength: 25 });
const kind = fc.record({
  /** How far the call has come in good order before. */
  start: fc.constantFrom('dialled', 'connected', 'talking', 'talking'),
  ladder: fc.constantFrom<AttemptRecord['ladder']>(['realtime', 'announcement'], ['realtime', 'announcement'], ['announcement']),
  answeringMachine: fc.constantFrom('hang-up', 'leave-message', 'off'),
  clips: fc.constantFrom([], ['disclosure'] as const, undefined),
  opening: fc.constantFrom({ readyAfterMs: 50 } as const, { readyAfterMs: 50 } as const, 'hangs' as const),
});

describe('any course of events', () => {
  it('leaves a call that ends once, breaks nothing, and has nothing left over', async () => {
    await fc.assert(
      fc.asyncProperty(kind, course, async ({ opening, clips, start, ...attempt }, events) => {
        await using stage = await CallStage.open({ attempt, ...(clips ? { clips } : {}) });
        stage.engine.opening = opening;
        const canTalk = opening !== 'hangs' && attempt.ladder.includes('realtime');
        if (canTalk && start === 'connected') await stage.connect();
        else if (canTalk && start === 'talking' && !clips) await stage.talk();
        else stage.ring();
        for (const [name, waitMs] of events) {
          acts[name]?.(stage);
          await stage.pass(waitMs);
          const { state, holder, heldBy, endedReason } = stage.call.summary();
          // Somebody answers for a live lead at every moment.
          if (state === 'live' || state === 'transferring') expect(holder, name).not.toBeNull();
          if (heldBy !== null) expect(endedReason).toBeNull();
        }
        if (['live', 'transferring'].includes(stage.call.summary().state)) {
          // Nobody does anything more: no console, no answer, no word. Then the call comes to its end by itself, or the leg asks for more.
          stage.call.people.sessionGone(dana);
          stage.call.people.sessionGone(ben);
          const session = stage.engine.sessions.at(-1);
          if (session?.closed === false) {
            session.ends('cancelled');
            session.heardEnd(session.hears());
          }
          await stage.pass(60_000);
          const isOver = stage.call.over || stage.carrier.hangUps.length > 0 || stage.carrier.redirects.length > 0;
          expect(isOver || stage.carrier.streams.at(-1)?.closedBecause !== null).toBe(true);
          expect(stage.call.summary().heldBy).toBeNull();
        }
        if (!stage.call.over) stage.end();
        expect(stage.ended).toHaveLength(1);
        expect(stage.alerts.filter((message) => message.startsWith('Something'))).toEqual([]);
        const { view } = stage;
        expect(view.state).toBe('ended');
        expect(view.endedReason).toBeTruthy();
        // Whoever asked not to be called is not called.
        const optedOut = stage.call.record.id && stage.log.some((line) => line.includes('the lead opted out'));
        expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal') !== null).toBe(optedOut);
        if (optedOut) expect(view.disposition).toBe('do-not-call');
        // The disclosure counts only when all of it was heard.
        const disclosures = view.transcript.filter(({ text }) => text === stage.call.script.speeches.disclosure);
        if (view.disclosurePlayedAt !== null) expect(disclosures.every(({ interrupted }) => interrupted)).toBe(disclosures.length === 0);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
