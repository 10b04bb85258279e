import { WebSocket } from 'ws';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { OperationName, OperationOutput } from '#bridge/contract/operations.ts';
import { SILENCE } from '#bridge/media/g711.ts';
import type { BridgeRig } from './bridge-rig.ts';

const frameBytes = 160;
const frameMs = 20;

/** An operator's console on the live socket, with a microphone that hears what the test plays to it. */
export class OperatorConsole implements Disposable {
  readonly replies: Record<string, unknown>[] = [];
  /** What came out of each loudspeaker: the lead, and our side. Only what was sent, without the gaps. */
  readonly ear = { lead: [] as Uint8Array[], ours: [] as Uint8Array[] };
  readonly #socket: WebSocket;
  #invocations = 0;
  #channel: number | null = null;
  #counter = 0;
  #beat: NodeJS.Timeout | null = null;
  #startedAtMs = 0;
  #sound: Uint8Array = new Uint8Array(frameBytes).fill(SILENCE);
  #at = 0;

  /** @param parts.bridge where a bridge serves its consoles, and the word that lets one in */
  static async open({
    bridge,
  }: {
    readonly bridge: { readonly console: Pick<BridgeRig['bridge']['console'], 'url'>; readonly token: string };
  }): Promise<OperatorConsole> {
    const socket = new WebSocket(`${bridge.console.url.replace(/^http/, 'ws')}/live`, [`ringside.${bridge.token}`]);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return new OperatorConsole(socket);
  }

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#hear(data as Buffer);
      else this.replies.push(JSON.parse(String(data)) as Record<string, unknown>);
    });
  }

  async ask(
    operation: OperationName,
    input: object,
  ): Promise<{ readonly result?: unknown; readonly error?: { readonly code: string; readonly details?: unknown } }> {
    this.#invocations += 1;
    const id = this.#invocations;
    this.#socket.send(JSON.stringify({ type: 'invoke', id, operation, input }));
    return this.#reply((reply) => reply.type === 'answer' && reply.id === id);
  }

  async invoke<Name extends OperationName>(operation: Name, input: object): Promise<OperationOutput<Name>> {
    const { result, error } = await this.ask(operation, input);
    if (error) throw new Error(`${operation}: ${JSON.stringify(error)}`);
    return result as OperationOutput<Name>;
  }

  /** Take the call and speak on it. @returns when the key was pressed, epoch ms */
  async takeOver(id: CallId): Promise<number> {
    const pressedAtMs = Date.now();
    this.#channel = null;
    // One behind the other, as they are done.
    const taken = this.invoke('calls.takeOver', { id });
    this.#socket.send(JSON.stringify({ type: 'audio.open', callId: id, listen: false, speak: true }));
    await taken;
    const opened = await this.#reply((reply) => reply.callId === id && (reply.type === 'audio.opened' || reply.type === 'error'));
    if (opened.type === 'error') throw new Error(JSON.stringify(opened));
    this.#channel = Number(opened.channel);
    this.replies.splice(this.replies.indexOf(opened), 1);
    return pressedAtMs;
  }

  /** Hear the call from now on. */
  async listen(id: CallId): Promise<void> {
    this.#socket.send(JSON.stringify({ type: 'audio.open', callId: id, listen: true, speak: false }));
    const opened = await this.#reply((reply) => reply.callId === id && (reply.type === 'audio.opened' || reply.type === 'error'));
    if (opened.type === 'error') throw new Error(JSON.stringify(opened));
    this.replies.splice(this.replies.indexOf(opened), 1);
  }

  giveBack(id: CallId, how: object = {}): Promise<Call> {
    return this.invoke('calls.giveBack', { id, ...how });
  }

  /** An open microphone: a frame every 20 ms from now on, whether or not anybody listens. @param sound again and again */
  hears(sound: Uint8Array): void {
    this.#sound = sound;
    this.#at = 0;
    if (this.#beat) return;
    this.#startedAtMs = performance.now();
    this.#counter = 0;
    this.#beat = setInterval(() => this.#send(), frameMs / 2);
  }

  /** The microphone, and with it everything that tells that the console is there, stops. */
  stalls(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
  }

  [Symbol.dispose](): void {
    this.stalls();
    this.#socket.terminate();
  }

  #hear(message: Buffer): void {
    const side = message[0] === 1 ? this.ear.lead : message[0] === 2 ? this.ear.ours : null;
    side?.push(Uint8Array.from(message.subarray(message.length - frameBytes)));
  }

  #send(): void {
    const due = Math.floor((performance.now() - this.#startedAtMs) / frameMs);
    for (; this.#counter <= due; this.#counter += 1) {
      const frame = Buffer.alloc(9 + frameBytes, SILENCE);
      frame[0] = 3;
      frame.writeUInt32BE(this.#channel ?? 0, 1);
      frame.writeUInt32BE(this.#counter, 5);
      frame.set(this.#sound.subarray(this.#at, this.#at + frameBytes), 9);
      this.#at = this.#at + frameBytes >= this.#sound.length ? 0 : this.#at + frameBytes;
      if (this.#channel !== null) this.#socket.send(frame);
    }
  }

  async #reply(matches: (reply: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (let tries = 0; tries < 2_000; tries += 1) {
      const found = this.replies.find(matches);
      if (found) return found;
      await new Promise((resume) => setTimeout(resume, 2));
    }
    throw new Error('the console got no answer');
  }
}
