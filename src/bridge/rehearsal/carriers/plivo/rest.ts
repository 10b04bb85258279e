import type { RestFault, RestRequestName } from '../faults.ts';
import { hasBasicAuth, type RestReply, type RestRequest } from '../rest-server.ts';
import { checkCreate, type PlivoSettings } from './create-request.ts';
import { carryPlivoCall } from './life.ts';
import { callRecord, listByStatus, listCompleted, liveDetail } from './lists.ts';
import { LIVE_OPERATIONS } from './live-call.ts';
import { listNumbers } from './numbers.ts';
import { bare, PlivoCall } from './plivo-call.ts';
import { ok, refusal } from './replies.ts';
import type { PlivoWorld } from './world.ts';

interface Route {
  readonly name: RestRequestName;
  readonly call: PlivoCall | null;
  readonly run: () => RestReply;
}

type Body = Readonly<Record<string, unknown>>;

/** More API requests in five seconds are refused. */
const MAX_REQUESTS = 300;
const WINDOW_MS = 5_000;

/** The REST API of the simulated Plivo. */
export class PlivoRest {
  readonly #world: PlivoWorld;
  #recent: number[] = [];

  constructor(world: PlivoWorld) {
    this.#world = world;
  }

  async handle(request: RestRequest): Promise<RestReply> {
    const { exchange, options } = this.#world;
    exchange.restRequests++;
    const file = /^\/recordings\/([0-9a-f-]{36})\.(mp3|wav)$/.exec(request.path);
    if (file && request.method === 'GET') return this.#recording(file[1] ?? '');
    const { authId, authToken } = options.credentials;
    if (!hasBasicAuth(request.headers, [[authId, authToken]])) return refusal(exchange.random, 401, 'authentication failed');
    const body = this.#read(request);
    if (body === null) return refusal(exchange.random, 400, 'the body is no JSON object');
    const route = this.#route(request, body);
    if (!route) return refusal(exchange.random, 404, 'not found');
    if (route.name !== 'create' && this.#isTooMuch()) return refusal(exchange.random, 429, 'too many requests');
    const to = route.call?.to ?? (typeof body.to === 'string' ? `+${bare(body.to)}` : null) ?? request.query.get('to_number');
    const fault = exchange.faults.take('rest', to, (known) => known.request === route.name || known.request === 'any');
    if (fault && !fault.carriedOut) return this.#faulty(fault);
    const before = exchange.calls.length;
    const reply = route.run();
    const status = typeof reply === 'string' ? 0 : reply.status;
    for (const call of route.call ? [route.call] : route.name === 'create' ? exchange.calls.slice(before) : []) {
      exchange.note(call, { kind: 'rest', method: request.method, path: request.path, params: body, status });
      if (fault) exchange.note(call, { kind: 'fault', what: `rest ${route.name}: ${JSON.stringify(fault.act)}, carried out` });
    }
    return fault ? this.#faulty(fault) : reply;
  }

  #read(request: RestRequest): Body | null {
    if (request.body === '') return {};
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      this.#world.exchange.violate(null, 'rest.content-type', request.headers['content-type'] ?? 'none');
      return null;
    }
    try {
      const body: unknown = JSON.parse(request.body);
      return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : null;
    } catch {
      return null;
    }
  }

  #isTooMuch(): boolean {
    const nowMs = this.#world.exchange.clock.monotonicMs();
    this.#recent = this.#recent.filter((atMs) => atMs > nowMs - WINDOW_MS);
    this.#recent.push(nowMs);
    return this.#recent.length > MAX_REQUESTS;
  }

  /** Every address ends with a slash. */
  #route(request: RestRequest, body: Body): Route | null {
    const world = this.#world;
    const { method, path, query } = request;
    const [, account, rest = ''] = /^\/v1\/Account\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (account !== world.options.credentials.authId) return null;
    if (rest === '') return method === 'GET' ? { name: 'account', call: null, run: () => this.#account() } : null;
    const status = query.get('status');
    if (rest === 'Call/') {
      if (method === 'POST') return { name: 'create', call: null, run: () => this.#create(body) };
      if (method !== 'GET') return null;
      return { name: 'list', call: null, run: () => (status === null ? listCompleted(world, query, path) : listByStatus(world, status)) };
    }
    if (rest === 'Number/') return method === 'GET' ? { name: 'numbers', call: null, run: () => listNumbers(world, query, path) } : null;
    const [, requestId] = /^Request\/([^/]+)\/$/.exec(rest) ?? [];
    if (requestId !== undefined && method === 'DELETE') {
      const call = world.exchange.calls.find((known) => known.requestId === requestId && known.answeredAtMs === null) ?? null;
      return { name: 'hang-up', call, run: () => this.#hangUp(call) };
    }
    const [, id = '', sub = '', tail = ''] = /^Call\/([^/]+)\/(?:(\w+)\/)?(?:([^/]+)\/)?$/.exec(rest) ?? [];
    const call = world.exchange.find(id);
    if (!call) return null;
    if (sub === '' && method === 'GET') return { name: 'get', call, run: () => this.#get(call, status) };
    if (sub === '' && method === 'DELETE') return { name: 'hang-up', call, run: () => this.#hangUp(call) };
    const operation = LIVE_OPERATIONS[`${method} ${sub}`];
    if (!operation || call.isOver) return null;
    return { name: sub === 'Record' ? 'record' : 'update', call, run: () => operation(world, call, body, tail) };
  }

  #account(): RestReply {
    const { exchange, options } = this.#world;
    return ok(exchange.random, 200, {
      account_type: this.#world.account.isTrial ? 'trial' : 'standard',
      auth_id: options.credentials.authId,
      name: 'Rehearsal account',
      cash_credits: this.#world.account.balance,
      billing_mode: 'prepaid',
      state: null,
      timezone: 'UTC',
      resource_uri: `/v1/Account/${options.credentials.authId}/`,
    });
  }

  #create(body: Body): RestReply {
    const { exchange } = this.#world;
    const checked = checkCreate(body, (detail) => exchange.violate(null, 'rest.create', detail));
    if ('error' in checked) return refusal(exchange.random, 400, checked.error);
    const calls = checked.to.map((to) => this.#place(to, checked.settings));
    const ids = calls.map((call) => call.requestId);
    const isQueued = calls.some((call) => call.queueMs > 0);
    return ok(exchange.random, 201, { message: isQueued ? 'call queued' : 'call fired', request_uuid: ids.length === 1 ? ids[0] : ids });
  }

  #place(to: string, settings: PlivoSettings): PlivoCall {
    const { exchange, options } = this.#world;
    const number = `+${bare(to.trim())}`;
    const call = new PlivoCall(
      {
        id: exchange.random.uuid(),
        requestId: exchange.random.uuid(),
        from: `+${bare(settings.from)}`,
        to: number,
        direction: 'outbound-api',
        parentId: null,
        createdAtMs: exchange.clock.nowMs(),
        person: options.directory(number),
      },
      exchange.scope,
      settings,
      exchange.takeSlot(),
    );
    exchange.add(call);
    exchange.run(() => carryPlivoCall(this.#world, call, settings));
    return call;
  }

  #get(call: PlivoCall, status: string | null): RestReply {
    const { random } = this.#world.exchange;
    if (status !== null) return liveDetail(this.#world, call, status);
    return call.isFiled ? ok(random, 200, callRecord(this.#world, call)) : refusal(random, 404, 'not found');
  }

  #hangUp(call: PlivoCall | null): RestReply {
    if (!call || call.isOver) return refusal(this.#world.exchange.random, 404, 'not found');
    this.#world.end(call, call.answeredAtMs === null ? 1000 : 4000, 'API Request');
    return { status: 204 };
  }

  /** Recordings are public unless the account asks for credentials. The simulator has no encoder for MP3: the bytes are WAV either way. */
  #recording(id: string): RestReply {
    const known = this.#world.recordings.get(id);
    if (!known?.recording.isReady) return refusal(this.#world.exchange.random, 404, 'not found');
    return { status: 200, bytes: known.recording.wav(), contentType: 'audio/x-wav' };
  }

  #faulty(fault: RestFault): RestReply {
    const { act } = fault;
    if (typeof act === 'string') return act;
    return refusal(
      this.#world.exchange.random,
      act.status,
      act.message ?? (act.status === 429 ? 'too many requests' : 'internal server error'),
    );
  }
}
