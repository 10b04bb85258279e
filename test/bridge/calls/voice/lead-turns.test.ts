import { describe, expect, it } from 'vitest';
import { TranscriptKeeper } from '#bridge/calls/record/transcript.ts';
import { AnswerDue } from '#bridge/calls/voice/answer-due.ts';
import { LeadTurns } from '#bridge/calls/voice/lead-turns.ts';
import { ToolMemory } from '#bridge/calls/voice/tool-memory.ts';
import { TurnClock } from '#bridge/calls/voice/turn-clock.ts';
import { Unfinished } from '#bridge/calls/voice/unfinished.ts';
import { VoicePermission } from '#bridge/calls/voice/voice-permission.ts';
import type { LadderEvent } from '#bridge/domain/ladder-state.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

/** A voice that hears while it speaks has said something, and the lead says these words behind it. @returns what the ladder is told */
function afterAi(aiWords: string, { isCut = false } = {}) {
  const clock = new ManualClock();
  const told: LadderEvent['type'][] = [];
  const note = (event: LadderEvent) => told.push(event.type);
  const nothing = () => undefined;
  const transcript = new TranscriptKeeper({ changed: nothing });
  const may = new VoicePermission();
  may.autoAnswer = true;
  const turns = new LeadTurns({
    clock,
    transcript,
    may,
    sinceAnswerMs: (monotonicMs) => monotonicMs,
    events: { leadStartedSpeaking: nothing, leadStoppedSpeaking: nothing, leadSaid: nothing },
    ai: { at: 'live', note },
    turnClock: new TurnClock(clock),
    unfinished: new Unfinished(),
    due: new AnswerDue({ clock, isLineOpen: () => true, note }),
    tools: new ToolMemory(),
    bargeIn: nothing,
  });
  transcript.aiText('a1', aiWords, true, 0);
  transcript.aiStarted('a1', 0);
  if (isCut) transcript.aiHeard('a1', aiWords.slice(0, 10), 1_000);
  else transcript.aiEnded('a1', 1_000);
  return {
    told,
    says(words: string) {
      turns.started('t1', 1_500);
      turns.stopped('t1', 1_900);
      turns.text('t1', words, true);
    },
  };
}

describe('words of the lead behind a voice that hears while it speaks', () => {
  it.each([
    ['a nod behind a statement', 'We will call you back then.', 'Yes, please.', false],
    ['a whole sentence behind one', 'We will call you back then.', 'What will that cost?', true],
    ['a short question behind a statement', 'We will call you back then.', 'How much?', true],
    ['a short answer to a question', 'Would that interest you?', 'Yes, please.', true],
    ['a short word behind a sentence that stopped in the middle', 'Of course, we will call you', 'Yes, please.', true],
    ['a short word behind a statement in quotation marks', 'Say “stop.”', 'Okay.', false],
    ['no word at all', 'Of course, we will call you', '', false],
  ])('%s', (_what, aiWords, words, isDue) => {
    const { told, says } = afterAi(aiWords);
    says(words);
    expect(told.includes('speech.due')).toBe(isDue);
  });

  it('are a nod when they have cut it off themselves', () => {
    const { told, says } = afterAi('Of course, we will call you', { isCut: true });
    says('Yes.');
    expect(told).not.toContain('speech.due');
  });
});
