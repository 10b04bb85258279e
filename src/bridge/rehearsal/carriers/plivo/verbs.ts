import type { Params } from '../exchange.ts';
import type { Leg } from '../leg.ts';
import { type Collected, collectKeys, type KeyRules, playClip, type SpeechRules } from '../leg-verbs.ts';
import { recordVerb } from '../record-verb.ts';
import type { Scope } from '../scope.ts';
import { parseAddress } from '../urls.ts';
import { readWav } from '../wav.ts';
import { elementsOf, textOf, type XmlElement } from '../xml.ts';
import { type ConfirmPrompt, runDial } from './dial.ts';
import { type Loaded, loadDocument } from './documents.ts';
import type { PlivoCall } from './plivo-call.ts';
import { runStream, type StreamRequest } from './stream.ts';
import type { PlivoWorld } from './world.ts';

/** What comes after a verb: the next one; another document or the reason why there is none; nothing, because the call is over. */
type Step = 'next' | 'stop' | Loaded;

/** A document that leads to itself is not followed for ever. */
const MAX_DOCUMENTS = 200;
const ENDLESS_LOOPS = 1_000;
/** What an omitted content type means is contradictory in the documents; in production it is this. */
const DEFAULT_CONTENT_TYPE = 'audio/x-l16;rate=8000';

/** Runs documents on a leg until they end, the call ends, or something else is to run. */
export class PlivoRunner {
  readonly #world: PlivoWorld;
  readonly #call: PlivoCall;
  readonly #leg: Leg;
  readonly #scope: Scope;

  constructor(world: PlivoWorld, call: PlivoCall, leg: Leg, scope: Scope) {
    this.#world = world;
    this.#call = call;
    this.#leg = leg;
    this.#scope = scope;
  }

  /** Run to the end of the XML, which is the end of the call. */
  async run(first: Loaded): Promise<void> {
    let loaded = first;
    for (let count = 0; count < MAX_DOCUMENTS; count++) {
      if (this.#scope.ended) return;
      if ('code' in loaded) {
        this.#world.end(this.#call, loaded.code, 'Error');
        return;
      }
      const step = await this.#runVerbs(loaded.root);
      if (this.#scope.ended || step === 'stop') return;
      if (step === 'next') {
        this.#world.end(this.#call, 4010, 'Answer XML');
        return;
      }
      loaded = step;
    }
    this.#world.exchange.violate(this.#call, 'xml.loop', `${MAX_DOCUMENTS} documents`);
    this.#world.end(this.#call, 5010, 'Error');
  }

  /** Speak, Play and Wait of a document that is heard before being connected. */
  async runPrompt(root: XmlElement, scope: Scope): Promise<void> {
    for (const element of elementsOf(root)) {
      if (scope.ended) return;
      await this.#speak(element, scope);
    }
  }

  async #runVerbs(root: XmlElement): Promise<Step> {
    for (const element of elementsOf(root)) {
      this.#world.exchange.note(this.#call, { kind: 'verb', verb: element.name, detail: textOf(element).slice(0, 200) });
      const step = await this.#verb(element);
      if (this.#scope.ended) return 'stop';
      if (step !== 'next') return step;
    }
    return 'next';
  }

  async #verb(element: XmlElement): Promise<Step> {
    const { attributes } = element;
    switch (element.name) {
      case 'Speak':
      case 'Play':
      case 'Wait':
        await this.#speak(element, this.#scope);
        return 'next';
      case 'DTMF':
        await this.#scope.sleep(this.#world.exchange.clock, attributes.async === 'false' ? textOf(element).length * 250 : 0);
        return 'next';
      case 'Redirect':
        return loadDocument(
          this.#world,
          this.#call,
          'redirect',
          'redirect',
          { url: textOf(element), method: methodOf(attributes.method) },
          {},
        );
      case 'GetInput':
        return this.#getInput(element);
      case 'GetDigits':
        return this.#getDigits(element);
      case 'Stream':
        return this.#stream(element);
      case 'Dial':
        return this.#dial(element);
      case 'Record':
        return this.#record(element);
      default:
        return this.#hangUp(element);
    }
  }

  #hangUp(element: XmlElement): Step {
    const { schedule } = element.attributes;
    if (schedule === undefined) {
      this.#world.end(this.#call, 4000, 'Answer XML');
      return 'stop';
    }
    const { clock } = this.#world.exchange;
    this.#call.scope.after(clock, Number(schedule) * 1000, () => this.#world.end(this.#call, 6000, 'Answer XML'));
    return 'next';
  }

  async #speak(element: XmlElement, scope: Scope): Promise<void> {
    const { exchange, options } = this.#world;
    const { attributes } = element;
    if (element.name === 'Wait') {
      await scope.sleep(exchange.clock, Number(attributes.length ?? 1) * 1000);
      return;
    }
    const audio =
      element.name === 'Speak' ? await options.speech(textOf(element), attributes.language ?? 'en-US') : await this.#file(element);
    const loops = Number(attributes.loop ?? 1) || ENDLESS_LOOPS;
    for (let loop = 0; loop < loops && !scope.ended && audio; loop++) await playClip(this.#leg, audio, scope);
  }

  async #file(element: XmlElement): Promise<Uint8Array | null> {
    const address = parseAddress(textOf(element));
    const answer = address && (await this.#world.ask(this.#call, { name: 'play', method: 'GET', url: address.text, params: {} }));
    const audio = answer?.kind === 'answer' && answer.status === 200 ? readWav(answer.body) : null;
    if (!audio) this.#world.exchange.violate(this.#call, 'play.file', `cannot be played: ${textOf(element)}`);
    return audio;
  }

  #collect(element: XmlElement, rules: KeyRules, speech: SpeechRules | null = null): Promise<Collected | null> {
    return collectKeys(this.#world.exchange, this.#call, this.#scope, rules, (scope) => this.runPrompt(element, scope), speech);
  }

  /** Ask the action of a verb. @returns the next verb when the answer is not wanted as a document */
  async #act(element: XmlElement, name: string, params: Params): Promise<Step> {
    const { action, method, redirect } = element.attributes;
    if (action === undefined) return 'next';
    const loaded = await loadDocument(
      this.#world,
      this.#call,
      'action',
      `action:${name}`,
      { url: action, method: methodOf(method) },
      params,
    );
    return redirect === 'false' && !('code' in loaded) ? 'next' : loaded;
  }

  async #getInput(element: XmlElement): Promise<Step> {
    const { attributes } = element;
    const between = attributes.digitEndTimeout;
    const speechEnd = attributes.speechEndTimeout ?? 'auto';
    const speech: SpeechRules | null = (attributes.inputType ?? 'dtmf').includes('speech')
      ? {
          recognise: this.#world.options.recognise ?? (() => null),
          endMs: speechEnd === 'auto' ? 1_500 : Number(speechEnd) * 1000,
        }
      : null;
    const rules: KeyRules = {
      most: Number(attributes.numDigits ?? 32),
      finish: finishKeys(attributes.finishOnKey),
      firstMs: Number(attributes.executionTimeout ?? 15) * 1000,
      nextMs: (between === undefined || between === 'auto' ? 2 : Number(between)) * 1000,
      valid: (attributes.inputType ?? 'dtmf').includes('dtmf') ? null : '',
    };
    const keys = await this.#collect(element, rules, speech);
    if (keys === null) return 'stop';
    if (keys.words !== '') {
      return this.#act(element, 'input', { InputType: 'speech', Speech: keys.words, SpeechConfidenceScore: '0.92', BilledAmount: '0.02' });
    }
    return keys.digits === '' ? 'next' : this.#act(element, 'input', { InputType: 'dtmf', Digits: keys.digits });
  }

  async #getDigits(element: XmlElement): Promise<Step> {
    const { attributes } = element;
    for (let tries = Number(attributes.retries ?? 1); tries > 0; tries--) {
      const keys = await this.#collect(element, {
        most: Number(attributes.numDigits ?? 99),
        finish: finishKeys(attributes.finishOnKey),
        firstMs: Number(attributes.timeout ?? 5) * 1000,
        nextMs: Number(attributes.digitTimeout ?? 2) * 1000,
        valid: attributes.validDigits ?? null,
      });
      if (keys === null) return 'stop';
      if (keys.digits !== '') return this.#act(element, 'digits', { Digits: keys.digits });
    }
    return 'next';
  }

  async #stream(element: XmlElement): Promise<Step> {
    const { attributes } = element;
    if (attributes.contentType === undefined) {
      this.#world.exchange.violate(this.#call, 'stream.content-type', 'not set: what Plivo takes then is contradictory');
    }
    const request: StreamRequest = {
      url: textOf(element),
      isBidirectional: attributes.bidirectional === 'true',
      contentType: attributes.contentType ?? DEFAULT_CONTENT_TYPE,
      timeoutMs: Number(attributes.streamTimeout ?? 86_400) * 1000,
      extraHeaders: attributes.extraHeaders ?? '',
      statusUrl: attributes.statusCallbackUrl ?? null,
      statusMethod: methodOf(attributes.statusCallbackMethod),
    };
    if (attributes.keepCallAlive !== 'true') {
      this.#world.exchange.run(() => runStream(this.#world, this.#call, this.#leg, request, this.#call.scope));
      return 'next';
    }
    const end = await runStream(this.#world, this.#call, this.#leg, request, this.#scope);
    return end === 'carrier' || this.#scope.ended ? 'stop' : 'next';
  }

  async #dial(element: XmlElement): Promise<Step> {
    const prompt: ConfirmPrompt = async (child, leg, root, scope) => new PlivoRunner(this.#world, child, leg, scope).runPrompt(root, scope);
    const result = await runDial(this.#world, this.#call, this.#leg, element, this.#scope, prompt);
    return result === null ? 'stop' : this.#act(element, 'dial', result);
  }

  async #record(element: XmlElement): Promise<Step> {
    const { attributes } = element;
    const world = this.#world;
    const format = attributes.fileFormat ?? 'mp3';
    const limitMs = Number(attributes.maxLength ?? 60) * 1000;
    const channels = attributes.recordChannelType === 'mono' ? 1 : 2;
    const { callbackUrl } = attributes;
    const recording = world.startRecording(this.#call, limitMs, channels, (ready) => {
      if (callbackUrl === undefined) return;
      const hook = {
        name: 'record',
        url: callbackUrl,
        method: methodOf(attributes.callbackMethod),
        params: recordParams(world, ready, format),
      };
      world.exchange.run(() => world.ask(this.#call, hook));
    });
    if (!recording) return 'stop';
    if (attributes.recordSession === 'true' || attributes.startOnDialAnswer === 'true') {
      // The first request, at the start, carries durations of -1.
      const params = {
        ...recordParams(world, recording, format),
        RecordingDuration: '-1',
        RecordingDurationMs: '-1',
        RecordingEndMs: '-1',
      };
      return this.#act(element, 'record', params);
    }
    const digits = await recordVerb(world.exchange, this.#call, this.#leg, attributes, this.#scope, { silenceS: 15, maxS: 60, keys: '#' });
    recording.stop(world.exchange.clock.nowMs());
    return digits === null ? 'stop' : this.#act(element, 'record', { ...recordParams(world, recording, format), Digits: digits });
  }
}

function recordParams(
  world: PlivoWorld,
  recording: { readonly id: string; readonly durationMs: number; readonly startedAtMs: number },
  format: string,
): Record<string, string> {
  const ms = Math.round(recording.durationMs);
  return {
    RecordUrl: world.recordingUrl(recording.id, format),
    RecordingID: recording.id,
    RecordingDuration: String(Math.round(ms / 1000)),
    RecordingDurationMs: String(ms),
    RecordingStartMs: String(recording.startedAtMs),
    RecordingEndMs: String(recording.startedAtMs + ms),
  };
}

function finishKeys(value: string | undefined): string {
  return value === 'none' ? '' : (value ?? '#');
}

export function methodOf(value: string | undefined): 'GET' | 'POST' {
  return value === 'GET' ? 'GET' : 'POST';
}
