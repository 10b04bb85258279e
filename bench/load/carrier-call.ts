import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Block, blockBytes, emptyBlock, markBytes, writeBlock } from './block.ts';
import { CarrierEar, type EarMeasures } from './carrier-ear.ts';
import { nowMs } from './clock.ts';

export const accountSid = 'AC00000000000000000000000000000be4';

/** Ways in which one call may misbehave. */
export type Manner = 'well' | 'flood' | 'slow-reader' | 'stall' | 'garbage';

/** How many messages a flooding call sends in place of one: a thousand in a second, thrown at whoever has to read them. */
const floodFactor = 20;
const filler = 0xd5;

/**
 * One call's media socket as Twilio speaks it: 20 ms of audio on the caller's beat, numbers as text, marks given back when played.
 *
 * @see https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export class CarrierCall {
  readonly index: number;
  readonly callSid: string;
  readonly streamSid = `MZ${randomBytes(16).toString('hex')}`;
  manner: Manner = 'well';
  readonly #ear: CarrierEar;
  readonly #template: Buffer;
  readonly #places: { readonly sequence: number; readonly chunk: number; readonly timestamp: number; readonly payload: number };
  readonly #block: Block = emptyBlock();
  readonly #mark = Buffer.alloc(markBytes);
  #socket: WebSocket | null = null;
  #frames = 0;
  #open = false;

  constructor(index: number, callSid: string, measures: EarMeasures) {
    this.index = index;
    this.callSid = callSid;
    this.#ear = new CarrierEar(index, measures);
    const audio = Buffer.alloc(blockBytes, filler).toString('base64');
    const text = `{"event":"media","sequenceNumber":"00000000","streamSid":"${this.streamSid}","media":{"track":"inbound","chunk":"00000000","timestamp":"00000000","payload":"${audio}"}}`;
    this.#template = Buffer.from(text, 'latin1');
    const after = (key: string) => text.indexOf(key) + key.length;
    this.#places = {
      sequence: after('"sequenceNumber":"'),
      chunk: after('"chunk":"'),
      timestamp: after('"timestamp":"'),
      payload: after('"payload":"'),
    };
  }

  get open(): boolean {
    return this.#open;
  }

  /** @param onClosed the other side closed the socket, or it could not be opened */
  connect(url: string, headers: Readonly<Record<string, string>>, onClosed: (reason: string) => void): void {
    // A mask of zeros is a mask: the frames go out as they are, and the load costs little.
    const socket = new WebSocket(url, {
      headers,
      perMessageDeflate: false,
      generateMask: (mask) => mask.fill(0),
      skipUTF8Validation: true,
    });
    this.#socket = socket;
    socket.on('open', () => {
      this.#open = true;
      const { streamSid, callSid } = this;
      socket.send('{"event":"connected","protocol":"Call","version":"1.0.0"}');
      const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
      const start = { accountSid, callSid, streamSid, tracks: ['inbound'], mediaFormat, customParameters: {} };
      socket.send(JSON.stringify({ event: 'start', sequenceNumber: '1', streamSid, start }));
      this.#ear.started();
    });
    socket.on('message', (message: Buffer) => this.#take(message));
    socket.on('error', () => {});
    socket.on('close', (code) => {
      const was = this.#open;
      this.#open = false;
      if (this.#socket === socket) onClosed(was ? `closed (${code})` : 'refused');
    });
  }

  /** Hang up from the callee's side. */
  end(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send(
        JSON.stringify({ event: 'stop', sequenceNumber: '9', streamSid: this.streamSid, stop: { accountSid, callSid: this.callSid } }),
      );
      socket.close(1000);
    } else socket?.terminate();
  }

  behave(manner: Manner): void {
    this.manner = manner;
    this.#ear.exclude();
    if (manner === 'slow-reader') this.#socket?.pause();
    else this.#socket?.resume();
  }

  /** Called every 20 ms. */
  beat(): void {
    if (!this.#open) return;
    if (this.manner === 'stall') return;
    if (this.manner === 'garbage') this.#socket?.send('{"event":"media","media":{"payload":17}}');
    this.#frame();
    if (this.manner === 'flood') for (let extra = 1; extra < floodFactor; extra++) this.#frame();
    for (const name of this.#ear.duePlayed(nowMs())) this.#giveBack(name);
  }

  #frame(): void {
    const index = this.#frames;
    this.#frames += 1;
    const { sequence, chunk, timestamp, payload } = this.#places;
    const frame = Buffer.from(this.#template);
    writeNumber(frame, sequence, index + 2);
    writeNumber(frame, chunk, index + 1);
    writeNumber(frame, timestamp, index * 20);
    const block = this.#block;
    block.call = this.index;
    block.index = index;
    block.sentAtMs = nowMs();
    writeBlock(this.#mark, 0, block);
    frame.write(this.#mark.toString('base64'), payload, 'latin1');
    this.#socket?.send(frame, { binary: false });
  }

  #take(message: Buffer): void {
    // `{"event":"media"`, `{"event":"mark"`, `{"event":"clear"`: two letters tell them apart.
    const first = message[10];
    if (first === 0x6d && message[11] === 0x65) this.#ear.media(message);
    else if (first === 0x6d) this.#ear.mark(JSON.parse(message.toString()).mark.name);
    else for (const name of this.#ear.clear()) this.#giveBack(name);
  }

  #giveBack(name: string): void {
    this.#socket?.send(JSON.stringify({ event: 'mark', sequenceNumber: '8', streamSid: this.streamSid, mark: { name } }));
  }
}

/** Eight digits in place; Twilio's numbers are text. */
function writeNumber(target: Buffer, at: number, value: number): void {
  let rest = value;
  for (let place = at + 7; place >= at; place--) {
    target[place] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
