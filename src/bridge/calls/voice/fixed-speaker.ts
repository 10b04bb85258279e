import type { AiUtterances } from './ai-utterances.ts';
import type { AnswerDue } from './answer-due.ts';
import type { Clip } from './clip-shelf.ts';
import { ClipStudio } from './clip-studio.ts';
import type { ExpectedSpeech } from './expected-speech.ts';
import type { FixedUtterances } from './fixed-utterances.ts';
import { exactly, type FixedSpeech, type FlowSpeech } from './speech.ts';
import type { Unfinished } from './unfinished.ts';
import type { VoiceLadder } from './voice-ladder.ts';
import type { VoiceEvents, VoiceParts } from './voice-parts.ts';
import type { VoicePermission } from './voice-permission.ts';

export interface FixedSpeakerParts
  extends Pick<VoiceParts, 'shelf' | 'speeches' | 'request' | 'world' | 'log' | 'clock' | 'playout' | 'transcript' | 'sinceAnswerMs'> {
  readonly events: Pick<VoiceEvents, 'firstAudio' | 'fixedHeard' | 'fixedPlayed' | 'broke'>;
  readonly ai: Pick<VoiceLadder, 'at' | 'current' | 'isOpen' | 'isOver' | 'fail'>;
  readonly utterances: AiUtterances;
  readonly fixed: FixedUtterances;
  readonly expected: ExpectedSpeech;
  readonly due: AnswerDue;
  readonly unfinished: Unfinished;
  readonly may: VoicePermission;
  /** Somebody listens already. */
  isHeard(): boolean;
  /** Everything that is on its way to the ear ends here. */
  drop(): void;
}

/** Says fixed sentences: from a clip, from one that is being made, or by the session itself. */
export class FixedSpeaker {
  readonly #parts: FixedSpeakerParts;
  readonly #studio: ClipStudio;
  readonly #abort = new AbortController();
  /** How often another voice took over. */
  #changes = 0;

  constructor(parts: FixedSpeakerParts) {
    this.#parts = parts;
    const { shelf, speeches, request, world, log, ai } = parts;
    this.#studio = new ClipStudio({
      shelf,
      speeches,
      log,
      keysOf: (text) => {
        const own = shelf.key(text, request.voice, request.model, world);
        const rung = ai.at ?? 'realtime';
        // Each engine has a voice of its own; a sentence in another one's is better than none.
        return rung === 'realtime' ? [own] : [shelf.key(text, request.voice, `${rung}:${request.model ?? ''}`, world), own];
      },
    });
  }

  /** What is null counts as said. */
  say(what: FlowSpeech): void {
    const { speeches, fixed } = this.#parts;
    const text = speeches[what];
    const clip = this.#studio.get(what);
    fixed.said(what);
    if (text === null) this.#countAsSaid(what);
    else if (clip) this.#play(what, clip);
    else if (!this.#playWhileMade(what, text)) this.#ask(what, text);
  }

  /** Bridge a wait, when there is a clip for it. */
  bridge(): void {
    const { may } = this.#parts;
    const clip = this.#studio.get('one-moment');
    if (clip && !may.isHeld && !may.isRestricted) this.#play('one-moment', clip);
  }

  hasClip(what: FixedSpeech): boolean {
    return this.#studio.get(what) !== null;
  }

  /** The session at work makes what is missing. @param made one more is there */
  makeClips(made: () => void): void {
    const { ai, events } = this.#parts;
    if (!ai.current) return;
    this.#studio.make(ai.current, this.#abort.signal, (what) => this.#mayNeed(what), made).catch((error: unknown) => events.broke(error));
  }

  /** Another voice takes over: whoever made a clip is gone. */
  voiceChanged(): void {
    this.#changes += 1;
  }

  /** An answer is over that may have been one we asked for. */
  answered(isFinal: boolean): void {
    const what = this.#parts.expected.answered(isFinal);
    if (what !== null) this.#unsaid(what);
  }

  close(): void {
    this.#abort.abort();
  }

  /** Once somebody listens, only what they have not heard yet is worth making. */
  #mayNeed(what: FixedSpeech): boolean {
    const { fixed, isHeard } = this.#parts;
    return !isHeard() || ((what === 'disclosure' || what === 'greeting' || what === 'one-moment') && !fixed.wasSaid(what));
  }

  #countAsSaid(what: FlowSpeech): void {
    const { fixed, events } = this.#parts;
    fixed.heard(what);
    events.fixedHeard(what);
    events.fixedPlayed(what, false);
  }

  /**
   * It was not said. Without a disclosure there is no call, and a message that nobody spoke was not left.
   * @param isSilent nothing came at all
   */
  #unsaid(what: FlowSpeech, isSilent = false): void {
    const { ai, unfinished } = this.#parts;
    unfinished.owed = what;
    if (what === 'disclosure' || what === 'voicemail' || (isSilent && what === 'greeting'))
      ai.fail({ kind: 'retryable', cause: 'the AI did not say what it was asked to say', cure: null });
    else this.#countAsSaid(what);
  }

  #ask(what: FlowSpeech, text: string): void {
    const { ai, unfinished, expected, due } = this.#parts;
    const session = ai.isOpen ? ai.current : null;
    if (!session && !ai.isOver) {
      // Another voice is on its way; it is the first thing that it says.
      unfinished.owed = what;
      return;
    }
    if (!session) {
      this.#unsaid(what);
      return;
    }
    const instructions = exactly(text);
    expected.expect(what, instructions, () => this.#unsaid(what, true));
    // A goodbye has its own limit, and a tape is not told to wait a moment.
    if (what === 'disclosure' || what === 'greeting') due.expectWord();
    session.answer(instructions);
  }

  #play(what: FixedSpeech, clip: Clip): void {
    const { playout } = this.#parts;
    const utterance = this.#begin(what, clip.text, true);
    playout.push(utterance, clip.audio);
    playout.finish(utterance);
  }

  /** Half a clip is enough to begin with: it is made faster than it is spoken. @returns false when there is not even that */
  #playWhileMade(what: FlowSpeech, text: string): boolean {
    const { playout, transcript, may, drop } = this.#parts;
    let utterance: string | null = null;
    const { holds } = may;
    const changes = this.#changes;
    return this.#studio.follow(what, {
      audio: (bytes) => {
        if (holds !== may.holds) return;
        utterance ??= this.#begin(what, text, false);
        playout.push(utterance, bytes);
      },
      done: (spoken) => {
        if (utterance === null || this.#abort.signal.aborted) return;
        if (spoken === null && changes !== this.#changes && !may.isHeld) {
          // Whoever was making it is gone: half a sentence is none.
          drop();
          this.say(what);
          return;
        }
        transcript.aiText(utterance, spoken ?? text, true, this.#nowMs());
        playout.finish(utterance);
      },
    });
  }

  #begin(what: FixedSpeech, text: string, final: boolean): string {
    const { fixed, utterances, transcript, events } = this.#parts;
    const utterance = fixed.newClip(what);
    utterances.begin(utterance);
    transcript.aiText(utterance, text, final, this.#nowMs());
    events.firstAudio();
    return utterance;
  }

  #nowMs(): number {
    const { clock, sinceAnswerMs } = this.#parts;
    return sinceAnswerMs(clock.monotonicMs());
  }
}
