import { describe, expect, it } from 'vitest';
import type { Session } from '#bridge/calls/calls.ts';
import { CallStage } from '../../../support/call-stage.ts';

const sam: Session = { id: 'console-1', name: 'Sam', role: 'owner' };
const dana = '+12025550199';
const order = { to: dana, kind: 'warm', briefing: null, holdSound: false } as const;

const results = (stage: CallStage) =>
  stage.call && stage.engine.sessions.flatMap((session) => session.all('tool-result').map(({ result }) => result));
const wants = (stage: CallStage, to?: string) =>
  stage.session.callsTool('transfer_to_human', { reason: 'wants a person', ...(to === undefined ? {} : { to }) });
/** Requests to ring somebody beside the lead. */
const rung = (stage: CallStage) => stage.carrier.dials.map((dial) => dial.to);

describe("the AI's wish to transfer", () => {
  it('rings at once whom it named, and stays on the line', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const { session } = stage;
    wants(stage, 'Dana');
    await stage.pass(100);
    expect(rung(stage)).toEqual([dana]);
    expect(session.all('tool-result')).toMatchObject([{ result: expect.stringContaining('"ringing":"Dana"'), thenAnswer: false }]);
    expect(stage.view).toMatchObject({
      state: 'transferring',
      holder: { kind: 'ai' },
      transfer: { kind: 'warm', state: 'ringing', requestedBy: 'ai', toNumber: dana },
    });
    expect(stage.stream.closedBecause).toBeNull();
  });

  it('never rings a number out of the conversation', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    wants(stage, '+19005550100');
    await stage.pass(100);
    expect(rung(stage)).toEqual([dana]);
  });

  it('is refused by an agent that may not transfer', async () => {
    await using stage = await CallStage.open({ agent: { transferPolicy: 'never' } });
    await stage.talk();
    wants(stage);
    await stage.pass(100);
    expect(rung(stage)).toEqual([]);
    expect(results(stage)).toEqual([expect.stringContaining('offer a callback')]);
  });

  it('offers a callback when nobody is on duty', async () => {
    await using stage = await CallStage.open();
    stage.desk.transfers.saveColleague({ name: 'Dana', number: dana, hours: null, onDuty: false, canTakeTransfers: true });
    await stage.talk();
    wants(stage);
    await stage.pass(100);
    expect(rung(stage)).toEqual([]);
    expect(results(stage)).toEqual([expect.stringContaining('nobody is available')]);
  });

  it("waits for an operator's word where the agent says so, and is seen to", async () => {
    await using stage = await CallStage.open({ agent: { transferPolicy: 'ask' } });
    await stage.talk();
    wants(stage);
    await stage.pass(100);
    const { transferRequest, attention } = stage.view;
    expect(transferRequest).toMatchObject({ reason: 'wants a person', targetName: 'Dana' });
    expect(attention).toMatchObject({ level: 'act', reason: 'Wants to transfer to Dana' });
    expect(rung(stage)).toEqual([]);
    const { callId } = stage.call.record;
    stage.desk.transfers.answerRequest(callId, sam, { requestId: transferRequest?.id as never, ok: true, to: null });
    await stage.pass(100);
    expect(rung(stage)).toEqual([dana]);
    expect(stage.view).toMatchObject({ transferRequest: null, transfer: { requestedBy: 'ai' } });
    expect(() => stage.desk.transfers.answerRequest(callId, sam, { requestId: transferRequest?.id as never, ok: true, to: null })).toThrow(
      'does not wait',
    );
  });

  it('needs no answer any more when the operator takes the call instead', async () => {
    await using stage = await CallStage.open({ agent: { transferPolicy: 'ask' } });
    await stage.talk();
    wants(stage);
    await stage.pass(100);
    stage.call.people.takeOver(sam);
    await stage.pass(100);
    expect(results(stage)).toEqual([expect.stringContaining('has taken the call')]);
    expect(stage.view.transferRequest).toBeNull();
    expect(rung(stage)).toEqual([]);
  });

  it('offers a callback when the operator says no, or nothing for half a minute', async () => {
    for (const answer of ['no', 'nothing'] as const) {
      await using stage = await CallStage.open({ agent: { transferPolicy: 'ask' } });
      await stage.talk();
      wants(stage);
      await stage.pass(100);
      const { transferRequest } = stage.view;
      if (answer === 'no')
        stage.desk.transfers.answerRequest(stage.call.record.callId, sam, { requestId: transferRequest?.id as never, ok: false, to: null });
      else
        for (let seconds = 0; seconds < 30; seconds += 5) {
          // It keeps the lead company.
          stage.session.answers('One second.', 800);
          await stage.pass(5_020);
        }
      expect(results(stage)).toEqual([expect.stringContaining('offer a callback')]);
      expect(stage.view.transferRequest).toBeNull();
      expect(rung(stage)).toEqual([]);
    }
  });
});

describe('a transfer by an operator', () => {
  const begin = (stage: CallStage, session = sam) => stage.desk.transfers.begin(stage.call.record.callId, session, order);

  it('is one at a time, and can be called off', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    begin(stage);
    await stage.pass(100);
    expect(() => begin(stage)).toThrow('being transferred already');
    stage.desk.transfers.cancel(stage.call.record.callId, sam);
    expect(stage.view.transfer).toMatchObject({ state: 'cancelled', cause: 'Sam called it off' });
    expect(stage.carrier.hangUps).toHaveLength(1);
    expect(() => stage.desk.transfers.cancel(stage.call.record.callId, sam)).toThrow('no transfer');
  });

  it('is refused on a call that another operator holds, and before the AI has introduced itself', async () => {
    await using stage = await CallStage.open();
    await stage.connect();
    expect(() => begin(stage)).toThrow('introduced');
    await using held = await CallStage.open();
    await held.talk();
    held.call.people.takeOver(sam);
    expect(() => begin(held, { ...sam, id: 'console-2' })).toThrow('Another operator');
    begin(held);
    await held.pass(100);
    expect(rung(held)).toEqual([dana]);
    expect(held.view).toMatchObject({ holder: { kind: 'operator' }, transfer: { requestedBy: 'operator' } });
  });

  it('ends with the call, and the phone stops ringing', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    begin(stage);
    await stage.pass(100);
    stage.end();
    expect(stage.view.transfer).toMatchObject({ state: 'abandoned' });
    expect(stage.carrier.hangUps).toHaveLength(1);
  });
});
