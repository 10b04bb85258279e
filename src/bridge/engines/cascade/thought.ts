import type { UsageLine } from '../engine.ts';
import type { DialogueItem } from './dialogue.ts';
import type { StageProblem } from './problems.ts';
import type { StageHealth } from './stage-health.ts';
import { replaceableWordLimitMs, type ThinkingRequest, type ThinkingRun, type ThinkingStage } from './stages.ts';

export interface ThoughtHandlers {
  text(delta: string): void;
  call(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  done(status: 'completed' | 'incomplete'): void;
  /** No model can think. */
  failed(problem: StageProblem): void;
}

export interface ThoughtOptions {
  readonly stages: readonly ThinkingStage[];
  readonly health: StageHealth;
  usage(lines: readonly UsageLine[]): void;
  trouble(detail: string): void;
}

const goOn = 'Your answer was broken off after these last words. Go on from there, without repeating any of them.';

/**
 * One answer being thought of, by whichever model works: who takes over goes on where the other stopped. Nothing is told until somebody
 * listens, so that thinking can begin on a guess.
 */
export class Thought {
  readonly #options: ThoughtOptions;
  readonly #request: ThinkingRequest;
  readonly #untried: ThinkingStage[];
  #run: ThinkingRun | null = null;
  #on: ThoughtHandlers | null = null;
  #held: ((on: ThoughtHandlers) => void)[] = [];
  #text = '';
  #called = false;
  #over = false;

  constructor(options: ThoughtOptions, request: ThinkingRequest) {
    this.#options = options;
    this.#request = request;
    this.#untried = [...options.health.order(options.stages)];
    this.#next({ kind: 'fatal', cause: 'there is no model to think with', cure: null });
  }

  /** From now on everything is told, beginning with what there is already. */
  listen(on: ThoughtHandlers): void {
    this.#on = on;
    for (const tell of this.#held.splice(0)) tell(on);
  }

  /** Nothing more is told. */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#held = [];
    const lines = this.#run?.abort() ?? [];
    if (lines.length > 0) this.#options.usage(lines);
  }

  #next(problem: StageProblem): void {
    const { stages, health } = this.#options;
    const stage = this.#untried.shift();
    if (!stage) {
      this.#over = true;
      const fatal = stages.map(({ name }) => health.fatalProblem(name));
      const whole: StageProblem = fatal.every((one) => one !== null) && fatal[0] ? fatal[0] : { ...problem, kind: 'retryable' };
      // Not before the constructor has returned.
      queueMicrotask(() => this.#tell((on) => on.failed(whole)));
      return;
    }
    this.#run = stage.think(this.#requestFrom(), {
      text: (delta) => {
        this.#text += delta;
        this.#tell((on) => on.text(delta));
      },
      call: (call) => {
        this.#called = true;
        this.#tell((on) => on.call(call));
      },
      done: ({ status, usage }) => {
        this.#over = true;
        health.worked(stage.name);
        this.#options.usage(usage);
        this.#tell((on) => on.done(status));
      },
      failed: (failure) => {
        health.failed(stage.name, failure);
        this.#options.trouble(`${stage.name} cannot think: ${failure.cause}`);
        // What it wants done stands; a second model would want it again.
        if (this.#called) {
          this.#over = true;
          this.#tell((on) => on.done('incomplete'));
        } else this.#next(failure);
      },
    });
  }

  #requestFrom(): ThinkingRequest {
    const request = this.#untried.length > 0 ? { ...this.#request, wordLimitMs: replaceableWordLimitMs } : this.#request;
    if (this.#text === '') return request;
    const said: DialogueItem = { kind: 'said', by: 'ai', text: this.#text };
    const { items, note } = request;
    return { ...request, items: [...items, said], note: note === null ? goOn : `${note}\n${goOn}` };
  }

  #tell(tell: (on: ThoughtHandlers) => void): void {
    if (this.#on) tell(this.#on);
    else this.#held.push(tell);
  }
}
