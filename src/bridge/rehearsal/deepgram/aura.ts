import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SimSocket, SocketTalk } from '../services/service-sim.ts';
import { Speaker } from '../services/speaker.ts';
import type { DeepgramTraits } from './traits.ts';

export const auraQuery = z.strictObject({
  model: z.string().regex(/^aura(-2)?-[a-z]+-[a-z]{2}$/),
  encoding: z.literal('mulaw'),
  sample_rate: z.literal('8000'),
  mip_opt_out: z.string().optional(),
  tag: z.string().optional(),
});

const message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Speak'), text: z.string().min(1).max(2_000) }),
  z.strictObject({ type: z.literal('Flush') }),
  z.strictObject({ type: z.literal('Clear') }),
  z.strictObject({ type: z.literal('Close') }),
]);

const mostFlushes = 20;
const flushWindowMs = 60_000;

/** One stream of `/v1/speak`. */
export function beginAura(socket: SimSocket, query: z.infer<typeof auraQuery>, traits: DeepgramTraits): SocketTalk {
  return new AuraTalk(socket, query.model, traits);
}

class AuraTalk implements SocketTalk {
  readonly #socket: SimSocket;
  readonly #speaker: Speaker;
  readonly #flushedAtMs: number[] = [];
  #text = '';
  #sequence = 0;
  /** Grows with every `Clear`: what was begun before it is not wanted. */
  #generation = 0;

  constructor(socket: SimSocket, model: string, traits: DeepgramTraits) {
    this.#socket = socket;
    const { voices, firstAudioMs, burst } = traits;
    const { timers, faults } = socket;
    this.#speaker = new Speaker({ voices, timers, faults, path: '/v1/speak', firstAudioMs, burst, drop: () => socket.drop() });
    socket.send({ type: 'Metadata', request_id: randomUUID(), model_name: model, model_version: 'rehearsal', model_uuid: 'rehearsal' });
  }

  binary(): void {
    this.#bad('DATA-0000');
  }

  text(text: string): void {
    const parsed = parse(text);
    if (!parsed) {
      this.#bad('MESSAGE-0000');
      return;
    }
    switch (parsed.type) {
      case 'Speak':
        this.#text += parsed.text;
        return;
      case 'Flush':
        this.#flush();
        return;
      case 'Clear':
        this.#text = '';
        this.#generation += 1;
        this.#socket.send({ type: 'Cleared', sequence_id: this.#sequence });
        return;
      case 'Close':
        this.#socket.close(1000);
        return;
    }
  }

  end(): void {
    this.#speaker.close();
  }

  #flush(): void {
    const nowMs = this.#socket.timers.clock.monotonicMs();
    while ((this.#flushedAtMs[0] ?? nowMs) < nowMs - flushWindowMs) this.#flushedAtMs.shift();
    if (this.#flushedAtMs.length >= mostFlushes) {
      this.#socket.violation('more than 20 flushes in a minute');
      this.#socket.send({ type: 'Warning', code: 'FLUSH_LIMIT', description: 'Flushes are ignored.' });
      return;
    }
    this.#flushedAtMs.push(nowMs);
    const text = this.#text;
    this.#text = '';
    const generation = this.#generation;
    const isWanted = () => generation === this.#generation;
    if (this.#socket.faults.take('garbage', '/v1/speak')) this.#socket.sendRaw('{"type":"Flu');
    this.#speaker
      .say(text, (bytes) => this.#socket.sendBinary(bytes), isWanted)
      .then(
        () => {
          if (!isWanted()) return;
          this.#socket.send({ type: 'Flushed', sequence_id: this.#sequence });
          this.#sequence += 1;
        },
        () => this.#socket.drop(),
      );
  }

  #bad(code: string): void {
    this.#socket.violation(`a message that Aura does not take (${code})`);
    this.#socket.send({ type: 'Error', code, description: 'The message was refused.' });
    this.#socket.close(1008, code);
  }
}

function parse(text: string): z.infer<typeof message> | null {
  try {
    return message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
