import { wait } from '../load/clock.ts';
import { median } from '../load/samples.ts';
import { alone, ms, type Section } from '../report.ts';
import { startRingside } from '../rig/ringside.ts';

const talking = 80;
const answering = 50;

/** Fifty people pick up in one second while eighty others talk; each stands there with the receiver in the hand. */
export const answers: Section = {
  name: 'answers',
  run: async ({ loads, quick, rounds, say }) => {
    const p99: number[] = [];
    const p50: number[] = [];
    for (let i = 0; i < (quick ? 1 : rounds); i++) {
      const subject = await startRingside(loads);
      await loads.planCalls();
      await loads.planAi();
      await subject.addCalls(talking);
      await wait(3_000);
      await loads.planCalls({ hold: true });
      await subject.run('campaigns.start', { id: await subject.makeCampaign(answering) });
      await loads.until(`${answering} ringing phones`, ({ ringing }) => ringing === answering);
      await wait(2_000);
      await loads.reset();
      await loads.carrier.ask('answer', { perSecond: answering });
      const { heard } = await loads.report();
      if (heard.documents.n !== answering) throw new Error(`only ${heard.documents.n} of ${answering} answer documents came`);
      p99.push(heard.documents.p99);
      p50.push(heard.documents.p50);
      await loads.planCalls();
      await subject.endCalls();
      await subject.stop();
    }
    say(`answer documents p99 ${p99.map(ms).join(', ')}`);
    const value = median(p99);
    return [
      alone(
        `answer documents, ${answering} in one second beside ${talking} calls, p50/p99`,
        `${ms(median(p50))} / ${ms(value)}`,
        'under 20 ms p99',
        value < 20,
      ),
    ];
  },
};
