import { assertNever } from '#bridge/contract/assert-never.ts';
import { patienceSeconds } from '../after-stream.ts';
import type { CallDocument, CallLinks } from '../carrier.ts';
import { mediaUrlOf, webhookUrl } from '../webhook-kit.ts';
import { element, hasText, type XmlElement, xmlDocument } from '../xml.ts';

/** Seconds that the callee has to press a key after the last word of an announcement. */
const keyTimeoutSeconds = 5;

/** The least that `<Dial>` takes. */
const minRingSeconds = 5;

/** Twilio takes inline documents up to this length. @see https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource */
export const maxInlineTwiml = 4_000;

/** What a leg runs, as TwiML. @see https://www.twilio.com/docs/voice/twiml */
export function twiml(document: CallDocument, links: CallLinks): string {
  return xmlDocument(element('Response', {}, ...verbs(document, links)));
}

/** A document that does nothing: the leg ends, or has ended already. */
export const emptyTwiml = xmlDocument(element('Response'));

function verbs(document: CallDocument, links: CallLinks): readonly XmlElement[] {
  switch (document.kind) {
    case 'stream':
      return [
        ...(document.sayFirst ? say(document.sayFirst.text, document.sayFirst.language) : []),
        element(
          'Connect',
          {},
          // No query may stand in this address: Twilio strips it. The token is in the path.
          element('Stream', {
            url: mediaUrlOf(links),
            statusCallback: webhookUrl(links, 'stream-status'),
            statusCallbackMethod: 'POST',
          }),
        ),
        element('Pause', { length: patienceSeconds }),
        ...say(document.apology.text, document.apology.language),
        element('Hangup'),
      ];
    case 'announce':
      return [
        element(
          'Gather',
          {
            input: 'dtmf',
            numDigits: 1,
            timeout: keyTimeoutSeconds,
            // That nobody has pressed a key tells that all was said.
            actionOnEmptyResult: true,
            action: webhookUrl(links, 'digits'),
            method: 'POST',
          },
          ...say(document.text, document.language, document.repeat),
        ),
      ];
    case 'gather':
      return [
        ...say(document.whole ?? '', document.language),
        element(
          'Gather',
          {
            input: 'dtmf speech',
            numDigits: 1,
            timeout: seconds(document.patienceMs, 1, 60),
            speechTimeout: 'auto',
            language: codeOf(document.language),
            hints: hintsOf(document.hints),
            profanityFilter: false,
            // Silence is an answer too: what follows it is for us to say.
            actionOnEmptyResult: true,
            action: webhookUrl(links, 'said'),
            method: 'POST',
          },
          ...say(document.text, document.language),
        ),
      ];
    case 'wait':
      return [
        ...say(document.text, document.language),
        element('Pause', { length: seconds(document.forMs, 1, 60) }),
        element('Redirect', { method: 'POST' }, webhookUrl(links, 'waited')),
      ];
    case 'relay':
      return [
        element(
          'Connect',
          { action: webhookUrl(links, 'relay-done'), method: 'POST' },
          // No query may stand in this address. What we send is checked by type: nothing of our own may be put on this socket.
          element('ConversationRelay', {
            url: mediaUrlOf(links),
            welcomeGreeting: hasText(document.greeting) ? document.greeting : null,
            welcomeGreetingInterruptible: document.isWhole && hasText(document.greeting) ? 'none' : null,
            language: codeOf(document.language),
            voice: document.voice,
            interruptible: 'any',
            reportInputDuringAgentSpeech: 'speech',
            dtmfDetection: true,
            hints: hintsOf(document.hints),
            events: 'speaker-events',
          }),
        ),
        element('Pause', { length: patienceSeconds }),
        ...say(document.apology.text, document.apology.language),
        element('Hangup'),
      ];
    case 'say-and-hang-up':
      return [...say(document.text, document.language), element('Hangup')];
    case 'dial':
      return [
        ...say(document.sayFirst ?? '', document.language),
        element(
          'Dial',
          {
            action: webhookUrl(links, 'dial-done'),
            method: 'POST',
            callerId: document.callerId,
            timeout: Math.max(minRingSeconds, Math.round(document.ringTimeoutMs / 1000)),
          },
          // How the other leg goes; without it, nothing is told before the two have hung up.
          element(
            'Number',
            { statusCallback: webhookUrl(links, 'dial-status'), statusCallbackMethod: 'POST', statusCallbackEvent: 'answered' },
            document.number,
          ),
        ),
      ];
    case 'hang-up':
      return [element('Hangup')];
    default:
      return assertNever(document);
  }
}

/** Nothing at all for a text in which there is nothing to say: an empty element would spoil the document. */
function say(text: string, language: string, repeat = 1): readonly XmlElement[] {
  if (!hasText(text)) return [];
  const code = codeOf(language);
  // A loop of 0 would mean "for ever".
  const loop = Math.max(1, Math.round(repeat));
  return [element('Say', { voice: code === 'en-US' ? 'Polly.Joanna-Neural' : null, language: code, loop: loop > 1 ? loop : null }, text)];
}

function codeOf(language: string): string {
  return language.includes('-') ? language : (regions[language] ?? language);
}

function seconds(ms: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(ms / 1000)));
}

/** Phrases with commas between them; null when there are none. */
function hintsOf(hints: readonly string[]): string | null {
  const phrases = hints.map((hint) => hint.replaceAll(',', ' ').trim().slice(0, 100)).filter((hint) => hint !== '');
  return phrases.length > 0 ? phrases.slice(0, 100).join(',') : null;
}

/** Twilio wants a region with the language. */
const regions: Readonly<Record<string, string>> = {
  en: 'en-US',
  es: 'es-US',
  fr: 'fr-FR',
  de: 'de-DE',
  it: 'it-IT',
  pt: 'pt-BR',
  nl: 'nl-NL',
  hi: 'hi-IN',
};
