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
import { RestClient } from '../rest-client.ts';
import { webhookUrl } from '../webhook-kit.ts';
import { PlivoMediaStream } from './media-stream.ts';
import { plivoMirror } from './mirror.ts';
import { PlivoRest } from './rest.ts';
import { isSignedByPlivo, plivoUpgradeForm } from './signature.ts';
import { plivoWebhooks } from './webhooks.ts';

/**
 * Plivo Voice with two-way audio streams. Its REST API is spoken directly: Plivo's own library sends a create request again after a 5xx,
 * and that rings a phone twice.
 *
 * @see https://www.plivo.com/docs/voice/
 */
export class PlivoCarrier implements Carrier {
  readonly name = 'plivo';
  readonly mirror: CarrierMirror;
  readonly webhooks: readonly Webhook[];
  readonly #client: RestClient;
  readonly #rest: PlivoRest;
  readonly #host: CarrierHost;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #authToken: string;
  readonly #pending: PendingDocuments;
  readonly #afterStream: AfterStream;

  /** @param options.baseUrl of the REST API, as `https://api.plivo.com` */
  constructor(options: {
    credentials: { readonly authId: string; readonly authToken: string };
    baseUrl: string;
    host: CarrierHost;
    clock: Clock;
    log: Logger;
  }) {
    const { authId, authToken } = options.credentials;
    this.#host = options.host;
    this.#clock = options.clock;
    this.#log = options.log.child({ carrier: this.name });
    this.#authToken = authToken;
    this.mirror = plivoMirror(authId, authToken);
    this.#client = new RestClient({ baseUrl: options.baseUrl, user: authId, password: authToken, clock: options.clock, log: this.#log });
    this.#rest = new PlivoRest(this.#client, authId, () => options.clock.nowMs());
    this.#pending = new PendingDocuments(options.clock);
    this.#afterStream = new AfterStream({
      host: options.host,
      clock: options.clock,
      log: this.#log,
      redirect: (leg, document, links) => this.redirect(leg, document, links),
    });
    this.webhooks = plivoWebhooks({ host: options.host, pending: this.#pending, afterStream: this.#afterStream, log: this.#log });
  }

  async dial(request: DialRequest, signal: AbortSignal): Promise<DialAccepted> {
    const accepted = await this.#rest.create(request, signal);
    this.#log.info({ attempt: request.attempt, to: maskNumbers(request.to), request: accepted.requestId }, 'the carrier accepted a call');
    return accepted;
  }

  async hangUp(leg: LegRef): Promise<void> {
    await this.#rest.end(leg);
  }

  async redirect(leg: LegRef, document: CallDocument, links: CallLinks): Promise<void> {
    const uuid = uuidOf(leg);
    this.#pending.put(document, links);
    await this.#rest.redirect(uuid, webhookUrl(links, 'document'));
  }

  async record(leg: LegRef, links: CallLinks): Promise<void> {
    await this.#rest.startRecording(uuidOf(leg), webhookUrl(links, 'recording'));
  }

  async sendDigits(leg: LegRef, digits: string): Promise<void> {
    await this.#rest.sendDigits(uuidOf(leg), digits);
  }

  async lookUp(leg: LegRef): Promise<LegRecord | null> {
    return this.#rest.get(leg);
  }

  async inspect(leg: LegRef): Promise<CarrierInspection> {
    return this.#rest.inspect(leg);
  }

  async find(query: LegQuery): Promise<readonly LegRecord[]> {
    return this.#rest.find(query);
  }

  async testCredentials(): Promise<{ readonly accountName: string | null }> {
    const { name: accountName } = await this.account();
    return { accountName };
  }

  async account(): Promise<CarrierAccount> {
    return this.#rest.account();
  }

  /** Plivo shows no number but those of the account. */
  async isVerified(): Promise<boolean> {
    return false;
  }

  async ownedNumbers(): Promise<readonly OwnedNumber[]> {
    return this.#rest.numbers();
  }

  isSigned(request: WebhookRequest): boolean {
    const origin = this.#host.publicOrigin();
    return origin !== null && isSignedByPlivo(this.#authToken, origin, request);
  }

  isUpgradeSigned(request: IncomingMessage): string | null {
    const origin = this.#host.publicOrigin();
    return origin === null ? null : plivoUpgradeForm(this.#authToken, origin, request);
  }

  openMedia(socket: WebSocket, handlers: MediaHandlers): MediaStream {
    return new PlivoMediaStream({
      socket,
      handlers: this.#afterStream.watch(handlers),
      clock: this.#clock,
      log: this.#log,
      note: this.#host.note,
    });
  }

  async close(): Promise<void> {
    this.#afterStream.close();
    this.#pending.close();
    await this.#client.close();
  }
}

/** Commands for a live call need the call's own name; the name of the request is but often the same. */
function uuidOf(leg: LegRef): string {
  const uuid = leg.carrierCallId ?? leg.requestId;
  if (uuid === null) throw new BridgeError('internal', 'A leg without a name was asked for.');
  return uuid;
}
