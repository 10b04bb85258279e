import { randomBytes } from 'node:crypto';
import { CarrierCall, type Manner } from './load/carrier-call.ts';
import { EarMeasures } from './load/carrier-ear.ts';
import { CarrierRest, type Leg } from './load/carrier-rest.ts';
import { between, everyMs, wait } from './load/clock.ts';
import { answerRequests } from './load/requests.ts';

/** A lean Twilio for the bench, in a process of its own: any number of calls, and exact figures of what the callees heard. */

/** What becomes of calls that are created from now on. */
interface Plan {
  /** How long they ring; null answers at once, without ever saying that it rang. */
  readonly ringMs: number | null;
  /** Ring until `answer` is asked for. */
  readonly hold: boolean;
  /** The callee hangs up after between so many milliseconds; null never. */
  readonly talkMs: readonly [number, number] | null;
}

/** The calls' beats are spread over the 20 ms, as the beats of strangers are. */
const slots = 10;
const slotMs = 2;

const measures = new EarMeasures();
const calls = new Map<string, CarrierCall>();
const bySlot: Set<CarrierCall>[] = Array.from({ length: slots }, () => new Set());
const ringing: Leg[] = [];
const problems: string[] = [];
let plan: Plan = { ringMs: 200, hold: false, talkMs: null };
let made = 0;
let slot = 0;

const rest = new CarrierRest(
  (leg) => void run(leg).catch((error: unknown) => problems.push(String(error))),
  (leg) => end(leg),
);

everyMs(slotMs, () => {
  slot = (slot + 1) % slots;
  for (const call of bySlot[slot] ?? []) call.beat();
});

async function run(leg: Leg): Promise<void> {
  const { ringMs, hold } = plan;
  if (ringMs !== null) {
    await rest.status(leg, 'initiated');
    leg.state = 'ringing';
    await rest.status(leg, 'ringing');
    if (hold) {
      ringing.push(leg);
      return;
    }
    await wait(ringMs);
  }
  await answer(leg);
}

async function answer(leg: Leg): Promise<void> {
  if (leg.state === 'over') return;
  leg.state = 'live';
  void rest.status(leg, 'in-progress').catch((error: unknown) => problems.push(String(error)));
  const url = await rest.fetchDocument(leg);
  if (url === null) {
    problems.push('an answer document without a stream');
    return end(leg);
  }
  talk(leg.callSid, url, rest.upgradeHeaders(url), () => {
    if (leg.state !== 'over') problems.push('a media socket was closed by the bridge');
    end(leg);
  });
  if (plan.talkMs) setTimeout(() => end(leg), between(...plan.talkMs));
}

function talk(callSid: string, url: string, headers: Readonly<Record<string, string>>, onClosed: () => void): void {
  const call = new CarrierCall(made, callSid, measures);
  made += 1;
  calls.set(callSid, call);
  bySlot[made % slots]?.add(call);
  call.connect(url, headers, (reason) => {
    problems.push(reason);
    onClosed();
  });
}

function end(leg: Leg): void {
  if (leg.state === 'over') return;
  leg.state = 'over';
  drop(leg.callSid);
  rest.legs.delete(leg.callSid);
  void rest.status(leg, 'completed', 10).catch(() => undefined);
}

function drop(callSid: string): void {
  const call = calls.get(callSid);
  if (!call) return;
  calls.delete(callSid);
  for (const members of bySlot) members.delete(call);
  call.end();
}

const url = await rest.listen();
answerRequests({
  url: () => url,
  plan: (next: Plan) => {
    plan = next;
  },
  /** Calls without a carrier's API: straight to the media socket of the floor. */
  direct: async ({ target, count, perSecond }: { target: string; count: number; perSecond: number }) => {
    for (let i = 0; i < count; i++) {
      const callSid = `CA${randomBytes(16).toString('hex')}`;
      talk(callSid, target, {}, () => drop(callSid));
      await wait(1_000 / perSecond);
    }
  },
  /** Those who wait with a ringing phone pick up, evenly over a second. */
  answer: async ({ perSecond }: { perSecond: number }) => {
    const waiting = ringing.splice(0);
    const answers: Promise<void>[] = [];
    for (const leg of waiting) {
      answers.push(answer(leg));
      await wait(1_000 / perSecond);
    }
    await Promise.all(answers);
    return waiting.length;
  },
  hangUpAll: () => {
    for (const leg of [...rest.legs.values()]) end(leg);
    for (const callSid of [...calls.keys()]) drop(callSid);
  },
  /** @returns the number of the call that behaves so from now on; the newest one */
  behave: ({ manner }: { manner: Manner }) => {
    const last = [...calls.values()].findLast((call) => call.open);
    last?.behave(manner);
    return last?.index ?? -1;
  },
  state: () => ({
    live: [...calls.values()].filter((call) => call.open).length,
    ringing: ringing.length,
    legs: rest.legs.size,
    made,
  }),
  reset: () => {
    measures.clear();
    rest.documents.clear();
    problems.length = 0;
  },
  report: () => ({
    late: measures.late.summary(),
    firstAudioMs: measures.firstAudioMs,
    gaps: measures.gaps,
    gapMs: measures.gapMs,
    lostBlocks: measures.lostBlocks,
    blocks: measures.blocks,
    cuts: measures.cuts,
    documents: rest.documents.summary(),
    problems: [...problems],
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  }),
});
process.send?.({ ready: url });
