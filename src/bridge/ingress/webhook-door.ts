import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { PublicDoors } from '#bridge/calls/calls.ts';
import type { WebhookReply, WebhookRequest } from '#bridge/carriers/carrier.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Strangers } from './strangers.ts';
import { findWebhook, type WebhookRoute } from './webhook-route.ts';

/** Carriers send a few hundred bytes; a recording callback with every field stays below 4 KiB. */
export const bodyMaxBytes = 64 * 1024;

export interface WebhookDoor {
  readonly doors: PublicDoors;
  readonly strangers: Strangers;
  readonly refusals: RefusalLog;
  readonly onSignature?: ((carrier: CarrierName, attempt: AttemptId, isRight: boolean) => void) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Is told of every signed request and of what it was answered. */
  readonly note?: NoteExchange | undefined;
}

/**
 * Mount the carriers' webhooks. A request passes in this order: its path names a webhook, its ticket names an attempt of ours, its
 * signature is the carrier's for the very bytes that came. Until then nothing is parsed and nothing changes; afterwards the adapter
 * answers, from memory.
 */
export function openWebhookDoor(app: FastifyInstance, door: WebhookDoor): void {
  const routes = new WeakMap<FastifyRequest, Extract<WebhookRoute, { kind: 'webhook' }>>();
  // Signatures are made over the bytes, so nobody else may touch them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyMaxBytes }, (_request, body, done) => done(null, body));

  app.route({
    method: ['GET', 'POST'],
    url: '/carrier/*',
    // Before the body is read: who has no ticket does not get to send one.
    onRequest: (request, reply, next) => {
      const route = findWebhook(door.doors, request.method, request.raw.url ?? '');
      if (route.kind === 'webhook') {
        routes.set(request, route);
        next();
        return;
      }
      if (!door.strangers.admit(request.raw)) refuse(reply, 429);
      else if (route.kind === 'stranger') {
        door.refusals.note('unknown ticket');
        refuse(reply, 403);
      } else refuse(reply, 404);
    },
    handler: (request, reply) => {
      const route = routes.get(request);
      if (!route) return refuse(reply, 404);
      const asked = webhookRequest(request, route, door.clock.nowMs());
      const isRight = asked !== null && isSigned(route, asked, door.log);
      door.onSignature?.(route.target.carrier.name, route.target.attempt, isRight);
      if (!asked || !isRight) {
        door.refusals.note('wrong signature', { carrier: route.target.carrier.name, attempt: route.target.attempt });
        noteRequest(door, route, asked?.receivedAtMs ?? door.clock.nowMs(), { refused: 'the signature is not the carrier’s' });
        return refuse(reply, 403);
      }
      noteRequest(door, route, asked.receivedAtMs, { ...asked.query, ...asked.form });
      const answer = handle(route, asked, door.log);
      noteAnswer(door, route, answer);
      return reply.code(answer.status).header('content-type', answer.contentType).send(answer.body);
    },
  });
}

type Found = Extract<WebhookRoute, { kind: 'webhook' }>;

function noteRequest(door: WebhookDoor, { target, webhook }: Found, atMs: number, content: unknown): void {
  door.note?.({ attempt: target.attempt, atMs, way: 'in', kind: 'webhook', name: nameOf(webhook.path), content });
}

/** Documents are kept as they were served; an empty word of thanks says nothing. */
function noteAnswer(door: WebhookDoor, { target, webhook }: Found, { status, body }: WebhookReply): void {
  if (status === 200 && body === '') return;
  const content = status === 200 ? body : { status };
  door.note?.({ attempt: target.attempt, atMs: door.clock.nowMs(), way: 'out', kind: 'document', name: nameOf(webhook.path), content });
}

/** As `answer`, of `/answer/:ticket`. */
function nameOf(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && !segment.startsWith(':'))
    .join(' ');
}

/** The same few bytes for everybody; the connection ends, because its body may be on the way still. */
export function refuse(reply: FastifyReply, status: 403 | 404 | 413 | 429 | 400): FastifyReply {
  const text = { 400: 'Bad request', 403: 'Forbidden', 404: 'Not found', 413: 'Too large', 429: 'Too many requests' }[status];
  reply.header('connection', 'close').header('content-type', 'text/plain; charset=utf-8');
  if (status === 429) reply.header('retry-after', '10');
  return reply.code(status).send(`${text}\n`);
}

function webhookRequest(
  request: FastifyRequest,
  route: Extract<WebhookRoute, { kind: 'webhook' }>,
  receivedAtMs: number,
): WebhookRequest | null {
  const { method } = request;
  if (method !== 'GET' && method !== 'POST') return null;
  const target = request.raw.url ?? '';
  const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const question = target.indexOf('?');
  return {
    method,
    target,
    headers: request.headers,
    rawBody,
    form: isForm ? fieldsOf(rawBody.toString('utf8')) : {},
    query: question < 0 ? {} : fieldsOf(target.slice(question + 1)),
    attempt: route.target.attempt,
    receivedAtMs,
  };
}

/** Fields as carriers sign them: percent-decoded, `+` is a space, a repeated one is an array. */
function fieldsOf(text: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of Object.entries(parse(text))) if (value !== undefined) fields[name] = value;
  return fields;
}

function isSigned(route: Extract<WebhookRoute, { kind: 'webhook' }>, asked: WebhookRequest, log: Logger): boolean {
  try {
    return route.target.carrier.isSigned(asked);
  } catch (error) {
    log.error({ err: error, carrier: route.target.carrier.name }, 'A signature could not be checked');
    return false;
  }
}

function handle(route: Extract<WebhookRoute, { kind: 'webhook' }>, asked: WebhookRequest, log: Logger): WebhookReply {
  const where = { carrier: route.target.carrier.name, attempt: route.target.attempt, path: route.webhook.path };
  try {
    return route.webhook.handle(asked);
  } catch (error) {
    const isTheirs = error instanceof BridgeError && error.code === 'input/invalid';
    if (isTheirs) log.warn({ ...where, problem: error.message }, 'A signed webhook could not be understood');
    else log.error({ ...where, err: error }, 'A webhook could not be handled');
    return {
      status: isTheirs ? 400 : 500,
      contentType: 'text/plain; charset=utf-8',
      body: isTheirs ? 'Bad request\n' : 'Internal error\n',
    };
  }
}
