import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { otherSoundMs, toneWindows } from '#test/support/ear.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

/** Not a harmonic of anything that the simulated voices say. */
const operatorHz = 1_320;
/** A frame of a microphone that is lost leaves a click, which is no tone for 20 ms. A voice lasts longer. */
const otherMost = 60;
const patient: readonly Move[] = [
  { kind: 'say', text: 'Hello?' },
  { kind: 'wait', ms: 60_000 },
];

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

/** One takeover, in milliseconds since the answer: the key, the first of the operator at the ear, the key that gives it back. */
interface Turn {
  readonly takenMs: number;
  readonly heardMs: number;
  readonly givenMs: number;
  /** The console has seen that it is given back. */
  readonly backMs: number;
}

function tell(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
  process.stdout.write(`key press to the lead's ear: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms of ${sorted.length}\n`);
  return at(0.95);
}

describe('fifty takeovers in the browser', () => {
  let stage: PersonStage;
  let operator: OperatorPage;
  const latencies: number[] = [];
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, operatorHz) });
    await sitDown();
  });
  const sitDown = async () => {
    operator = await OperatorPage.open(stage);
    await operator.goOnDuty();
  };
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await operator[Symbol.asyncDispose]();
    await stage.clear();
    await sitDown();
  });

  /** Take one call so many times, and hear what its lead heard of it. */
  async function take(carrier: CarrierName, times: number): Promise<readonly Turn[]> {
    const call = await stage.dial(carrier, { moves: patient });
    const leg = stage.leg(call.to);
    const since = (atMs: number) => atMs - leg.answeredAtMs;
    const heard = (fromMs: number) => toneWindows(leg.heard, operatorHz, fromMs);
    await operator.openCall(call);
    await until('the AI', () => otherSoundMs(leg.heard, operatorHz, 0, since(Date.now())) > 300);
    const turns: Omit<Turn, 'heardMs'>[] = [];
    for (let time = 0; time < times; time += 1) {
      const takenMs = since(await operator.takeOver());
      await until('the operator', () => heard(takenMs).length > 0);
      await sleep(250);
      // Every other time the AI is in the middle of its sentence when it is taken from it again.
      const givenMs = since(await operator.leave(time % 2 === 0 ? 'b' : 'Escape'));
      turns.push({ takenMs, givenMs, backMs: since(Date.now()) });
      await sleep(300 + time * 7);
    }
    await stage.over(call);
    const ear = leg.heard;
    const own = (fromMs: number, toMs: number) => toneWindows(ear, operatorHz, fromMs, toMs);
    let beforeMs = 0;
    return turns.map((turn) => {
      const { takenMs, givenMs, backMs } = turn;
      const heardMs = own(takenMs - 20, givenMs)[0] ?? Number.POSITIVE_INFINITY;
      // Nobody hears the operator before the key, nor after they have left; and nobody else while they have the call.
      expect(own(beforeMs, takenMs - 20)).toEqual([]);
      expect(otherSoundMs(ear, operatorHz, heardMs + 40, givenMs - 40)).toBeLessThan(otherMost);
      beforeMs = backMs + 200;
      return { ...turn, heardMs };
    });
  }

  it.each([
    ['twilio', 1],
    ['plivo', 2],
    ['twilio', 3],
    ['plivo', 4],
    ['twilio', 5],
  ] as const)('is heard at once and alone over %s, ten times in call %i', async (carrier, _call) => {
    const turns = await take(carrier, 10);
    latencies.push(...turns.map(({ takenMs, heardMs }) => heardMs - takenMs));
  });

  it('takes far less than a second, and breaks no protocol', () => {
    expect(latencies).toHaveLength(50);
    expect(tell(latencies)).toBeLessThan(1_000);
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });
});
