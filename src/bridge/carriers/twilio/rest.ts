import { BridgeError } from '#bridge/contract/errors.ts';
import type { OwnedNumber } from '#bridge/contract/setup.ts';
import type { DialAccepted, DialRejection, DialRequest, LegQuery, LegRecord } from '../carrier.ts';
import type { CarrierInspection } from '../inspection.ts';
import { tamed } from '../mask.ts';
import type { CarrierAccount } from '../mirror.ts';
import { isE164, nameOf } from '../owned-numbers.ts';
import type { RestAnswer, RestClient } from '../rest-client.ts';
import { ask, createOnce, parseJson, type Refusal } from '../rest-errors.ts';
import { sameSignature } from '../signing.ts';
import { dollarsMicros, instantMs, secondsMs } from '../times.ts';
import { webhookUrl } from '../webhook-kit.ts';
import { apiCause, endOf, isTerminal } from './causes.ts';
import { notesOf } from './inspect.ts';
import { accountResource, apiError, balanceResource, type CallResource, callerIdList, callList, callResource, numberList } from './wire.ts';

const name = 'Twilio';
const formType = 'application/x-www-form-urlencoded';
/** Twilio rings at least a second and at most ten minutes. */
const maxRingSeconds = 600;
const pageSize = 100;
/** More pages than this between two numbers on a day is not a question about one dial. */
const maxPages = 20;
/** Clocks of two machines differ; a call may seem to be older than the request that made it. */
const clockSlackMs = 5_000;

/** Twilio's REST API of 2010, as far as we use it. @see https://www.twilio.com/docs/voice/api/call-resource */
export class TwilioRest {
  readonly #client: RestClient;
  readonly #account: string;

  constructor(client: RestClient, accountSid: string) {
    this.#client = client;
    this.#account = `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
  }

  async create(request: DialRequest, signal: AbortSignal): Promise<DialAccepted> {
    return createOnce(
      this.#client,
      name,
      { method: 'POST', path: `${this.#account}/Calls.json`, contentType: formType, body: createForm(request).toString() },
      signal,
      (json) => {
        const parsed = callResource.pick({ sid: true, queue_time: true }).safeParse(json);
        if (!parsed.success) return null;
        const queueMs = Number(parsed.data.queue_time ?? Number.NaN);
        return {
          requestId: parsed.data.sid,
          carrierCallId: parsed.data.sid,
          queueMs: Number.isFinite(queueMs) ? queueMs : null,
        };
      },
      explainRefusal,
    );
  }

  /** End a call in whatever state it is. One that is over already is fine. */
  async end(callSid: string): Promise<void> {
    const answer = await this.#update(callSid, new URLSearchParams({ Status: 'completed' }), [404, 400]);
    if (answer.status !== 400) return;
    // 21220: not in a state for that. Over already, most likely; but a call that waits or rings may ask for the other word.
    const call = await this.get(callSid);
    if (call === null || call.phase === 'ended') return;
    await this.#update(callSid, new URLSearchParams({ Status: call.phase === 'live' ? 'completed' : 'canceled' }), [404]);
  }

  /** @throws {BridgeError} `carrier/gone` when the call is over */
  async redirect(callSid: string, to: { readonly twiml: string } | { readonly url: string }): Promise<void> {
    const form = new URLSearchParams('twiml' in to ? { Twiml: to.twiml } : { Url: to.url, Method: 'POST' });
    const answer = await this.#update(callSid, form, [400]);
    if (answer.status !== 400) return;
    const code = codeOf(answer);
    if (code === '21220') throw new BridgeError('carrier/gone', 'The call is over and cannot be redirected.');
    throw new BridgeError('carrier/rejected', `Twilio did not redirect the call: ${refusalText(answer)}`, {
      details: { carrierCode: code },
    });
  }

  async startRecording(callSid: string, callbackUrl: string): Promise<void> {
    const form = new URLSearchParams({
      RecordingChannels: 'dual',
      Trim: 'do-not-trim',
      RecordingStatusCallback: callbackUrl,
      RecordingStatusCallbackMethod: 'POST',
      RecordingStatusCallbackEvent: 'completed',
    });
    await ask(this.#client, name, {
      method: 'POST',
      path: `${this.#callPath(callSid)}/Recordings.json`,
      contentType: formType,
      body: form.toString(),
    });
  }

  async get(callSid: string): Promise<LegRecord | null> {
    const answer = await ask(this.#client, name, { method: 'GET', path: `${this.#callPath(callSid)}.json` }, [404]);
    if (answer.status === 404) return null;
    return recordOf(read(answer, callResource));
  }

  /** The call with all that is told beside it. */
  async inspect(callSid: string): Promise<CarrierInspection> {
    const record = await this.get(callSid);
    return { record, notes: record === null ? [] : await notesOf(this.#client, this.#callPath(callSid)) };
  }

  /**
   * Calls between two numbers. Twilio filters by the UTC day of a call's start; calls that wait in its queue have no start yet and are
   * asked for apart.
   */
  async find(query: LegQuery): Promise<readonly LegRecord[]> {
    const numbers = { To: query.to, From: query.from, PageSize: String(pageSize) };
    const day = new Date(query.createdAfterMs - clockSlackMs).toISOString().slice(0, 10);
    const lists = [
      await this.#list(new URLSearchParams({ ...numbers, Status: 'queued' })),
      await this.#list(new URLSearchParams({ ...numbers, 'StartTime>': day })),
    ];
    const found = new Map<string, CallResource>();
    for (const call of lists.flat()) found.set(call.sid, call);
    return [...found.values()].filter((call) => mayBeMeant(call, query)).map(recordOf);
  }

  async accountName(): Promise<string | null> {
    return read(await this.#askAccount(), accountResource).friendly_name ?? null;
  }

  /** @param authToken what is set up here, to be compared with what Twilio signs with */
  async account(authToken: string): Promise<CarrierAccount> {
    const [answer, balance] = await Promise.all([
      this.#askAccount(),
      ask(this.#client, name, { method: 'GET', path: `${this.#account}/Balance.json` }, [400, 403, 404]),
    ]);
    const { friendly_name: friendly, status, type, auth_token: signing } = read(answer, accountResource);
    const money = balance.status === 200 ? balanceResource.safeParse(parseJson(balance.text)) : null;
    const inDollars = money?.success && (money.data.currency ?? 'USD').toUpperCase() === 'USD' ? Number(money.data.balance) : Number.NaN;
    return {
      name: friendly ?? null,
      isTrial: type?.toLowerCase() === 'trial',
      barred: status && status !== 'active' ? tamed(status, 40) : null,
      balanceMicros: Number.isFinite(inDollars) ? Math.round(inDollars * 1_000_000) : null,
      clockAheadMs: answer.clockAheadMs,
      signsWithOurToken: signing ? sameSignature(signing, authToken) : null,
    };
  }

  async isVerified(number: string): Promise<boolean> {
    const path = `${this.#account}/OutgoingCallerIds.json?${new URLSearchParams({ PhoneNumber: number })}`;
    const answer = await ask(this.#client, name, { method: 'GET', path }, [403, 404]);
    if (answer.status !== 200) return false;
    return read(answer, callerIdList).outgoing_caller_ids.some((known) => known.phone_number === number);
  }

  /** @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
  async numbers(): Promise<readonly OwnedNumber[]> {
    const list = `${this.#account}/IncomingPhoneNumbers.json`;
    const numbers: OwnedNumber[] = [];
    let path: string | null = `${list}?PageSize=${pageSize}`;
    for (let page = 0; path !== null && page < maxPages; page += 1) {
      const answer: RestAnswer = await ask(this.#client, name, { method: 'GET', path }, [403, 404]);
      if (answer.status === 403 || answer.status === 404) throw badAccount();
      const { incoming_phone_numbers: rows, next_page_uri: next } = read(answer, numberList);
      for (const { phone_number: number, friendly_name: friendly, capabilities } of rows) {
        // A number that nobody has named bears its own digits as its name; a short code cannot call.
        if (isE164(number)) numbers.push({ number, name: nameOf(friendly), canCall: capabilities?.voice !== false });
      }
      path = next?.startsWith(list) ? next : null;
    }
    return numbers;
  }

  async #askAccount(): Promise<RestAnswer> {
    const answer = await ask(this.#client, name, { method: 'GET', path: `${this.#account}.json` }, [403, 404]);
    if (answer.status === 403 || answer.status === 404) throw badAccount();
    return answer;
  }

  async #list(query: URLSearchParams): Promise<readonly CallResource[]> {
    const calls: CallResource[] = [];
    let path: string | null = `${this.#account}/Calls.json?${query}`;
    for (let page = 0; path !== null && page < maxPages; page += 1) {
      const answer: RestAnswer = await ask(this.#client, name, { method: 'GET', path });
      const list = read(answer, callList);
      const next = list.next_page_uri;
      calls.push(...list.calls);
      // Only a path of the same account is followed.
      path = next?.startsWith(`${this.#account}/Calls.json`) ? next : null;
    }
    return calls;
  }

  #update(callSid: string, form: URLSearchParams, alsoFine: readonly number[]): Promise<RestAnswer> {
    return ask(
      this.#client,
      name,
      { method: 'POST', path: `${this.#callPath(callSid)}.json`, contentType: formType, body: form.toString() },
      alsoFine,
    );
  }

  #callPath(callSid: string): string {
    return `${this.#account}/Calls/${encodeURIComponent(callSid)}`;
  }
}

function createForm(request: DialRequest): URLSearchParams {
  const { links } = request;
  const form = new URLSearchParams({
    To: request.to,
    From: request.from,
    Url: webhookUrl(links, 'answer'),
    Method: 'POST',
    FallbackUrl: webhookUrl(links, 'fallback'),
    FallbackMethod: 'POST',
    StatusCallback: webhookUrl(links, 'status'),
    StatusCallbackMethod: 'POST',
    Timeout: String(Math.min(maxRingSeconds, Math.max(1, Math.round(request.ringTimeoutMs / 1000)))),
    TimeLimit: String(Math.max(1, Math.ceil(request.maxCallMs / 1000))),
  });
  for (const event of ['initiated', 'ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', event);
  if (request.detectMachine) {
    // Asynchronous: with a verdict to wait for, the callee would hear seconds of silence.
    form.set('MachineDetection', 'Enable');
    form.set('AsyncAmd', 'true');
    form.set('AsyncAmdStatusCallback', webhookUrl(links, 'machine'));
    form.set('AsyncAmdStatusCallbackMethod', 'POST');
  }
  if (request.recordAtCarrier) {
    form.set('Record', 'true');
    form.set('RecordingChannels', 'dual');
    form.set('Trim', 'do-not-trim');
    form.set('RecordingStatusCallback', webhookUrl(links, 'recording'));
    form.set('RecordingStatusCallbackMethod', 'POST');
    form.set('RecordingStatusCallbackEvent', 'completed');
  }
  return form;
}

function explainRefusal(answer: RestAnswer): Refusal {
  const code = codeOf(answer);
  const known = apiCause(code);
  if (code === '20003' || answer.status === 401 || (answer.status === 403 && known === null)) return { kind: 'credentials' };
  const rejection: DialRejection = {
    httpStatus: answer.status,
    carrierCode: code,
    outcome: known?.outcome ?? 'our-error',
    cause: refusalText(answer),
    stopsCampaign: known?.stopsCampaign ?? (answer.status === 402 || answer.status === 404),
  };
  return { kind: 'rejected', rejection };
}

function codeOf(answer: RestAnswer): string | null {
  const parsed = apiError.safeParse(parseJson(answer.text));
  const code = parsed.success ? parsed.data.code : null;
  return code === null || code === undefined ? null : String(code);
}

/** Our words for a code that we know, else Twilio's. */
function refusalText(answer: RestAnswer): string {
  const code = codeOf(answer);
  const known = apiCause(code);
  if (known !== null) return `${known.text} (${code})`;
  const parsed = apiError.safeParse(parseJson(answer.text));
  const said = (parsed.success ? parsed.data.message : null) ?? `HTTP ${answer.status}`;
  return code === null ? tamed(said) : `${tamed(said)} (${code})`;
}

function badAccount(): BridgeError {
  return new BridgeError('carrier/credentials', 'Twilio does not know this account. Check the account SID and the auth token.');
}

function read<T>(answer: RestAnswer, schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw new BridgeError('carrier/unreachable', `${name} gave an answer (HTTP ${answer.status}) that cannot be read.`, { retryable: true });
}

/** Outbound, between the two numbers, and not certainly made outside the interval. */
function mayBeMeant(call: CallResource, query: LegQuery): boolean {
  if (call.direction && !call.direction.startsWith('outbound-api')) return false;
  if ((call.to && call.to !== query.to) || (call.from && call.from !== query.from)) return false;
  const createdAtMs = instantMs(call.date_created) ?? instantMs(call.start_time);
  return createdAtMs === null || (createdAtMs >= query.createdAfterMs - clockSlackMs && createdAtMs <= query.createdBeforeMs);
}

function recordOf(call: CallResource): LegRecord {
  const { status } = call;
  const end = isTerminal(status) ? endOf(status, null) : null;
  const endedAtMs = instantMs(call.end_time);
  const durationMs = secondsMs(call.duration);
  const price = call.price_unit === null || call.price_unit === undefined || call.price_unit.toUpperCase() === 'USD' ? call.price : null;
  return {
    carrierCallId: call.sid,
    requestId: call.sid,
    phase:
      end !== null ? 'ended' : status === 'ringing' ? 'ringing' : status === 'in-progress' || status === 'answered' ? 'live' : 'queued',
    outcome: end?.outcome ?? null,
    cause: end?.cause ?? null,
    createdAtMs: instantMs(call.date_created) ?? instantMs(call.start_time),
    // Twilio's start is the start of dialling; only the end and the talk time together tell when it was answered.
    answeredAtMs: status === 'completed' && endedAtMs !== null && durationMs !== null ? endedAtMs - durationMs : null,
    endedAtMs,
    durationMs,
    priceMicros: dollarsMicros(price),
  };
}
