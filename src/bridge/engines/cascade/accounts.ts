import { BridgeError } from '#bridge/contract/errors.ts';
import { ask } from './http.ts';
import { codeIn, judgeNetwork, judgeStatus, type ServiceName } from './problems.ts';

/** A key at a service, and where the service listens. */
export interface ServiceAccount {
  readonly service: ServiceName;
  /** Null when there is none: then nobody tries it. */
  readonly apiKey: string | null;
  /** `http` gives `ws` sockets. */
  readonly baseUrl: string;
}

interface Credentials {
  readonly apiKey: string | null;
  readonly baseUrl: string;
}

export const openAiService: ServiceName = {
  name: 'OpenAI',
  keyVariable: 'OPENAI_API_KEY',
  urlVariable: 'OPENAI_BASE_URL',
  site: 'platform.openai.com',
  testPath: '/models',
  headers: (key) => ({ authorization: `Bearer ${key}` }),
};

export const deepgramService: ServiceName = {
  name: 'Deepgram',
  keyVariable: 'DEEPGRAM_API_KEY',
  urlVariable: 'RINGSIDE_DEEPGRAM_BASE_URL',
  site: 'console.deepgram.com',
  testPath: '/v1/projects',
  headers: (key) => ({ authorization: `Token ${key}` }),
};

export const elevenLabsService: ServiceName = {
  name: 'ElevenLabs',
  keyVariable: 'ELEVENLABS_API_KEY',
  urlVariable: 'RINGSIDE_ELEVENLABS_BASE_URL',
  site: 'elevenlabs.io',
  testPath: '/v1/models',
  headers: (key) => ({ 'xi-api-key': key }),
};

/** The dialect that we speak. */
export const cartesiaVersion = '2026-08-14';

export const cartesiaService: ServiceName = {
  name: 'Cartesia',
  keyVariable: 'CARTESIA_API_KEY',
  urlVariable: 'RINGSIDE_CARTESIA_BASE_URL',
  site: 'play.cartesia.ai',
  testPath: '/voices?limit=1',
  headers: (key) => ({ authorization: `Bearer ${key}`, 'cartesia-version': cartesiaVersion }),
};

/** @param baseUrl with or without a slash at the end */
export function accountAt(service: ServiceName, { apiKey, baseUrl }: Credentials): ServiceAccount {
  return { service, apiKey: apiKey?.trim() || null, baseUrl: baseUrl.replace(/\/+$/, '') };
}

/** @returns what the service is asked with */
export function headersOf({ service, apiKey }: ServiceAccount): Readonly<Record<string, string>> {
  return service.headers(apiKey ?? '');
}

/**
 * Ask a service whether it takes the key; costs nothing.
 * @returns a sentence for a person @throws {BridgeError} `engine/refused`, `engine/unreachable`
 */
export async function testAccount(account: ServiceAccount, signal: AbortSignal): Promise<string> {
  const { service, apiKey, baseUrl } = account;
  if (!apiKey) throw new BridgeError('engine/refused', `${service.keyVariable} is not set.`);
  try {
    const response = await ask(`${baseUrl}${service.testPath}`, { headers: { ...headersOf(account) }, signal });
    const body = await response.text();
    if (response.ok) return `${service.name} accepts the key.`;
    const { kind, cause, cure } = judgeStatus(service, response.status, codeIn(body));
    const message = `${cause[0]?.toUpperCase() ?? ''}${cause.slice(1)}.${cure === null ? '' : ` ${cure}`}`;
    throw new BridgeError(kind === 'fatal' ? 'engine/refused' : 'engine/unreachable', message, { retryable: kind === 'retryable' });
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    const { cause, cure } = judgeNetwork(service, error);
    throw new BridgeError('engine/unreachable', `${cause}. ${cure ?? ''}`.trim(), { retryable: true, cause: error });
  }
}
