import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { OwnedNumber } from '#bridge/contract/setup.ts';
import { AfterStream } from '../after-stream.ts';
import type {
  CallDocument,
  CallLinks,
  Carrier,
  CarrierHost,
  DialAccepted,
  DialRequest,
  LegQuery,
  LegRecord,
  LegRef,
  MediaHandlers,
  MediaStream,
  Webhook,
  WebhookRequest,
} from '../carrier.ts';
import type { CarrierInspection } from '../inspection.ts';
import { maskNumbers } from '../mask.ts';
import type { CarrierAccount, CarrierMirror } from '../mirror.ts';
import { PendingDocuments } from '../pending-documents.ts';
import type { RelayHandlers, RelayStream } from '../relay.ts';
import { RestClient } from '../rest-client.ts';
import { webhookUrl } from '../webhook-kit.ts';
import { TwilioMediaStream } from './media-stream.ts';
import { twilioMirror } from './mirror.ts';
import { TwilioRelayStream } from './relay-stream.ts';
import { TwilioRest } from './rest.ts';
import { isSignedByTwilio, twilioUpgradeForm } from './signature.ts';
import { maxInlineTwiml, twiml } from './twiml.ts';
import { twilioWebhooks } from './webhooks.ts';

/** Twilio Programmable Voice with two-way Media Streams. @see https://www.twilio.com/docs/voice */
export class TwilioCarrier implements Carrier {
  readonly name = 'twilio';
  readonly mirror: CarrierMirror;
  readonly webhooks: readonly Webhook[];
  readonly #client: RestClient;
  readonly #rest: TwilioRest;
  readonly #host: CarrierHost;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #authToken: string;
  readonly #pending: PendingDocuments;
  readonly #afterStream: AfterStream;

  /** @param options.baseUrl of the REST API, as `https://api.twilio.com` */
  constructor(options: {
    credentials: { readonly accountSid: string; readonly authToken: string };
    baseUrl: string;
    host: CarrierHost;
    clock: Clock;
    log: Logger;
  }) {
    const { accountSid, authToken } = options.credentials;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#log = options.log.child({ carrier: this.name });
    this.#authToken = authToken;
    this.mirror = twilioMirror(accountSid, authToken);
    this.#client = new RestClient({
      baseUrl: options.baseUrl,
      user: accountSid,
      password: authToken,
      clock: options.clock,
      log: this.#log,
    });
    this.#rest = new TwilioRest(this.#client, accountSid);
    this.#pending = new PendingDocuments(options.clock);
    this.#afterStream = new AfterStream({
      host: options.host,
      clock: options.clock,
      log: this.#log,
      redirect: (leg, document, links) => this.redirect(leg, document, links),
    });
    this.webhooks = twilioWebhooks({ host: options.host, pending: this.#pending, afterStream: this.#afterStream, log: this.#log });
  }

  async dial(request: DialRequest, signal: AbortSignal): Promise<DialAccepted> {
    const accepted = await this.#rest.create(request, signal);
    this.#log.info(
      { attempt: request.attempt, to: maskNumbers(request.to), call: accepted.requestId, queueMs: accepted.queueMs },
      'the carrier accepted a call',
    );
    return accepted;
  }

  async hangUp(leg: LegRef): Promise<void> {
    await this.#rest.end(sidOf(leg));
  }

  async redirect(leg: LegRef, document: CallDocument, links: CallLinks): Promise<void> {
    const text = twiml(document, links);
    if (text.length <= maxInlineTwiml) {
      await this.#rest.redirect(sidOf(leg), { twiml: text });
      return;
    }
    this.#pending.put(document, links);
    await this.#rest.redirect(sidOf(leg), { url: webhookUrl(links, 'document') });
  }

  async record(leg: LegRef, links: CallLinks): Promise<void> {
    await this.#rest.startRecording(sidOf(leg), webhookUrl(links, 'recording'));
  }

  /** Twilio presses keys only by a new document, which would end the stream. @throws {BridgeError} `unavailable`, always */
  async sendDigits(): Promise<void> {
    throw new BridgeError('unavailable', 'Twilio cannot press keys during a media stream; send the tones as audio.');
  }

  async lookUp(leg: LegRef): Promise<LegRecord | null> {
    return this.#rest.get(sidOf(leg));
  }

  async inspect(leg: LegRef): Promise<CarrierInspection> {
    return this.#rest.inspect(sidOf(leg));
  }

  async find(query: LegQuery): Promise<readonly LegRecord[]> {
    return this.#rest.find(query);
  }

  async testCredentials(): Promise<{ readonly accountName: string | null }> {
    return { accountName: await this.#rest.accountName() };
  }

  async account(): Promise<CarrierAccount> {
    return this.#rest.account(this.#authToken);
  }

  async isVerified(number: string): Promise<boolean> {
    return this.#rest.isVerified(number);
  }

  async ownedNumbers(): Promise<readonly OwnedNumber[]> {
    return this.#rest.numbers();
  }

  isSigned(request: WebhookRequest): boolean {
    const origin = this.#host.publicOrigin();
    return origin !== null && isSignedByTwilio(this.#authToken, origin, request);
  }

  isUpgradeSigned(request: IncomingMessage): string | null {
    const origin = this.#host.publicOrigin();
    return origin === null ? null : twilioUpgradeForm(this.#authToken, origin, request);
  }

  openMedia(socket: WebSocket, handlers: MediaHandlers): MediaStream {
    return new TwilioMediaStream({
      socket,
      handlers: this.#afterStream.watch(handlers),
      clock: this.#clock,
      log: this.#log,
      note: this.#host.note,
    });
  }

  openRelay(socket: WebSocket, handlers: RelayHandlers): RelayStream {
    return new TwilioRelayStream({ socket, handlers, clock: this.#clock, log: this.#log });
  }

  async close(): Promise<void> {
    this.#afterStream.close();
    this.#pending.close();
    await this.#client.close();
  }
}

/** Twilio names a call in the answer to its request; there is but one name. */
function sidOf(leg: LegRef): string {
  const sid = leg.carrierCallId ?? leg.requestId;
  if (sid === null) throw new BridgeError('internal', 'A leg without a name was asked for.');
  return sid;
}
