import type { RestFault, RestRequestName } from '../faults.ts';
import { LegRecording } from '../recording.ts';
import { hasBasicAuth, type RestReply, type RestRequest } from '../rest-server.ts';
import { isHttp } from '../urls.ts';
import { checkCreate, checkRecord } from './create-request.ts';
import { CALL_GONE, errorBody, NOT_FOUND, type TwilioError, UNAUTHENTICATED } from './errors.ts';
import { carryTwilioCall, redirect } from './life.ts';
import { listCalls } from './list.ts';
import { listEvents, listNotifications } from './notes.ts';
import { listCallerIds, listNumbers } from './numbers.ts';
import { callResource, rfc2822, TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

interface Route {
  readonly name: RestRequestName;
  readonly call: TwilioCall | null;
  readonly run: () => RestReply;
}

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** The REST API of the simulated Twilio. */
export class TwilioRest {
  readonly #world: TwilioWorld;

  constructor(world: TwilioWorld) {
    this.#world = world;
  }

  async handle(request: RestRequest): Promise<RestReply> {
    const { exchange } = this.#world;
    exchange.restRequests++;
    const form = new URLSearchParams(request.body);
    if (!this.#isAuthenticated(request)) return refuse(UNAUTHENTICATED);
    if (request.method === 'POST' && !FORM_TYPE.test(request.headers['content-type'] ?? '')) {
      exchange.violate(null, 'rest.content-type', request.headers['content-type'] ?? 'none');
      return refuse({ status: 415, code: 20415, message: 'Unsupported media type' });
    }
    const route = this.#route(request, form);
    if (!route) return refuse(NOT_FOUND(request.path));
    const to = route.call?.to ?? form.get('To') ?? request.query.get('To');
    const fault = exchange.faults.take('rest', to, (known) => known.request === route.name || known.request === 'any');
    if (fault && !fault.carriedOut) return faulty(fault);
    const before = exchange.calls.length;
    const reply = route.run();
    const call = route.call ?? exchange.calls[before] ?? null;
    const params = Object.fromEntries([...new Set(form.keys())].map((key) => [key, many(form.getAll(key))]));
    const status = typeof reply === 'string' ? 0 : reply.status;
    if (call) exchange.note(call, { kind: 'rest', method: request.method, path: request.path, params, status });
    if (!fault) return reply;
    if (call) exchange.note(call, { kind: 'fault', what: `rest ${route.name}: ${JSON.stringify(fault.act)}, carried out` });
    return faulty(fault);
  }

  #isAuthenticated(request: RestRequest): boolean {
    const { accountSid, authToken, apiKey } = this.#world.options.credentials;
    return hasBasicAuth(request.headers, [[accountSid, authToken], ...(apiKey ? [[apiKey.sid, apiKey.secret] as const] : [])]);
  }

  #route(request: RestRequest, form: URLSearchParams): Route | null {
    const { method, path } = request;
    const parts = /^\/2010-04-01\/Accounts\/([^/]+)(.*)$/.exec(path);
    const [, account = '', rest = ''] = parts ?? [];
    if (account.replace(/\.json$/, '') !== this.#world.accountSid) return null;
    if (rest === '')
      return account.endsWith('.json') && method === 'GET' ? { name: 'account', call: null, run: () => this.#account() } : null;
    if (rest === '/Calls.json') {
      if (method === 'POST') return { name: 'create', call: null, run: () => this.#create(form) };
      return method === 'GET' ? { name: 'list', call: null, run: () => listCalls(this.#world, request.query, path) } : null;
    }
    if (rest === '/Balance.json') return method === 'GET' ? { name: 'account', call: null, run: () => this.#balance() } : null;
    if (rest === '/OutgoingCallerIds.json')
      return method === 'GET' ? { name: 'numbers', call: null, run: () => listCallerIds(this.#world, request.query, path) } : null;
    if (rest === '/IncomingPhoneNumbers.json')
      return method === 'GET' ? { name: 'numbers', call: null, run: () => listNumbers(this.#world, request.query, path) } : null;
    const recording = /^\/Recordings\/(RE[0-9a-f]{32})(?:\.(json|wav|mp3))?$/.exec(rest);
    if (recording && method === 'GET')
      return { name: 'get', call: null, run: () => this.#recording(recording[1] ?? '', recording[2] ?? 'wav', path) };
    const [, callSid = '', sub = ''] = /^\/Calls\/(CA[0-9a-f]{32})(?:\/([A-Za-z]+))?\.json$/.exec(rest) ?? [];
    const call = this.#world.exchange.find(callSid);
    if (!call) return null;
    if (sub === 'Recordings' && method === 'POST') return { name: 'record', call, run: () => this.#record(call, form) };
    if (sub === 'Notifications' && method === 'GET') return { name: 'get', call, run: () => listNotifications(call, path) };
    if (sub === 'Events' && method === 'GET') return { name: 'get', call, run: () => listEvents(call, path) };
    if (sub !== '') return null;
    if (method === 'GET') return { name: 'get', call, run: () => ({ status: 200, json: callResource(call, this.#world.accountSid) }) };
    if (method !== 'POST') return null;
    return { name: form.has('Status') ? 'hang-up' : 'update', call, run: () => this.#update(call, form) };
  }

  #account(): RestReply {
    return {
      status: 200,
      json: {
        sid: this.#world.accountSid,
        friendly_name: 'Rehearsal account',
        status: 'active',
        type: this.#world.account.isTrial ? 'Trial' : 'Full',
        auth_token: this.#world.account.signingToken ?? this.#world.options.credentials.authToken,
      },
    };
  }

  /** @see https://www.twilio.com/docs/usage/api/balance */
  #balance(): RestReply {
    return { status: 200, json: { account_sid: this.#world.accountSid, balance: this.#world.account.balance, currency: 'USD' } };
  }

  #create(form: URLSearchParams): RestReply {
    const { exchange, options } = this.#world;
    const odd = (detail: string): void => exchange.violate(null, 'rest.create', detail);
    const checked = checkCreate(form, options.numbers, odd);
    if ('error' in checked) return refuse(checked.error);
    const { settings } = checked;
    const id = this.#world.sid('CA');
    const call = new TwilioCall(
      {
        id,
        requestId: id,
        from: settings.from,
        to: settings.to,
        direction: 'outbound-api',
        parentId: null,
        createdAtMs: exchange.clock.nowMs(),
        person: options.directory(settings.to),
      },
      exchange.scope,
      settings,
      exchange.takeSlot(),
    );
    exchange.add(call);
    exchange.run(() => carryTwilioCall(this.#world, call, settings));
    return { status: 201, json: callResource(call, this.#world.accountSid) };
  }

  #update(call: TwilioCall, form: URLSearchParams): RestReply {
    const world = this.#world;
    const { exchange } = world;
    const [status, url, twiml, limit] = ['Status', 'Url', 'Twiml', 'TimeLimit'].map((name) => form.get(name) || null);
    for (const name of form.keys())
      if (!UPDATE_KNOWN.has(name)) exchange.violate(call, 'rest.update', `unknown parameter ${name} is ignored`);
    if (status && status !== 'completed' && status !== 'canceled')
      return refuse({ status: 400, code: 20001, message: `Invalid Status ${status}` });
    if (url && !isHttp(url)) return refuse({ status: 400, code: 21205, message: `Url is not a valid URL: ${url}` });
    if (twiml && twiml.length > 4000) return refuse({ status: 400, code: 21205, message: 'Twiml is longer than 4000 characters.' });
    if (call.isOver) return refuse(CALL_GONE);
    if (status) {
      // `canceled` leaves a call in progress alone.
      if (call.answeredAtMs === null) world.end(call, 'canceled', 487, 'API');
      else if (status === 'completed') world.end(call, 'completed', 200, 'API');
    } else if (url || twiml) {
      if (!call.leg) return refuse(CALL_GONE);
      if (url && twiml) exchange.violate(call, 'rest.update', 'Url and Twiml exclude each other');
      const fallbackUrl = form.get('FallbackUrl') || null;
      if (fallbackUrl && call.settings) call.settings = { ...call.settings, fallbackUrl };
      redirect(world, call, call.leg, twiml ? { twiml } : { url: url ?? '', method: form.get('Method') === 'GET' ? 'GET' : 'POST' });
    }
    if (limit && !call.isOver) {
      if (!/^\d{1,5}$/.test(limit)) return refuse({ status: 400, code: 20001, message: `Invalid TimeLimit ${limit}` });
      call.cancelLimit();
      const talkedMs = exchange.clock.nowMs() - (call.answeredAtMs ?? exchange.clock.nowMs());
      call.cancelLimit = call.scope.after(exchange.clock, Math.max(0, Number(limit) * 1000 - talkedMs), () =>
        world.end(call, 'completed', 200, 'time limit'),
      );
    }
    return { status: 200, json: callResource(call, world.accountSid) };
  }

  #record(call: TwilioCall, form: URLSearchParams): RestReply {
    const { exchange } = this.#world;
    const checked = checkRecord(form, (detail) => exchange.violate(call, 'rest.record', detail));
    if ('error' in checked) return refuse(checked.error);
    if (!call.leg || call.isOver) return refuse(CALL_GONE);
    const recording = new LegRecording(this.#world.sid('RE'), call.leg, checked.settings.channels, exchange.clock.nowMs());
    this.#world.announceRecording(call, recording, 'StartCallRecordingAPI', checked.settings);
    return { status: 201, json: this.#recordingResource(recording, call, 'StartCallRecordingAPI') };
  }

  #recording(sid: string, format: string, path: string): RestReply {
    const known = this.#world.recordings.get(sid);
    if (!known) return refuse(NOT_FOUND(path));
    if (format === 'json') return { status: 200, json: this.#recordingResource(known.recording, known.call, known.source) };
    // There is no encoder for MP3 here, so that only the lossless form exists.
    if (!known.recording.isReady || format === 'mp3') return refuse(NOT_FOUND(path));
    return { status: 200, bytes: known.recording.wav(), contentType: 'audio/x-wav' };
  }

  #recordingResource(recording: LegRecording, call: TwilioCall, source: string): object {
    const status = recording.isReady ? 'completed' : recording.endedAtMs === null ? 'in-progress' : 'processing';
    return {
      sid: recording.id,
      account_sid: this.#world.accountSid,
      call_sid: call.id,
      conference_sid: null,
      api_version: '2010-04-01',
      channels: recording.channels,
      source,
      status,
      start_time: rfc2822(recording.startedAtMs),
      duration: recording.isReady ? String(Math.round(recording.durationMs / 1000)) : null,
      uri: `/2010-04-01/Accounts/${this.#world.accountSid}/Recordings/${recording.id}.json`,
    };
  }
}

const UPDATE_KNOWN = new Set('Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod Twiml TimeLimit'.split(' '));

function refuse(error: TwilioError): RestReply {
  return { status: error.status, json: errorBody(error) };
}

function faulty(fault: RestFault): RestReply {
  const { act } = fault;
  if (typeof act === 'string') return act;
  const code = act.code ?? (act.status === 429 ? 20429 : act.status === 401 ? 20003 : act.status === 404 ? 20404 : 20500);
  const message = act.message ?? (act.status === 429 ? 'Too Many Requests' : 'An internal server error has occurred');
  return refuse({ status: act.status, code, message });
}

function many(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}
