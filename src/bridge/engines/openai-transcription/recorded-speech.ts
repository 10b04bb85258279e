import { FormData, fetch } from 'undici';
import { z } from 'zod';
import { BYTES_PER_MS } from '#bridge/media/g711.ts';
import { wavOf } from '#bridge/media/wav.ts';
import type { OpenAiAccount } from '../openai-realtime/account.ts';
import { judgeError, judgeNetwork } from '../openai-realtime/failures.ts';
import { transcriptionCost } from '../openai-realtime/prices.ts';
import { transcriptionModel } from '../openai-realtime/session-config.ts';
import { transcriptionUsage } from '../openai-realtime/wire.ts';
import type { TranscriberRequest, WrittenDown } from '../transcriber.ts';

const answer = z.object({ text: z.string(), usage: transcriptionUsage.nullish() });
const refusal = z.object({ error: z.object({ type: z.string().nullish(), code: z.string().nullish() }) });

/**
 * Have OpenAI write down a recording, with the model that writes down what sessions hear.
 * @param audio 8 kHz mu-law
 * @throws when it refuses, or cannot be reached
 * @see https://developers.openai.com/api/reference/resources/audio/subresources/transcriptions/methods/create
 */
export async function writeDown(
  { apiKey, baseUrl }: Pick<OpenAiAccount, 'apiKey' | 'baseUrl'>,
  audio: Uint8Array,
  request: TranscriberRequest,
  signal: AbortSignal,
): Promise<WrittenDown> {
  const form = new FormData();
  form.set('file', new File([wavOf(audio)], 'turn.wav', { type: 'audio/wav' }));
  form.set('model', transcriptionModel);
  form.set('response_format', 'json');
  const language = request.language?.split('-')[0]?.toLowerCase();
  if (language) form.set('language', language);
  const body = await bodyOf(`${baseUrl}/audio/transcriptions`, apiKey ?? '', form, signal);
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw new Error('OpenAI answered with something that is no transcription');
  const { text, usage } = parsed.data;
  return { text: text.trim(), usage: [transcriptionCost(transcriptionModel, usage ?? null, audio.length / BYTES_PER_MS)] };
}

async function bodyOf(url: string, apiKey: string, form: FormData, signal: AbortSignal): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      body: form,
      signal,
      redirect: 'error',
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new Error(signal.aborted ? 'OpenAI took too long' : judgeNetwork(causeOf(error)).cause, { cause: error });
  }
  const body = parsedJson(text);
  if (status === 200) return body;
  const problem = refusal.safeParse(body).data?.error;
  const verdict = problem ? judgeError(problem) : null;
  throw new Error(verdict === null || verdict.meaning === 'harmless' ? `OpenAI answered ${status} to a recording` : verdict.cause);
}

/** `fetch` wraps what the socket said. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
