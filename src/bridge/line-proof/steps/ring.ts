import { BridgeError } from '#bridge/contract/errors.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { Carrier, HangupCause, LegEvent, LegRef, MediaStream } from '../../carriers/carrier.ts';
import type { BadFinding, Finding } from '../../domain/line-proof.ts';
import { encodeMulaw } from '../../media/g711.ts';
import type { LineParts, ProvenWorld } from '../line-parts.ts';
import { bad, seconds } from '../run-steps.ts';
import { carrierTitles } from './account.ts';

const ringMs = 25_000;
const maxCallMs = 30_000;
/** From the first audio on: long enough to say a sentence and hear it. */
const talkMs = 8_000;
/** From the answer to a media socket; carriers need less than two seconds. */
const socketMs = 8_000;
const toneMs = 300;
const toneWithinMs = 5_000;
const lookAtCarrier = 'Look at the error log in the carrier’s console.';
const lookAtTunnel = 'Look for a time limit on WebSockets in the tunnel or proxy, and at the error log in the carrier’s console.';
/** Longer waits between speaking and hearing oneself are no conversation. */
const slowMs = 900;
/** Lines have been seen that die after a second: a talk that was shorter than this proves nothing. */
const enoughTalkMs = 2_000;
/** A stream also ends because the phone was put down; the carrier tells of that by another way, at nearly the same moment. */
const putDownMs = 1_000;
/** Carriers send silence too, fifty times a second: when nothing comes for so long, nothing comes any more. */
const deadAfterMs = 2_000;

/** Ring the owner's phone; whoever answers hears a tone and then their own voice. */
export async function ringStep(
  world: ProvenWorld,
  carrier: Carrier,
  numbers: { readonly to: Phone; readonly from: Phone },
  parts: LineParts,
  signal: AbortSignal,
): Promise<Finding> {
  const refusal = parts.mayNotRing(numbers.to, world.world);
  if (refusal !== null) return { kind: 'unknown', result: `It was not rung. ${refusal} Give another number.` };
  const call = new EchoCall(carrier, parts);
  try {
    return await call.run(world, numbers, signal);
  } finally {
    await call.close();
  }
}

class EchoCall {
  readonly #carrier: Carrier;
  readonly #parts: LineParts;
  readonly #atMs = new Map<string, number>();
  readonly #over = Promise.withResolvers<void>();
  readonly #streamGone = Promise.withResolvers<void>();
  /** The media socket is gone, and nobody has ended it in good order. */
  #wasCut = false;
  readonly #marks = new Map<string, PromiseWithResolvers<void>>();
  #leg: LegRef | null = null;
  #endCause: HangupCause | null = null;
  #toneSentMs = 0;
  #lastFrameMs: number | null = null;
  /** Something came through the socket that is not of the carrier's protocol. */
  #isUnreadable = false;
  #closeProbe: () => void = () => {};

  constructor(carrier: Carrier, parts: LineParts) {
    this.#carrier = carrier;
    this.#parts = parts;
  }

  async run(world: ProvenWorld, { to, from }: { to: Phone; from: Phone }, signal: AbortSignal): Promise<Finding> {
    const { probes, clock } = this.#parts;
    const origin = world.publicOrigin() ?? '';
    const links = (mediaUrl: string | null) => ({ webhookBase: `${origin}/carrier/${this.#carrier.name}`, ticket: probe.ticket, mediaUrl });
    const apology = { text: 'The line test broke off.', language: 'en-US' };
    const probe = probes.open({
      carrier: this.#carrier,
      documentFor: ({ kind }) =>
        kind === 'answered'
          ? {
              document: { kind: 'stream', apology },
              links: links(`${origin.replace(/^http/, 'ws')}/media/${this.#carrier.name}/${probe.mediaToken()}`),
            }
          : { document: { kind: 'hang-up' }, links: links(null) },
      onLegEvent: (event) => this.#take(event),
      onAdmitted: () => this.#note('socket'),
      media: (stream) => ({
        started: () => {
          this.#note('media');
          // The stream is known to us only when this has returned.
          queueMicrotask(() => this.#greet(stream()));
          return true;
        },
        frame: (bytes) => {
          this.#lastFrameMs = clock.monotonicMs();
          if (this.#atMs.has('tone')) stream()?.send(bytes);
        },
        checkpoint: () => this.#note('tone'),
        digit: () => {},
        trouble: () => {
          this.#isUnreadable = true;
        },
        closed: (_reason, by) => {
          this.#note('closed');
          this.#wasCut = by === 'nobody';
          this.#streamGone.resolve();
        },
      }),
    });
    this.#closeProbe = () => probe.close();
    try {
      const accepted = await this.#carrier.dial(
        {
          attempt: probe.attempt,
          to,
          from,
          links: links(null),
          fallback: { kind: 'say-and-hang-up', ...apology },
          ringTimeoutMs: ringMs,
          maxCallMs,
          detectMachine: false,
          recordAtCarrier: false,
        },
        signal,
      );
      this.#leg = { carrierCallId: accepted.carrierCallId, requestId: accepted.requestId };
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      return bad('The call was not placed.', error.message, 'See the steps above, or try another number.');
    }
    if (!(await this.#reached('answered', ringMs + 10_000, signal))) return this.#unanswered();
    if (!(await this.#reached('media', socketMs, signal))) {
      if (!this.#atMs.has('document'))
        return bad(
          'It was answered, and the carrier did not fetch what to do.',
          'Its webhook did not come through, or bore a wrong signature.',
          'Look at "Signatures are checked", and at the log.',
        );
      return this.#noStream();
    }
    if (!(await this.#reached('tone', toneWithinMs, signal))) {
      const unplayed = bad('The carrier did not confirm our audio.', 'What we send is not played.', lookAtCarrier);
      return (await this.#brokenOff(signal)) ?? unplayed;
    }
    const pathMs = Math.max(0, (this.#atMs.get('tone') ?? 0) - this.#toneSentMs - toneMs);
    const talked = new Promise<void>((resolve) => this.#stopWhen(clock.after(talkMs, resolve), signal, resolve));
    await Promise.race([this.#over.promise, this.#streamGone.promise, talked]);
    const untilMs = clock.monotonicMs();
    const brokenOff = await this.#brokenOff(signal);
    if (brokenOff) return brokenOff;
    const heardMs = this.#lastFrameMs;
    if (heardMs === null) return bad('We heard nothing of the phone.', 'The carrier sends no audio to us.', lookAtCarrier);
    if (untilMs - heardMs > deadAfterMs) return this.#diedAt(heardMs);
    if (pathMs > slowMs)
      return bad(
        `Our audio took ${seconds(pathMs)} to be played.`,
        'The way between here and the carrier is long or full.',
        'Choose a nearer tunnel region, or a wired network.',
        false,
      );
    const waited = (this.#atMs.get('media') ?? 0) - (this.#atMs.get('answered') ?? 0);
    return {
      kind: 'good',
      result: `It was answered; audio began after ${seconds(waited)}, and ours is played ${seconds(pathMs)} after it leaves.`,
    };
  }

  async close(): Promise<void> {
    if (this.#leg && !this.#atMs.has('ended')) {
      await this.#carrier
        .hangUp(this.#leg)
        .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'the call of a line proof could not be ended'));
    }
    this.#closeProbe();
  }

  /** What the person at the phone did says nothing of the line; that the carrier stays silent, or gives up by itself, does. */
  #unanswered(): Finding {
    const cause = this.#endCause;
    const rang = this.#atMs.has('ringing');
    if (cause?.party === 'lead') return { kind: 'unknown', result: `${cause.text} How it sounds is not proven: ring again, and pick up.` };
    const what = rang ? 'It rang, and was not answered.' : 'The phone did not ring.';
    if (cause !== null) return bad(what, cause.text, 'Check the number, and that the phone has a signal.', false);
    const silent = `${carrierTitles[this.#carrier.name]} took the call and told us nothing more.`;
    return bad(what, silent, 'Look at "Signatures are checked", and at the error log in the carrier’s console.', false);
  }

  /** It was answered, the document was fetched, and no stream began. */
  #noStream(): BadFinding {
    if (!this.#atMs.has('socket'))
      return bad(
        'The carrier got its document and never opened the socket.',
        'It cannot reach the WebSocket address in it.',
        'Restart the tunnel, and look at the error log in the carrier’s console.',
      );
    if (this.#isUnreadable)
      return bad(
        'The socket opened, and what came through it cannot be read.',
        'It is not the protocol of this carrier.',
        'Check that no proxy changes what passes, and that the number belongs to this account alone.',
      );
    if (this.#atMs.has('closed')) return this.#closedEarly();
    return bad('The socket opened, and the carrier said nothing.', 'It began no stream.', lookAtCarrier);
  }

  /** What ended the stream or the call before we did. @returns null when nothing did, or the phone was put down after a good while */
  async #brokenOff(signal: AbortSignal): Promise<BadFinding | null> {
    if (!this.#atMs.has('closed') && !this.#atMs.has('ended')) return null;
    await this.#reached('ended', putDownMs, signal);
    const endedMs = this.#atMs.get('ended');
    const goneMs = this.#atMs.get('closed') ?? endedMs;
    if (goneMs !== undefined && this.#lastFrameMs !== null && goneMs - this.#lastFrameMs > deadAfterMs)
      return this.#diedAt(this.#lastFrameMs);
    if (endedMs === undefined || endedMs - (this.#atMs.get('closed') ?? endedMs) > putDownMs) return this.#closedEarly();
    // Carriers that do not say who hung up leave only one who can have done it.
    const isPutDown = this.#endCause === null || this.#endCause.party === 'lead' || this.#endCause.party === 'unknown';
    if (!isPutDown) return bad(`The call ended after ${seconds(this.#talkedMs(endedMs))}.`, this.#endCause?.text ?? '', lookAtCarrier);
    if (this.#talkedMs(endedMs) >= enoughTalkMs) return null;
    return bad(
      `The phone was put down after ${seconds(this.#talkedMs(endedMs))}.`,
      'That is too soon to know whether the line holds.',
      'Prove again, speak, and stay on the line until it hangs up.',
      false,
    );
  }

  /** A socket can die without a word: nobody closes it, and nothing comes through it any more. */
  #diedAt(heardMs: number): BadFinding {
    return bad(
      `Nothing came through the socket any more after ${seconds(this.#talkedMs(heardMs))}.`,
      'The network went away in mid-call, or something on the way passes nothing on after a while.',
      'Check the network of this computer (VPN, Wi-Fi), then look for a time limit on WebSockets in the tunnel or proxy.',
    );
  }

  #talkedMs(untilMs: number): number {
    return Math.max(0, untilMs - (this.#atMs.get('media') ?? untilMs));
  }

  #closedEarly(): BadFinding {
    const ms = Math.max(0, (this.#atMs.get('closed') ?? 0) - (this.#atMs.get('socket') ?? 0));
    return bad(
      `The socket closed after ${seconds(ms)}, in mid-call.`,
      this.#wasCut ? 'Something on the way lets it open and cuts it off.' : (this.#endCause?.text ?? 'The carrier ended the stream again.'),
      lookAtTunnel,
    );
  }

  #take(event: LegEvent): void {
    if ('leg' in event && event.leg.carrierCallId !== null) this.#leg = event.leg;
    if (event.type === 'leg.ringing') this.#note('ringing');
    if (event.type === 'leg.answered') this.#note('answered');
    if (event.type === 'leg.document-served') {
      this.#note('answered');
      this.#note('document');
    }
    if (event.type !== 'leg.ended') return;
    this.#endCause = event.cause;
    this.#note('ended');
    this.#over.resolve();
  }

  #greet(stream: MediaStream | null): void {
    if (!stream) return;
    this.#toneSentMs = this.#parts.clock.monotonicMs();
    for (let at = 0; at < toneMs / 20; at++) stream.send(toneFrame(at));
    stream.checkpoint('tone');
  }

  #note(what: string): void {
    if (!this.#atMs.has(what)) this.#atMs.set(what, this.#parts.clock.monotonicMs());
    this.#marks.get(what)?.resolve();
  }

  /** @returns false when it did not come to that: too late, or the call is over */
  async #reached(what: string, withinMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.#atMs.has(what)) return true;
    const mark = Promise.withResolvers<void>();
    this.#marks.set(what, mark);
    const late = new Promise<void>((resolve) => this.#stopWhen(this.#parts.clock.after(withinMs, resolve), signal, resolve));
    await Promise.race([mark.promise, late, this.#over.promise]);
    return this.#atMs.has(what);
  }

  #stopWhen(cancel: () => void, signal: AbortSignal, resolve: () => void): void {
    const stop = () => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    void this.#over.promise.then(stop);
  }
}

/** A soft 440 Hz, 20 ms a frame. */
function toneFrame(index: number): Uint8Array {
  const samples = new Int16Array(160);
  for (let at = 0; at < 160; at++) samples[at] = Math.round(6_000 * Math.sin((2 * Math.PI * 440 * (index * 160 + at)) / 8_000));
  return encodeMulaw(samples);
}
