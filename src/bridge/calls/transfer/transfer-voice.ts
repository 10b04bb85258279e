import type { Logger } from 'pino';
import type { World } from '#bridge/contract/words.ts';
import { deafHandlers } from '../../engines/deaf-handlers.ts';
import type { Engine, EngineHandlers, EngineSession, SessionRequest, UsageLine } from '../../engines/engine.ts';
import type { Clip, ClipShelf } from '../voice/clip-shelf.ts';

export interface TransferVoiceParts {
  readonly engine: Engine;
  readonly shelf: ClipShelf;
  /** As the call's own session was asked for. */
  readonly request: Pick<SessionRequest, 'voice' | 'language' | 'model' | 'safetyIdentifier'>;
  readonly world: World;
  readonly log: Logger;
  usage(lines: readonly UsageLine[]): void;
}

/**
 * The sentences of one transfer as sound, made while the colleague's phone rings: by a session of its own, so that the one that talks with
 * the lead is not kept waiting. What could not be made is said by the carrier's own voice, or not at all.
 */
export class TransferVoice {
  readonly #parts: TransferVoiceParts;
  readonly #abort = new AbortController();
  #session: EngineSession | null = null;

  constructor(parts: TransferVoiceParts) {
    this.#parts = parts;
  }

  /** Make what is missing, the first one first. Never rejects. */
  async make(texts: readonly string[]): Promise<void> {
    const { engine, shelf, log } = this.#parts;
    const missing = texts.filter((text) => this.get(text) === null);
    if (missing.length === 0 || this.#abort.signal.aborted || !engine.availability().ok) return;
    try {
      this.#session ??= this.#open();
      for (const text of missing) shelf.put(this.#key(text), await this.#session.render(text, this.#abort.signal));
    } catch (error) {
      if (!this.#abort.signal.aborted)
        log.info({ reason: error instanceof Error ? error.message : 'unknown' }, 'a sentence of a transfer could not be rendered');
    } finally {
      this.#drop();
    }
  }

  get(text: string): Clip | null {
    return this.#parts.shelf.get(this.#key(text));
  }

  close(): void {
    this.#abort.abort();
    this.#drop();
  }

  #key(text: string): string {
    const { shelf, request, world } = this.#parts;
    return shelf.key(text, request.voice, request.model, world);
  }

  #drop(): void {
    this.#session?.close();
    this.#session = null;
  }

  #open(): EngineSession {
    const { engine, request, world, log, usage } = this.#parts;
    const on: EngineHandlers = {
      ...deafHandlers,
      usage,
      failed: ({ cause }) => log.info({ cause }, 'the session that speaks to a colleague failed'),
    };
    const asked: SessionRequest = {
      ...request,
      world,
      instructions: 'Say what you are asked to say, word for word.',
      turnDetection: null,
      tools: [],
    };
    return engine.open(asked, on);
  }
}
