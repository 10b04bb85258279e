import { BridgeError } from '#bridge/contract/errors.ts';
import type { DialRejection } from './carrier.ts';
import { tamed } from './mask.ts';
import { type RestAnswer, type RestClient, RestFailure, type RestRequest } from './rest-client.ts';

/** What a carrier's refusal of a create request means. */
export type Refusal = { readonly kind: 'credentials' } | { readonly kind: 'rejected'; readonly rejection: DialRejection };

/** When a carrier that counts requests says nothing of how long to wait. Plivo counts in windows of 5 s. */
const defaultRetryAfterMs = 5_000;

/**
 * Send the one request that makes a phone ring, once, and say exactly what is known of its fate.
 *
 * @param read the answer's content in our words, or null when it is not what the carrier promises
 * @param explain what a 4xx means
 * @throws {BridgeError} `carrier/rejected`, `carrier/credentials`, `carrier/rate-limited`: certainly not placed; `carrier/unreachable`:
 * not one byte was sent; `carrier/unknown`: it may have been placed (time-out, 408, cut after sending, 5xx, an answer that cannot be read)
 */
export async function createOnce<T>(
  client: RestClient,
  carrier: string,
  request: RestRequest,
  signal: AbortSignal,
  read: (json: unknown) => T | null,
  explain: (answer: RestAnswer) => Refusal,
): Promise<T> {
  let answer: RestAnswer;
  try {
    answer = await client.send({ ...request, ownConnection: true }, signal);
  } catch (error) {
    if (!(error instanceof RestFailure)) throw error;
    if (!error.sent) {
      throw new BridgeError('carrier/unreachable', `${carrier} could not be reached: ${error.message}. No phone rang.`, {
        retryable: true,
        cause: error,
      });
    }
    throw unknownFate(carrier, error.message, error);
  }
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const accepted = read(parseJson(answer.text));
    if (accepted === null) throw unknownFate(carrier, `its answer (HTTP ${status}) could not be read`);
    return accepted;
  }
  if (status < 400 || status >= 500 || status === 408) throw unknownFate(carrier, `it answered HTTP ${status}`);
  if (status === 429) throw rateLimited(carrier, answer);
  const refusal = explain(answer);
  if (refusal.kind === 'credentials') throw wrongCredentials(carrier);
  throw new BridgeError('carrier/rejected', `${carrier} did not place the call: ${refusal.rejection.cause}`, {
    details: refusal.rejection,
  });
}

/**
 * Any request but a create. A GET that failed on the way is asked once more.
 *
 * @returns the answer when its status is 2xx or among `alsoFine`
 * @throws {BridgeError} `carrier/gone` (404), `carrier/credentials`, `carrier/rate-limited`, `carrier/rejected`, `carrier/unreachable`
 * (nothing was sent, or a question got no answer), `carrier/unknown` (a command may or may not have been carried out)
 */
export async function ask(
  client: RestClient,
  carrier: string,
  request: RestRequest,
  alsoFine: readonly number[] = [],
): Promise<RestAnswer> {
  let answer: RestAnswer;
  try {
    answer = await sendTwiceIfQuestion(client, request);
  } catch (error) {
    if (!(error instanceof RestFailure)) throw error;
    throw unanswered(carrier, request, error.sent, error.message, error);
  }
  const { status } = answer;
  if ((status >= 200 && status < 300) || alsoFine.includes(status)) return answer;
  if (status === 401) throw wrongCredentials(carrier);
  if (status === 404) throw new BridgeError('carrier/gone', `${carrier} knows no such call any more.`);
  if (status === 429) throw rateLimited(carrier, answer);
  if (status >= 500 || status === 408) throw unanswered(carrier, request, true, `it answered HTTP ${status}`);
  throw new BridgeError('carrier/rejected', `${carrier} refused the request (HTTP ${status}): ${tamed(answer.text)}`, {
    details: { httpStatus: status },
  });
}

async function sendTwiceIfQuestion(client: RestClient, request: RestRequest): Promise<RestAnswer> {
  if (request.method !== 'GET') return client.send(request);
  try {
    const answer = await client.send(request);
    if (answer.status < 500 && answer.status !== 408) return answer;
  } catch (error) {
    if (!(error instanceof RestFailure)) throw error;
  }
  return client.send(request);
}

function unanswered(carrier: string, request: RestRequest, sent: boolean, reason: string, cause?: unknown): BridgeError {
  const code = sent && request.method !== 'GET' ? 'carrier/unknown' : 'carrier/unreachable';
  const text = code === 'carrier/unknown' ? 'may or may not have done what it was asked' : 'could not be reached';
  return new BridgeError(code, `${carrier} ${text}: ${reason}.`, { retryable: true, cause });
}

function unknownFate(carrier: string, reason: string, cause?: unknown): BridgeError {
  return new BridgeError('carrier/unknown', `${carrier} may or may not have placed the call: ${reason}.`, { cause });
}

function rateLimited(carrier: string, answer: RestAnswer): BridgeError {
  return new BridgeError('carrier/rate-limited', `${carrier} asks for fewer requests. Nothing was done; it may be tried again later.`, {
    retryable: true,
    details: { retryAfterMs: answer.retryAfterMs ?? defaultRetryAfterMs },
  });
}

function wrongCredentials(carrier: string): BridgeError {
  return new BridgeError('carrier/credentials', `${carrier} does not accept the credentials. Check the account id and the auth token.`);
}

/** The JSON in a text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
