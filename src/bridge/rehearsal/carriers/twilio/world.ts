import { Exchange, type Hook, type Params } from '../exchange.ts';
import type { HttpAnswer } from '../http-question.ts';
import type { LegRecording } from '../recording.ts';
import { type CarrierSimOptions, type SimAccount, STANDARD_ACCOUNT } from '../sim.ts';
import type { Patience } from '../urls.ts';
import type { RecordSettings } from './create-request.ts';
import { twilioSignature } from './signature.ts';
import { rfc2822, type TwilioCall } from './twilio-call.ts';

export interface TwilioSimCredentials {
  readonly accountSid: string;
  /** Signs webhooks and upgrades, and is accepted by the REST API. */
  readonly authToken: string;
  /** Accepted by the REST API too; never signs. */
  readonly apiKey?: { readonly sid: string; readonly secret: string };
}

export interface TwilioSimOptions extends CarrierSimOptions<TwilioSimCredentials> {
  /** Where a call goes on when its media socket could not be opened: not documented, so both can be tried. */
  readonly afterFailedStream?: 'action' | 'next-verb';
}

/** Two tries of 5 s to connect, 15 s in all. @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const PATIENCE: Patience = { connectMs: 5_000, readMs: 15_000, totalMs: 15_000, retries: 1, retryOn: new Set(['ct']) };
/** Price of a started minute, in dollars. */
const MINUTE_PRICE = 0.014;

/** What all parts of the simulated Twilio share. */
export class TwilioWorld {
  readonly options: TwilioSimOptions;
  account: SimAccount;
  readonly exchange: Exchange<TwilioCall>;
  readonly recordings = new Map<string, { readonly recording: LegRecording; readonly call: TwilioCall; readonly source: string }>();

  constructor(options: TwilioSimOptions) {
    this.options = options;
    this.account = { ...STANDARD_ACCOUNT, ...options.account };
    this.exchange = new Exchange(options, options.callsPerSecond ?? 1);
  }

  get accountSid(): string {
    return this.options.credentials.accountSid;
  }

  sid(prefix: string): string {
    return prefix + this.exchange.random.hex(32);
  }

  sign(url: string, params: Params, isGenuine = true): string {
    return twilioSignature(isGenuine ? (this.account.signingToken ?? this.options.credentials.authToken) : 'not the token', url, params);
  }

  /** Ask the bridge, with the parameters that every voice request has. */
  ask(call: TwilioCall, hook: Hook): Promise<HttpAnswer> {
    return this.#ask(call, hook, { ...this.#standard(call), ...hook.params });
  }

  /** Tell the bridge of something beside the call: a recording, a stream, a detected machine. */
  askBare(call: TwilioCall, hook: Hook): Promise<HttpAnswer> {
    return this.#ask(call, hook, { CallSid: call.id, AccountSid: this.accountSid, ...hook.params });
  }

  #ask(call: TwilioCall, hook: Hook, params: Params): Promise<HttpAnswer> {
    const token = this.exchange.random.uuid();
    return this.exchange.ask(
      call,
      { ...hook, params },
      (_method, url, signed, isGenuine) => ({
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': token,
        'x-twilio-signature': this.sign(url, signed, isGenuine),
      }),
      PATIENCE,
    );
  }

  #standard(call: TwilioCall): Params {
    return {
      CallSid: call.id,
      AccountSid: this.accountSid,
      From: call.from,
      To: call.to,
      Caller: call.from,
      Called: call.to,
      CallStatus: call.status,
      ApiVersion: '2010-04-01',
      Direction: call.direction,
      ...(call.parentId === null ? {} : { ParentCallSid: call.parentId }),
      // Names with signs and letters outside ASCII occur, and are signed like everything else.
      FromCity: 'CAÑON CITY',
      FromState: 'CO',
      FromZip: '',
      FromCountry: 'US',
      CallerCity: 'CAÑON CITY',
      CallerState: 'CO',
      CallerZip: '',
      CallerCountry: 'US',
      ToCity: "COEUR D'ALENE & HAYDEN",
      ToState: 'ID',
      ToZip: '83814',
      ToCountry: 'US',
      CalledCity: "COEUR D'ALENE & HAYDEN",
      CalledState: 'ID',
      CalledZip: '83814',
      CalledCountry: 'US',
    };
  }

  /** Tell the bridge how the call goes, if it wants to know of this event. Does not wait for the answer. */
  tellStatus(call: TwilioCall, event: 'initiated' | 'ringing' | 'answered' | 'completed', extra: Params = {}): void {
    const settings = call.settings ?? call.news;
    if (!settings?.statusCallback || !settings.statusEvents.has(event)) return;
    const hook: Hook = {
      name: `status:${event}`,
      method: settings.statusCallbackMethod,
      url: settings.statusCallback,
      params: {
        CallStatus: event === 'initiated' ? 'initiated' : call.status,
        CallbackSource: 'call-progress-events',
        SequenceNumber: String(call.sequence++),
        Timestamp: rfc2822(this.exchange.clock.nowMs()),
        ...extra,
      },
    };
    this.exchange.run(() => this.ask(call, hook));
  }

  setStatus(call: TwilioCall, status: string): void {
    call.updatedAtMs = this.exchange.clock.nowMs();
    this.exchange.setStatus(call, status);
  }

  /** End a call, once. What runs on it stops, its media socket is told, the bridge hears of it. */
  end(call: TwilioCall, status: string, sip: number, source: string): void {
    if (call.isOver) return;
    const { exchange } = this;
    call.endedAtMs = exchange.clock.nowMs();
    call.hangup = { code: status, name: `SIP ${sip}`, source };
    this.setStatus(call, status);
    call.scope.end();
    const recording = call.recordings[0];
    const minutes = Math.ceil(call.durationS / 60);
    this.tellStatus(call, 'completed', {
      CallDuration: String(call.durationS),
      Duration: String(minutes),
      SipResponseCode: String(sip),
      ...(recording && call.settings?.record
        ? {
            RecordingSid: recording.id,
            RecordingUrl: this.recordingUrl(recording.id),
            RecordingDuration: String(Math.round(recording.durationMs / 1000)),
          }
        : {}),
    });
    exchange.scope.after(exchange.clock, exchange.timing.priceAfterMs, () => {
      if (minutes > 0) call.price = `-${(minutes * MINUTE_PRICE).toFixed(5)}`;
    });
  }

  recordingUrl(sid: string): string {
    return `${this.baseUrl}/2010-04-01/Accounts/${this.accountSid}/Recordings/${sid}`;
  }

  /** Set when the REST API listens. */
  baseUrl = '';

  /** A recording has been started: tell when it stops and its file is there. */
  announceRecording(call: TwilioCall, recording: LegRecording, source: string, settings: RecordSettings): void {
    const { exchange } = this;
    call.recordings.push(recording);
    this.recordings.set(recording.id, { recording, call, source });
    const tell = (status: string): void => {
      if (settings.callback === null || !settings.events.has(status)) return;
      const hook: Hook = {
        name: `recording:${status}`,
        method: settings.callbackMethod,
        url: settings.callback,
        params: {
          RecordingSid: recording.id,
          RecordingUrl: this.recordingUrl(recording.id),
          RecordingStatus: status,
          RecordingDuration: status === 'completed' ? String(Math.round(recording.durationMs / 1000)) : '-1',
          RecordingChannels: String(recording.channels),
          RecordingStartTime: rfc2822(recording.startedAtMs),
          RecordingSource: source,
          RecordingTrack: 'both',
        },
      };
      exchange.run(() => this.askBare(call, hook));
    };
    tell('in-progress');
    recording.whenStopped = () => {
      exchange.scope.after(exchange.clock, exchange.timing.recordingReadyMs, () => {
        recording.isReady = true;
        tell('completed');
      });
    };
    call.scope.onEnd(() => recording.stop(exchange.clock.nowMs()));
  }
}
