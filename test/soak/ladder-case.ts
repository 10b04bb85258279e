import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Call } from '#bridge/contract/calls.ts';
import type { AgentId } from '#bridge/contract/ids.ts';
import type { CarrierName, LadderStep, Rung } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import { type Stretch, speechStretches } from '#test/support/audio.ts';
import { type BridgeRig, openBridgeRig, type ShortPerson, shortAgent, until, voiceHeardBy } from '#test/support/bridge-rig.ts';
import { socketsLeft } from '#test/support/ladder-rig.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { tone } from '#test/support/tones.ts';
import { type Breakage, breakNow, type Moment, strikesBeforehand, withTool } from './breakages.ts';

export interface CaseSpec {
  readonly carrier: CarrierName;
  readonly from: Rung;
  readonly to: Rung;
  readonly how: Breakage;
  readonly moment: Moment;
}

export interface CaseResult extends CaseSpec {
  /** The longest time without any voice at the ear, from the failure to the callee's last words. */
  readonly gapMs: number;
  readonly problems: readonly string[];
  readonly because: readonly string[];
  readonly words: readonly string[];
  readonly ledger: readonly string[];
  readonly seconds: number;
  /** The worst lateness of a timer in this process meanwhile. */
  readonly lateMs: number;
}

export const nameOf = ({ carrier, from, to, how, moment }: CaseSpec): string => `${carrier} ${from}>${to} ${how} ${moment}`;

/** What the callee may wait for a voice. */
const longestGapMs = 2_500;
/** A carrier that recognises and answers in turns takes longer for an ordinary answer, without any fault. */
const longestTurnMs = 4_500;
const agreement = 'sounds good';
const wish = 'call me back';

const talker: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 1_000 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'listen', pauseMs: 1_300 },
    { kind: 'say', text: 'Tomorrow at three would be fine.' },
    { kind: 'listen', pauseMs: 1_300 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'listen', pauseMs: 1_300 },
    { kind: 'hang-up' },
  ],
};
const wantsCallback: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 1_000 },
    { kind: 'say', text: 'Please call me back tomorrow at three.' },
    { kind: 'listen', pauseMs: 1_300 },
    { kind: 'say', text: 'Yes, please.' },
    { kind: 'listen', pauseMs: 1_300 },
    // Some faults strike with the next answer only.
    { kind: 'say', text: 'Are you still there?' },
    { kind: 'listen', pauseMs: 1_300 },
    { kind: 'hang-up' },
  ],
};

const operatorTone = tone(1_250, 800);

/** One bridge and one world that cases run through one behind the other; the bridge begins anew for each, and with it its breakers. */
export class Lane implements AsyncDisposable {
  readonly #rig: BridgeRig;
  readonly #people: Map<string, ShortPerson>;
  readonly #slackMs: number;
  /** How late this process was for its own timers: a machine that is too busy proves nothing about milliseconds. */
  readonly #lateness = monitorEventLoopDelay({ resolution: 10 });
  #calls = 0;
  #stayer: AgentId | null = null;

  /** @param slackMs on top of every limit of time, for machines that are known to be busy */
  static async open({ slackMs = 0 }: { readonly slackMs?: number } = {}): Promise<Lane> {
    const people = new Map<string, ShortPerson>();
    const rig = await openBridgeRig({ allVoices: true, people: (number) => people.get(number) ?? null, env: { RINGSIDE_LOG: 'warn' } });
    // The greetings are rendered once and kept; a machine that starts many at once may take two tries.
    await rig.warmUp().catch(() => rig.warmUp());
    return new Lane(rig, people, slackMs);
  }

  private constructor(rig: BridgeRig, people: Map<string, ShortPerson>, slackMs: number) {
    this.#rig = rig;
    this.#people = people;
    this.#slackMs = slackMs;
  }

  async run(spec: CaseSpec): Promise<CaseResult> {
    const beganAtMs = performance.now();
    this.#lateness.reset();
    this.#lateness.enable();
    const done = (partial: Omit<CaseResult, keyof CaseSpec | 'seconds' | 'lateMs'>): CaseResult => ({
      ...spec,
      ...partial,
      lateMs: Math.round(this.#lateness.max / 1e6),
      seconds: (performance.now() - beganAtMs) / 1_000,
    });
    try {
      return done(await this.#run(spec));
    } catch (error) {
      return done({
        gapMs: Number.POSITIVE_INFINITY,
        problems: [error instanceof Error ? error.message : String(error)],
        because: [],
        words: [],
        ledger: [],
      });
    } finally {
      this.#lateness.disable();
      await this.#rig.restart();
    }
  }

  async #run(spec: CaseSpec): Promise<Omit<CaseResult, keyof CaseSpec | 'seconds' | 'lateMs'>> {
    const rig = this.#rig;
    const { carrier, from, to, how, moment } = spec;
    this.#calls += 1;
    const number = `+1212555${String(2_000 + this.#calls).padStart(4, '0')}`;
    this.#people.set(number, withTool(moment) ? wantsCallback : talker);
    const known = new Set<unknown>(rig.world.openai.texts());
    const violationsBefore = this.#violations().length;
    const { id } = await rig.dial(number, carrier, {
      ladder: to === 'announcement' ? [from, to] : [from, to, 'announcement'],
      // An AI that has noted a callback takes leave at once; here the call is to go on.
      ...(withTool(moment) ? { agentId: await this.#staying() } : {}),
    });
    const leg = await until('the leg', () => rig.ringsAt(number)[0]);
    await until('the answer', () => leg.answeredAtMs);
    const failure = { from, to, how, moment, number };
    let failedAtMs = 0;
    let lift = () => {};
    const strike = () => {
      failedAtMs = heardMs(leg);
      lift = breakNow(rig.world, failure);
    };
    try {
      if (strikesBeforehand(from, how, moment)) {
        await reached(call(id), leg, 'callee-speech');
        strike();
      } else if (moment === 'takeover') {
        await reached(call(id), leg, 'callee-speech');
        failedAtMs = await this.#passOver(id, leg, to, strike);
      } else {
        await reached(call(id), leg, moment);
        strike();
      }
      const ended = await rig.over(id, 60_000);
      const told =
        to === 'live'
          ? JSON.stringify([rig.world.openai.live.sessions().at(-1)?.config ?? null, rig.world.openai.live.sessions().at(-1)?.said ?? []])
          : JSON.stringify(rig.world.openai.texts().filter((text) => !known.has(text)));
      const gapMs = longestSilence(leg, failedAtMs);
      const problems = [
        ...problemsOf(spec, ended, leg),
        ...(knows(spec, told) ? [] : [`the lower rung was not told what was said: ${told.slice(0, 200)}`]),
        ...this.#violations().slice(violationsBefore),
      ];
      const limitMs = to === 'turn-based' || to === 'relay' ? longestTurnMs : longestGapMs;
      const firstMs = firstGap(leg, failedAtMs);
      if (firstMs > longestGapMs + this.#slackMs) problems.push(`no voice for ${Math.round(firstMs)} ms after the failure`);
      if (gapMs > limitMs + this.#slackMs) problems.push(`no voice for ${Math.round(gapMs)} ms later on`);
      await until('all sockets to be closed', () => socketsLeft(rig) === 0, 6_000).catch(() =>
        problems.push(`${socketsLeft(rig)} sockets are left`),
      );
      return {
        gapMs: firstMs,
        problems,
        because: [
          ...(ended.rungChanges ?? []).map((change) => `${change.from}>${change.to}: ${change.because}`),
          `ended: ${ended.endedReason}`,
          ...ended.toolCalls.map((tool) => `tool ${tool.name} ${tool.arguments} -> ${tool.result}`),
        ],
        words: ended.transcript.map(({ speaker, text, heardText, startMs }) => `${startMs} ${speaker}: ${heardText ?? text}`),
        ledger: ended.costs.map(({ kind, micros, detail, estimated }) => `${kind} ${micros} ${detail}${estimated ? ' ~' : ''}`),
      };
    } finally {
      lift();
      await rig.invoke('calls.hangUp', { id }).catch(() => undefined);
    }

    function call(of: typeof id) {
      return () => rig.invoke('calls.get', { id: of });
    }
  }

  /** An agent that cannot hang up by itself. */
  async #staying(): Promise<AgentId> {
    this.#stayer ??= await this.#rig.agent({ tools: { ...shortAgent.tools, endCall: false } });
    return this.#stayer;
  }

  /** A person takes the call over, the voice behind them fails, and the AI is given the call again. @returns when, at the ear */
  async #passOver(id: Call['id'], leg: SimCall, to: Rung, strike: () => void): Promise<number> {
    using console = await OperatorConsole.open(this.#rig);
    console.hears(operatorTone);
    await console.takeOver(id);
    await new Promise((resume) => setTimeout(resume, 900));
    strike();
    await new Promise((resume) => setTimeout(resume, 1_600));
    const { error } = await console.ask('calls.giveBack', { id, open: 'bridge' });
    if (error === undefined) return heardMs(leg);
    if (to !== 'announcement' || error.code !== 'state/no-ai') throw new Error(`calls.giveBack: ${JSON.stringify(error)}`);
    return await this.#keeps(id, leg);
  }

  /**
   * Nobody of the AI is left who could talk with the lead: whoever holds the call is told so, keeps it, and is still heard. When their
   * console is gone as well, the announcement has the call. @returns when it is gone, at the ear
   */
  async #keeps(id: Call['id'], leg: SimCall): Promise<number> {
    const refusedAtMs = heardMs(leg);
    await new Promise((resume) => setTimeout(resume, 1_000));
    const { heldBy } = await this.#rig.invoke('calls.get', { id });
    if (heldBy === null) throw new Error('a person was refused to give the call back, and has it no more');
    const heardOfThem = voiceHeardBy(leg).some(({ endMs }) => endMs > refusedAtMs + 500);
    if (!heardOfThem) throw new Error('a person who kept the call is not heard any more');
    return heardMs(leg);
  }

  #violations(): string[] {
    const { deepgram, elevenlabs, cartesia, openai } = this.#rig.world;
    return [
      ...this.#rig.violations(),
      ...[deepgram, elevenlabs, cartesia].flatMap((sim) => sim.violations()),
      ...openai.live.violations().map(({ code, message }) => `live ${code}: ${message}`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rig[Symbol.asyncDispose]();
  }
}

const heardMs = (leg: SimCall): number => (leg.heard?.length ?? 0) / 8;

/**
 * Credit is the account's. Where it is used up, the service that writes a lost turn down from its sound refuses as the session did, and no
 * voice below has a stream to hear it again. The text model is spared for these cases only so that there is a rung to go to.
 */
const isUnwritten = ({ from, to, how }: CaseSpec): boolean =>
  from === 'realtime' && how === 'quota' && (to === 'relay' || to === 'turn-based' || to === 'announcement');

function knows(spec: CaseSpec, told: string): boolean {
  const { from, to, moment } = spec;
  if (to === 'announcement' || (withTool(moment) && isUnwritten(spec))) return true;
  if (withTool(moment)) return told.includes('Please call me back tomorrow');
  // Whoever was interrupted in the greeting may begin it again.
  if (moment === 'greeting') return told.includes('an AI assistant') || told.includes('We offer a free check');
  return told.includes(from === 'relay' || from === 'turn-based' ? 'an AI assistant' : 'We offer a free check');
}

function problemsOf(spec: CaseSpec, call: Call, leg: SimCall): string[] {
  const { from, to, moment } = spec;
  const problems: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) problems.push(what);
  };
  const { transcript, costs } = call;
  must(call.outcome === 'completed', `the outcome is ${call.outcome}: ${call.endedReason}`);
  const changes = call.rungChanges ?? [];
  const [first, ...later] = changes;
  const isOneOf = (step: LadderStep) => step === from || step === to;
  // One whose sessions open all the same is climbed back to after a while, and fails again.
  const isBackAndForth = later.every((change) => isOneOf(change.to) && (change.from === null || isOneOf(change.from)));
  const path = changes.map((change) => `${change.from}>${change.to}`).join(', ') || 'none';
  must(first?.from === from && first.to === to && isBackAndForth, `rung changes: ${path}`);
  must(call.rung === to || later.length > 0, `the call ended on ${call.rung}`);
  must(leg.endedAtMs !== null, 'the carrier still has the leg');
  if (withTool(moment)) {
    const times = call.toolCalls.filter(({ name }) => name === 'schedule_callback').length;
    must(times === 1, `the callback was noted ${times} times`);
  }
  const starts = transcript.map(({ startMs }) => startMs);
  must(
    starts.every((startMs, index) => index === 0 || startMs >= (starts[index - 1] ?? 0)),
    'the transcript is out of order',
  );
  const ofLead = transcript.filter(({ speaker }) => speaker === 'lead').map(({ text }) => text);
  for (const phrase of [agreement, wish]) {
    const times = ofLead.filter((text) => text.includes(phrase)).length;
    must(times <= 1, `"${phrase}" is ${times} times in the transcript`);
  }
  const isAskedAgain = to === 'turn-based' || to === 'relay' || to === 'announcement';
  // What only the voice that died had heard, an announcement does not hear again; of Realtime it is written down from its sound.
  if (withTool(moment) && (to !== 'announcement' || from === 'realtime') && !isUnwritten(spec))
    must(
      ofLead.some((text) => text.includes(wish)),
      'what the lead wished is not in the transcript',
    );
  else if (!isAskedAgain && moment !== 'takeover')
    must(
      ofLead.some((text) => text.includes(agreement)),
      'what the lead agreed to is not in the transcript',
    );
  for (const [index, { speaker, text, heardText }] of transcript.entries()) {
    const before = transcript[index - 1];
    if (before && before.speaker === speaker && (before.heardText ?? before.text) === (heardText ?? text) && text !== '')
      problems.push(`twice in the transcript: ${text.slice(0, 60)}`);
  }
  problems.push(...problemsOfLedger(call, costs));
  return problems;
}

/** Each rung's use is in the ledger, and once. */
function problemsOfLedger(call: Call, costs: Call['costs']): string[] {
  const problems: string[] = [];
  const total = costs.reduce((sum, { micros }) => sum + micros, 0);
  if (total !== call.costMicros) problems.push(`the ledger sums up to ${total}, the call says ${call.costMicros}`);
  const lines = costs.map(({ kind, detail, micros }) => `${kind} ${detail} ${micros}`);
  for (const kind of ['carrier', 'stream', 'relay', 'machine-detection']) {
    const times = costs.filter((line) => line.kind === kind).length;
    if (times > 1) problems.push(`${times} lines for ${kind}`);
  }
  const rungs = new Set<LadderStep | null>([call.rung, ...(call.rungChanges ?? []).map(({ from }) => from)]);
  const streams = ['realtime', 'live', 'cascade'].some((rung) => rungs.has(rung as Rung)) || call.personInvolved;
  if (streams !== costs.some(({ kind }) => kind === 'stream')) problems.push(`two-way audio is ${streams ? 'not ' : ''}in the ledger`);
  if (rungs.has('relay') !== costs.some(({ kind }) => kind === 'relay'))
    problems.push(`the relay is ${rungs.has('relay') ? 'not ' : ''}in the ledger`);
  const sessions = 1 + (call.rungChanges ?? []).filter((change) => change.from !== null && change.to === 'realtime').length;
  const repeated = lines.find(
    (line, index) =>
      !line.endsWith(' 0') &&
      // Each session that dies before its bill is estimated; two that were given the same cost the same.
      lines.slice(0, index + 1).filter((other) => other === line).length > (costs[index]?.estimated ? sessions : 1) &&
      // A Live session is billed as it goes on, in pieces of the same length.
      /^realtime-?(in|out|clip-in|clip-out)? /.test(line) &&
      !line.includes('0.1 s'),
  );
  if (repeated !== undefined) problems.push(`twice in the ledger: ${repeated}`);
  return problems;
}

async function reached(look: () => Promise<Call>, leg: SimCall, moment: Moment): Promise<void> {
  const ours = () => voiceHeardBy(leg);
  /** We have been answering the lead's second sentence for so long, and still are. */
  const answersFor = (ms: number) => {
    const answered = theirs(leg)[1];
    if (!answered) return false;
    return ours().some(({ startMs, endMs }) => startMs > answered.endMs && endMs - startMs > ms && endMs > heardMs(leg) - 200);
  };
  const usesTool = () => until('a tool', async () => (await look()).toolCalls.length > 0, 45_000);
  switch (moment) {
    case 'greeting':
      await until('the greeting', () => (ours().at(-1)?.endMs ?? 0) > 3_200);
      return;
    case 'ai-speech':
      await until('an answer', () => answersFor(600), 30_000);
      return;
    case 'callee-speech':
    case 'takeover':
      await until(
        'the callee',
        () => {
          const said = theirs(leg).at(-1);
          return said !== undefined && theirs(leg).length >= 2 && said.endMs - said.startMs > 150;
        },
        30_000,
      );
      return;
    case 'tool-call':
      await usesTool();
      return;
    case 'tool-answer':
      await usesTool();
      await until('what came of it', () => answersFor(400), 15_000);
  }
}

function theirs(leg: SimCall): readonly Stretch[] {
  return leg.said ? speechStretches(decodeMulaw(leg.said)) : [];
}

function anybody(leg: SimCall): readonly Stretch[] {
  return [...voiceHeardBy(leg), ...theirs(leg)].sort((a, b) => a.startMs - b.startMs);
}

/** From the failure, or the end of what was being said then, to the next voice of ours; while the callee speaks nobody waits. */
function firstGap(leg: SimCall, failedAtMs: number): number {
  const ours = voiceHeardBy(leg);
  let longest = 0;
  let quietFrom = failedAtMs;
  let seen = 0;
  for (const { startMs, endMs } of anybody(leg)) {
    if (endMs <= failedAtMs) continue;
    // The lead has answered whoever took over; what comes from here on are ordinary turns.
    if (seen > 0 && startMs > quietFrom && !ours.some((stretch) => stretch.startMs === startMs)) break;
    longest = Math.max(longest, startMs - quietFrom);
    quietFrom = Math.max(quietFrom, endMs);
    // What was in the air is not the one that took over.
    if (startMs > failedAtMs && ours.some((stretch) => stretch.startMs === startMs)) seen += 1;
    if (seen >= 2) break;
  }
  return seen === 0 ? Number.POSITIVE_INFINITY : longest;
}

function longestSilence(leg: SimCall, failedAtMs: number): number {
  let longest = 0;
  let quietFrom = failedAtMs;
  for (const { startMs, endMs } of anybody(leg)) {
    if (endMs <= failedAtMs) continue;
    longest = Math.max(longest, startMs - quietFrom);
    quietFrom = Math.max(quietFrom, endMs);
  }
  return longest;
}
