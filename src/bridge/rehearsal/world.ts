import type { Logger } from 'pino';
import { startPlivoSim } from './carriers/plivo/plivo-sim.ts';
import type { CarrierSim } from './carriers/sim.ts';
import { startTwilioSim } from './carriers/twilio/twilio-sim.ts';
import { startCartesiaSim } from './cartesia/cartesia-sim.ts';
import { startDeepgramSim } from './deepgram/deepgram-sim.ts';
import { startElevenLabsSim } from './elevenlabs/elevenlabs-sim.ts';
import { type OpenAiSim, startOpenAiSim } from './openai/realtime-sim.ts';
import { cast, linesOf } from './people/cast.ts';
import { callerNumbers, directory } from './people/directory.ts';
import type { Directory, Voices } from './person.ts';
import type { ServiceSim } from './services/service-sim.ts';
import { createVoices } from './voices/flite-voices.ts';

/** Addresses and credentials of the simulated services: all that anybody outside this folder may know of them. */
export interface RehearsalAddresses {
  readonly twilio: { readonly baseUrl: string; readonly accountSid: string; readonly authToken: string };
  readonly plivo: { readonly baseUrl: string; readonly authId: string; readonly authToken: string };
  readonly openai: { readonly baseUrl: string; readonly apiKey: string };
  readonly deepgram: { readonly baseUrl: string; readonly apiKey: string };
  readonly elevenlabs: { readonly baseUrl: string; readonly apiKey: string };
  readonly cartesia: { readonly baseUrl: string; readonly apiKey: string };
  readonly callerNumbers: readonly string[];
}

export interface RehearsalWorld {
  readonly addresses: RehearsalAddresses;
  readonly twilio: CarrierSim;
  readonly plivo: CarrierSim;
  readonly openai: OpenAiSim;
  readonly deepgram: ServiceSim;
  readonly elevenlabs: ServiceSim;
  readonly cartesia: ServiceSim;
  close(): Promise<void>;
}

/** In milliseconds. */
export interface AiPace {
  /** From a sound to its text. */
  readonly textMs: number;
  /** From a question in text to the first word of its answer, between these; and between two words. */
  readonly firstWordMs: readonly [number, number];
  readonly wordMs: number;
  /** From a text to its first sound. */
  readonly firstAudioMs: number;
}

export interface RehearsalOptions {
  /** All chance in this world follows from it. */
  readonly seed: number;
  readonly log?: Logger;
  /** Who answers where; the cast by default. */
  readonly people?: (voices: Voices) => Directory;
  /** Network delay to the AI, each way. */
  readonly aiDelayMs?: number;
  /** How long the AI services think; short, as tests want it, when absent. */
  readonly aiPace?: AiPace;
  /** Keep what every simulated person heard and said, for tests that listen. */
  readonly keepAudio?: boolean;
  readonly callsPerSecond?: number;
}

/** Simulated carriers, people and AI service on loopback. Nothing in it reaches further than this machine. */
export async function startRehearsalWorld(options: RehearsalOptions): Promise<RehearsalWorld> {
  const voices = await createVoices();
  const closers: (() => Promise<void>)[] = [() => voices.close()];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    const people = (options.people ?? directory)(voices);
    const speech = (text: string) => voices.render(text, 'kal16');
    const { seed, log, keepAudio } = options;
    const shared = {
      directory: people,
      speech,
      recognise: (frame: Uint8Array) => voices.recognise(frame),
      numbers: callerNumbers,
      callsPerSecond: options.callsPerSecond ?? 5,
      ...(log === undefined ? {} : { log }),
      ...(keepAudio === undefined ? {} : { keepAudio }),
    };
    const accounts = {
      twilio: { accountSid: 'ACrehearsal0000000000000000000000a', authToken: 'rehearsal_token_twilio' },
      plivo: { authId: 'MAREHEARSAL000000000', authToken: 'rehearsal_token_plivo' },
      openai: { apiKey: 'sk-rehearsal' },
    };
    const twilio = await startTwilioSim({ ...shared, seed, credentials: accounts.twilio });
    closers.push(() => twilio.close());
    const plivo = await startPlivoSim({ ...shared, seed: seed + 1, credentials: accounts.plivo });
    closers.push(() => plivo.close());
    const delay = options.aiDelayMs === undefined ? {} : { delayMs: options.aiDelayMs };
    const openai = await startOpenAiSim({
      apiKey: accounts.openai.apiKey,
      voices,
      seed: seed + 2,
      ...delay,
      ...(options.aiPace && { firstWordMs: options.aiPace.firstWordMs, wordMs: options.aiPace.wordMs }),
    });
    closers.push(() => openai.close());
    const stage = { voices, ...delay, ...(options.aiPace && { firstAudioMs: options.aiPace.firstAudioMs }) };
    const deepgram = await startDeepgramSim({ ...stage, ...(options.aiPace && { textMs: options.aiPace.textMs }) });
    closers.push(() => deepgram.close());
    const elevenlabs = await startElevenLabsSim(stage);
    closers.push(() => elevenlabs.close());
    const cartesia = await startCartesiaSim(stage);
    closers.push(() => cartesia.close());
    // People speak when it is their turn, not when a renderer has found the time.
    // The first thing that is proven in a rehearsal is its line: what its AI says then is there before it is asked for.
    if (!options.people) void voices.render('The line works.', 'slt').catch(() => undefined);
    if (!options.people) await Promise.all(linesOf(Object.values(cast)).map(({ text, voice }) => voices.render(text, voice)));
    return {
      twilio,
      plivo,
      openai,
      deepgram,
      elevenlabs,
      cartesia,
      close,
      addresses: {
        twilio: { baseUrl: twilio.baseUrl, ...accounts.twilio },
        plivo: { baseUrl: plivo.baseUrl, ...accounts.plivo },
        openai: { baseUrl: openai.baseUrl, ...accounts.openai },
        deepgram: { baseUrl: deepgram.baseUrl, apiKey: deepgram.apiKey },
        elevenlabs: { baseUrl: elevenlabs.baseUrl, apiKey: elevenlabs.apiKey },
        cartesia: { baseUrl: cartesia.baseUrl, apiKey: cartesia.apiKey },
        callerNumbers,
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
