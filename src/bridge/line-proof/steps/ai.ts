import type { Clock } from '#bridge/contract/clock.ts';
import type { World } from '#bridge/contract/words.ts';
import type { Finding } from '../../domain/line-proof.ts';
import { deafHandlers } from '../../engines/deaf-handlers.ts';
import type { Engine, EngineFailure, EngineHandlers, EngineSession } from '../../engines/engine.ts';
import { bad, seconds } from '../run-steps.ts';

/** Beyond these a callee hears the waiting. */
const slow = { socketMs: 2_500, sessionMs: 2_500, audioMs: 3_500 } as const;
const test = 'Say exactly this, and nothing else: <<<The line works.>>>';

type Milestone = 'connected' | 'ready' | 'audio';

/** One short session with the AI, in three steps. */
export class AiSteps {
  readonly #engine: Engine;
  readonly #world: World;
  readonly #clock: Clock;
  readonly #reached = new Map<Milestone, PromiseWithResolvers<number>>();
  #session: EngineSession | null = null;
  #failure: EngineFailure | null = null;
  #model = '';

  constructor(engine: Engine, world: World, clock: Clock) {
    this.#engine = engine;
    this.#world = world;
    this.#clock = clock;
    for (const milestone of ['connected', 'ready', 'audio'] as const) {
      const reached = Promise.withResolvers<number>();
      reached.promise.catch(() => undefined);
      this.#reached.set(milestone, reached);
    }
  }

  async socket(signal: AbortSignal): Promise<Finding> {
    const available = this.#engine.availability(true);
    if (!available.ok) {
      const cure = 'Save a working OpenAI key in Setup. Without it, calls are one-way announcements.';
      return { ...bad('It cannot be tried.', sentence(available.reason), cure, false), action: { kind: 'open-setup', provider: 'openai' } };
    }
    const beganMs = this.#clock.monotonicMs();
    this.#session = this.#engine.open(
      {
        instructions: 'You test a telephone line. Say only what you are asked to say.',
        voice: null,
        language: null,
        model: null,
        turnDetection: null,
        tools: [],
        safetyIdentifier: 'line-proof',
        world: this.#world,
        insist: true,
      },
      this.#handlers(),
    );
    const found = await this.#until('connected', beganMs, signal);
    if (typeof found !== 'number') return found ?? silent('The AI takes the connection and stays silent.');
    return judged(found, slow.socketMs, 'It is connected', 'The way to the AI provider is slow.');
  }

  async session(signal: AbortSignal): Promise<Finding> {
    const found = await this.#until('ready', this.#clock.monotonicMs(), signal);
    if (typeof found !== 'number') return found ?? silent('The socket is open, and the AI does not answer to our settings.');
    return judged(found, slow.sessionMs, `${this.#model} is ready`, 'The AI provider takes long to set up a session.');
  }

  async audio(signal: AbortSignal): Promise<Finding> {
    const beganMs = this.#clock.monotonicMs();
    this.#session?.answer(test);
    const found = await this.#until('audio', beganMs, signal);
    if (typeof found !== 'number') return found ?? silent('The AI is ready and says nothing.');
    return judged(found, slow.audioMs, 'It speaks', 'The AI provider is slow to answer: that is what a callee would wait for.');
  }

  close(): void {
    this.#session?.close();
    this.#session = null;
  }

  async #until(milestone: Milestone, sinceMs: number, signal: AbortSignal): Promise<number | Finding | null> {
    const reached = this.#reached.get(milestone);
    if (!reached) return null;
    const given = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
    const atMs = await Promise.race([reached.promise.catch(() => null), given]);
    if (atMs !== null) return Math.max(0, atMs - sinceMs);
    if (!this.#failure) return null;
    const { cause, cure, kind } = this.#failure;
    const page = /key|credit|limit|account/i.test(cause) ? { action: { kind: 'open-setup', provider: 'openai' } as const } : {};
    return {
      ...bad(
        'It failed.',
        sentence(cause),
        cure ?? 'Try again in a moment; the fault is at the provider or on the way to it.',
        kind === 'fatal',
      ),
      ...page,
    };
  }

  #handlers(): EngineHandlers {
    const reach = (milestone: Milestone) => this.#reached.get(milestone)?.resolve(this.#clock.monotonicMs());
    return {
      ...deafHandlers,
      connected: () => reach('connected'),
      ready: ({ model }) => {
        this.#model = model;
        reach('ready');
      },
      audio: () => reach('audio'),
      failed: (failure) => {
        this.#failure = failure;
        for (const reached of this.#reached.values()) reached.reject(new Error(failure.cause));
      },
      answered: ({ status, detail }) => {
        if (status !== 'failed') return;
        this.#failure ??= { kind: 'retryable', cause: detail ?? 'the AI could not answer', cure: null };
        this.#reached.get('audio')?.reject(new Error('no answer'));
      },
    };
  }
}

function judged(ms: number, slowMs: number, what: string, cause: string): Finding {
  if (ms <= slowMs) return { kind: 'good', result: `${what} after ${seconds(ms)}.` };
  return bad(
    `${what} only after ${seconds(ms)}.`,
    cause,
    'Look at the status page of the provider, and at the network; prove again later.',
    false,
  );
}

function silent(cause: string): Finding {
  return bad('No answer in time.', cause, 'Check OPENAI_BASE_URL if it is set, and for a firewall or proxy on the way.', false);
}

function sentence(text: string): string {
  const whole = `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
