import type { Clock } from '#bridge/contract/clock.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { StageProblem } from './problems.ts';
import type { HearingStage, SpeakingStage, ThinkingStage } from './stages.ts';
import { type StandardCascadeOptions, standardStages } from './standard-cascade.ts';

/** One service of the cascade that can be tried. */
export interface StageProbe {
  /** For a person, as `Deepgram’s hearing`. */
  readonly name: string;
  /** Try it for real, at the cost of a word. @returns what was found @throws {BridgeError} `engine/refused`, `engine/unreachable` */
  try(signal: AbortSignal): Promise<string>;
}

/** Longer than a step of the proof takes; the step's own signal ends it first. */
const openLimitMs = 8_000;

/**
 * What can be tried of the cascade: whoever has a key. OpenAI has one for its own sake; its text and its voice count only where somebody
 * hears for them.
 */
export function stageProbes(options: StandardCascadeOptions): readonly StageProbe[] {
  const { clock } = options;
  const { hearing, thinking, speaking } = standardStages(options);
  const has = ({ account }: { readonly account: HearingStage['account'] }) => account.apiKey !== null;
  const of = ({ account }: { readonly account: HearingStage['account'] }) =>
    `${account.service.name}’${account.service.name.endsWith('s') ? '' : 's'}`;
  const ear = hearing.find(has);
  const mind = ear && thinking.find(has);
  const mouths = speaking.filter((stage) => has(stage) && (ear !== undefined || stage.account.service.name !== 'OpenAI'));
  return [
    ...(ear ? [{ name: `${of(ear)} hearing`, try: (signal: AbortSignal) => tryHearing(ear, clock, signal) }] : []),
    ...(mind ? [{ name: `${of(mind)} text model`, try: (signal: AbortSignal) => tryThinking(mind, clock, signal) }] : []),
    ...mouths.map((stage) => ({
      name: `${of(stage)} voice`,
      try: (signal: AbortSignal) => trySpeaking(stage, clock, signal),
    })),
  ];
}

function tryHearing(stage: HearingStage, clock: Clock, signal: AbortSignal): Promise<string> {
  return tried(clock, signal, (found, failed) => {
    const nothing = () => {};
    const stream = stage.open(
      { language: null, silenceMs: 500, openLimitMs },
      {
        opened: () => found('It listens'),
        failed,
        speechStarted: nothing,
        words: nothing,
        mayBeOver: nothing,
        resumed: nothing,
        turnOver: nothing,
        trouble: nothing,
      },
    );
    return () => stream.close();
  });
}

function tryThinking(stage: ThinkingStage, clock: Clock, signal: AbortSignal): Promise<string> {
  return tried(clock, signal, (found, failed) => {
    const run = stage.think(
      {
        instructions: 'Answer with one word.',
        items: [{ kind: 'said', by: 'callee', text: 'Hello?' }],
        note: null,
        tools: [],
        safetyIdentifier: 'line-proof',
      },
      { text: () => found('Its first word came'), call: () => {}, done: () => found('It answered'), failed },
    );
    return () => void run.abort();
  });
}

function trySpeaking(stage: SpeakingStage, clock: Clock, signal: AbortSignal): Promise<string> {
  return tried(clock, signal, (found, failed) => {
    const voice = stage.connect({ voice: null, language: null, openLimitMs }, { opened: () => {}, lost: failed, trouble: () => {} });
    const speech = voice.speak({
      audio: () => found('Its first sound came'),
      timings: () => {},
      done: () => failed({ kind: 'retryable', cause: `${stage.account.service.name} made no sound of a word`, cure: null }),
      failed,
    });
    speech.push('Ready.');
    speech.endOfText();
    return () => {
      speech.cancel();
      voice.close();
    };
  });
}

/** @param begin returns how to end it */
async function tried(
  clock: Clock,
  signal: AbortSignal,
  begin: (found: (words: string) => void, failed: (problem: StageProblem) => void) => () => void,
): Promise<string> {
  const startedAtMs = clock.monotonicMs();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const failed = ({ kind, cause, cure }: StageProblem) =>
    reject(problemError(kind, `${sentence(cause)}${cure === null ? '' : ` ${cure}`}`));
  const aborted = () => reject(problemError('retryable', 'It takes the question and stays silent.'));
  const end = begin((words) => resolve(`${words} after ${Math.round(clock.monotonicMs() - startedAtMs)} ms.`), failed);
  signal.addEventListener('abort', aborted, { once: true });
  if (signal.aborted) aborted();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', aborted);
    end();
  }
}

function problemError(kind: StageProblem['kind'], message: string): BridgeError {
  return new BridgeError(kind === 'fatal' ? 'engine/refused' : 'engine/unreachable', message, { retryable: kind === 'retryable' });
}

function sentence(cause: string): string {
  return `${cause[0]?.toUpperCase() ?? ''}${cause.slice(1)}.`;
}
