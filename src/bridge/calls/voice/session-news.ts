import type { EngineHandlers } from '../../engines/engine.ts';
import type { AiUtterances } from './ai-utterances.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import type { FixedSpeaker } from './fixed-speaker.ts';
import type { LeadTurns } from './lead-turns.ts';
import type { FlowSpeech } from './speech.ts';
import type { SpeechCut } from './speech-cut.ts';
import type { StarvationWatch } from './starvation-watch.ts';
import type { ToolMemory } from './tool-memory.ts';
import type { TurnClock } from './turn-clock.ts';
import type { Unfinished } from './unfinished.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoiceParts } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface SessionNewsParts
  extends Pick<VoiceParts, 'events' | 'transcript' | 'playout' | 'log' | 'speeches' | 'clock' | 'sinceAnswerMs'> {
  readonly ai: Pick<VoiceLadder, 'current' | 'isOpen' | 'isOver' | 'note'>;
  readonly utterances: AiUtterances;
  readonly speaker: FixedSpeaker;
  readonly expected: ExpectedSpeech;
  readonly leadTurns: LeadTurns;
  readonly cut: SpeechCut;
  readonly unfinished: Unfinished;
  readonly starvation: StarvationWatch;
  readonly turnClock: TurnClock;
  readonly tools: ToolMemory;
  readonly may: VoicePermission;
  toolResult(id: string, result: string, thenAnswer: boolean): void;
}

/** What the session at work tells: its audio goes to the ear, everything else to whom it concerns. */
export class SessionNews {
  readonly #parts: SessionNewsParts;
  readonly handlers: EngineHandlers;
  #toldReady = false;
  #closed = false;

  constructor(parts: SessionNewsParts) {
    this.#parts = parts;
    this.handlers = this.#makeHandlers();
  }

  /** What was ready while the phone rang is told again: only at the answer does it matter. */
  tellReadyAgain(): void {
    this.#toldReady = false;
    this.#tellReady();
  }

  close(): void {
    this.#closed = true;
  }

  #makeHandlers(): EngineHandlers {
    const { events, transcript, playout, log, ai, utterances, speaker, leadTurns, cut, unfinished, starvation, turnClock, tools, may } =
      this.#parts;
    return {
      connected: () => {
        events.connected();
        this.#tellReady();
      },
      ready: ({ model }) => {
        events.sessionReady(model);
        if (may.autoAnswer) ai.current?.setAutoAnswer(true);
        this.#tellReady();
        speaker.makeClips(() => this.#tellReady());
      },
      audio: (utterance, bytes) => {
        if (!utterances.begin(utterance)) return;
        unfinished.inAir.add(utterance);
        starvation.audioCame(utterance);
        turnClock.audioCame();
        events.firstAudio();
        playout.push(utterance, bytes);
      },
      utteranceText: (utterance, text, final) => {
        if (utterances.begin(utterance)) transcript.aiText(utterance, text, final, this.#nowMs());
      },
      audioDone: (utterance) => {
        unfinished.inAir.delete(utterance);
        playout.finish(utterance);
      },
      answering: ({ instructions }) => {
        utterances.answerBegan(instructions);
        events.thinking();
      },
      answered: ({ status, detail }) => this.#answerOver(status, detail),
      speechStarted: (turn, sessionAudioMs) => leadTurns.started(turn, sessionAudioMs),
      speechStopped: (turn, sessionAudioMs) => {
        cut.owesNothing();
        leadTurns.stopped(turn, sessionAudioMs);
      },
      turnCommitted: () => undefined,
      turnText: (turn, text, final) => leadTurns.text(turn, text, final),
      toolCalled: (call) => {
        ai.note({ type: 'tool.called' });
        const known = tools.called(call);
        if (known === null) events.toolCalled(call);
        else this.#parts.toolResult(call.id, known, true);
      },
      nudged: (id) => events.nudged(id, utterances.answers),
      turnTimes: (times) => turnClock.told(times),
      usage: (lines) => events.usage(lines),
      expiresAt: () => undefined,
      failed: (failure) => {
        utterances.lost();
        events.failed(failure);
      },
      trouble: (detail) => log.warn({ detail }, 'trouble with the AI session'),
    };
  }

  #answerOver(status: 'completed' | 'cancelled' | 'incomplete' | 'failed', detail: string | null): void {
    const { utterances, log, speaker, expected, playout, events } = this.#parts;
    utterances.answerOver(status === 'completed');
    if (status === 'failed') log.warn({ detail }, 'an answer of the AI failed');
    // One that failed is tried again by the engine.
    speaker.answered(status === 'completed' || status === 'incomplete');
    if (expected.what === null && !playout.speaking) events.fellSilent();
  }

  #tellReady(): void {
    const { ai, speeches, speaker, events } = this.#parts;
    if (this.#toldReady || this.#closed || ai.isOver) return;
    const first: FlowSpeech = speeches.disclosure === null ? 'greeting' : 'disclosure';
    if (!ai.isOpen && !speaker.hasClip(first)) return;
    this.#toldReady = true;
    events.ready();
  }

  #nowMs(): number {
    const { clock, sinceAnswerMs } = this.#parts;
    return sinceAnswerMs(clock.monotonicMs());
  }
}
