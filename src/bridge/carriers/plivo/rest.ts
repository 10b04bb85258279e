import { BridgeError } from '#bridge/contract/errors.ts';
import type { OwnedNumber } from '#bridge/contract/setup.ts';
import type { DialAccepted, DialRejection, DialRequest, LegQuery, LegRecord, LegRef } from '../carrier.ts';
import type { CarrierInspection } from '../inspection.ts';
import { tamed } from '../mask.ts';
import type { CarrierAccount } from '../mirror.ts';
import { isE164, nameOf } from '../owned-numbers.ts';
import type { RestAnswer, RestClient, RestRequest } from '../rest-client.ts';
import { ask, createOnce, parseJson, type Refusal } from '../rest-errors.ts';
import { webhookUrl } from '../webhook-kit.ts';
import { digitsOf } from './markup.ts';
import { clockSlackMs, mayBeMeant, plivoTime, recordOfEnded, recordOfWaiting, sameNumbers, type WaitingKind } from './records.ts';
import {
  accountResource,
  apiError,
  type CallRecord,
  callRecord,
  callRecordList,
  createAnswer,
  type LiveCall,
  liveCall,
  numberList,
  uuidList,
} from './wire.ts';

const name = 'Plivo';
const jsonType = 'application/json';
/** Plivo's page size, and the most that it gives. */
const pageSize = 20;
/** 1000 ended calls between two numbers are more than any question about one dial needs. */
const maxPages = 50;
/**
 * Plivo waits up to 40 s for a document, twice; a callee does not. Written as the fragment of an address, which never reaches us: after
 * 5 s without an answer Plivo asks once more, and after 12 s in all it takes the fallback.
 *
 * @see https://www.plivo.com/docs/voice/concepts/callback-configurations
 */
const patience = '#ct=2000&rt=5000&tt=12000&rc=1';
/** How many details are asked for at once; Plivo takes 300 requests in 5 s. */
const detailsAtOnce = 4;
/** The widest window of ended calls that Plivo gives. */
const maxWindowMs = 30 * 24 * 3_600_000;
/** Plivo listens this long for an answering machine (2 to 10 s). */
const machineDetectionMs = 5_000;
/** A recording through the API ends after 60 s unless told otherwise; this is Plivo's own limit of a call. */
const recordingLimitSeconds = 14_400;

/** Plivo's Voice API, as far as we use it. @see https://www.plivo.com/docs/voice/api/call/ */
export class PlivoRest {
  readonly #client: RestClient;
  readonly #account: string;
  readonly #nowMs: () => number;

  constructor(client: RestClient, authId: string, nowMs: () => number) {
    this.#client = client;
    this.#account = `/v1/Account/${encodeURIComponent(authId)}`;
    this.#nowMs = nowMs;
  }

  async create(request: DialRequest, signal: AbortSignal): Promise<DialAccepted> {
    return createOnce(
      this.#client,
      name,
      this.#json('POST', '/Call/', createBody(request)),
      signal,
      (json) => {
        const parsed = createAnswer.safeParse(json);
        return parsed.success ? { requestId: parsed.data.request_uuid, carrierCallId: null, queueMs: null } : null;
      },
      explainRefusal,
    );
  }

  /** End a leg by whichever of its names Plivo still knows. One that is gone already is fine. */
  async end(leg: LegRef): Promise<void> {
    const { carrierCallId, requestId } = leg;
    if (carrierCallId !== null && (await this.#delete(`/Call/${part(carrierCallId)}/`))) return;
    // A call that was not answered yet is cancelled by the name of its request.
    if (requestId !== null && (await this.#delete(`/Request/${part(requestId)}/`))) return;
    if (carrierCallId !== null) return;
    // It was answered, and nobody has told us its own name yet.
    const record = await this.get(leg);
    if (record !== null && record.phase !== 'ended') await this.#delete(`/Call/${part(record.carrierCallId)}/`);
  }

  /** @throws {BridgeError} `carrier/gone` when the call is over */
  async redirect(callUuid: string, url: string): Promise<void> {
    await this.#post(`/Call/${part(callUuid)}/`, { legs: 'aleg', aleg_url: url, aleg_method: 'POST' });
  }

  async startRecording(callUuid: string, callbackUrl: string): Promise<void> {
    await this.#post(`/Call/${part(callUuid)}/Record/`, {
      time_limit: recordingLimitSeconds,
      file_format: 'wav',
      record_channel_type: 'stereo',
      callback_url: callbackUrl,
      callback_method: 'POST',
    });
  }

  async sendDigits(callUuid: string, digits: string): Promise<void> {
    await this.#post(`/Call/${part(callUuid)}/DTMF/`, { digits, leg: 'aleg' });
  }

  /** Plivo keeps ended, live and queued calls apart; a call that moves on while we look is met in the next place, or in the first again. */
  async get(leg: LegRef): Promise<LegRecord | null> {
    const uuid = leg.carrierCallId ?? leg.requestId;
    if (uuid === null) return null;
    const record =
      (await this.#ended(uuid, leg)) ??
      (await this.#waiting(uuid, 'live')) ??
      (await this.#waiting(uuid, 'queued')) ??
      (await this.#ended(uuid, leg));
    if (record !== null || leg.carrierCallId !== null || leg.requestId === null) return record;
    for (const kind of ['queued', 'live'] as const) {
      const found = (await this.#listWaiting(kind)).find((call) => call.requestId === leg.requestId);
      if (found) return found.record;
    }
    return null;
  }

  /** The call, with who hung up by Plivo's own word beside it. */
  async inspect(leg: LegRef): Promise<CarrierInspection> {
    const record = await this.get(leg);
    const uuid = record?.carrierCallId ?? null;
    if (uuid === null || record?.phase !== 'ended') return { record, notes: [] };
    const answer = await ask(this.#client, name, { method: 'GET', path: `${this.#account}/Call/${part(uuid)}/` }, [404]);
    const parsed = callRecord.safeParse(parseJson(answer.text));
    if (!parsed.success) return { record, notes: [] };
    const { hangup_cause_name: cause, hangup_cause_code: code, hangup_source: source, end_time: at } = parsed.data;
    return {
      record,
      notes: [{ at: at ?? null, title: `Hangup ${code}`, detail: tamed(`${cause ?? 'no cause'}, by ${source ?? 'unknown'}`) }],
    };
  }

  /** Queued first and ended last: a call that moves on meanwhile moves into a list that is still to be asked for. */
  async find(query: LegQuery): Promise<readonly LegRecord[]> {
    const found = new Map<string, LegRecord>();
    for (const kind of ['queued', 'live'] as const) {
      for (const { call, record } of await this.#listWaiting(kind)) {
        if (sameNumbers(call, query) && mayBeMeant(record, query)) found.set(record.carrierCallId, record);
      }
    }
    for (const record of await this.#listEnded(query)) {
      if (mayBeMeant(record, query))
        found.set(record.carrierCallId, { ...record, requestId: found.get(record.carrierCallId)?.requestId ?? record.requestId });
    }
    return [...found.values()];
  }

  async account(): Promise<CarrierAccount> {
    const answer = await ask(this.#client, name, { method: 'GET', path: `${this.#account}/` }, [403, 404]);
    if (answer.status === 403 || answer.status === 404) throw badAccount();
    const account = read(answer, accountResource);
    const credits = Number(account.cash_credits ?? Number.NaN);
    const paysBefore = account.billing_mode?.toLowerCase() !== 'postpaid' && account.auto_recharge !== true;
    const state = typeof account.state === 'string' ? account.state.toLowerCase() : '';
    return {
      name: account.name ?? null,
      isTrial: /trial|free/i.test(account.account_type ?? ''),
      barred: /suspend|block|disabl|deactiv/.test(state) ? tamed(state, 40) : null,
      balanceMicros: paysBefore && Number.isFinite(credits) ? Math.round(credits * 1_000_000) : null,
      clockAheadMs: answer.clockAheadMs,
      signsWithOurToken: null,
    };
  }

  /** @see https://www.plivo.com/docs/numbers/api/account-phone-number/list-all-my-numbers/ */
  async numbers(): Promise<readonly OwnedNumber[]> {
    const numbers: OwnedNumber[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const path = `${this.#account}/Number/?limit=${pageSize}&offset=${page * pageSize}`;
      const answer = await ask(this.#client, name, { method: 'GET', path }, [403, 404]);
      if (answer.status === 403 || answer.status === 404) throw badAccount();
      const { objects } = read(answer, numberList);
      for (const { number, alias, voice_enabled: voice } of objects) {
        const full = `+${number.replace(/^\+/, '')}`;
        if (isE164(full)) numbers.push({ number: full, name: nameOf(alias), canCall: voice !== false });
      }
      if (objects.length < pageSize) break;
    }
    return numbers;
  }

  async #ended(uuid: string, leg: LegRef): Promise<LegRecord | null> {
    const answer = await this.#get(`/Call/${part(uuid)}/`);
    // A call that still runs has been seen to be answered here without its end.
    const parsed = answer.status === 404 ? null : callRecord.safeParse(parseJson(answer.text));
    if (parsed === null || !parsed.success || !hasEnded(parsed.data)) return null;
    return recordOfEnded(parsed.data, leg.requestId);
  }

  async #waiting(uuid: string, kind: WaitingKind): Promise<LegRecord | null> {
    return (await this.#detail(uuid, kind))?.record ?? null;
  }

  async #detail(uuid: string, kind: WaitingKind): Promise<{ call: LiveCall; requestId: string | null; record: LegRecord } | null> {
    const answer = await this.#get(`/Call/${part(uuid)}/?status=${kind}`);
    const parsed = answer.status === 404 ? null : liveCall.safeParse(parseJson(answer.text));
    if (parsed === null || !parsed.success) return null;
    return { call: parsed.data, requestId: parsed.data.request_uuid ?? null, record: recordOfWaiting(uuid, parsed.data, kind) };
  }

  async #listWaiting(kind: WaitingKind): Promise<readonly { call: LiveCall; requestId: string | null; record: LegRecord }[]> {
    const answer = await this.#get(`/Call/?status=${kind}`);
    const waiting = answer.status === 404 ? [] : read(answer, uuidList).calls;
    const details: { call: LiveCall; requestId: string | null; record: LegRecord }[] = [];
    for (let at = 0; at < waiting.length; at += detailsAtOnce) {
      const some = await Promise.all(waiting.slice(at, at + detailsAtOnce).map((uuid) => this.#detail(uuid, kind)));
      for (const detail of some) if (detail !== null) details.push(detail);
    }
    return details;
  }

  async #listEnded(query: LegQuery): Promise<readonly LegRecord[]> {
    const fromMs = query.createdAfterMs - clockSlackMs;
    const untilMs = Math.min(this.#nowMs() + 60_000, fromMs + maxWindowMs);
    const filter = {
      from_number: digitsOf(query.from),
      to_number: digitsOf(query.to),
      call_direction: 'outbound',
      end_time__gte: plivoTime(fromMs),
      end_time__lte: plivoTime(untilMs),
      limit: String(pageSize),
    };
    const records: LegRecord[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const search = new URLSearchParams({ ...filter, offset: String(page * pageSize) });
      const { objects } = read(await this.#get(`/Call/?${search}`), callRecordList);
      for (const object of objects) {
        const parsed = callRecord.safeParse(object);
        if (parsed.success && sameNumbers({ from: parsed.data.from_number, to: parsed.data.to_number }, query)) {
          records.push(recordOfEnded(parsed.data, null));
        }
      }
      if (objects.length < pageSize) break;
    }
    return records;
  }

  #get(path: string): Promise<RestAnswer> {
    return ask(this.#client, name, { method: 'GET', path: this.#account + path }, [404]);
  }

  async #post(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await ask(this.#client, name, this.#json('POST', path, body));
  }

  /** @returns false when there was nothing to delete */
  async #delete(path: string): Promise<boolean> {
    const answer = await ask(this.#client, name, { method: 'DELETE', path: this.#account + path }, [404]);
    return answer.status !== 404;
  }

  #json(method: 'POST', path: string, body: Readonly<Record<string, unknown>>): RestRequest {
    return { method, path: this.#account + path, contentType: jsonType, body: JSON.stringify(body) };
  }
}

const part = encodeURIComponent;

function badAccount(): BridgeError {
  return new BridgeError('carrier/credentials', 'Plivo does not know this account. Check the auth id and the auth token.');
}

function hasEnded(record: CallRecord): boolean {
  return Boolean(record.end_time || record.hangup_cause_name || record.hangup_cause_code || record.hangup_source);
}

function createBody(request: DialRequest): Readonly<Record<string, unknown>> {
  const { links } = request;
  // A list of numbers in one request (`a<b<c`) would be many calls under one name.
  for (const number of [request.to, request.from]) {
    if (!/^\+\d{4,20}$/.test(number)) throw new BridgeError('input/invalid', 'A number to dial is not in international form.');
  }
  return {
    from: digitsOf(request.from),
    to: digitsOf(request.to),
    // The document for the answer asks for the recording: a request to make a call cannot.
    answer_url: webhookUrl(links, 'answer') + (request.recordAtCarrier ? '?record=1' : '') + patience,
    answer_method: 'POST',
    ring_url: webhookUrl(links, 'ring'),
    ring_method: 'POST',
    // Without it Plivo asks for the answer document once more at the end of a call.
    hangup_url: webhookUrl(links, 'hangup'),
    hangup_method: 'POST',
    fallback_url: webhookUrl(links, 'fallback'),
    fallback_method: 'POST',
    ring_timeout: Math.max(1, Math.round(request.ringTimeoutMs / 1000)),
    time_limit: Math.max(1, Math.ceil(request.maxCallMs / 1000)),
    ...(request.detectMachine
      ? {
          // The address is what makes it asynchronous: with a verdict to wait for, the callee would hear seconds of silence.
          machine_detection: 'true',
          machine_detection_time: machineDetectionMs,
          machine_detection_url: webhookUrl(links, 'machine'),
          machine_detection_method: 'POST',
        }
      : {}),
  };
}

/** Plivo's refusals bear no codes; its words are shown as they are. */
function explainRefusal(answer: RestAnswer): Refusal {
  if (answer.status === 401) return { kind: 'credentials' };
  const parsed = apiError.safeParse(parseJson(answer.text));
  const error = parsed.success ? parsed.data.error : null;
  const said = tamed(typeof error === 'string' ? error : error ? JSON.stringify(error) : `HTTP ${answer.status}`);
  const rejected = (outcome: DialRejection['outcome'], cause: string, stopsCampaign: boolean): Refusal => ({
    kind: 'rejected',
    rejection: { httpStatus: answer.status, carrierCode: null, outcome, cause, stopsCampaign },
  });
  if (/credit|balance|insufficient/i.test(said) || answer.status === 402) {
    return rejected('our-error', `The Plivo account is out of credit: ${said}`, true);
  }
  if (answer.status === 403) {
    return rejected(
      'barred-destination',
      `The Plivo account has no permission for this call (country, or account not verified): ${said}`,
      true,
    );
  }
  if (answer.status === 404) return rejected('our-error', `Plivo does not know this account. Check the auth id. (${said})`, true);
  if (/\b(caller|source|src)\b|["'`]from["'`]|\bfrom (parameter|number|field)/i.test(said))
    return rejected('our-error', `Plivo does not accept the caller number: ${said}`, true);
  if (/\b(destination|dst)\b|["'`]to["'`]|\bto (parameter|number|field)/i.test(said))
    return rejected('invalid-number', `Plivo does not accept the number: ${said}`, false);
  return rejected('our-error', said, false);
}

function read<T>(answer: RestAnswer, schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new BridgeError('carrier/unreachable', `${name} gave an answer (HTTP ${answer.status}) that cannot be read.`, { retryable: true });
}
