import type { BrainReply } from '../openai/brain.ts';
import type { Chance } from '../openai/chance.ts';
import type { HeardTurn } from '../openai/ear.ts';
import type { Timers } from '../openai/timers.ts';
import type { Json } from '../openai/wire.ts';
import { Backend } from './backend.ts';
import type { LiveTraits } from './live-traits.ts';
import { fragmentsOf, LiveMind } from './mind.ts';
import { Mouth } from './mouth.ts';
import type { LiveClientEvent, LiveConfig } from './schemas.ts';

/** What a client puts in while the session goes on. */
export type Append = Extract<LiveClientEvent, { readonly content: string }>;

export interface ConductParts {
  /** Of the session. */
  readonly number: number;
  readonly traits: LiveTraits;
  readonly timers: Timers;
  readonly chance: Chance;
  config(): LiveConfig | null;
  /** Place in the audio of the session. */
  heardMs(): number;
  calleeSpeaks(): boolean;
  sound(bytes: Uint8Array): void;
  send(event: Json): void;
}

/** What the simulated AI of one session does: when it speaks and yields, what it makes of what it hears and of what it is told. */
export class Conduct {
  readonly #parts: ConductParts;
  readonly #mind: LiveMind;
  readonly mouth: Mouth;
  readonly backend: Backend;
  /** It was told to keep silent and listen. */
  #held = false;

  constructor(parts: ConductParts) {
    this.#parts = parts;
    const { traits, timers, chance } = parts;
    this.#mind = new LiveMind(traits.brain);
    this.mouth = new Mouth({
      voices: traits.voices,
      timers,
      chance,
      delivery: traits.delivery,
      burst: traits.burst,
      nowMs: () => parts.heardMs(),
      sound: (bytes) => parts.sound(bytes),
      words: (delta, start_ms, end_ms) => parts.send({ type: 'session.output_transcript.delta', delta, start_ms, end_ms }),
      over: (text) => this.#mind.note('ai', text),
    });
    this.backend = new Backend({
      chance,
      model: () => {
        const config = parts.config();
        return config?.delegation?.type === 'responses' ? config.delegation.responses.model : '';
      },
      clockMs: () => parts.heardMs(),
      send: (event) => parts.send(event),
      goOn: (delegation) => this.#carryOut(this.#think('client', null), delegation),
    });
  }

  get said(): readonly { readonly by: string; readonly text: string }[] {
    return this.#mind.said;
  }

  /** As the session was asked for. */
  begin(config: LiveConfig): void {
    this.#held = /\bstay silent and only listen\b/i.test(config.instructions ?? '');
    for (const item of config.input ?? []) {
      const by = item.role === 'assistant' ? 'ai' : item.role === 'user' ? 'callee' : 'system';
      this.#mind.note(by, item.content[0]?.text ?? '');
    }
  }

  /** What was appended takes effect. */
  takeIn({ type, content }: Append): void {
    if (type === 'session.thinking.append') {
      this.#mind.know(content);
      return;
    }
    if (type === 'session.commentary.append') {
      if (this.mouth.speaking) return;
      if (/^(it is your turn|say now what you were told)/i.test(content)) this.#carryOut(this.#think('client', null), null);
      else this.#speak(content);
      return;
    }
    const begin = /^begin now, then listen: ([\s\S]*)$/i.exec(content)?.[1];
    if (begin !== undefined) this.#carryOut(this.#think('client', begin), null);
    else if (/^stay silent and only listen/i.test(content)) {
      this.#held = true;
      this.mouth.cut();
    } else if (/^you may speak again/i.test(content)) this.#held = false;
    else if (/^stop speaking/i.test(content)) this.mouth.cut();
    else this.#mind.note('system', content);
  }

  calleeBegan(): void {
    const { traits, timers, heardMs, calleeSpeaks } = this.#parts;
    const beganAtMs = heardMs();
    const look = () => {
      if (!calleeSpeaks() || !this.mouth.speaking) return;
      if (heardMs() - beganAtMs >= traits.yieldMs) this.mouth.cut();
      else timers.after(20, look);
    };
    look();
  }

  /** @param silenceMs behind the words, by which their end was known */
  calleeEnded(turn: HeardTurn, silenceMs: number): void {
    if (turn.words === '') return;
    const { chance, send } = this.#parts;
    const deltas = fragmentsOf(turn.words, turn.startMs, turn.endMs - turn.startMs - silenceMs);
    // Now and then a fragment comes before the one that precedes it.
    if (deltas.length > 2 && chance.next() < 0.3) deltas.splice(1, 2, ...deltas.slice(1, 3).reverse());
    for (const delta of deltas) send({ type: 'session.input_transcript.delta', ...delta });
    this.#mind.note('callee', turn.words);
    const reply = this.#think('turn', null);
    this.#carryOut(this.#held ? { ...reply, say: null } : reply, null);
  }

  #think(trigger: 'turn' | 'client', override: string | null): BrainReply {
    const { config, timers } = this.#parts;
    return this.#mind.think(config(), trigger, override, timers.clock.nowMs());
  }

  #carryOut(reply: BrainReply, delegation: string | null): void {
    const { traits, number } = this.#parts;
    if (reply.calls.length > 0 && traits.faults.take('delegation-failed', number)) this.backend.fail();
    else if (reply.calls.length > 0 || delegation !== null) {
      this.backend.delegate(reply.calls, delegation, (name, text) => this.#mind.call(name, text));
    }
    if (reply.say !== null) this.#speak(reply.say);
  }

  #speak(text: string): void {
    const { traits, number, chance } = this.#parts;
    if (traits.faults.take('silent', number)) return;
    this.mouth.say(text, chance.between(traits.thinkMs));
  }
}
