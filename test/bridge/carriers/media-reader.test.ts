import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MediaReader } from '#bridge/carriers/media-reader.ts';

const streamSid = 'MZ18ad3ab5a668481ce02b83e7395059f0';
const id = Buffer.from(streamSid);
const frame = Buffer.from(Uint8Array.from({ length: 160 }, (_, at) => (at * 7) & 0xff));
const media = { track: 'inbound', chunk: '2', timestamp: '5', payload: frame.toString('base64') };
const message = { event: 'media', sequenceNumber: '3', media, streamSid };

const reader = new MediaReader('streamSid', new Uint8Array(64 * 1024));
const reads = (text: string | object) => reader.read(Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)), id);
const heard = () => Buffer.from(reader.audio.subarray(0, reader.audioBytes));

describe('the reader of media messages', () => {
  it('reads what Twilio sends', () => {
    expect(reads(message)).toBe(true);
    expect([heard(), reader.timestampMs]).toEqual([frame, 5]);
  });

  it('reads what Plivo sends', () => {
    const plivo = new MediaReader('streamId', new Uint8Array(64 * 1024));
    const text = `{"sequenceNumber": 7, "streamId": "${streamSid}", "event": "media", "media": {"track": "inbound", "timestamp": "1764000000123", "chunk": 7, "payload": "${media.payload}"}, "extra_headers": "{}"}`;
    expect(plivo.read(Buffer.from(text), id)).toBe(true);
    expect([Buffer.from(plivo.audio.subarray(0, plivo.audioBytes)), plivo.timestampMs]).toEqual([frame, 1_764_000_000_123]);
  });

  it('reads frames of any length', () => {
    for (const bytes of [1, 2, 3, 159, 161, 4_000]) {
      const audio = Buffer.alloc(bytes, 0x5a);
      expect(reads({ ...message, media: { ...media, payload: audio.toString('base64') } })).toBe(true);
      expect(heard()).toEqual(audio);
    }
  });

  it.each([
    ['another event', { ...message, event: 'mark' }],
    ['another stream', { ...message, streamSid: `${streamSid}0` }],
    ['no stream', { ...message, streamSid: undefined }],
    ['a stream that is a number', JSON.stringify(message).replace(`"${streamSid}"`, '18')],
    ['our own track', { ...message, media: { ...media, track: 'outbound' } }],
    ['no time', { ...message, media: { ...media, timestamp: undefined } }],
    ['an empty time', { ...message, media: { ...media, timestamp: '' } }],
    ['a time before the beginning', { ...message, media: { ...media, timestamp: '-5' } }],
    ['a time in parts', { ...message, media: { ...media, timestamp: 5.5 } }],
    ['no audio', { ...message, media: { ...media, payload: undefined } }],
    ['empty audio', { ...message, media: { ...media, payload: '' } }],
    ['audio that is no text', { ...message, media: { ...media, payload: 7 } }],
    ['audio that is no base64', { ...message, media: { ...media, payload: `${media.payload.slice(0, 8)}!${media.payload.slice(9)}` } }],
    ['audio without its padding', { ...message, media: { ...media, payload: media.payload.replaceAll('=', '') } }],
    ['audio in the alphabet of addresses', { ...message, media: { ...media, payload: '-_-_' } }],
    ['a media that is null', { ...message, media: null }],
    ['a media that is empty', { ...message, media: {} }],
    ['a media in the media', { ...message, media: { ...media, media } }],
    ['an escape', JSON.stringify(message).replace('inbound', '\\u0069nbound')],
    ['a text that is not ASCII', { ...message, note: 'é' }],
    ['a list', [message]],
    ['two medias', JSON.stringify(message).replace('"streamSid"', '"media":{"track":"inbound"},"streamSid"')],
    ['two payloads', JSON.stringify(message).replace('"track"', '"payload":"QUJD","track"')],
    ['two events', JSON.stringify(message).replace('"streamSid"', '"event":"stop","streamSid"')],
    ['a number with a zero before it', JSON.stringify(message).replace('"5"', '05')],
    ['more behind it', `${JSON.stringify(message)}{}`],
    ['a comma too many', JSON.stringify(message).replace('},', ',},')],
  ])('leaves %s to the checks behind it', (_, other) => {
    expect(reads(other)).toBe(false);
  });

  it('leaves whatever is cut off', () => {
    const text = JSON.stringify(message);
    for (let length = 0; length < text.length; length += 1) expect(reads(text.slice(0, length))).toBe(false);
  });

  it('never reads anything else than JSON.parse does', () => {
    const spaces = fc.constantFrom('', '', ' ', '  ', '\n');
    const value = fc.oneof(
      fc.constantFrom('"x"', '1', '01', '-1', 'null', 'true', '[]', '{}', '""', '"é"', '"\\""', '1.5', '1e3'),
      fc.string().map((text) => JSON.stringify(text)),
    );
    const inner = fc.constantFrom(
      '"track":"inbound"',
      '"track":"outbound"',
      '"timestamp":"20"',
      '"timestamp":20',
      '"timestamp":"x"',
      `"payload":"${media.payload}"`,
      '"payload":"QUJD"',
      '"payload":"QQ==="',
      '"chunk":"1"',
    );
    const outer = fc.constantFrom(
      '"event":"media"',
      '"event":"dtmf"',
      `"streamSid":"${streamSid}"`,
      '"streamSid":"MZ1"',
      '"sequenceNumber":"4"',
      '"payload":"QUJD"',
      '"track":"outbound"',
    );
    const object = (fields: fc.Arbitrary<string>[], extra: fc.Arbitrary<string>) =>
      fc
        .tuple(
          fc.tuple(...fields),
          fc.array(
            fc.oneof(
              extra,
              value.map((text) => `"more":${text}`),
            ),
            { maxLength: 1 },
          ),
          spaces,
          spaces,
        )
        .chain(([given, more, before, behind]) =>
          fc
            .shuffledSubarray([...given, ...more], { minLength: given.length })
            .map((all) => `{${before}${all.join(`${behind},${before}`)}${behind}}`),
        );
    const medias = object(
      [
        fc.constant('"track":"inbound"'),
        fc.constant('"timestamp":"20"'),
        fc.constantFrom(`"payload":"${media.payload}"`, '"payload":"QUI="'),
      ],
      inner,
    );
    const messages = medias.chain((text) =>
      object([fc.constant('"event":"media"'), fc.constant(`"streamSid":"${streamSid}"`), fc.constant(`"media":${text}`)], outer),
    );
    const broken = fc
      .tuple(messages, fc.nat(), fc.constantFrom('', '"', '\\', '{', '}', ',', ':', '0', ' ', '=', '\u0001'))
      .map(([text, at, what]) => {
        const place = at % text.length;
        return text.slice(0, place) + what + text.slice(place + 1);
      });
    let wasRead = 0;
    fc.assert(
      fc.property(fc.oneof(messages, broken), (text) => {
        if (!reads(text)) return;
        wasRead += 1;
        const parsed = JSON.parse(text);
        expect([parsed.event, parsed.streamSid, Number(parsed.media.timestamp)]).toEqual(['media', streamSid, reader.timestampMs]);
        expect(parsed.media.track).not.toBe('outbound');
        expect(heard().toString('base64')).toBe(Buffer.from(parsed.media.payload, 'base64').toString('base64'));
        expect(parsed.media.payload.length).toBe(Math.ceil(reader.audioBytes / 3) * 4);
      }),
      { numRuns: 3_000 },
    );
    expect(wasRead).toBeGreaterThan(200);
  });
});
