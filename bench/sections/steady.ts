import { wait } from '../load/clock.ts';
import { median } from '../load/samples.ts';
import { mb, ms, percent, type Row, type Section, signed, times } from '../report.ts';
import { startFloor } from '../rig/floor.ts';
import { startRingside } from '../rig/ringside.ts';
import type { Subject } from '../rig/subject.ts';
import { measureWindow, type Window } from './window.ts';

interface Round {
  /** Memory before the first call. */
  readonly beforeMb: number;
  /** The first seconds after the start, in which most of the code runs for the first time. */
  readonly cold: Window;
  readonly few: Window;
  readonly many: Window;
  /** With the AI's audio in real time, a message every 20 ms: the same number of messages through both. */
  readonly even: Window | null;
}

const few = 30;
const many = 80;

/** What talking costs and how late it makes everybody: 30 and 80 calls, everything switched on, in a process that has been at work. */
export const steady: Section = {
  name: 'steady',
  run: async ({ loads, quick, rounds, say }) => {
    const windowMs = quick ? 3_000 : 6_000;
    const settleMs = 3_000;
    // A bridge works for hours: until now the compiler was still busy with it.
    const warmMs = quick ? 12_000 : 25_000;
    const round = async (subject: Subject): Promise<Round> => {
      const { rssMb: beforeMb } = await subject.usage();
      await loads.planCalls();
      await loads.planAi();
      await subject.addCalls(few);
      await wait(settleMs);
      const cold = await measureWindow(loads, subject, few, windowMs);
      await wait(warmMs);
      const first = await measureWindow(loads, subject, few, windowMs);
      await subject.addCalls(many - few);
      await wait(warmMs);
      const second = await measureWindow(loads, subject, many, windowMs * 1.5);
      let even: Window | null = null;
      if (!quick) {
        await loads.planAi({ delivery: 'even' });
        // Answers that were begun in the old way are over by then.
        await wait(settleMs);
        even = await measureWindow(loads, subject, many, windowMs);
      }
      await subject.endCalls();
      await subject.stop();
      say(
        `steady, ${subject.name}: ${second.cpuPerCallMinute.toFixed(3)} CPU s a call-minute, callee to AI p99 ${ms(second.ai.latency.p99)}, AI late p99 ${ms(second.heard.late.p99)}; without a processor ${percent(second.waitedShare)} of the time`,
      );
      return { beforeMb, cold, few: first, many: second, even };
    };
    const floors: Round[] = [];
    const ours: Round[] = [];
    for (let i = 0; i < rounds; i++) {
      floors.push(await round(await startFloor(loads)));
      ours.push(await round(await startRingside(loads)));
    }
    return rows(floors, ours);
  },
};

function rows(floors: readonly Round[], ours: readonly Round[]): readonly Row[] {
  const both = (pick: (round: Round) => number): readonly [number, number] => [median(floors.map(pick)), median(ours.map(pick))];
  const ratio = (figure: string, pick: (round: Round) => number, print: (value: number) => string, limit: number | null): Row => {
    const [floor, own] = both(pick);
    const compared = own / floor;
    return {
      figure,
      floor: print(floor),
      ringside: print(own),
      compared: times(compared),
      target: limit === null ? '' : `at most ${limit}x`,
      met: limit === null ? null : compared <= limit,
    };
  };
  const seconds = (value: number) => `${value.toFixed(3)} s`;
  const late = (calls: number, pick: (round: Round) => Window): Row => {
    const [floor, own] = both((round) => pick(round).heard.late.p99);
    return {
      figure: `AI audio played late, p99, ${calls} calls`,
      floor: ms(floor),
      ringside: ms(own),
      compared: signed(own - floor, ms),
      target: 'at most 5 ms',
      met: own <= 5,
    };
  };
  const gaps = (calls: number, pick: (round: Round) => Window): Row => {
    const [floor, own] = [floors, ours].map((all) => all.reduce((sum, round) => sum + pick(round).heard.gaps, 0));
    return {
      figure: `gaps inside an answer, ${calls} calls`,
      floor: String(floor),
      ringside: String(own),
      compared: '',
      target: '0',
      met: own === 0,
    };
  };
  const [floorMb, ourMb] = both(({ beforeMb, many: window }) => (window.usage.rssMb - beforeMb) / window.calls);
  const [floorWaited, ourWaited] = both(({ many: { waitedShare } }) => waitedShare);
  return [
    ratio(`CPU per call-minute, ${few} calls`, (round) => round.few.cpuPerCallMinute, seconds, null),
    ratio(`CPU per call-minute, ${many} calls`, ({ many: { cpuPerCallMinute } }) => cpuPerCallMinute, seconds, 1.4),
    ...(ours.some(({ even }) => even === null)
      ? []
      : [ratio(`CPU per call-minute, ${many} calls, AI audio in 20 ms pieces`, ({ even }) => even?.cpuPerCallMinute ?? 0, seconds, null)]),
    ratio(`callee to AI p99, ${few} calls, in the first seconds after the start`, ({ cold: { ai } }) => ai.latency.p99, ms, null),
    ratio(`callee to AI p50, ${few} calls`, ({ few: { ai } }) => ai.latency.p50, ms, null),
    ratio(`callee to AI p99, ${few} calls`, ({ few: { ai } }) => ai.latency.p99, ms, 1.5),
    ratio(`callee to AI p50, ${many} calls`, ({ many: { ai } }) => ai.latency.p50, ms, null),
    ratio(`callee to AI p99, ${many} calls`, ({ many: { ai } }) => ai.latency.p99, ms, 1.5),
    late(few, (round) => round.few),
    late(many, (round) => round.many),
    gaps(few, (round) => round.few),
    gaps(many, (round) => round.many),
    {
      figure: `memory per call, ${many} calls`,
      floor: mb(floorMb),
      ringside: mb(ourMb),
      compared: times(ourMb / floorMb),
      target: 'at most 1 MB',
      met: ourMb <= 1,
    },
    {
      figure: `time without a processor, because others had them, ${many} calls`,
      floor: percent(floorWaited),
      ringside: percent(ourWaited),
      compared: '',
      target: '',
      met: null,
    },
  ];
}
