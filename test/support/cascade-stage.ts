import type { Clock } from '#bridge/contract/clock.ts';
import { cascadeEngine } from '#bridge/engines/cascade/cascade-engine.ts';
import { deepgramFlux } from '#bridge/engines/cascade/hearing/deepgram-flux.ts';
import { deepgramNova } from '#bridge/engines/cascade/hearing/deepgram-nova.ts';
import { cartesia } from '#bridge/engines/cascade/speaking/cartesia.ts';
import { deepgramAura } from '#bridge/engines/cascade/speaking/deepgram-aura.ts';
import { elevenLabs } from '#bridge/engines/cascade/speaking/elevenlabs.ts';
import { openAiSpeech } from '#bridge/engines/cascade/speaking/openai-speech.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from '#bridge/engines/cascade/stages.ts';
import { openAiText } from '#bridge/engines/cascade/thinking/openai-text.ts';
import type { Engine } from '#bridge/engines/engine.ts';
import { startCartesiaSim } from '#bridge/rehearsal/cartesia/cartesia-sim.ts';
import { startDeepgramSim } from '#bridge/rehearsal/deepgram/deepgram-sim.ts';
import { startElevenLabsSim } from '#bridge/rehearsal/elevenlabs/elevenlabs-sim.ts';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import type { ServiceFault } from '#bridge/rehearsal/services/faults.ts';
import type { ServiceSim } from '#bridge/rehearsal/services/service-sim.ts';
import type { EngineBreak, EngineStage } from '#test/support/engine-suite.ts';

export type Ear = 'flux' | 'nova';
export type Mouth = 'elevenlabs' | 'aura' | 'cartesia' | 'openai';

export interface CascadeStageOptions {
  readonly ears?: readonly Ear[];
  readonly minds?: readonly string[];
  readonly mouths?: readonly Mouth[];
  /** How the simulated services fare; nearly no delay when absent. */
  readonly delays?: {
    readonly networkMs: number;
    readonly textMs: number;
    readonly firstWordMs: readonly [number, number];
    readonly firstAudioMs: number;
  };
}

/** The cascade with all its simulated services. */
export interface CascadeStage extends EngineStage {
  readonly engine: Engine;
  readonly openai: OpenAiSim;
  readonly deepgram: ServiceSim;
  readonly elevenlabs: ServiceSim;
  readonly cartesia: ServiceSim;
}

const breaks: Readonly<Record<EngineBreak, ServiceFault>> = {
  'wrong key': { kind: 'status', status: 401, code: 'INVALID_AUTH' },
  'no credit': { kind: 'status', status: 402, code: 'insufficient_credits' },
  unreachable: { kind: 'refuse' },
  'server fault': { kind: 'status', status: 503, code: 'server_error' },
  cut: { kind: 'cut', afterPieces: 2 },
};

const quick = { networkMs: 0, textMs: 5, firstWordMs: [15, 30] as const, firstAudioMs: 10 };

export async function openCascade(voices: Voices, clock: Clock, options: CascadeStageOptions = {}): Promise<CascadeStage> {
  const { networkMs, textMs, firstWordMs, firstAudioMs } = options.delays ?? quick;
  const burst = options.delays ? 8 : 25;
  const shared = { voices, delayMs: networkMs, firstAudioMs, burst };
  const openai = await startOpenAiSim({ voices, delayMs: networkMs, burst, firstWordMs, wordMs: options.delays ? 12 : 0 });
  const deepgram = await startDeepgramSim({ ...shared, textMs });
  const elevenlabs = await startElevenLabsSim(shared);
  const cartesiaSim = await startCartesiaSim(shared);
  const sims = [deepgram, elevenlabs, cartesiaSim];
  const at = (sim: { readonly apiKey: string; readonly baseUrl: string }) => ({ apiKey: sim.apiKey, baseUrl: sim.baseUrl, clock });
  const ears: Record<Ear, HearingStage> = { flux: deepgramFlux(at(deepgram)), nova: deepgramNova(at(deepgram)) };
  const mouths: Record<Mouth, SpeakingStage> = {
    elevenlabs: elevenLabs({ ...at(elevenlabs), voice: 'voice-of-mia' }),
    aura: deepgramAura({ ...at(deepgram), voice: 'aura-2-thalia-en' }),
    cartesia: cartesia({ ...at(cartesiaSim), voice: 'voice-of-mia' }),
    openai: openAiSpeech({ ...at(openai), voice: 'marin' }),
  };
  const thinking: ThinkingStage[] = (options.minds ?? ['gpt-5.6-luna', 'gpt-6-luna']).map((model) => openAiText({ ...at(openai), model }));
  const engine = cascadeEngine({
    hearing: (options.ears ?? ['flux', 'nova']).map((name) => ears[name]),
    thinking,
    speaking: (options.mouths ?? ['elevenlabs', 'cartesia']).map((name) => mouths[name]),
    clock,
  });
  return {
    engine,
    openai,
    deepgram,
    elevenlabs,
    cartesia: cartesiaSim,
    openConnections: () => sims.reduce((sum, sim) => sum + sim.openSockets(), 0),
    violations: () => [...sims.flatMap((sim) => sim.violations()), ...openai.violations()],
    said: () => openai.texts().at(-1)?.said ?? [],
    break(how) {
      // What hears is cut by what it hears; here only what thinks and speaks is.
      const fault = breaks[how];
      if (how === 'cut') for (const sim of [elevenlabs, cartesiaSim]) sim.fault({ fault });
      else for (const sim of sims) sim.fault({ fault });
      if (how === 'cut') deepgram.fault({ fault, at: '/v1/speak' });
      openai.httpFault({ fault, ...(how === 'cut' ? { at: '/v1/audio/speech' } : {}) });
    },
    async close() {
      await Promise.all([openai.close(), ...sims.map((sim) => sim.close())]);
    },
  };
}
