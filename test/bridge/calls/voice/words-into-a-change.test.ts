import { describe, expect, it } from 'vitest';
import type { OpenVoiceDetector } from '#bridge/calls/call-ear.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { CallStage, clipBytes } from '#test/support/call-stage.ts';
import { ScriptedMind } from '#test/support/scripted-mind.ts';

const answer = 'We could come by on Tuesday at ten, or on Wednesday if that is better.';

/** A call with an ear of its own that hears what the test says, on this ladder. */
async function onStage(ladder: readonly Rung[]) {
  const ear = { speaking: false, begins: (): void => undefined };
  const openDetector: OpenVoiceDetector = (on) => {
    ear.begins = () => {
      ear.speaking = true;
      on.started(0);
    };
    return {
      hear: () => undefined,
      close: () => undefined,
      get speaking() {
        return ear.speaking;
      },
    };
  };
  const stage = await CallStage.open({ openDetector, mind: new ScriptedMind(), attempt: { carrier: 'twilio', ladder: [...ladder] } });
  return { stage, ear };
}

/** The AI has said a second of its answer. */
async function answering(stage: CallStage): Promise<void> {
  await stage.talk();
  stage.session.begins();
  stage.session.utters(answer, 4_000, { whole: false });
  await stage.pass(1_000);
}

describe('what the lead says into the change of a voice', () => {
  it.each(['live', 'cascade'] as const)('is heard from its beginning by %s, though the one before never told of it', async (rung) => {
    const { stage, ear } = await onStage(['realtime', rung, 'announcement']);
    await using _ = stage;
    await answering(stage);
    ear.begins();
    await stage.pass(700);
    stage.session.fail();
    const { session } = stage[rung];
    // What was said, and a little before it was noticed; no more of what was before.
    expect(session.heardMs).toBeGreaterThanOrEqual(900);
    expect(session.heardMs).toBeLessThanOrEqual(1_200);
    ear.speaking = false;
    await stage.pass(100);
    const turn = session.hears();
    await stage.pass(500);
    session.heardEnd(turn);
    session.understands(turn, 'What does it cost?');
    session.answers('The check is free.', 1_000);
    await stage.pass(1_200);
    expect(stage.view.transcript.map(({ text }) => text).slice(-2)).toEqual(['What does it cost?', 'The check is free.']);
  });

  it('is heard when it was over just before the voice was lost', async () => {
    const { stage, ear } = await onStage(['realtime', 'live', 'announcement']);
    await using _ = stage;
    await stage.talk();
    ear.begins();
    await stage.pass(600);
    ear.speaking = false;
    await stage.pass(400);
    stage.session.fail();
    expect(stage.live.session.heardMs).toBeGreaterThanOrEqual(1_200);
  });

  it('is not heard twice when it was told of and understood, or is long past', async () => {
    const { stage, ear } = await onStage(['realtime', 'live', 'announcement']);
    await using _ = stage;
    await stage.talk();
    ear.begins();
    await stage.pass(200);
    const turn = stage.session.hears();
    ear.speaking = false;
    stage.session.heardEnd(turn);
    stage.session.understands(turn, 'Yes.');
    await stage.pass(200);
    // A noise that no service took for words.
    stage.session.answers('Good.', 400);
    await stage.pass(600);
    ear.begins();
    ear.speaking = false;
    await stage.pass(2_500);
    stage.session.fail();
    expect(stage.live.session.heardMs).toBe(0);
  });

  it('is asked for again by a carrier that cannot hear it any more', async () => {
    const { stage, ear } = await onStage(['realtime', 'turn-based', 'announcement']);
    await using _ = stage;
    await stage.talk();
    ear.begins();
    await stage.pass(600);
    ear.speaking = false;
    await stage.pass(200);
    stage.session.fail();
    await stage.pass(600);
    expect(stage.stream.closedBecause).not.toBeNull();
    expect(stage.afterStream()).toMatchObject({ kind: 'gather', text: expect.stringContaining('did not understand') });
  });

  it('is heard by a better voice that is climbed to at that moment', async () => {
    const { stage, ear } = await onStage(['realtime', 'cascade', 'announcement']);
    await using _ = stage;
    await stage.talk();
    stage.session.fail();
    await stage.pass(200);
    const { session } = stage.cascade;
    session.answers('Would that interest you?', 1_000);
    await stage.pass(7_000);
    const turn = session.hears();
    session.heardEnd(turn);
    session.understands(turn, 'Really?');
    session.answers('Really.', 1_000);
    stage.engine.opening = { readyAfterMs: 1_000 };
    for (let waits = 0; waits < 150 && stage.engine.sessions.length === 1; waits += 1) await stage.pass(100);
    expect(stage.engine.sessions).toHaveLength(2);
    session.answers('Are you still there?', 300);
    await stage.pass(600);
    expect(stage.view.rung).toBe('cascade');
    ear.begins();
    await stage.pass(500);
    expect(stage.view.rung).toBe('realtime');
    expect(stage.session.heardMs).toBeGreaterThanOrEqual(700);
    expect(stage.session.all('answer')).toEqual([]);
  });

  it('is answered or asked about in time when only its end was understood, behind an answer that was cut off', async () => {
    const { stage } = await onStage(['realtime', 'live', 'cascade', 'announcement']);
    await using _ = stage;
    stage.live.opening = { readyAfterMs: 300 };
    await answering(stage);
    stage.session.fail();
    await stage.pass(200);
    const { stream, clock } = stage;
    expect(stream.heardAt(clock.monotonicMs() - 50)).toBe(clipBytes['one-moment']);
    // Ours is cut off by theirs.
    const turn = stage.live.session.hears();
    await stage.pass(500);
    stage.live.session.heardEnd(turn);
    const endMs = clock.monotonicMs();
    await stage.pass(900);
    stage.live.session.understands(turn, 'cost');
    await stage.pass(1_600);
    expect(stream.heardMs(endMs, endMs + 1_800)).toBe(0);
    expect(stream.heardAt(endMs + 2_400)).toBe(clipBytes['one-moment']);
    await stage.pass(2_300);
    expect(stage.view.rungChanges).toMatchObject([
      { from: 'realtime', to: 'live' },
      { from: 'live', to: 'cascade', because: 'the Live voice was silent when it was due to speak' },
    ]);
    expect(stage.cascade.session.all('answer')).toEqual([{ what: 'answer', instructions: null }]);
  });
});
