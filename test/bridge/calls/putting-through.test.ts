import { describe, expect, it } from 'vitest';
import { CallStage } from '../../support/call-stage.ts';
import { dana, operatorByte, ScriptedTranscription, talks } from '../../support/person.ts';

const number = '+12025550177';

/** Dana has the call and has the line itself ring somebody. */
async function putThrough(options: Parameters<typeof CallStage.open>[0] = {}) {
  const stage = await CallStage.open(options);
  stage.desk.transfers.saveColleague({ name: 'Ben', number, hours: null, onDuty: true, canTakeTransfers: true });
  await stage.talk();
  const { callId } = stage.call.record;
  stage.call.people.takeOver(dana);
  const microphone = stage.call.people.microphone(dana, () => undefined);
  const counter = await talks(stage, microphone, 500);
  stage.desk.transfers.begin(callId, dana, { to: number, kind: 'cold', briefing: null, holdSound: false });
  await stage.pass(20);
  expect(stage.afterStream()).toMatchObject({ kind: 'dial', number });
  return { stage, microphone, counter, callId };
}

describe('a lead whom an operator has put through', () => {
  it("is the operator's again when nobody answers: their microphone is on the new stream, and the AI says nothing", async () => {
    const { stage, microphone, counter } = await putThrough();
    await using _ = stage;
    expect(stage.call.summary()).toMatchObject({ state: 'transferring', heldBy: 'Dana' });
    await talks(stage, microphone, 3_000, { from: counter });
    expect(stage.dialEnded('no-answer')).toMatchObject({ kind: 'stream' });
    const stream = stage.openMedia();
    const fromMs = stage.clock.monotonicMs();
    await talks(stage, microphone, 1_000, { from: counter + 150 });
    expect(stream.heardMs(fromMs)).toBeGreaterThan(900);
    expect(stream.firstMs(operatorByte)).not.toBeNull();
    expect(stage.session.all('answer')).toEqual([]);
    expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: 'Dana', transfer: { kind: 'cold', state: 'no-answer' } });
  });

  it('goes to the AI when the console of the operator is gone by then, and it explains', async () => {
    const { stage } = await putThrough();
    await using _ = stage;
    stage.call.people.sessionGone(dana);
    await stage.pass(500);
    expect(stage.call.summary()).toMatchObject({ state: 'transferring', heldBy: null });
    expect(stage.session.all('answer')).toEqual([]);
    expect(stage.dialEnded('busy')).toMatchObject({ kind: 'stream' });
    stage.openMedia();
    await stage.pass(100);
    expect(stage.session.all('context').at(-1)?.text).toContain("because Dana's line broke off");
    expect(stage.session.all('answer').at(-1)?.instructions).toContain('busy');
    expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: null, holder: { kind: 'ai' } });
  });

  it('comes back when the operator calls it off, or takes the call again', async () => {
    for (const way of ['calls it off', 'takes it'] as const) {
      const { stage, microphone, counter, callId } = await putThrough();
      await using _ = stage;
      if (way === 'takes it') stage.call.people.takeOver(dana);
      else stage.desk.transfers.cancel(callId, dana);
      expect(stage.carrier.redirects.at(-1)).toMatchObject({ document: { kind: 'stream' } });
      expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: 'Dana', transfer: { state: 'cancelled' } });
      // The carrier may still tell of the phone that rings no more.
      expect(stage.dialEnded('cancelled')).toMatchObject({ kind: 'stream' });
      const stream = stage.openMedia();
      await talks(stage, microphone, 500, { from: counter });
      expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: 'Dana', transfer: { state: 'cancelled' } });
      expect(stream.heardMs()).toBeGreaterThan(400);
    }
  });

  it('comes back to the AI whose transfer is called off', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.dialOn();
    await stage.pass(1_700);
    stage.afterStream();
    stage.desk.transfers.cancel(stage.call.record.callId, dana);
    expect(stage.carrier.redirects.at(-1)).toMatchObject({ document: { kind: 'stream' } });
    expect(stage.call.summary()).toMatchObject({ state: 'live', transfer: { state: 'cancelled', cause: 'Dana called it off' } });
    expect(stage.session.all('answer').at(-1)?.instructions).toContain('Dana called it off');
  });

  it('does not hear what the operator says beside the line, and nobody writes it down', async () => {
    const transcription = new ScriptedTranscription();
    const { stage, microphone, counter } = await putThrough({ transcription });
    await using _ = stage;
    const { frames } = transcription.last;
    await talks(stage, microphone, 1_000, { from: counter });
    expect(transcription.last.frames).toBe(frames);
  });

  it('talks with whoever answered for as long as they like, whatever limit the AI has', async () => {
    const { stage, microphone, counter } = await putThrough({ attempt: { maxCallMs: 30_000 } });
    await using _ = stage;
    await talks(stage, microphone, 60_000, { from: counter });
    expect(stage.carrier.hangUps).toEqual([]);
    expect(stage.call.over).toBe(false);
  });

  it('is said to talk with whoever has answered, once, and can be fetched back from there', async () => {
    const { stage, microphone, counter, callId } = await putThrough();
    await using _ = stage;
    const { id } = stage.view.transfer ?? {};
    await talks(stage, microphone, 2_000, { from: counter });
    expect(stage.call.summary().transfer).toMatchObject({ state: 'ringing' });
    stage.dialAnswered();
    stage.dialAnswered();
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ state: 'transferring', heldBy: 'Dana' });
    expect(stage.call.summary().transfer).toMatchObject({ id, kind: 'cold', state: 'connected', message: 'Ben has the call' });
    const notes = () => stage.view.involvements.filter(({ action }) => action === 'transferred');
    expect(notes()).toHaveLength(1);
    stage.desk.transfers.cancel(callId, dana);
    stage.dialEnded('cancelled');
    stage.openMedia();
    // News of the leg that rang comes late.
    stage.dialAnswered();
    await stage.pass(100);
    expect(stage.call.summary()).toMatchObject({ state: 'live', heldBy: 'Dana', transfer: { id, state: 'cancelled' } });
    stage.end();
    expect(stage.view.costs.filter(({ kind }) => kind === 'transfer')).toHaveLength(1);
  });

  it('leaves the operator when somebody has answered', async () => {
    const { stage } = await putThrough();
    await using _ = stage;
    stage.dialAnswered();
    expect(stage.dialEnded('answered')).toMatchObject({ kind: 'hang-up' });
    stage.end();
    expect(stage.view.involvements.filter(({ action }) => action === 'transferred')).toHaveLength(1);
    expect(stage.view).toMatchObject({
      disposition: 'transferred',
      heldBy: null,
      transfer: { requestedBy: 'operator', requestedByName: 'Dana', toName: 'Ben' },
    });
    expect(stage.view.involvements).toContainEqual(expect.objectContaining({ who: 'Dana', action: 'transferred', detail: 'to Ben' }));
  });
});
