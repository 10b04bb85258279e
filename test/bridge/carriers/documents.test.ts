import { describe, expect, it } from 'vitest';
import type { CallDocument } from '#bridge/carriers/carrier.ts';
import { plivoXml } from '#bridge/carriers/plivo/markup.ts';
import { twiml } from '#bridge/carriers/twilio/twiml.ts';
import { linksFor, streamDocument } from '#test/support/carrier-stage.ts';

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const announce: CallDocument = { kind: 'announce', text: 'Press 9 & stop.', language: 'en-US', optOutDigit: '9', repeat: 2 };
const transfer: CallDocument = {
  kind: 'dial',
  number: '+15550100009',
  callerId: '+15550100001',
  ringTimeoutMs: 25_000,
  sayFirst: 'One moment.',
  language: 'de-DE',
};

const gather: CallDocument = {
  kind: 'gather',
  text: 'How can I help?',
  language: 'en-US',
  hints: ['boiler', 'pipes, old'],
  patienceMs: 6_400,
};
const wait: CallDocument = { kind: 'wait', text: 'One moment.', language: 'en-US', forMs: 900 };

describe('TwiML', () => {
  const links = linksFor('twilio');
  const at = (name: string) => `https://tunnel.example/carrier/twilio/${name}/TICKET1`;
  const of = (document: CallDocument) => twiml(document, links).replace(head, '');

  it('of a stream connects it both ways, and apologises when nobody says what comes after it', () => {
    expect(of(streamDocument)).toBe(
      '<Response><Connect>' +
        `<Stream url="wss://tunnel.example/media/twilio/TOKEN1" statusCallback="${at('stream-status')}" statusCallbackMethod="POST"/></Connect>` +
        '<Pause length="3"/><Say voice="Polly.Joanna-Neural" language="en-US">Something broke.</Say><Hangup/></Response>',
    );
  });

  it('of an announcement listens for one key while it speaks, and asks us when none was pressed as well', () => {
    expect(of(announce)).toBe(
      `<Response><Gather input="dtmf" numDigits="1" timeout="5" actionOnEmptyResult="true" action="${at('digits')}" method="POST">` +
        '<Say voice="Polly.Joanna-Neural" language="en-US" loop="2">Press 9 &amp; stop.</Say></Gather></Response>',
    );
  });

  it('of a question listens for words and a key, and asks us after silence as well', () => {
    expect(of(gather)).toBe(
      `<Response><Gather input="dtmf speech" numDigits="1" timeout="6" speechTimeout="auto" language="en-US" hints="boiler,pipes  old" profanityFilter="false" actionOnEmptyResult="true" action="${at('said')}" method="POST">` +
        '<Say voice="Polly.Joanna-Neural" language="en-US">How can I help?</Say></Gather></Response>',
    );
  });

  it('of a question to somebody who is talking says it to its end before it listens', () => {
    expect(of({ ...gather, whole: 'How can I help?', text: '' })).toMatch(
      /^<Response><Say [^>]*>How can I help\?<\/Say><Gather [^>]*\/><\/Response>$/,
    );
    expect(of({ ...gather, whole: 'An AI assistant.' })).toMatch(
      /^<Response><Say [^>]*>An AI assistant\.<\/Say><Gather [^>]*><Say [^>]*>How can I help\?<\/Say><\/Gather><\/Response>$/,
    );
  });

  it('of a moment to think fills it and asks again', () => {
    expect(of(wait)).toBe(
      '<Response><Say voice="Polly.Joanna-Neural" language="en-US">One moment.</Say><Pause length="1"/>' +
        `<Redirect method="POST">${at('waited')}</Redirect></Response>`,
    );
  });

  it('of a relay connects words both ways, with nothing in its address but the path', () => {
    const relay: CallDocument = {
      kind: 'relay',
      greeting: 'Hello.',
      language: 'es',
      voice: null,
      hints: [],
      apology: { text: 'Sorry.', language: 'en-US' },
    };
    expect(of(relay)).toBe(
      `<Response><Connect action="${at('relay-done')}" method="POST">` +
        '<ConversationRelay url="wss://tunnel.example/media/twilio/TOKEN1" welcomeGreeting="Hello." language="es-US" interruptible="any" reportInputDuringAgentSpeech="speech" dtmfDetection="true" events="speaker-events"/></Connect>' +
        '<Pause length="3"/><Say voice="Polly.Joanna-Neural" language="en-US">Sorry.</Say><Hangup/></Response>',
    );
    expect(of({ ...relay, isWhole: true })).toContain(' welcomeGreeting="Hello." welcomeGreetingInterruptible="none" ');
    expect(of({ ...relay, isWhole: true, greeting: '' })).not.toContain('welcomeGreeting');
  });

  it('of a transfer speaks first, rings, and tells how it ended', () => {
    expect(of(transfer)).toBe(
      '<Response><Say language="de-DE">One moment.</Say>' +
        `<Dial action="${at('dial-done')}" method="POST" callerId="+15550100001" timeout="25">` +
        `<Number statusCallback="${at('dial-status')}" statusCallbackMethod="POST" statusCallbackEvent="answered">+15550100009</Number>` +
        '</Dial></Response>',
    );
  });

  it('of nothing more hangs up', () => {
    expect(of({ kind: 'hang-up' })).toBe('<Response><Hangup/></Response>');
    expect(of({ kind: 'say-and-hang-up', text: ' \u0000\n', language: 'en-US' })).toBe('<Response><Hangup/></Response>');
  });

  it('never repeats for ever, and gives every language a region', () => {
    expect(of({ ...announce, repeat: 0, language: 'es' } as CallDocument)).toContain('<Say language="es-US">');
  });
});

describe('Plivo XML', () => {
  const links = linksFor('plivo');
  const at = (name: string) => `https://tunnel.example/carrier/plivo/${name}/TICKET1`;
  const of = (document: CallDocument) => plivoXml(document, links).replace(head, '');

  it('of a question listens for words and a key, and goes on to us after silence', () => {
    expect(of(gather)).toBe(
      `<Response><GetInput action="${at('said')}" method="POST" inputType="dtmf speech" numDigits="1" executionTimeout="6" speechEndTimeout="2" speechModel="phone_call" language="en-US" hints="boiler,pipes  old" profanityFilter="false">` +
        `<Speak voice="Polly.Joanna" language="en-US">How can I help?</Speak></GetInput><Redirect method="POST">${at('said')}</Redirect></Response>`,
    );
  });

  it('of a question to somebody who is talking says it to its end before it listens', () => {
    expect(of({ ...gather, whole: 'How can I help?', text: '' })).toMatch(
      /^<Response><Speak [^>]*>How can I help\?<\/Speak><GetInput [^>]*\/><Redirect [^>]*>[^<]*<\/Redirect><\/Response>$/,
    );
    expect(of({ ...gather, whole: 'An AI assistant.' })).toMatch(
      /^<Response><Speak [^>]*>An AI assistant\.<\/Speak><GetInput [^>]*><Speak [^>]*>How can I help\?<\/Speak><\/GetInput><Redirect /,
    );
  });

  it('of a moment to think fills it and asks again', () => {
    expect(of(wait)).toBe(
      '<Response><Speak voice="Polly.Joanna" language="en-US">One moment.</Speak><Wait length="1" silence="true"/>' +
        `<Redirect method="POST">${at('waited')}</Redirect></Response>`,
    );
  });

  it('of a stream goes both ways, holds the call, names its format, and apologises when nobody says what comes after it', () => {
    expect(of(streamDocument)).toBe(
      '<Response><Stream bidirectional="true" keepCallAlive="true" audioTrack="inbound" contentType="audio/x-mulaw;rate=8000" ' +
        `streamTimeout="86400" statusCallbackUrl="${at('stream-status')}" statusCallbackMethod="POST">wss://tunnel.example/media/plivo/TOKEN1</Stream>` +
        '<Wait length="3" silence="true"/><Speak voice="Polly.Joanna" language="en-US">Something broke.</Speak><Hangup/></Response>',
    );
  });

  it('of an announcement listens for one key while it speaks, and asks us when none was pressed as well', () => {
    expect(of(announce)).toBe(
      `<Response><GetInput action="${at('digits')}" method="POST" inputType="dtmf" numDigits="1" executionTimeout="5">` +
        '<Speak voice="Polly.Joanna" language="en-US" loop="2">Press 9 &amp; stop.</Speak></GetInput>' +
        `<Redirect method="POST">${at('digits')}</Redirect></Response>`,
    );
  });

  it('of a transfer speaks first, rings, and tells how it ended', () => {
    expect(of(transfer)).toBe(
      '<Response><Speak voice="WOMAN" language="de-DE">One moment.</Speak>' +
        `<Dial action="${at('dial-done')}" method="POST" callbackUrl="${at('dial-status')}" callbackMethod="POST" callerId="15550100001" ` +
        'timeout="25"><Number>15550100009</Number></Dial></Response>',
    );
  });

  it('of nothing more hangs up', () => {
    expect(of({ kind: 'hang-up' })).toBe('<Response><Hangup/></Response>');
    expect(of({ ...transfer, sayFirst: null } as CallDocument)).not.toContain('Speak');
  });

  it.each([
    ['es', 'WOMAN', 'es-US'],
    ['en-gb', 'WOMAN', 'en-GB'],
    ['pt-PT', 'MAN', 'pt-PT'],
    ['hi-IN', 'Polly.Joanna', 'en-US'],
  ])('speaks %s as Plivo can', (language, voice, spoken) => {
    expect(of({ kind: 'say-and-hang-up', text: 'x', language })).toContain(`<Speak voice="${voice}" language="${spoken}">`);
  });
});
