import type { Params } from '../exchange.ts';
import type { Leg } from '../leg.ts';
import { collectKeys, playClip, type SpeechRules } from '../leg-verbs.ts';
import { recordVerb } from '../record-verb.ts';
import { LegRecording } from '../recording.ts';
import type { Scope } from '../scope.ts';
import { parseAddress } from '../urls.ts';
import { readWav } from '../wav.ts';
import { elementsOf, textOf, type XmlElement } from '../xml.ts';
import { runDial } from './dial.ts';
import { loadDocument, type TwimlDocument } from './documents.ts';
import { runRelay } from './relay.ts';
import { runStream } from './stream.ts';
import type { TwilioCall } from './twilio-call.ts';
import type { TwilioWorld } from './world.ts';

/** What comes after a verb: the next one; another document; nothing, because the call is over or runs something else. */
type Step = 'next' | 'stop' | TwimlDocument;

/** What Twilio says when it has no document to run. */
const APPLICATION_ERROR = 'We are sorry. An application error has occurred. Goodbye.';
/** A document that leads to itself is not followed for ever. */
const MAX_DOCUMENTS = 200;
const ENDLESS_LOOPS = 1_000;
/** When the carrier decides by itself that somebody has finished. */
const AUTO_SPEECH_END_MS = 900;

/** Runs documents on a leg until they end, the call ends, or something else is to run. */
export class TwimlRunner {
  readonly #world: TwilioWorld;
  readonly #call: TwilioCall;
  readonly #leg: Leg;
  readonly #scope: Scope;

  constructor(world: TwilioWorld, call: TwilioCall, leg: Leg, scope: Scope) {
    this.#world = world;
    this.#call = call;
    this.#leg = leg;
    this.#scope = scope;
  }

  /** @param first null when there is nothing to run: the application-error sentence, then the end */
  async run(first: TwimlDocument | null): Promise<void> {
    if (await this.runOut(first)) this.#end('end of TwiML');
  }

  /** Run to the last verb. @returns whether the call is still up and nothing else has taken over */
  async runOut(first: TwimlDocument | null): Promise<boolean> {
    let document = first;
    for (let count = 0; count < MAX_DOCUMENTS; count++) {
      if (this.#scope.ended) return false;
      if (document === null) {
        await this.#say(APPLICATION_ERROR, 'en-US', this.#scope);
        this.#end('application error');
        return false;
      }
      const step: Step | null = await this.#runVerbs(document);
      if (this.#scope.ended || step === 'stop') return false;
      if (step === 'next') return true;
      document = step;
    }
    this.#world.exchange.violate(this.#call, 'twiml.loop', `${MAX_DOCUMENTS} documents`);
    return true;
  }

  async #runVerbs(document: TwimlDocument): Promise<Step | null> {
    for (const element of elementsOf(document.root)) {
      this.#world.exchange.note(this.#call, { kind: 'verb', verb: element.name, detail: textOf(element).slice(0, 200) });
      const step = await this.#verb(element, document);
      if (this.#scope.ended) return 'stop';
      if (step !== 'next') return step;
    }
    return 'next';
  }

  async #verb(element: XmlElement, document: TwimlDocument): Promise<Step | null> {
    switch (element.name) {
      case 'Say':
      case 'Play':
      case 'Pause':
        await this.#speak(element, this.#scope);
        return 'next';
      case 'Redirect':
        return this.#follow('redirect', textOf(element), document, methodOf(element), {});
      case 'Gather':
        return this.#gather(element, document);
      case 'Connect':
        return this.#connect(element, document);
      case 'Dial':
        return this.#dial(element, document);
      case 'Record':
        return this.#record(element, document);
      default:
        this.#end(`TwiML ${element.name}`);
        return 'stop';
    }
  }

  #end(why: string): void {
    this.#world.end(this.#call, 'completed', 200, why);
  }

  #follow(name: string, reference: string, document: TwimlDocument, method: 'GET' | 'POST', params: Params): Promise<TwimlDocument | null> {
    return loadDocument(this.#world, this.#call, name, reference, document.address, method, params);
  }

  /** Say, Play or Pause. */
  async #speak(element: XmlElement, scope: Scope): Promise<void> {
    const { exchange } = this.#world;
    if (element.name === 'Pause') {
      await scope.sleep(exchange.clock, Number(element.attributes.length ?? 1) * 1000);
      return;
    }
    const loops = Number(element.attributes.loop ?? 1) || ENDLESS_LOOPS;
    for (let loop = 0; loop < loops && !scope.ended; loop++) {
      if (element.name === 'Say') await this.#say(textOf(element), element.attributes.language ?? 'en-US', scope);
      else if (!(await this.#play(element, scope))) return;
    }
  }

  async #say(text: string, language: string, scope: Scope): Promise<void> {
    const audio = await this.#world.options.speech(text, language);
    if (!scope.ended) await playClip(this.#leg, audio, scope);
  }

  async #play(element: XmlElement, scope: Scope): Promise<boolean> {
    const { exchange } = this.#world;
    const { digits } = element.attributes;
    if (digits !== undefined) {
      exchange.note(this.#call, { kind: 'verb', verb: 'Play', detail: `digits ${digits}` });
      return scope.sleep(exchange.clock, digits.length * 250);
    }
    const address = parseAddress(textOf(element));
    const answer = address && (await this.#world.ask(this.#call, { name: 'play', method: 'GET', url: address.text, params: {} }));
    const audio = answer?.kind === 'answer' && answer.status === 200 ? readWav(answer.body) : null;
    if (!audio) {
      exchange.violate(this.#call, 'play.file', `cannot be played: ${textOf(element)}`);
      return false;
    }
    return playClip(this.#leg, audio, scope);
  }

  async #gather(element: XmlElement, document: TwimlDocument): Promise<Step | null> {
    const { attributes } = element;
    const seconds = Number(attributes.timeout ?? 5);
    const keys = await collectKeys(
      this.#world.exchange,
      this.#call,
      this.#scope,
      {
        most: Number(attributes.numDigits ?? 1_000),
        finish: attributes.finishOnKey ?? '#',
        firstMs: seconds * 1000,
        nextMs: seconds * 1000,
        valid: (attributes.input ?? 'dtmf').includes('dtmf') ? null : '',
      },
      async (scope) => {
        for (const child of elementsOf(element)) {
          if (scope.ended) return;
          await this.#speak(child, scope);
        }
      },
      this.#speechRules(attributes),
    );
    if (keys === null) return 'stop';
    if (keys.words !== '') {
      return this.#follow('action:gather', attributes.action ?? document.address ?? '', document, methodOf(element), {
        SpeechResult: keys.words,
        Confidence: '0.92',
      });
    }
    if (keys.digits === '' && attributes.actionOnEmptyResult !== 'true') return 'next';
    // Without an action Twilio asks the current document's address again.
    const action = attributes.action ?? document.address ?? '';
    return this.#follow('action:gather', action, document, methodOf(element), {
      Digits: keys.digits,
      ...(keys.finishedBy === '' ? {} : { FinishedOnKey: keys.finishedBy }),
    });
  }

  #speechRules(attributes: Readonly<Record<string, string>>): SpeechRules | null {
    const { recognise } = this.#world.options;
    if (!(attributes.input ?? 'dtmf').includes('speech')) return null;
    const pause = attributes.speechTimeout ?? attributes.timeout ?? '5';
    return { recognise: recognise ?? (() => null), endMs: pause === 'auto' ? AUTO_SPEECH_END_MS : Number(pause) * 1000 };
  }

  async #connect(element: XmlElement, document: TwimlDocument): Promise<Step | null> {
    const [stream] = elementsOf(element);
    if (!stream) return 'next';
    if (stream.name === 'ConversationRelay') return this.#relay(element, stream, document);
    const end = await runStream(this.#world, this.#call, this.#leg, stream, this.#scope);
    if (end === 'carrier' || this.#scope.ended) return 'stop';
    const { action } = element.attributes;
    if (action === undefined || (end === 'failed' && this.#world.options.afterFailedStream === 'next-verb')) return 'next';
    return this.#follow('action:connect', action, document, methodOf(element), {});
  }

  async #relay(element: XmlElement, relay: XmlElement, document: TwimlDocument): Promise<Step | null> {
    const result = await runRelay(this.#world, this.#call, this.#leg, relay, this.#scope);
    if (result === null || this.#scope.ended) return 'stop';
    const { action } = element.attributes;
    return action === undefined ? 'next' : this.#follow('action:relay', action, document, methodOf(element), result);
  }

  async #dial(element: XmlElement, document: TwimlDocument): Promise<Step | null> {
    const result = await runDial(this.#world, this.#call, this.#leg, element, this.#scope, async (child, leg, url, method) => {
      const whisper = await loadDocument(this.#world, child, 'whisper', url, document.address, method, {});
      return new TwimlRunner(this.#world, child, leg, child.documentScope).runOut(whisper);
    });
    if (result === null) return 'stop';
    const { action } = element.attributes;
    return action === undefined ? 'next' : this.#follow('action:dial', action, document, methodOf(element), result);
  }

  async #record(element: XmlElement, document: TwimlDocument): Promise<Step | null> {
    const { exchange } = this.#world;
    const recording = new LegRecording(this.#world.sid('RE'), this.#leg, 1, exchange.clock.nowMs());
    this.#world.recordings.set(recording.id, { recording, call: this.#call, source: 'RecordVerb' });
    const digits = await recordVerb(exchange, this.#call, this.#leg, element.attributes, this.#scope);
    recording.stop(exchange.clock.nowMs());
    recording.isReady = true;
    if (digits === null) return 'stop';
    return this.#follow('action:record', element.attributes.action ?? document.address ?? '', document, methodOf(element), {
      RecordingUrl: this.#world.recordingUrl(recording.id),
      RecordingSid: recording.id,
      RecordingDuration: String(Math.round(recording.durationMs / 1000)),
      Digits: digits,
    });
  }
}

export function methodOf(element: XmlElement): 'GET' | 'POST' {
  return element.attributes.method === 'GET' ? 'GET' : 'POST';
}
