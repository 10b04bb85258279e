import { wait } from '../load/clock.ts';
import { median } from '../load/samples.ts';
import { alone, mb, type Row, type Section, signed } from '../report.ts';
import { startRingside } from '../rig/ringside.ts';
import type { Rest } from '../rig/subject.ts';

const lines = 30;
/** Late words of an ended call are waited for, and sockets say goodbye. */
const restMs = 4_000;
/** What counts as flat: memory per thousand calls, and what the garbage collector makes of it. */
const flatMb = 5;

/** Calls that begin and end, one after the other, on thirty lines; what is left of them. */
export const soak: Section = {
  name: 'soak',
  run: async ({ loads, quick, soakMs, say }) => {
    const talkMs = quick ? [2_000, 4_000] : [6_000, 12_000];
    const callsPerLineSecond = 1_300 / ((talkMs[0] ?? 0) + 200);
    const subject = await startRingside(loads);
    await loads.planCalls({ talkMs });
    await loads.planAi();
    const begin = async (leads: number) => {
      const id = await subject.makeCampaign(leads);
      await subject.run('campaigns.update', { id, lines });
      await subject.run('campaigns.start', { id });
      return id;
    };
    // The first calls make what stays for good: connections, compiled code, the clip of the greeting.
    const warm = await begin(lines * 2);
    await loads.until('the first calls', ({ made, legs }) => made >= lines * 2 && legs === 0, 60_000);
    await subject.run('campaigns.stop', { id: warm });
    await wait(restMs);
    const before = await subject.rest();
    const madeBefore = (await loads.state()).made;
    await loads.reset();

    const campaign = await begin(Math.ceil((soakMs / 1_000) * lines * callsPerLineSecond) + 200);
    const inTurn: Rest[] = [];
    const steps = 12;
    for (let step = 0; step < steps; step++) {
      await wait(soakMs / steps);
      inTurn.push(await subject.rest());
    }
    const { heard } = await loads.report();
    await subject.run('campaigns.stop', { id: campaign });
    await loads.until('the end of the soak', ({ legs }) => legs === 0, 60_000);
    await wait(restMs);
    const after = await subject.rest();
    const made = (await loads.state()).made - madeBefore;
    await loads.planCalls();
    await subject.stop();
    say(`soak: ${made} calls, ${heard.problems.length} problems ${[...new Set(heard.problems)].slice(0, 3).join('; ')}`);
    say(`soak, before: ${describe(before)}`);
    say(`soak, after: ${describe(after)}`);
    return rows(inTurn, before, after, made, soakMs, heard.problems.length);
  },
};

function describe({ heapMb, rssMb, files, resources }: Rest): string {
  return `heap ${mb(heapMb)}, RSS ${mb(rssMb)}, files ${files}, ${JSON.stringify(resources)}`;
}

function rows(inTurn: readonly Rest[], before: Rest, after: Rest, made: number, soakMs: number, problems: number): readonly Row[] {
  const third = Math.floor(inTurn.length / 3);
  const growth = (pick: (rest: Rest) => number) =>
    median(inTurn.slice(-third).map(pick)) - median(inTurn.slice(third, 2 * third).map(pick));
  const [rss, heap] = [growth(({ rssMb }) => rssMb), growth(({ heapMb }) => heapMb)];
  const minutes = (soakMs / 60_000).toFixed(soakMs % 60_000 === 0 ? 0 : 1);
  const more = (kind: string) => (after.resources[kind] ?? 0) - (before.resources[kind] ?? 0);
  const timers = more('Timeout');
  const sockets = more('TCPSocketWrap');
  const files = after.files === null || before.files === null ? 0 : after.files - before.files;
  return [
    alone(
      `memory while ${made} calls begin and end in ${minutes} min, last third against the middle one`,
      `heap ${signed(heap, mb)}, RSS ${signed(rss, mb)}`,
      `within ${flatMb} MB, no call lost`,
      heap <= flatMb && rss <= 2 * flatMb && problems === 0,
    ),
    alone(
      'timers, sockets, files left over afterwards',
      `${timers}, ${sockets}, ${files}`,
      'none',
      timers <= 0 && sockets <= 0 && files <= 0,
    ),
  ];
}
