import { Exchange, type Hook, type Params } from '../exchange.ts';
import type { HttpAnswer } from '../http-question.ts';
import { LegRecording } from '../recording.ts';
import { type CarrierSimOptions, type SimAccount, STANDARD_ACCOUNT } from '../sim.ts';
import type { Patience } from '../urls.ts';
import { type Cause, causeOf } from './causes.ts';
import { bare, type PlivoCall, plivoTime } from './plivo-call.ts';
import { plivoV2, plivoV3, plivoV3Base } from './signature.ts';
import { visitAtHangup } from './stream.ts';

export interface PlivoSimCredentials {
  readonly authId: string;
  readonly authToken: string;
}

export interface PlivoSimOptions extends CarrierSimOptions<PlivoSimCredentials> {
  /** More than 20 ms in one `playAudio` is refused (the default), or taken up to 64 KB. Both have been seen. */
  readonly strict160?: boolean;
  /** Which form of a media socket's address is signed; not documented. `http` is the default: http(s) in place of ws(s). */
  readonly upgradeForm?: 'http' | 'ws';
  /** Sign the media socket's address with `/websocket` behind its path. */
  readonly upgradeSuffix?: boolean;
  /** A `stop` message before the socket is closed; not documented. */
  readonly sendsStop?: boolean;
  /** Both vocabularies of the stream status callback are documented. */
  readonly streamWords?: 'classic' | 'guide';
  /** From a failed upgrade to the next try. */
  readonly upgradeRetryMs?: number;
}

/** @see https://www.plivo.com/docs/voice/concepts/callback-configurations */
const PATIENCE: Patience = { connectMs: 2_000, readMs: 40_000, totalMs: 55_000, retries: 1, retryOn: new Set(['ct', 'rt']) };

/** What all parts of the simulated Plivo share. */
export class PlivoWorld {
  readonly options: PlivoSimOptions;
  account: SimAccount;
  readonly exchange: Exchange<PlivoCall>;
  readonly recordings = new Map<string, { readonly recording: LegRecording; readonly call: PlivoCall }>();
  /** Set when the REST API listens. */
  baseUrl = '';

  constructor(options: PlivoSimOptions) {
    this.options = options;
    this.account = { ...STANDARD_ACCOUNT, ...options.account };
    this.exchange = new Exchange(options, options.callsPerSecond ?? 2);
  }

  /** Signature headers over an address and a form. */
  sign(method: 'GET' | 'POST', url: string, form: Params, isGenuine = true): Record<string, string> {
    const { random } = this.exchange;
    const token = isGenuine ? (this.account.signingToken ?? this.options.credentials.authToken) : 'not the token';
    const nonce = random.digits(20);
    const signature = plivoV3(token, nonce, plivoV3Base(method, url, form));
    // The header may hold several signatures; any that is right is enough.
    const decoy = plivoV3('retired token', nonce, url);
    const list = random.int(3) === 0 ? `${decoy},${signature}` : signature;
    return {
      'x-plivo-signature-v3': list,
      'x-plivo-signature-v3-nonce': nonce,
      'x-plivo-signature-ma-v3': list,
      'x-plivo-signature-v2': plivoV2(token, nonce, url),
      'x-plivo-signature-v2-nonce': nonce,
    };
  }

  /** Ask the bridge, with the parameters that every voice request has. */
  ask(call: PlivoCall, hook: Hook): Promise<HttpAnswer> {
    return this.askBare(call, { ...hook, params: { ...this.#standard(call), ...hook.params } });
  }

  askBare(call: PlivoCall, hook: Hook): Promise<HttpAnswer> {
    const sign = (method: 'GET' | 'POST', url: string, form: Params, isGenuine: boolean): Record<string, string> => ({
      'user-agent': 'Plivo',
      ...this.sign(method, url, form, isGenuine),
    });
    return this.exchange.ask(call, hook, sign, PATIENCE);
  }

  #standard(call: PlivoCall): Params {
    return {
      CallUUID: call.id,
      From: bare(call.from),
      To: bare(call.to),
      CallStatus: call.status,
      Direction: 'outbound',
      ALegUUID: call.parentId ?? call.id,
      ALegRequestUUID: call.requestId,
      RequestUUID: call.requestId,
      ParentAuthID: this.options.credentials.authId,
      // Blanks and signs occur in names, and are signed like everything else.
      CallerName: 'Müller & Söhne',
      BillRate: '0.00700',
      SessionStart: `${plivoTime(call.createdAtMs)}.000000`,
    };
  }

  /** End a call, once. What runs on it stops, its media socket is told, the bridge hears of it. */
  end(call: PlivoCall, code: number, source: string): void {
    if (call.isOver) return;
    const { exchange } = this;
    const cause = causeOf(code);
    call.endedAtMs = exchange.clock.nowMs();
    call.cause = cause;
    call.hangup = { code: String(code), name: cause.name, source };
    const streamAddress = call.stream?.serviceUrl ?? null;
    exchange.setStatus(call, call.answeredAtMs === null || cause.status !== 'cancel' ? cause.status : 'completed');
    call.scope.end();
    this.#tellHangup(call, cause, source, streamAddress);
    exchange.scope.after(exchange.clock, exchange.timing.recordAfterMs, () => {
      call.isFiled = true;
    });
  }

  #tellHangup(call: PlivoCall, cause: Cause, source: string, streamAddress: string | null): void {
    const { settings } = call;
    if (!settings || this.exchange.scope.ended) return;
    const endedAtMs = call.endedAtMs ?? 0;
    const params = {
      Event: 'Hangup',
      HangupCause: cause.word,
      HangupCauseName: cause.name,
      HangupCauseCode: String(cause.code),
      HangupSource: source,
      Duration: String(call.durationS),
      BillDuration: String(Math.ceil(call.durationS / 60) * 60),
      TotalCost: (Math.ceil(call.durationS / 60) * 0.007).toFixed(5),
      StartTime: plivoTime(call.startedAtMs ?? endedAtMs),
      ...(call.answeredAtMs === null ? {} : { AnswerTime: plivoTime(call.answeredAtMs) }),
      EndTime: plivoTime(endedAtMs),
    };
    if (settings.hangup) {
      const { hangup } = settings;
      this.exchange.run(() => this.ask(call, { name: 'hangup', ...hangup, params }));
      return;
    }
    // Without an address for the hangup Plivo asks the answer address again; a stream in its document is opened once more.
    this.exchange.violate(call, 'create.no-hangup-url', 'the answer address is asked again at the hangup');
    this.exchange.run(async () => {
      await this.ask(call, { name: 'hangup', ...settings.answer, params });
      if (streamAddress !== null) await visitAtHangup(this, call, streamAddress);
    });
  }

  recordingUrl(id: string, format: string): string {
    return `${this.baseUrl}/recordings/${id}.${format}`;
  }

  /**
   * Record a live leg for at most this long.
   * @param tell called when the file is there
   */
  startRecording(call: PlivoCall, limitMs: number, channels: 1 | 2, tell: (recording: LegRecording) => void): LegRecording | null {
    const { exchange } = this;
    if (!call.leg || call.isOver) return null;
    const recording = new LegRecording(exchange.random.uuid(), call.leg, channels, exchange.clock.nowMs());
    call.recordings.push(recording);
    this.recordings.set(recording.id, { recording, call });
    recording.whenStopped = () => {
      exchange.scope.after(exchange.clock, exchange.timing.recordingReadyMs, () => {
        recording.isReady = true;
        tell(recording);
      });
    };
    const stop = (): boolean => recording.stop(exchange.clock.nowMs());
    call.scope.after(exchange.clock, limitMs, stop);
    call.scope.onEnd(stop);
    return recording;
  }
}
