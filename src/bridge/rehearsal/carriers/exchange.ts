import type { Logger } from 'pino';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallRecord } from './call-record.ts';
import { FaultBook } from './faults.ts';
import { askOnce, type HttpAnswer } from './http-question.ts';
import { Leg } from './leg.ts';
import { Pacer } from './pacer.ts';
import { Random } from './random.ts';
import { Scope } from './scope.ts';
import type { CarrierSimOptions, CarrierStats, CarrierTiming, SimEvent, Violation } from './sim.ts';
import { STANDARD_TIMING } from './sim.ts';
import { systemClock } from './system-clock.ts';
import { type Address, type Patience, parseAddress, patienceOf, type Routes } from './urls.ts';

export type Params = Readonly<Record<string, string>>;

/** A request of the carrier to an address that the bridge gave. */
export interface Hook {
  /** As `answer` or `status:ringing`; scripted faults name it. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** As the bridge gave it, fragment included. */
  readonly url: string;
  readonly params: Params;
}

/** Headers that prove who asks. @param url what is requested, without fragment; for GET with the parameters in its query */
export type Signer = (method: 'GET' | 'POST', url: string, params: Params, isGenuine: boolean) => Readonly<Record<string, string>>;

/** Calls that are kept in the books; the oldest ended ones are forgotten beyond it, lest an hour's test fill the memory. */
const MAX_CALLS = 20_000;
/** One fault on every frame would otherwise fill the memory. */
const MAX_VIOLATIONS = 10_000;
/** Of a bridge's answer, this much is kept in the history. */
const KEPT_BODY_CHARS = 4_000;

/** What a simulated carrier is built on: time, chance, faults, books, and its way to ask the bridge. */
export class Exchange<Call extends CallRecord> {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: FaultBook;
  readonly pacer: Pacer;
  readonly scope = new Scope();
  readonly timing: CarrierTiming;
  readonly routes: Routes;
  readonly keepAudio: boolean;
  readonly calls: Call[] = [];
  readonly violations: Violation[] = [];
  readonly #byId = new Map<string, Call>();
  readonly #log: Logger | undefined;
  readonly #slotMs: number;
  #nextSlotAtMs = 0;
  restRequests = 0;
  webhooks = 0;
  mediaSockets = 0;

  constructor(options: CarrierSimOptions<unknown>, callsPerSecond: number) {
    this.clock = options.clock ?? systemClock;
    this.random = new Random(options.seed);
    this.faults = new FaultBook(new Random(options.seed ^ 0x5f_0f_a1), options.faults ?? []);
    this.timing = { ...STANDARD_TIMING, ...options.timing };
    this.routes = options.routes ?? {};
    this.keepAudio = options.keepAudio ?? false;
    this.#log = options.log;
    this.#slotMs = 1000 / callsPerSecond;
    this.pacer = new Pacer(this.clock, (error) => this.failed(error));
    this.scope.onEnd(() => this.pacer.close());
  }

  add(call: Call): void {
    this.calls.push(call);
    this.#byId.set(call.id, call);
    if (this.calls.length > MAX_CALLS) {
      const at = this.calls.findIndex((old) => old.isOver);
      const [old] = at < 0 ? [] : this.calls.splice(at, 1);
      if (old) this.#byId.delete(old.id);
    }
  }

  find(id: string): Call | null {
    return this.#byId.get(id) ?? null;
  }

  /** Take the next place in the queue of calls to begin. @returns how long it waits there, in milliseconds */
  takeSlot(): number {
    const nowMs = this.clock.monotonicMs();
    const slotAtMs = Math.max(nowMs, this.#nextSlotAtMs);
    this.#nextSlotAtMs = slotAtMs + this.#slotMs;
    return slotAtMs - nowMs;
  }

  note(call: Call, event: Without<SimEvent, 'atMs'>): void {
    call.history.push({ atMs: this.clock.nowMs(), ...event } as SimEvent);
  }

  violate(call: Call | null, rule: string, detail: string): void {
    if (this.violations.length >= MAX_VIOLATIONS) return;
    this.violations.push({ atMs: this.clock.nowMs(), callId: call?.id ?? null, rule, detail });
    this.#log?.warn({ rule, detail, callId: call?.id }, 'the bridge broke a rule of the simulated carrier');
  }

  /** Something in the simulator itself went wrong. */
  failed(error: unknown): void {
    this.#log?.error({ err: error }, 'a simulated carrier failed');
    this.violations.push({ atMs: this.clock.nowMs(), callId: null, rule: 'simulator.error', detail: String(error) });
  }

  /** Run something on its own; its failure is noted. */
  run(work: () => Promise<unknown>): void {
    void work().catch((error: unknown) => this.failed(error));
  }

  setStatus(call: Call, status: string): void {
    call.status = status;
    this.note(call, { kind: 'state', status });
  }

  /** The person picks up: from now on the beat drives their ear and mouth. */
  pickUp(call: Call, onHangUp: () => void): Leg {
    const leg = new Leg(call.person.answer(), this.keepAudio);
    call.leg = leg;
    call.answeredAtMs = this.clock.nowMs();
    leg.onHangUp = onHangUp;
    leg.onKey = (digit) => {
      this.note(call, { kind: 'key', digit });
      call.keySink?.(digit);
    };
    call.scope.onEnd(this.pacer.add(leg));
    return leg;
  }

  /**
   * Ask the bridge, with the faults that are scripted for this and the patience that the address asks for.
   * @returns the first answer that counts, or why there is none
   */
  async ask(call: Call, hook: Hook, sign: Signer, standard: Patience): Promise<HttpAnswer> {
    const given = parseAddress(hook.url);
    if (!given || (given.scheme !== 'http' && given.scheme !== 'https')) {
      this.violate(call, 'webhook.invalid-url', `${hook.name}: ${hook.url}`);
      return { kind: 'failed', why: 'refused' };
    }
    const query = new URLSearchParams(hook.params).toString();
    const joint = given.text.includes('?') ? '&' : '?';
    const address = hook.method === 'POST' || query === '' ? given : (parseAddress(given.text + joint + query) ?? given);
    const prepare = (isGenuine: boolean): Prepared => ({
      hook,
      address,
      headers: {
        accept: '*/*',
        ...(hook.method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } : {}),
        ...sign(hook.method, address.text, hook.method === 'POST' ? hook.params : {}, isGenuine),
      },
      body: hook.method === 'POST' ? query : null,
    });
    const patience = patienceOf(given.fragment, standard);
    const kind = hook.name.split(':')[0];
    const act = this.faults.take('webhook', call.to, (fault) => fault.webhook === hook.name || fault.webhook === kind)?.act ?? null;
    if (act !== null) this.note(call, { kind: 'fault', what: `webhook ${hook.name}: ${JSON.stringify(act)}` });
    if (act === 'drop') return { kind: 'failed', why: 'read' };
    if (act === 'forged') await this.#askPatiently(call, prepare(false), patience);
    if (act === 'duplicate') this.run(() => this.#askPatiently(call, prepare(true), patience));
    if (act !== null && typeof act === 'object' && 'delayMs' in act && !(await this.scope.sleep(this.clock, act.delayMs))) {
      return { kind: 'failed', why: 'stopped' };
    }
    const prepared = prepare(act !== 'wrong-signature');
    if (act === 'no-signature') prepared.headers = withoutSignature(prepared.headers);
    if (act !== null && typeof act === 'object' && 'replayAfterMs' in act) {
      this.scope.after(this.clock, act.replayAfterMs, () => this.run(() => this.#askPatiently(call, prepared, patience)));
    }
    return this.#askPatiently(call, prepared, patience);
  }

  async #askPatiently(call: Call, prepared: Prepared, patience: Patience): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt++) {
      const beganMs = this.clock.monotonicMs();
      this.webhooks++;
      const { hook, address } = prepared;
      const question = { method: hook.method, address, headers: prepared.headers, body: prepared.body };
      const answer = await askOnce(question, patience, this.routes, this.clock, this.scope);
      this.note(call, {
        kind: 'webhook',
        name: hook.name,
        method: hook.method,
        url: address.text,
        params: hook.params,
        status: answer.kind === 'answer' ? answer.status : null,
        body: answer.kind === 'answer' ? answer.body.toString('utf8', 0, KEPT_BODY_CHARS) : '',
        failure: answer.kind === 'failed' ? answer.why : null,
        tookMs: this.clock.monotonicMs() - beganMs,
      });
      if (answer.kind === 'failed' && answer.why === 'not-loopback') this.violate(call, 'webhook.not-loopback', address.text);
      if (attempt >= patience.retries || this.scope.ended || !isWorthRetrying(answer, patience.retryOn)) return answer;
    }
  }

  stats(): CarrierStats {
    const count = (test: (call: Call) => boolean): number => this.calls.filter(test).length;
    return {
      created: this.calls.length,
      queued: count((call) => call.startedAtMs === null && !call.isOver),
      ringing: count((call) => call.startedAtMs !== null && call.answeredAtMs === null && !call.isOver),
      live: count((call) => call.answeredAtMs !== null && !call.isOver),
      ended: count((call) => call.isOver),
      restRequests: this.restRequests,
      webhooks: this.webhooks,
      mediaSockets: this.mediaSockets,
      framesToBridge: this.calls.reduce((sum, call) => sum + call.media.framesToBridge, 0),
      framesFromBridge: this.calls.reduce((sum, call) => sum + call.media.framesFromBridge, 0),
      pacer: { ticks: this.pacer.ticks, lateMaxMs: this.pacer.lateMaxMs, skipped: this.pacer.skipped },
    };
  }
}

interface Prepared {
  readonly hook: Hook;
  readonly address: Address;
  headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** `Omit` for each member of a union by itself. */
type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

function withoutSignature(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/signature/i.test(name)));
}

function isWorthRetrying(answer: HttpAnswer, on: ReadonlySet<string>): boolean {
  if (answer.kind === 'answer')
    return (answer.status >= 500 && on.has('5xx')) || (answer.status >= 400 && answer.status < 500 && on.has('4xx'));
  if (answer.why === 'connect' || answer.why === 'refused') return on.has('ct');
  return (answer.why === 'read' || answer.why === 'reset') && on.has('rt');
}
