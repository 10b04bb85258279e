import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { sessionUpdate } from './schemas.ts';
import { TEXT_MODELS } from './text-schemas.ts';
import { errorFromIssues, type Json, ProtocolError } from './wire.ts';

/** Models that answer at the time of writing; the last four stop on 2027-01-20. @see https://developers.openai.com/api/docs/deprecations */
export const MODELS: readonly string[] = [
  'gpt-realtime-2.1',
  'gpt-realtime-2.1-mini',
  'gpt-realtime-2',
  'gpt-realtime-1.5',
  'gpt-realtime',
  'gpt-realtime-2025-08-28',
  'gpt-realtime-mini',
  'gpt-realtime-mini-2025-12-15',
];

const secretRequest = z.strictObject({
  expires_after: z.strictObject({ anchor: z.literal('created_at'), seconds: z.int().min(10).max(7_200).optional() }).optional(),
  session: sessionUpdate.optional(),
});

/** The longest body that is read. */
const MOST_BYTES = 256 * 1024;

export interface RestHost {
  isAuthorized(request: IncomingMessage): boolean;
  nowMs(): number;
  /** A short-lived key that can open sessions until then. */
  newSecret(expiresAtMs: number): string;
}

/** The service's HTTP side, as far as a bridge needs it: which models there are, and keys for a browser. */
export async function answerRest(request: IncomingMessage, response: ServerResponse, host: RestHost): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://sim');
  if (!host.isAuthorized(request)) {
    reply(response, 401, errorBody('invalid_api_key', 'Incorrect API key provided.'));
    return;
  }
  if (request.method === 'GET' && pathname === '/v1/models') {
    reply(response, 200, { object: 'list', data: [...MODELS, ...TEXT_MODELS].map(modelOf) });
    return;
  }
  const one = /^\/v1\/models\/([^/]+)$/.exec(pathname)?.[1];
  if (request.method === 'GET' && one !== undefined) {
    if ([...MODELS, ...TEXT_MODELS].includes(one)) reply(response, 200, modelOf(one));
    else reply(response, 404, errorBody('model_not_found', `The model '${one}' does not exist or you do not have access to it.`));
    return;
  }
  if (request.method === 'POST' && pathname === '/v1/realtime/client_secrets') {
    await makeSecret(request, response, host);
    return;
  }
  reply(response, 404, errorBody('unknown_url', `Unknown request URL: ${request.method ?? ''} ${pathname}.`));
}

async function makeSecret(request: IncomingMessage, response: ServerResponse, host: RestHost): Promise<void> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) {
    body += String(piece);
    if (body.length > MOST_BYTES) {
      reply(response, 413, errorBody('request_too_large', 'The body is too large.'));
      return;
    }
  }
  let input: unknown;
  try {
    input = JSON.parse(body === '' ? '{}' : body);
  } catch {
    reply(response, 400, errorBody('invalid_json', 'The body is not JSON.'));
    return;
  }
  const parsed = secretRequest.safeParse(input);
  if (!parsed.success) {
    const error = errorFromIssues(parsed.error.issues, input);
    reply(response, 400, errorBody(error.code, error.message, error.param));
    return;
  }
  const expiresAtMs = host.nowMs() + (parsed.data.expires_after?.seconds ?? 600) * 1000;
  reply(response, 200, {
    value: host.newSecret(expiresAtMs),
    expires_at: Math.floor(expiresAtMs / 1000),
    session: parsed.data.session ?? { type: 'realtime' },
  });
}

function modelOf(id: string): Json {
  return { id, object: 'model', created: 1_760_000_000, owned_by: 'rehearsal' };
}

export function errorBody(code: string, message: string, param: string | null = null): Json {
  const { type } = new ProtocolError(code, message);
  return { error: { message, type, param, code } };
}

function reply(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
