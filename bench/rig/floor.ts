import { Child } from './child.ts';
import type { Loads } from './loads.ts';
import { benchFile } from './loads.ts';
import { callsPerSecond, moreFlags, type Subject, type SubjectOptions } from './subject.ts';

export async function startFloor(loads: Loads, { far = false }: SubjectOptions = {}): Promise<Subject> {
  const aiUrl = `${(far ? loads.farAiUrl : loads.aiUrl).replace(/^http/, 'ws')}/v1/realtime?model=gpt-realtime-2.1`;
  const child = new Child(
    'the floor',
    [...moreFlags(), '--expose-gc', '--import', benchFile('probe.mjs'), benchFile('floor-relay.ts'), aiUrl],
    {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: loads.certificate },
    },
  );
  const { ready: target = '' } = await child.ready();
  return {
    name: 'floor',
    child,
    addCalls: async (count) => {
      const { live } = await loads.state();
      await loads.carrier.ask('direct', { target, count, perSecond: callsPerSecond });
      await loads.until(`${live + count} calls at the floor`, (state) => state.live >= live + count);
    },
    endCalls: async () => {
      await loads.carrier.ask('hangUpAll');
      await loads.until('the end of the calls', ({ live }) => live === 0);
    },
    usage: () => child.ask('usage'),
    rest: () => child.ask('rest'),
    stop: async () => {
      await child.stop();
    },
  };
}
