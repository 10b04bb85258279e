import { pino } from 'pino';
import { OpenAiRealtimeEngine } from '#bridge/engines/openai-realtime/openai-realtime-engine.ts';
import type { Fault } from '#bridge/rehearsal/openai/faults.ts';
import { startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import { type EngineBreak, engineSuite } from '#test/support/engine-suite.ts';

const faults: Readonly<Record<EngineBreak, Fault>> = {
  'wrong key': { kind: 'upgrade-status', status: 401 },
  'no credit': { kind: 'error', code: 'insufficient_quota', close: 1008 },
  unreachable: { kind: 'refuse' },
  'server fault': { kind: 'upgrade-status', status: 503 },
  cut: { kind: 'drop-in-answer', afterDeltas: 2 },
};

engineSuite({
  name: 'OpenAI Realtime, as an engine',
  async open(voices, clock) {
    const sim = await startOpenAiSim({ voices, firstAudioMs: [15, 30], burst: 20, transcripts: 'prompt' });
    const engine = new OpenAiRealtimeEngine({ apiKey: sim.apiKey, baseUrl: sim.baseUrl, clock, log: pino({ level: 'silent' }) });
    return {
      engine,
      openConnections: () => sim.sessions().filter(({ closed }) => closed === null).length,
      violations: () => sim.violations().filter(({ harmless }) => !harmless),
      said: () => sim.sessions().flatMap(({ said }) => said),
      break(how) {
        sim.fault({ fault: faults[how] });
      },
      close: () => sim.close(),
    };
  },
});
