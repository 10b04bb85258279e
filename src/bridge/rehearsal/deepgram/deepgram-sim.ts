import { randomUUID } from 'node:crypto';
import type { Clock } from '#bridge/contract/clock.ts';
import { loadVoiceActivity } from '#bridge/media/fvad.ts';
import type { Voices } from '../person.ts';
import { type Answer, type ServiceSim, startServiceSim } from '../services/service-sim.ts';
import { auraQuery, beginAura } from './aura.ts';
import { beginFlux, fluxQuery } from './flux.ts';
import { beginNova, novaQuery } from './nova.ts';

export interface DeepgramSimOptions {
  /** What it speaks with, and understands the callee by. Stays open when the simulated service closes. */
  readonly voices: Voices;
  readonly apiKey?: string;
  readonly delayMs?: number;
  /** From the sound to its text. */
  readonly textMs?: number;
  readonly firstAudioMs?: number;
  /** Seconds of speech made in a second. */
  readonly burst?: number;
  /** So long without a word from the client before a connection is closed. */
  readonly idleMs?: number;
  readonly clock?: Clock;
}

/**
 * A simulated Deepgram: `/v1/listen` (Nova), `/v2/listen` (Flux) and `/v1/speak` (Aura). It hears by real voice activity and understands
 * only clips of its `voices`; unknown query fields and messages are refused as the real one refuses them.
 */
export async function startDeepgramSim(options: DeepgramSimOptions): Promise<ServiceSim> {
  const openActivity = await loadVoiceActivity();
  const apiKey = options.apiKey ?? 'dg-rehearsal';
  const traits = {
    voices: options.voices,
    openActivity,
    textMs: options.textMs ?? 60,
    firstAudioMs: options.firstAudioMs ?? 90,
    burst: options.burst ?? 10,
    idleMs: options.idleMs ?? 10_000,
  };
  return startServiceSim({
    name: 'deepgram',
    apiKey,
    delayMs: options.delayMs ?? 0,
    ...(options.clock ? { clock: options.clock } : {}),
    errorBody,
    refuse: (request) => (request.headers.authorization === `Token ${apiKey}` ? null : refused(401, 'INVALID_AUTH')),
    answer: (_request, url) => (url.pathname === '/v1/projects' ? { status: 200, body: { projects: [] } } : refused(404, 'NOT_FOUND')),
    talk(url) {
      const query = Object.fromEntries(url.searchParams);
      switch (url.pathname) {
        case '/v1/listen': {
          const parsed = novaQuery.safeParse(query);
          return parsed.success ? { begin: (socket) => beginNova(socket, parsed.data, traits) } : { refuse: badQuery };
        }
        case '/v2/listen': {
          const parsed = fluxQuery.safeParse(query);
          return parsed.success ? { begin: (socket) => beginFlux(socket, parsed.data, traits) } : { refuse: badQuery };
        }
        case '/v1/speak': {
          const parsed = auraQuery.safeParse(query);
          return parsed.success ? { begin: (socket) => beginAura(socket, parsed.data, traits) } : { refuse: badQuery };
        }
        default:
          return { refuse: refused(404, 'NOT_FOUND') };
      }
    },
  });
}

const badQuery = refused(400, 'INVALID_QUERY_PARAMETER');

function refused(status: number, code: string): Answer {
  return { status, body: errorBody(status, code) };
}

function errorBody(status: number, code: string): unknown {
  return { err_code: code, err_msg: `The request was refused with ${status}.`, request_id: randomUUID() };
}
