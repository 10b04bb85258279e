import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactError, redactMarkup, redactText, redactValue } from '#bridge/domain/redact.ts';

describe('what is kept of a message', () => {
  it('leaves the names of events and states as they are, and hides a ticket that consists of letters alone', () => {
    expect(redactText('response.output_audio.done')).toBe('response.output_audio.done');
    expect(redactText('att_abcdefabcdefabcdef')).toBe('att_abcdef•••');
    expect(redactText('of.att_abcdefabcdefabcdef')).toBe('of.att_abcdef•••');
    expect(redactText('sk-abcdefghijk')).toBe('•••');
  });

  it('has no secret, no spoken word and no full number, and all its names', () => {
    const kept = redactValue({
      event: 'start',
      accountSid: 'AC0123',
      AuthToken: 'f00f00f00',
      To: '+15550100001',
      session: { instructions: 'Be kind to Ann.', audio: { input: { format: { type: 'audio/pcmu' } } } },
      SpeechResult: 'take me off your list',
      status: 200,
      list: [{ transcript: 'hello' }],
    });
    const text = JSON.stringify(kept);
    expect(text).not.toMatch(/f00f00|5550100001|kind|take me|hello/);
    expect(kept).toMatchObject({ event: 'start', status: 200, To: '+••••01' });
    expect(text).toContain('"SpeechResult":"••• (21 characters)"');
  });

  it('loses keys, tickets and credentials in the middle of a text', () => {
    const text = redactText(
      'GET https://tunnel.example/carrier/twilio/answer/att_0123456789abcdef.0123456789abcdef0123 with Bearer abcdef0123456789 and sk-proj-abcdefgh12345',
    );
    expect(text).not.toMatch(/0123456789abcdef|abcdef0123456789|abcdefgh12345/);
    expect(text).toContain('tunnel.example/carrier/twilio/answer/');
  });

  it('keeps the verbs of a document and not what they say', () => {
    const kept = redactMarkup(
      '<Response><Say language="en-US">Hello Ann</Say><Connect><Stream url="wss://t.example/media/twilio/abcdefghijklmnopqrst"/></Connect><Dial>+15550100001</Dial></Response>',
    );
    expect(kept).toContain('<Say language="en-US">');
    expect(kept).toContain('<Connect><Stream url="wss://t.example/media/twilio/');
    expect(kept).not.toMatch(/Hello|abcdefghijklmnopqrst|5550100001/);
  });

  it('never grows without bound and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const text = JSON.stringify(redactValue(value)) ?? '';
        expect(text.length).toBeLessThan(2_000_000);
      }),
    );
    expect(redactText('x'.repeat(10_000)).length).toBeLessThan(400);
  });

  it('keeps every field of a large record, and the beginning of a long list', () => {
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`field${index}`, index]));
    expect(redactValue(fields)).toEqual(fields);
    expect(redactValue(Array.from({ length: 60 }, () => 1))).toHaveLength(40);
  });

  it('leaves times and small numbers alone', () => {
    expect(redactText('answered 200 after 1234 ms at 2026-11-21T15:00:00')).toBe('answered 200 after 1234 ms at 2026-11-21T15:00:00');
  });

  it('is an error’s kind, words, place and causes, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(redactError(thrown)).toMatchObject({ type: expect.any(String), message: expect.any(String) });
      }),
    );
    const chain = new Error('outside', { cause: new TypeError('inside, password=hunter2secret') });
    chain.cause = Object.assign(chain.cause as Error, { cause: chain });
    expect(redactError(chain)).toMatchObject({ message: 'outside', cause: { type: 'TypeError', message: 'inside, password=•••' } });
    expect(redactError(new Error('The call CA01a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1 is gone')).message).toContain('CA01a3b5c7d9e1');
  });
});
