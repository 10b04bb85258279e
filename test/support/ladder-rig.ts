import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName, Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { RehearsalWorld } from '#bridge/rehearsal/world.ts';
import { speechStretches } from './audio.ts';
import { type BridgeRig, openBridgeRig, type ShortPerson, until, voiceHeardBy } from './bridge-rig.ts';

/** When in the call somebody's voice fails. */
export type Moment = 'greeting' | 'ai-speech' | 'callee-speech' | 'tool-call' | 'takeover';
/** How a service fails, from now on for everybody. */
export type Failing = 'refuse' | 'cut' | 'quota';

/** Says yes twice, and asks for another time, so that there is an answer and a tool to fail in. */
export const talker: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'listen', pauseMs: 1_200 },
    { kind: 'say', text: 'Tomorrow at three would be fine.' },
    { kind: 'listen', pauseMs: 1_200 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'wait', ms: 2_000 },
    { kind: 'hang-up' },
  ],
};

/** Wants something for which the AI needs a tool. */
export const wantsCallback: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Please call me back tomorrow at three.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'listen', pauseMs: 1_500 },
    { kind: 'hang-up' },
  ],
};

/** Everything that a voice of this rung needs is gone, now and for good. */
export function failNow(world: RehearsalWorld, rung: Rung, how: Failing): void {
  if (rung === 'realtime') {
    world.openai.fault({ fault: how === 'refuse' ? { kind: 'refuse' } : { kind: 'upgrade-status', status: how === 'quota' ? 429 : 503 } });
    world.openai.fault({
      fault:
        how === 'quota'
          ? { kind: 'error', code: 'insufficient_quota', type: 'insufficient_quota', afterMs: 0, close: 1000 }
          : { kind: 'close', code: 1006, afterMs: 0 },
    });
  } else if (rung === 'live') {
    world.openai.live.fault({ fault: { kind: 'upgrade-status', status: how === 'quota' ? 429 : 503 } });
    world.openai.live.fault({ fault: { kind: 'drop', afterMs: 0 } });
  } else if (rung === 'cascade') {
    world.deepgram.fault({ fault: { kind: 'refuse' } });
    world.deepgram.hangUp();
  }
}

export interface LadderCall {
  readonly call: Call;
  readonly leg: SimCall;
  /** From the failure, or from the end of what was being said then, to our next voice at the callee's ear. */
  readonly gapMs: number;
  readonly violations: readonly string[];
  readonly rig: BridgeRig;
}

async function reached(rig: BridgeRig, id: CallId, leg: SimCall, moment: Moment): Promise<void> {
  const call = () => rig.invoke('calls.get', { id });
  const heardMs = () => voiceHeardBy(leg).at(-1)?.endMs ?? 0;
  switch (moment) {
    case 'greeting':
      await until('the greeting', () => heardMs() > 3_200);
      return;
    case 'ai-speech':
      await until('an answer', async () => {
        const { transcript, speaking } = await call();
        const answered = transcript.some(({ speaker, text }) => speaker === 'lead' && text.includes('sounds good'));
        return answered && speaking === 'ai';
      });
      await new Promise((resume) => setTimeout(resume, 600));
      return;
    case 'callee-speech':
    case 'takeover':
      await until('the greeting to be over', () => heardMs() > 4_800);
      await until('the callee', async () => (await call()).speaking === 'lead');
      return;
    case 'tool-call':
      await until('a tool', async () => (await call()).toolCalls.length > 0, 45_000);
  }
}

/** One call on which the upper of two rungs fails at a moment. */
export async function fallOf(
  rig: BridgeRig,
  options: {
    readonly to: string;
    readonly carrier: CarrierName;
    readonly ladder: readonly Rung[];
    readonly moment: Moment;
    readonly how: Failing;
  },
): Promise<LadderCall> {
  const { to, carrier, ladder, moment, how } = options;
  const { id } = await rig.dial(to, carrier, { ladder });
  const leg = await until('the leg', () => rig.ringsAt(to)[0]);
  await until('the answer', () => leg.answeredAtMs);
  await reached(rig, id, leg, moment);
  const failedAtMs = (leg.heard?.length ?? 0) / 8;
  failNow(rig.world, ladder[0] as Rung, how);
  const call = await rig.over(id);
  return {
    call,
    leg,
    rig,
    gapMs: gapAfter(leg, failedAtMs),
    violations: [...rig.violations(), ...rig.world.deepgram.violations(), ...rig.world.elevenlabs.violations()],
  };
}

function gapAfter(leg: SimCall, failedAtMs: number): number {
  const ours = voiceHeardBy(leg);
  const theirs = leg.said ? speechStretches(decodeMulaw(leg.said)) : [];
  const running = ours.find(({ startMs, endMs }) => startMs <= failedAtMs && endMs > failedAtMs);
  let from = Math.max(failedAtMs, running?.endMs ?? 0);
  for (;;) {
    const at = from;
    const next = ours.find(({ endMs }) => endMs > at);
    // Whoever speaks themselves waits for nobody.
    const theirsNext = theirs.find(({ startMs, endMs }) => endMs > at && startMs < (next?.startMs ?? Number.POSITIVE_INFINITY));
    if (!theirsNext || theirsNext.endMs <= from) return next ? Math.max(0, next.startMs - from) : Number.POSITIVE_INFINITY;
    from = theirsNext.endMs;
  }
}

/** What whoever took over was told had been said before. */
export function toldTo({ world }: BridgeRig, rung: Rung): string {
  if (rung === 'live') return JSON.stringify(world.openai.live.sessions().at(-1)?.config ?? null);
  return JSON.stringify(world.openai.texts().map(({ said }) => said));
}

/** Sockets that are still open though no call is. */
export function socketsLeft({ world }: BridgeRig): number {
  return socketsLeftIn(world).length;
}

/** A socket that a simulated service still holds. */
export interface SocketLeft {
  /** As `deepgram /v1/listen`. */
  readonly service: string;
  readonly openedAtMs: number;
  /** Where the service was told. */
  readonly callId: string | null;
}

export function socketsLeftIn({ openai, deepgram, elevenlabs, cartesia }: RehearsalWorld): readonly SocketLeft[] {
  const stages = Object.entries({ deepgram, elevenlabs, cartesia });
  return [
    ...openai
      .sessions()
      .filter(({ closed }) => closed === null)
      .map(({ model, openedAtMs, headers }) => ({
        service: `realtime ${model}`,
        openedAtMs,
        callId: headers['openai-safety-identifier'] ?? null,
      })),
    ...openai.live
      .sessions()
      .filter(({ closed }) => !closed)
      .map(({ openedAtMs }) => ({ service: 'live', openedAtMs, callId: null })),
    ...stages.flatMap(([name, sim]) =>
      sim.sockets().map(({ path, openedAtMs }) => ({ service: `${name} ${path}`, openedAtMs, callId: null })),
    ),
  ];
}

export function openLadderRig(people: ShortPerson): Promise<BridgeRig> {
  return openBridgeRig({ people: () => people, allVoices: true });
}
