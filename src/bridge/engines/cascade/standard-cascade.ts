import type { Clock } from '#bridge/contract/clock.ts';
import type { Engine } from '../engine.ts';
import { cascadeEngine } from './cascade-engine.ts';
import { deepgramFlux } from './hearing/deepgram-flux.ts';
import { deepgramNova } from './hearing/deepgram-nova.ts';
import { cartesia } from './speaking/cartesia.ts';
import { deepgramAura } from './speaking/deepgram-aura.ts';
import { elevenLabs } from './speaking/elevenlabs.ts';
import { openAiSpeech } from './speaking/openai-speech.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from './stages.ts';
import { openAiText } from './thinking/openai-text.ts';

interface Credentials {
  readonly apiKey: string | null;
  readonly baseUrl: string;
}

export interface StandardCascadeOptions {
  /** `baseUrl` with `/v1`. */
  readonly openai: Credentials;
  readonly deepgram: Credentials;
  readonly elevenlabs: Credentials;
  readonly cartesia: Credentials;
  readonly clock: Clock;
}

interface Stages {
  readonly hearing: readonly HearingStage[];
  readonly thinking: readonly ThinkingStage[];
  readonly speaking: readonly SpeakingStage[];
}

/** Text models, first choice first. Neither has a known date of its end. */
const models = ['gpt-5.6-luna', 'gpt-6-luna'] as const;
/** One voice of each service; they are to sound alike, since a call may go from one to the next. */
const houseVoices = {
  elevenlabs: 'EXAVITQu4vr4xnSDxMaL',
  cartesia: '694f9389-aac1-45b6-b726-9d9369183238',
  deepgram: 'aura-2-thalia-en',
  openai: 'marin',
} as const;

/** The text models, first choice first. @param openai `baseUrl` with `/v1` */
export function standardMinds(openai: Credentials, clock: Clock): readonly ThinkingStage[] {
  return models.map((model) => openAiText({ ...openai, model, clock }));
}

/** Everything that we know how to use, each stage in the order of how soon it speaks and how exactly it tells what was heard. */
export function standardStages({ openai, deepgram, elevenlabs, cartesia: cartesiaAccount, clock }: StandardCascadeOptions): Stages {
  return {
    hearing: [deepgramFlux({ ...deepgram, clock }), deepgramNova({ ...deepgram, clock })],
    thinking: standardMinds(openai, clock),
    speaking: [
      elevenLabs({ ...elevenlabs, voice: houseVoices.elevenlabs, clock }),
      cartesia({ ...cartesiaAccount, voice: houseVoices.cartesia, clock }),
      deepgramAura({ ...deepgram, voice: houseVoices.deepgram, clock }),
      openAiSpeech({ ...openai, voice: houseVoices.openai, clock }),
    ],
  };
}

/** The cascade with all of it. It works with an OpenAI and a Deepgram key; each further key is another voice to go to. */
export function standardCascade(options: StandardCascadeOptions): Engine {
  return cascadeEngine({ ...standardStages(options), clock: options.clock });
}
