import type { Json } from './wire.ts';

/** One event of a session. Of audio only the amount is kept: `audio` and `delta` are left out of `event`. */
export interface RecordedEvent {
  readonly atMs: number;
  readonly from: 'client' | 'server';
  readonly type: string;
  readonly event: Json;
  /** Bytes of audio it carried; several appends in a row are one entry. */
  audioBytes: number;
  count: number;
}

/** A protocol error that the client made, or something that the real service would let pass and a careful client would not do. */
export interface Violation {
  readonly session: number;
  readonly atMs: number;
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly eventId: string | null;
  /** Races that a correct client runs into as well; see `HARMLESS`. */
  readonly harmless: boolean;
}

const HARMLESS: readonly string[] = [
  'response_cancel_not_active',
  'input_audio_buffer_commit_empty',
  'conversation_already_has_active_response',
];

/** Events kept for one session; older ones are let go. */
const MOST_EVENTS = 20_000;

/** What went over one socket. */
export class SessionLog {
  readonly #session: number;
  readonly #events: RecordedEvent[] = [];
  readonly #violations: Violation[];

  constructor(session: number, violations: Violation[]) {
    this.#session = session;
    this.#violations = violations;
  }

  get events(): readonly RecordedEvent[] {
    return this.#events;
  }

  record(atMs: number, from: 'client' | 'server', type: string, event: Json, audioBytes = 0): void {
    const last = this.#events.at(-1);
    if (last && last.from === from && last.type === type && type === 'input_audio_buffer.append') {
      last.audioBytes += audioBytes;
      last.count++;
      return;
    }
    this.#events.push({ atMs, from, type, event: audioBytes > 0 ? withoutAudio(event) : event, audioBytes, count: 1 });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
  }

  violation(
    atMs: number,
    found: { readonly code: string; readonly message: string; readonly param: string | null; readonly eventId: string | null },
  ): void {
    this.#violations.push({ session: this.#session, atMs, ...found, harmless: HARMLESS.includes(found.code) });
  }
}

function withoutAudio(event: Json): Json {
  const { audio, delta, ...rest } = event;
  return typeof audio === 'string' || typeof delta === 'string' ? rest : event;
}
