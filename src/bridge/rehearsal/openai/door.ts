import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Faults } from './faults.ts';
import { errorBody, MODELS } from './rest.ts';
import { ProtocolError } from './wire.ts';

/** What becomes of a connection attempt. */
export type Verdict =
  | { readonly kind: 'hang' }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'open'; readonly target: SessionTarget };

/** What a socket is opened for; a session of words alone gets its model with its first settings. */
export type SessionTarget = { readonly kind: 'model'; readonly model: string } | { readonly kind: 'transcription' };

const SCRIPTED = {
  401: 'invalid_api_key',
  403: 'unsupported_country_region_territory',
  429: 'rate_limit_exceeded',
  500: 'server_error',
  503: 'server_error',
} as const;

/** Judge a WebSocket upgrade. */
export function judge(
  request: IncomingMessage,
  attempt: number,
  faults: Faults,
  isAuthorized: (request: IncomingMessage) => boolean,
): Verdict {
  if (faults.take('hang-upgrade', attempt)) return { kind: 'hang' };
  const scripted = faults.take('upgrade-status', attempt);
  if (scripted) return refuse(scripted.status, SCRIPTED[scripted.status], `Scripted fault: ${scripted.status}`);
  const url = new URL(request.url ?? '/', 'http://sim');
  if (url.pathname !== '/v1/realtime') return refuse(404, 'unknown_url', `Unknown request URL: GET ${url.pathname}.`);
  if (!isAuthorized(request)) return refuse(401, 'invalid_api_key', 'Incorrect API key provided.');
  const targets = ['model', 'call_id', 'intent'].filter((name) => url.searchParams.has(name));
  if (targets.length !== 1) return refuse(400, 'invalid_value', 'Pass exactly one of model, call_id or intent.');
  const model = url.searchParams.get('model');
  if (model !== null) return { kind: 'open', target: { kind: 'model', model } };
  const intent = url.searchParams.get('intent');
  if (intent === 'transcription') return { kind: 'open', target: { kind: 'transcription' } };
  if (intent !== null) return refuse(400, 'invalid_value', `Invalid value: '${intent}'. Supported values are: 'transcription'.`);
  return refuse(404, 'not_found', 'There are no telephone calls here.');
}

function refuse(status: number, code: string, message: string): Verdict {
  return { kind: 'refuse', status, code, message };
}

/** What the service says only after it has opened the socket, or null when all is well. */
export function refusalAfterOpening(
  request: IncomingMessage,
  target: SessionTarget,
): { readonly error: ProtocolError; readonly closeCode: number } | null {
  if (request.headers['openai-beta'] !== undefined) {
    const message = 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.';
    return { error: new ProtocolError('beta_api_shape_disabled', message), closeCode: 4000 };
  }
  if (target.kind === 'transcription' || MODELS.includes(target.model)) return null;
  const message = `The model '${target.model}' does not exist or you do not have access to it.`;
  return { error: new ProtocolError('model_not_found', message), closeCode: 1008 };
}

/** Answer an upgrade with plain HTTP. */
export function turnAway(socket: Duplex, { status, code, message }: Extract<Verdict, { kind: 'refuse' }>): void {
  const text = JSON.stringify(errorBody(code, message));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...(status === 429 ? ['retry-after: 1'] : []),
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** The headers that say who asks; never the key. */
export function openAiHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      name.startsWith('openai-') && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}
