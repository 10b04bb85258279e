import { base64Length, readBase64 } from '../media/base64.ts';

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const open = 0x7b;
const close = 0x7d;
const zero = 0x30;

/** What may stand in a text of JSON and means itself: printable ASCII but for the quote and the backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, code) => (code >= 0x20 && code < 0x7f && code !== quote && code !== 0x5c ? 1 : 0));

const event = 1;
const stream = 2;
const media = 4;
const track = 8;
const timestamp = 16;
const payload = 32;
const needed = event | stream | media | timestamp | payload;

const eventName = bytesOf('event');
const mediaName = bytesOf('media');
const trackName = bytesOf('track');
const timestampName = bytesOf('timestamp');
const payloadName = bytesOf('payload');
const outbound = bytesOf('outbound');

/**
 * Reads the one message of a media socket that comes fifty times a second for every call, 20 ms of the callee, straight from its bytes:
 * no text, no object, nothing to be cleared away. Whatever is not exactly such a message of this stream, written plainly, is left to
 * `JSON.parse` and the checks behind it, and so is everything that is wrong: nothing is judged here.
 *
 * Both carriers write it so: `{"event":"media",…,"media":{"track":"inbound","timestamp":"20","payload":"…",…},…}`, the name of the stream
 * on the outer level.
 */
export class MediaReader {
  /** What the last message brought; valid until the next one is read. */
  readonly audio: Uint8Array;
  audioBytes = 0;
  timestampMs = 0;
  readonly #streamName: Uint8Array;

  /** @param streamName what the carrier calls the stream's id @param audio memory for the payload of the largest message */
  constructor(streamName: 'streamSid' | 'streamId', audio: Uint8Array) {
    this.#streamName = bytesOf(streamName);
    this.audio = audio;
  }

  /** @param text at most as long as `audio` @param streamId of this socket's stream @returns whether it was such a message, and is read */
  read(text: Uint8Array, streamId: Uint8Array): boolean {
    const { length } = text;
    let depth = 0;
    let seen = 0;
    let at = behindSpace(text, 0);
    if (text[at] !== open) return false;
    at++;
    for (;;) {
      at = behindSpace(text, at);
      if (text[at] !== quote) return false;
      const key = ++at;
      at = behindPlain(text, at);
      if (at >= length || text[at] !== quote) return false;
      const field = this.#fieldOf(text, key, at, depth);
      if ((seen & field) !== 0) return false;
      seen |= field;
      at = behindSpace(text, at + 1);
      if (text[at] !== colon) return false;
      at = behindSpace(text, at + 1);
      if (field === media) {
        if (text[at] !== open) return false;
        depth = 1;
        at++;
        continue;
      }
      const isText = text[at] === quote;
      const from = isText ? at + 1 : at;
      if (field === payload) {
        if (!isText) return false;
        this.audioBytes = readBase64(text, from, this.audio);
        at = from + base64Length(this.audioBytes);
      } else at = isText ? behindPlain(text, from) : behindDigits(text, from);
      if (isText ? text[at] !== quote : at === from || (text[from] === zero && at > from + 1)) return false;
      if (
        field === timestamp
          ? !this.#readTimestamp(text, from, at)
          : field !== 0 && !(isText && this.#isFit(field, text, from, at, streamId))
      )
        return false;
      if (isText) at++;
      at = behindSpace(text, at);
      if (text[at] === close && depth === 1) {
        depth = 0;
        at = behindSpace(text, at + 1);
      }
      if (text[at] === comma) at++;
      else if (text[at] === close && depth === 0) return (seen & needed) === needed && behindSpace(text, at + 1) === length;
      else return false;
    }
  }

  #fieldOf(text: Uint8Array, from: number, to: number, depth: number): number {
    if (depth === 0) {
      if (is(text, from, to, eventName)) return event;
      if (is(text, from, to, mediaName)) return media;
      return is(text, from, to, this.#streamName) ? stream : 0;
    }
    if (is(text, from, to, payloadName)) return payload;
    if (is(text, from, to, timestampName)) return timestamp;
    return is(text, from, to, trackName) ? track : 0;
  }

  #isFit(field: number, text: Uint8Array, from: number, to: number, streamId: Uint8Array): boolean {
    switch (field) {
      case event:
        return is(text, from, to, mediaName);
      case stream:
        return is(text, from, to, streamId);
      case track:
        return !is(text, from, to, outbound);
      default:
        return this.audioBytes > 0;
    }
  }

  /** Fifteen digits are a whole number that a double holds; both carriers count milliseconds. */
  #readTimestamp(text: Uint8Array, from: number, to: number): boolean {
    if (to === from || to - from > 15 || behindDigits(text, from) !== to) return false;
    let ms = 0;
    for (let at = from; at < to; at++) ms = ms * 10 + ((text[at] as number) - zero);
    this.timestampMs = ms;
    return true;
  }
}

function is(text: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false;
  for (let at = 0; at < expected.length; at++) if (text[from + at] !== expected[at]) return false;
  return true;
}

function behindSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && text[at] === 0x20) at++;
  return at;
}

function behindPlain(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && plain[text[at] as number] === 1) at++;
  return at;
}

function behindDigits(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && (text[at] as number) >= zero && (text[at] as number) <= zero + 9) at++;
  return at;
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
