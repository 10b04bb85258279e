import type { z } from 'zod';
import type { FeedReply, feedRequest } from '#bridge/contract/feed.ts';

/** What this window asks of the bridge. */
type FeedRequest = z.input<typeof feedRequest>;

/** One side of a call: 1 is the callee, 2 is our side. */
export type AudioSide = 1 | 2;

/** Gets the audio of a call that is heard. */
export interface AudioSink {
  /** @param counter counts the frames of a side; a gap is silence of that many frames @param audio 160 bytes of 8 kHz mu-law */
  frame(side: AudioSide, counter: number, audio: Uint8Array): void;
  /** What follows is so far behind the live sound. @param heldMs how much of the past there is */
  sought?(backMs: number, heldMs: number): void;
  /** The call is over, or it cannot be heard. @param reason words for a person; null when the call simply ended */
  ended(reason: string | null): void;
}

/** A call that is heard, or whose levels are watched. */
export interface Hearing {
  /** Begin again so far behind the live sound; 0 is live. */
  seek(backMs: number): void;
  /** How fast the past comes until it has caught up. */
  rate(rate: 1 | 1.5): void;
  stop(): void;
}

/** A microphone on a call. */
export interface Talk {
  /** @param frame what `emptyFrame` gave, filled; what comes before the bridge has opened the line waits, at most 200 ms of it */
  frame(frame: Uint8Array): void;
  /** It is silent on purpose: this console is still there. */
  ping(): void;
  stop(): void;
}

export interface TalkEvents {
  opened(): void;
  /** The bridge takes no more of it. @param reason words for a person; null when the call ended or was given back */
  ended(reason: string | null): void;
}

export const audioHeaderBytes = 9;
const micByte = 3;
/** What is spoken while the line opens waits so long, in frames of 20 ms; older words would be late. */
const waitingMost = 10;

interface Channel {
  readonly callId: string;
  readonly request: Extract<FeedRequest, { type: 'audio.open' }>;
  readonly opened: (channel: number) => void;
  readonly frame: AudioSink['frame'];
  readonly sought: (backMs: number, heldMs: number) => void;
  readonly ended: (reason: string | null) => void;
  /** Opened again when the connection comes back: a microphone is not. */
  readonly lasts: boolean;
  number: number | null;
}

/** How the channels reach the bridge. */
export interface AudioPipe {
  text(message: FeedRequest): void;
  bytes(message: Uint8Array): void;
}

const nothing = () => {};

/** The sound of calls over one connection: many that are heard, and at most one microphone. */
export class AudioChannels {
  readonly #pipe: AudioPipe;
  readonly #channels = new Set<Channel>();
  /** Asked for and not yet answered, in order; some are stopped meanwhile. */
  #asked: Channel[] = [];

  constructor(pipe: AudioPipe) {
    this.#pipe = pipe;
  }

  /** @param levelsOnly only to show how loud it is: nobody is said to listen */
  listen(callId: string, sink: AudioSink, levelsOnly: boolean): Hearing {
    /** What was asked for before the bridge has opened the channel: it is done then. */
    let wanted: { backMs?: number; rate?: 1 | 1.5 } = {};
    const want = (what: typeof wanted) => {
      if (channel.number === null) {
        wanted = { ...wanted, ...what };
        return;
      }
      if (what.backMs !== undefined) this.#pipe.text({ type: 'audio.seek', channel: channel.number, backMs: what.backMs });
      if (what.rate !== undefined) this.#pipe.text({ type: 'audio.rate', channel: channel.number, rate: what.rate });
    };
    const channel: Channel = {
      callId,
      request: { type: 'audio.open', callId, listen: true, speak: false, levelsOnly },
      opened: () => {
        const late = wanted;
        wanted = {};
        want(late);
      },
      frame: (side, counter, audio) => sink.frame(side, counter, audio),
      sought: (backMs, heldMs) => sink.sought?.(backMs, heldMs),
      ended: (reason) => sink.ended(reason),
      lasts: true,
      number: null,
    };
    this.#open(channel);
    return {
      seek: (backMs) => want({ backMs }),
      rate: (rate) => want({ rate }),
      stop: () => this.#close(channel),
    };
  }

  /** Speak on a call that this console holds. */
  speak(callId: string, events: TalkEvents): Talk {
    const waiting: Uint8Array[] = [];
    let counter = 0;
    const send = (number: number, frame: Uint8Array) => {
      const view = new DataView(frame.buffer, frame.byteOffset, audioHeaderBytes);
      view.setUint8(0, micByte);
      view.setUint32(1, number);
      view.setUint32(5, counter++);
      this.#pipe.bytes(frame);
    };
    const channel: Channel = {
      callId,
      request: { type: 'audio.open', callId, listen: false, speak: true, levelsOnly: false },
      opened: (number) => {
        for (const frame of waiting.splice(0)) send(number, frame);
        events.opened();
      },
      frame: nothing,
      sought: nothing,
      ended: (reason) => events.ended(reason),
      lasts: false,
      number: null,
    };
    this.#open(channel);
    return {
      frame: (frame) => {
        if (!this.#channels.has(channel)) return;
        if (channel.number !== null) send(channel.number, frame);
        else if (waiting.push(frame) > waitingMost) waiting.shift();
      },
      ping: () => {
        if (channel.number !== null) this.#pipe.text({ type: 'talk.ping', channel: channel.number });
      },
      stop: () => this.#close(channel),
    };
  }

  /** The connection is there (again). */
  connected(): void {
    this.#asked = [];
    for (const channel of this.#channels) this.#ask(channel);
  }

  /** The connection is gone; a microphone is not put back on a call by itself. */
  lost(): void {
    for (const channel of [...this.#channels]) {
      channel.number = null;
      if (channel.lasts) continue;
      this.#channels.delete(channel);
      channel.ended('The connection to Ringside broke off.');
    }
  }

  reply(reply: Extract<FeedReply, { type: `audio.${string}` | 'error' }>): void {
    switch (reply.type) {
      case 'audio.opened': {
        const channel = this.#answered(reply.callId);
        if (!channel || !this.#channels.has(channel)) {
          this.#pipe.text({ type: 'audio.close', channel: reply.channel });
          return;
        }
        channel.number = reply.channel;
        channel.opened(reply.channel);
        return;
      }
      case 'audio.sought':
        this.#numbered(reply.channel)?.sought(reply.backMs, reply.heldMs);
        return;
      case 'audio.closed': {
        const channel = this.#numbered(reply.channel);
        if (channel) this.#end(channel, null);
        return;
      }
      case 'error': {
        if (reply.request !== 'audio.open' || reply.callId === undefined) return;
        const channel = this.#answered(reply.callId);
        if (channel && this.#channels.has(channel)) this.#end(channel, reply.error.message);
        return;
      }
    }
  }

  bytes(message: Uint8Array): void {
    const side = message[0];
    if ((side !== 1 && side !== 2) || message.length <= audioHeaderBytes) return;
    const view = new DataView(message.buffer, message.byteOffset, audioHeaderBytes);
    const number = view.getUint32(1);
    for (const channel of this.#channels) {
      if (channel.number === number) channel.frame(side, view.getUint32(5), message.subarray(audioHeaderBytes));
    }
  }

  #open(channel: Channel): void {
    this.#channels.add(channel);
    this.#ask(channel);
  }

  #ask(channel: Channel): void {
    channel.number = null;
    this.#asked.push(channel);
    this.#pipe.text(channel.request);
  }

  #close(channel: Channel): void {
    if (this.#channels.delete(channel) && channel.number !== null) this.#pipe.text({ type: 'audio.close', channel: channel.number });
  }

  #end(channel: Channel, reason: string | null): void {
    this.#channels.delete(channel);
    channel.ended(reason);
  }

  /** The bridge answers in the order in which it was asked. */
  #answered(callId: string): Channel | undefined {
    const at = this.#asked.findIndex((channel) => channel.callId === callId);
    return at === -1 ? undefined : this.#asked.splice(at, 1)[0];
  }

  #numbered(number: number): Channel | undefined {
    return [...this.#channels].find((channel) => channel.number === number);
  }
}
