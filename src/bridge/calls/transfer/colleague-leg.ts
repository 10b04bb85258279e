import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Outcome } from '#bridge/contract/words.ts';
import type { CallDocument, CallLinks, Carrier, DocumentMoment, LegEvent, LegRecord } from '../../carriers/carrier.ts';
import { colleagueRingMs } from '../../domain/transfer.ts';
import type { TransferEvent } from '../../domain/transfer-state.ts';
import type { Pacer } from '../../media/pacer.ts';
import type { TransferLegRecord, TransferLegTable } from '../../store/store.ts';
import { CarrierLeg } from '../dial/carrier-leg.ts';
import type { SpokenText } from '../worlds.ts';
import { ColleagueMedia } from './colleague-media.ts';

/** The carrier ends the leg after this long, whatever became of us. */
const maxLegMs = 60 * 60_000;
/** The carrier's own voice says a sentence in this time. */
const lastWordsMs = 15_000;

export interface ColleagueLegParts {
  /** As written before anything is sent. */
  readonly record: Pick<TransferLegRecord, 'id' | 'attemptId' | 'carrier' | 'to' | 'from' | 'submittedAtMs'>;
  readonly table: TransferLegTable;
  /** Resolves when what was written is on the disk. */
  synced(): Promise<void>;
  readonly carrier: Carrier;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly log: Logger;
  readonly apology: SpokenText;
  linksFor(withMedia: boolean): CallLinks;
  /** What the colleague hears from the carrier's own voice before there is a stream; null when our own voice says it. */
  sayFirst(): SpokenText | null;
  on(event: TransferEvent): void;
  said(utterance: string): void;
  /** On the audio path. */
  heard(bytes: Uint8Array): void;
  /** Nothing more comes of it, and its phone is free. @param answeredMs for how long it is charged; null when nobody picked up */
  over(answeredMs: number | null): void;
}

/**
 * The phone of a colleague: dialled once, its intent written before, and never again by itself. It has its own ticket and its own single-use
 * media token, and it is hung up whatever happens to the request that placed it.
 */
export class ColleagueLeg {
  readonly media: ColleagueMedia;
  readonly #parts: ColleagueLegParts;
  readonly #leg: CarrierLeg;
  readonly #abort = new AbortController();
  #answeredAtMs: number | null = null;
  /** Nobody wants it any more. */
  #isUnwanted = false;
  #isOver = false;

  constructor(parts: ColleagueLegParts) {
    this.#parts = parts;
    const { carrier, clock, log, record } = parts;
    this.#leg = new CarrierLeg({
      carrier,
      clock,
      log,
      ref: { carrierCallId: null, requestId: null },
      found: (found) => this.#recordsSay(found),
    });
    this.media = new ColleagueMedia({
      attempt: record.id,
      clock,
      pacer: parts.pacer,
      isOurs: (carrierCallId) => this.#isOurs(carrierCallId),
      events: {
        opened: () => this.#tell({ type: 'media.opened' }),
        heard: (bytes) => parts.heard(bytes),
        digit: (digit) => this.#tell({ type: 'key', digit }),
        said: (utterance) => parts.said(utterance),
        lost: (reason) => {
          log.info({ leg: record.id, reason }, "the colleague's stream is over");
          this.#tell({ type: 'media.lost' });
          this.#leg.lookUp();
        },
        trouble: (detail) => log.warn({ leg: record.id, detail }, "trouble on the colleague's stream"),
      },
    });
  }

  get id(): TransferLegRecord['id'] {
    return this.#parts.record.id;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ring them. Never rejects: what becomes of it is told as events. */
  async place(): Promise<void> {
    const { record, table, carrier, apology, linksFor, synced } = this.#parts;
    try {
      table.add(record);
      await synced();
      if (this.#isUnwanted) {
        this.#end(null);
        return;
      }
      const accepted = await carrier.dial(
        {
          attempt: record.id,
          to: record.to,
          from: record.from,
          links: linksFor(false),
          fallback: { kind: 'say-and-hang-up', ...apology },
          ringTimeoutMs: colleagueRingMs,
          maxCallMs: maxLegMs,
          detectMachine: true,
          recordAtCarrier: false,
        },
        this.#abort.signal,
      );
      this.#know(accepted);
      this.#tell({ type: 'place.accepted' });
    } catch (error) {
      this.#failed(error);
    }
  }

  onLegEvent(event: LegEvent): void {
    if ('leg' in event) this.#know(event.leg);
    switch (event.type) {
      case 'leg.ringing':
        this.#tell({ type: 'leg.ringing' });
        return;
      case 'leg.answered':
        this.#answered(event.atMs);
        return;
      case 'leg.machine-detected':
        if (event.answerType === 'machine' || event.answerType === 'fax') this.#tell({ type: 'leg.machine' });
        return;
      case 'leg.digits':
        for (const digit of event.digits) this.#tell({ type: 'key', digit });
        return;
      case 'leg.ended':
        if (event.durationMs !== null && event.durationMs > 0) this.#answeredAtMs ??= event.atMs - event.durationMs;
        this.#ended(event.outcome, event.cause.text, event.atMs);
        return;
      default:
        return;
    }
  }

  /** From memory, while the colleague holds the phone to their ear. */
  documentFor(moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks } {
    const { apology, linksFor, sayFirst, clock } = this.#parts;
    const wanted = moment.kind === 'answered' && !this.#isUnwanted && !this.#isOver;
    if (!wanted) {
      const document: CallDocument = moment.kind === 'fallback' ? { kind: 'say-and-hang-up', ...apology } : { kind: 'hang-up' };
      return { document, links: linksFor(false) };
    }
    this.#answered(clock.nowMs());
    const first = sayFirst();
    return { document: { kind: 'stream', apology, ...(first === null ? {} : { sayFirst: first }) }, links: linksFor(true) };
  }

  attach(socket: WebSocket, underlying: Duplex): void {
    if (this.#isUnwanted || this.#isOver) socket.close();
    else this.media.attach(this.#parts.carrier, socket, underlying);
  }

  /** A last sentence by the carrier's own voice; then the carrier ends it. */
  sayAndEnd(what: SpokenText): void {
    this.#isUnwanted = true;
    this.media.close();
    if (!this.#isOver) this.#leg.redirect({ kind: 'say-and-hang-up', ...what }, this.#parts.linksFor(false), lastWordsMs);
  }

  /** End it, whether it rings, talks, or its request is still under way. Harmless when it is over. */
  hangUp(): void {
    this.#isUnwanted = true;
    this.media.close();
    if (!this.#isOver) this.#leg.hangUp();
  }

  /** The program ends: nothing more is told, and nothing is awaited. */
  close(): void {
    this.#abort.abort();
    this.media.close();
    this.#leg.close();
  }

  #tell(event: TransferEvent): void {
    if (!this.#isOver) this.#parts.on(event);
  }

  #know(ref: { readonly carrierCallId: string | null; readonly requestId: string | null }): void {
    this.#leg.know(ref);
    this.#write(() => this.#parts.table.named(this.id, this.#leg.ref));
  }

  #answered(atMs: number): void {
    if (this.#answeredAtMs === null) {
      this.#answeredAtMs = atMs;
      this.#write(() => this.#parts.table.answered(this.id, atMs));
    }
    this.#tell({ type: 'leg.answered' });
  }

  #isOurs(carrierCallId: string): boolean {
    const known = this.#leg.ref.carrierCallId;
    if (this.#isOver || this.#isUnwanted || (known !== null && known !== carrierCallId)) return false;
    this.#know({ carrierCallId, requestId: null });
    return true;
  }

  /** Whether it rings after all is not always known: then it stays open in the store, and is hung up as soon as it is heard of. */
  #failed(error: unknown): void {
    const { log } = this.#parts;
    const code = error instanceof BridgeError ? error.code : 'internal';
    const cause = error instanceof BridgeError ? error.message : 'something went wrong inside Ringside';
    log.warn({ leg: this.id, code }, 'the colleague could not be dialled');
    this.#tell({ type: 'place.failed', cause });
    if (code === 'carrier/unknown' || code === 'internal') this.hangUp();
    else this.#end(null);
  }

  #ended(outcome: Outcome, cause: string, atMs: number): void {
    if (this.#isOver) return;
    this.#tell({ type: 'leg.ended', outcome: resultOf(outcome), cause });
    this.#end(atMs);
  }

  #recordsSay(found: LegRecord | null): void {
    const { clock } = this.#parts;
    if (this.#isOver) return;
    if (found === null) this.#ended('completed', 'the carrier knows nothing of it any more', clock.nowMs());
    else if (found.phase === 'ended')
      this.#ended(found.outcome ?? 'completed', found.cause?.text ?? 'it ended', found.endedAtMs ?? clock.nowMs());
    else if (this.#isUnwanted) this.#leg.hangUp();
  }

  /** @param atMs when its phone was free again; null when it never rang */
  #end(atMs: number | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.media.close();
    this.#leg.close();
    const endedAtMs = atMs ?? this.#parts.clock.nowMs();
    this.#write(() => this.#parts.table.ended(this.id, endedAtMs));
    this.#parts.over(this.#answeredAtMs === null ? null : Math.max(0, endedAtMs - this.#answeredAtMs));
  }

  /** A disk that refuses must not keep a phone ringing. */
  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#parts.log.error({ leg: this.id, err: error }, 'something of a second leg could not be stored');
    }
  }
}

function resultOf(outcome: Outcome): Extract<TransferEvent, { type: 'leg.ended' }>['outcome'] {
  switch (outcome) {
    case 'busy':
    case 'no-answer':
    case 'rejected':
    case 'completed':
      return outcome;
    default:
      return 'failed';
  }
}
