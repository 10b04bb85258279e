import { pino } from 'pino';
import { OpenAiLiveEngine } from '#bridge/engines/openai-live/openai-live-engine.ts';
import type { LiveFault } from '#bridge/rehearsal/openai-live/faults.ts';
import { startLiveSim } from '#bridge/rehearsal/openai-live/live-sim.ts';
import { type EngineBreak, engineSuite } from '#test/support/engine-suite.ts';

const faults: Readonly<Record<EngineBreak, LiveFault>> = {
  'wrong key': { kind: 'upgrade-status', status: 401 },
  'no credit': { kind: 'start-error', code: 'insufficient_quota' },
  unreachable: { kind: 'refuse' },
  'server fault': { kind: 'upgrade-status', status: 503 },
  cut: { kind: 'drop-in-speech', afterDeltas: 4 },
};

engineSuite({
  name: 'OpenAI Live, as an engine',
  // The service renders nothing beside the conversation, and keeps what it made whatever was heard of it.
  cannot: ['render', 'truncate'],
  async open(voices, clock) {
    const sim = await startLiveSim({ voices, delivery: 'burst', burst: 20, thinkMs: [10, 30], yieldMs: 200 });
    const engine = new OpenAiLiveEngine({
      apiKey: sim.service.apiKey,
      baseUrl: sim.baseUrl,
      clock,
      log: pino({ level: 'silent' }),
      testCredentials: () => Promise.resolve({ detail: 'OpenAI accepts the key' }),
    });
    return {
      engine,
      openConnections: () => sim.service.sessions().filter(({ closed }) => !closed).length,
      violations: () => sim.service.violations(),
      said: () => sim.service.sessions().flatMap(({ said }) => said),
      break(how) {
        sim.service.fault({ fault: faults[how] });
      },
      close: () => sim.close(),
    };
  },
});
