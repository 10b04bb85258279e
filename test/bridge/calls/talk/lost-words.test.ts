import { describe, expect, it } from 'vitest';
import type { OpenVoiceDetector } from '#bridge/calls/call-ear.ts';
import type { Rung } from '#bridge/contract/words.ts';
import { CallStage } from '../../../support/call-stage.ts';
import { ScriptedTranscription } from '../../../support/person.ts';
import { ScriptedMind } from '../../../support/scripted-mind.ts';

const wish = 'Please call me back tomorrow at three.';

interface Lost extends AsyncDisposable {
  readonly stage: CallStage;
  readonly mind: ScriptedMind;
  readonly transcription: ScriptedTranscription;
  /** The session's name of the turn. */
  readonly turn: string;
  readonly words: () => readonly string[];
}

/** The lead has said something, and its session dies before it has written that down. */
async function lostTurn(below: readonly Rung[] = ['turn-based'], openDetector?: OpenVoiceDetector): Promise<Lost> {
  const mind = new ScriptedMind();
  const transcription = new ScriptedTranscription();
  const stage = await CallStage.open({
    mind,
    transcription,
    ...(openDetector && { openDetector }),
    attempt: { carrier: 'plivo', ladder: ['realtime', ...below, 'announcement'] },
  });
  await stage.talk();
  const turn = stage.session.hears();
  await stage.pass(1_200);
  stage.session.heardEnd(turn);
  await stage.pass(200);
  stage.session.fail();
  return {
    stage,
    mind,
    transcription,
    turn,
    words: () => stage.view.transcript.filter(({ speaker }) => speaker === 'lead').map(({ text }) => text),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

async function leaveStream(stage: CallStage): Promise<void> {
  while (stage.stream.closedBecause === null) await stage.pass(20);
}

/** What the text model was told last that the lead had said, and the facts. */
function toldTo(mind: ScriptedMind): readonly string[] {
  return mind.requests.at(-1)?.items.flatMap((item) => (item.kind === 'said' ? [`${item.by}: ${item.text}`] : [])) ?? [];
}

describe('what the lead said to a session that died', () => {
  it('is written down from the sound that was kept, and answered by whoever speaks next', async () => {
    await using lost = await lostTurn();
    const { stage, mind, transcription, words } = lost;
    await leaveStream(stage);
    expect(stage.afterStream()).toMatchObject({ kind: 'wait', text: 'One moment.' });
    expect(mind.requests).toEqual([]);
    const [recording] = transcription.recordings;
    // The turn, and what detectors miss before it.
    expect((recording?.audio.length ?? 0) / 8).toBeGreaterThanOrEqual(1_500);
    expect((recording?.audio.length ?? 0) / 8).toBeLessThan(2_500);
    recording?.says(wish);
    await stage.settled();
    expect(toldTo(mind).at(-1)).toBe(`callee: ${wish}`);
    await mind.finish('Of course, I have noted it.');
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: 'Of course, I have noted it.' });
    expect(words()).toEqual([wish]);
    const { transcript, costs } = stage.view;
    const line = transcript.find(({ text }) => text === wish);
    const notice = transcript.find(({ speaker, text }) => speaker === 'system' && text.includes('recogniser'));
    // At the time at which it was said, which was before the voice was lost.
    expect(line).toMatchObject({ final: true });
    expect(line?.endMs).toBeLessThanOrEqual(notice?.startMs ?? 0);
    expect(transcript.indexOf(line as never)).toBeLessThan(transcript.indexOf(notice as never));
    expect(costs.filter(({ kind, micros }) => kind === 'transcription' && micros === 225)).toHaveLength(1);
  });

  it('is asked for again when it cannot be written down', async () => {
    await using lost = await lostTurn();
    const { stage, mind, transcription, words } = lost;
    await leaveStream(stage);
    expect(stage.afterStream()).toMatchObject({ kind: 'wait' });
    transcription.recordings[0]?.fails('the OpenAI account has no credit left');
    await stage.settled();
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: expect.stringContaining('did not understand') });
    expect(mind.requests).toEqual([]);
    expect(words()).toEqual([]);
    expect(transcription.recordings).toHaveLength(1);
    expect(stage.log.some((line) => line.includes('no credit left'))).toBe(true);
  });

  it('does not keep a better voice, which comes back later, from answering', async () => {
    await using lost = await lostTurn();
    const { stage, transcription } = lost;
    await leaveStream(stage);
    stage.afterStream();
    transcription.recordings[0]?.fails('OpenAI took too long');
    await stage.settled();
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather' });
    stage.engine.opening = { readyAfterMs: 100 };
    await stage.pass(22_000);
    expect(stage.ask({ kind: 'said', words: 'Yes, on Monday.', confidence: 0.9, digits: '' })).toMatchObject({ kind: 'stream' });
    await stage.pass(100);
    stage.openMedia();
    await stage.pass(300);
    expect(stage.session.all('answer')).toEqual([{ what: 'answer', instructions: null }]);
  });

  it('is waited for two and a half seconds; what comes later is in the transcript, and known with the next answer', async () => {
    await using lost = await lostTurn();
    const { stage, mind, transcription, words } = lost;
    await leaveStream(stage);
    stage.afterStream();
    await stage.pass(1_000);
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'wait' });
    await stage.pass(2_000);
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: expect.stringContaining('did not understand') });
    transcription.recordings[0]?.says(wish);
    await stage.settled();
    expect(words()).toEqual([wish]);
    stage.ask({ kind: 'said', words: 'About the call.', confidence: 0.9, digits: '' });
    expect(toldTo(mind).slice(-2)).toEqual([`context: Before that, the person had said: ${wish}`, 'callee: About the call.']);
    expect(words()).toEqual([wish, 'About the call.']);
  });

  it('is not waited for any more after eight seconds, by anybody', async () => {
    await using lost = await lostTurn();
    const { stage, transcription, words } = lost;
    await leaveStream(stage);
    stage.afterStream();
    await stage.pass(8_100);
    expect(transcription.recordings[0]?.signal.aborted).toBe(true);
    transcription.recordings[0]?.says(wish);
    await stage.settled();
    expect(words()).toEqual([]);
  });

  it('takes the number off when it was that', async () => {
    await using lost = await lostTurn();
    const { stage, mind, transcription } = lost;
    await leaveStream(stage);
    stage.afterStream();
    transcription.recordings[0]?.says('Never call me again, take me off your list.');
    await stage.settled();
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toEqual({ reason: 'opt-out' });
    expect(stage.ask({ kind: 'waited' })).toMatchObject({ kind: 'say-and-hang-up', text: stage.call.script.optedOut.text });
    expect(mind.requests).toEqual([]);
    stage.end();
    expect(stage.view).toMatchObject({ disposition: 'do-not-call' });
  });

  it('is in the transcript where an announcement comes next, and takes the number off there as well', async () => {
    await using lost = await lostTurn([]);
    const { stage, transcription, words } = lost;
    await leaveStream(stage);
    expect(stage.afterStream()).toMatchObject({ kind: 'say-and-hang-up' });
    transcription.recordings[0]?.says('Take me off your list.');
    await stage.settled();
    expect(words()).toEqual(['Take me off your list.']);
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toEqual({ reason: 'opt-out' });
  });

  it('is nothing when nobody had spoken', async () => {
    await using lost = await lostTurn();
    const { stage, transcription, words } = lost;
    await leaveStream(stage);
    expect(stage.afterStream()).toMatchObject({ kind: 'wait' });
    transcription.recordings[0]?.says('');
    await stage.settled();
    expect(words()).toEqual([]);
    // Nobody is asked to say again what was no word.
    expect(stage.ask({ kind: 'waited' })).not.toMatchObject({ text: expect.stringContaining('did not understand') });
  });

  it('is looked for when the session dies behind the last words of a call', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({ transcription, attempt: { ladder: ['realtime', 'announcement'] } });
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(1_000);
    stage.session.heardEnd(turn);
    stage.end();
    stage.session.fail();
    transcription.recordings[0]?.says('Take me off your list.');
    await stage.settled();
    expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toEqual({ reason: 'opt-out' });
    expect(stage.view.transcript.at(-1)).toMatchObject({ speaker: 'lead', text: 'Take me off your list.' });
  });

  it('is taken up to their next pause when they are still speaking, and they are asked to say it again', async () => {
    let speaking = false;
    const openDetector: OpenVoiceDetector = () => ({
      hear: () => undefined,
      close: () => undefined,
      get speaking() {
        return speaking;
      },
    });
    const mind = new ScriptedMind();
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({
      mind,
      transcription,
      openDetector,
      attempt: { carrier: 'twilio', ladder: ['realtime', 'turn-based', 'announcement'] },
    });
    await stage.talk();
    stage.session.hears();
    speaking = true;
    await stage.pass(1_000);
    stage.session.fail();
    expect(transcription.recordings).toEqual([]);
    speaking = false;
    await stage.pass(200);
    expect(transcription.recordings).toHaveLength(1);
    await leaveStream(stage);
    expect(stage.afterStream()).toMatchObject({ kind: 'gather', whole: expect.stringContaining('did not understand') });
    transcription.recordings[0]?.says('Well, tomorrow at');
    await stage.settled();
    const line = stage.view.transcript.find(({ text }) => text === 'Well, tomorrow at');
    expect(line).toMatchObject({ speaker: 'lead', final: true });
    expect((line?.endMs ?? 0) - (line?.startMs ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('is left to whoever has written it down', async () => {
    const mind = new ScriptedMind();
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({
      mind,
      transcription,
      attempt: { carrier: 'twilio', ladder: ['realtime', 'turn-based', 'announcement'] },
    });
    await stage.talk();
    await stage.leadSays(wish);
    stage.session.fail();
    await leaveStream(stage);
    expect(transcription.recordings).toEqual([]);
  });

  it('is heard again, not written down, by a voice that has a stream', async () => {
    const transcription = new ScriptedTranscription();
    await using stage = await CallStage.open({
      transcription,
      attempt: { carrier: 'twilio', ladder: ['realtime', 'cascade', 'announcement'] },
    });
    await stage.talk();
    const turn = stage.session.hears();
    await stage.pass(1_000);
    stage.session.heardEnd(turn);
    stage.session.fail();
    await stage.pass(500);
    expect(stage.cascade.session.heardMs).toBeGreaterThan(1_000);
    expect(transcription.recordings).toEqual([]);
  });

  describe.each([
    ['a voice that has a stream', 'twilio', 'cascade'],
    ['a voice that has none', 'plivo', 'turn-based'],
  ] as const)('before another sentence, followed by %s', (_, carrier, below) => {
    /** The lead has gone on before the words of their first sentence came; then the session dies. */
    async function goneOn(): Promise<Pick<Lost, 'stage' | 'transcription' | 'words'> & AsyncDisposable> {
      const transcription = new ScriptedTranscription();
      const stage = await CallStage.open({
        mind: new ScriptedMind(),
        transcription,
        attempt: { carrier, ladder: ['realtime', below, 'announcement'] },
      });
      await stage.talk();
      const first = stage.session.hears();
      await stage.pass(1_200);
      stage.session.heardEnd(first);
      stage.session.answers('Of course.', 800);
      await stage.pass(600);
      const second = stage.session.hears();
      await stage.pass(700);
      stage.session.heardEnd(second);
      await stage.pass(100);
      stage.session.fail();
      await stage.pass(300);
      return {
        stage,
        transcription,
        words: () => stage.view.transcript.filter(({ speaker }) => speaker === 'lead').map(({ text }) => text),
        [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
      };
    }
    const isHeardAgain = below === 'cascade';

    it('is written down too, in its place', async () => {
      await using lost = await goneOn();
      const { stage, transcription, words } = lost;
      if (!isHeardAgain) {
        // Whoever speaks next waits for the newest words alone: those come first.
        expect(transcription.recordings).toHaveLength(1);
        transcription.recordings[0]?.says('What does it cost?');
        await stage.settled();
      }
      const recording = transcription.recordings.at(-1);
      expect(transcription.recordings).toHaveLength(isHeardAgain ? 1 : 2);
      // Its own sound and the pause behind it, and nothing of the second sentence.
      expect((recording?.audio.length ?? 0) / 8).toBeGreaterThanOrEqual(1_500);
      expect((recording?.audio.length ?? 0) / 8).toBeLessThan(2_600);
      recording?.says(wish);
      await stage.settled();
      expect(words()).toEqual(isHeardAgain ? [wish] : [wish, 'What does it cost?']);
    });

    it('takes the number off when it was that', async () => {
      await using lost = await goneOn();
      const { stage, transcription } = lost;
      if (!isHeardAgain) transcription.recordings[0]?.says('Goodbye.');
      await stage.settled();
      transcription.recordings.at(-1)?.says('Take me off your list.');
      await stage.settled();
      expect(stage.store.suppressions.has(stage.call.record.to, 'rehearsal')).toEqual({ reason: 'opt-out' });
    });
  });

  it('is known once, when the dead session tells it as well', async () => {
    await using lost = await lostTurn();
    const { stage, transcription, turn, words } = lost;
    stage.session.understands(turn, 'Call me back, please.');
    transcription.recordings[0]?.says(wish);
    await stage.settled();
    stage.session.understands(turn, 'Call me back, please.');
    expect(words()).toEqual([wish]);
  });
});
