import { assertNever } from '#bridge/contract/assert-never.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { patienceSeconds } from '../after-stream.ts';
import type { CallDocument, CallLinks } from '../carrier.ts';
import { mediaUrlOf, webhookUrl } from '../webhook-kit.ts';
import { element, hasText, type XmlElement, xmlDocument } from '../xml.ts';

/** Seconds that the callee has to press a key after the last word of an announcement; 5 is the least that Plivo takes. */
const keyTimeoutSeconds = 5;
/** Silence after which Plivo takes a turn for over; 2 is the least. */
const speechEndSeconds = 2;
/** A recording ends with its call; this is Plivo's own limit of a call, instead of the 60 s that a recording gets by default. */
const recordingLimitSeconds = 14_400;

/**
 * What a leg runs, as Plivo XML. Written by hand because Plivo's own builder emits a `"` inside an attribute unescaped and refuses
 * attributes that Plivo knows.
 *
 * @param options.record record the whole call at Plivo: a request to make a call has no such parameter, so the document asks for it
 * @see https://www.plivo.com/docs/voice/xml/
 */
export function plivoXml(document: CallDocument, links: CallLinks, options: { readonly record: boolean } = { record: false }): string {
  const recording = options.record ? [recordSession(links)] : [];
  return xmlDocument(element('Response', {}, ...recording, ...verbs(document, links)));
}

/** A document that does nothing: the leg ends, or has ended already. */
export const emptyPlivoXml = xmlDocument(element('Response'));

function recordSession(links: CallLinks): XmlElement {
  return element('Record', {
    recordSession: true,
    redirect: false,
    maxLength: recordingLimitSeconds,
    fileFormat: 'wav',
    recordChannelType: 'stereo',
    callbackUrl: webhookUrl(links, 'recording'),
    callbackMethod: 'POST',
  });
}

function verbs(document: CallDocument, links: CallLinks): readonly XmlElement[] {
  switch (document.kind) {
    case 'stream':
      return [
        ...(document.sayFirst ? speak(document.sayFirst.text, document.sayFirst.language) : []),
        element(
          'Stream',
          {
            bidirectional: true,
            // Without it the call ends in the very second in which the document does (hangup cause 4010).
            keepCallAlive: true,
            audioTrack: 'inbound',
            contentType: 'audio/x-mulaw;rate=8000',
            streamTimeout: 86_400,
            statusCallbackUrl: webhookUrl(links, 'stream-status'),
            statusCallbackMethod: 'POST',
          },
          mediaUrlOf(links),
        ),
        // Without it, music is played meanwhile.
        element('Wait', { length: patienceSeconds, silence: true }),
        ...speak(document.apology.text, document.apology.language),
        element('Hangup'),
      ];
    case 'announce':
      return [
        element(
          'GetInput',
          {
            action: webhookUrl(links, 'digits'),
            method: 'POST',
            inputType: 'dtmf',
            numDigits: 1,
            // Counted from the end of what is spoken inside.
            executionTimeout: keyTimeoutSeconds,
          },
          ...speak(document.text, document.language, document.repeat),
        ),
        // Without any input the action is not asked; that nobody has pressed a key tells that all was said.
        element('Redirect', { method: 'POST' }, webhookUrl(links, 'digits')),
      ];
    case 'gather':
      return [
        ...speak(document.whole ?? '', document.language),
        element(
          'GetInput',
          {
            action: webhookUrl(links, 'said'),
            method: 'POST',
            inputType: 'dtmf speech',
            numDigits: 1,
            executionTimeout: seconds(document.patienceMs, 5, 60),
            speechEndTimeout: speechEndSeconds,
            speechModel: 'phone_call',
            language: codeOf(document.language),
            hints: hintsOf(document.hints),
            profanityFilter: false,
          },
          ...speak(document.text, document.language),
        ),
        // Without any input the action is not asked; what follows silence is for us to say.
        element('Redirect', { method: 'POST' }, webhookUrl(links, 'said')),
      ];
    case 'wait':
      return [
        ...speak(document.text, document.language),
        element('Wait', { length: seconds(document.forMs, 1, 60), silence: true }),
        element('Redirect', { method: 'POST' }, webhookUrl(links, 'waited')),
      ];
    case 'relay':
      throw new BridgeError('internal', 'Plivo has no relay; whoever chose it did not ask.');
    case 'say-and-hang-up':
      return [...speak(document.text, document.language), element('Hangup')];
    case 'dial':
      return [
        ...speak(document.sayFirst ?? '', document.language),
        element(
          'Dial',
          {
            action: webhookUrl(links, 'dial-done'),
            method: 'POST',
            // Without it, nothing is told before the two have hung up.
            callbackUrl: webhookUrl(links, 'dial-status'),
            callbackMethod: 'POST',
            callerId: digitsOf(document.callerId),
            timeout: Math.max(1, Math.round(document.ringTimeoutMs / 1000)),
          },
          element('Number', {}, digitsOf(document.number)),
        ),
      ];
    case 'hang-up':
      return [element('Hangup')];
    default:
      return assertNever(document);
  }
}

/** Plivo writes numbers without a plus. */
export function digitsOf(number: string): string {
  return number.replace(/^\+/, '');
}

/** What `<Speak>` can say. @see https://www.plivo.com/docs/voice/xml/speak */
const languages = [
  'en-US',
  'en-GB',
  'en-AU',
  'es-US',
  'es-ES',
  'fr-FR',
  'fr-CA',
  'de-DE',
  'it-IT',
  'pt-BR',
  'pt-PT',
  'nl-NL',
  'pl-PL',
  'ru-RU',
  'sv-SE',
  'da-DK',
] as const;

/** The nearest language that Plivo knows; English where it knows none. */
function codeOf(language: string): (typeof languages)[number] {
  const wanted = language.toLowerCase();
  return (
    languages.find((known) => known.toLowerCase() === wanted) ??
    languages.find((known) => known.slice(0, 2) === wanted.slice(0, 2)) ??
    'en-US'
  );
}

function seconds(ms: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(ms / 1000)));
}

/** Phrases with commas between them; null when there are none. */
function hintsOf(hints: readonly string[]): string | null {
  const phrases = hints.map((hint) => hint.replaceAll(',', ' ').trim().slice(0, 100)).filter((hint) => hint !== '');
  return phrases.length > 0 ? phrases.slice(0, 100).join(',') : null;
}

/** Nothing at all for a text in which there is nothing to say: an empty element would spoil the document. */
function speak(text: string, language: string, repeat = 1): readonly XmlElement[] {
  if (!hasText(text)) return [];
  const code = codeOf(language);
  const voice = code === 'en-US' ? 'Polly.Joanna' : code === 'pt-PT' ? 'MAN' : 'WOMAN';
  // A loop of 0 would mean "for ever".
  const loop = Math.max(1, Math.round(repeat));
  return [element('Speak', { voice, language: code, loop: loop > 1 ? loop : null }, text)];
}
