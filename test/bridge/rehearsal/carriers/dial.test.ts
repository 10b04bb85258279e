import { describe, expect, it } from 'vitest';
import { hangsUpAfter, person, presses, spoken, until, xml } from './bridge-double.ts';
import * as plivo from './plivo-rig.ts';
import * as twilio from './twilio-rig.ts';

const COLLEAGUE = '+15550100009';
/** Says one letter from the tenth frame on, so that one can hear who is heard. */
const says = (letter: string, endsAt: number) => (frame: number, _heard: Uint8Array, out: Uint8Array) => {
  if (frame >= 10) out.fill(letter.charCodeAt(0));
  return frame === endsAt ? ({ kind: 'hang-up' } as const) : null;
};

describe('Dial at the simulated Twilio', () => {
  const dialling = (bridge: { url: string }, attributes = '', number = ''): string =>
    xml(
      `<Dial callerId="${twilio.FROM}" timeout="5" action="${bridge.url}/done" ${attributes}><Number ${number}>${COLLEAGUE}</Number></Dial>`,
    );

  it('connects two people, who hear each other, and reports when one of them leaves', async () => {
    const { bridge, dial, sim } = await twilio.rig({
      [twilio.TO]: person({ tick: says('A', -1) }),
      [COLLEAGUE]: person({ tick: says('B', 30) }),
    });
    bridge.answer('/answer', dialling(bridge));
    bridge.answer('/done', xml('<Say>back</Say>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    const child = sim.calls().find((known) => known.parentId === call.id);
    expect(child).toMatchObject({ direction: 'outbound-dial', to: COLLEAGUE, from: twilio.FROM, status: 'completed' });
    expect(spoken(child?.heard ?? null)).toMatch(/^A{15,}$/);
    expect(Buffer.from(call.heard ?? []).includes('B'.repeat(160))).toBe(true);
    expect(bridge.to('/done')[0]?.form).toMatchObject({ DialCallStatus: 'completed', DialCallSid: child?.id, DialBridged: 'true' });
    expect(spoken(call.heard)).toMatch(/back$/);
    expect(sim.violations()).toEqual([]);
  });

  it.each([
    [{ kind: 'busy', afterMs: 5 }, 'busy'],
    [{ kind: 'no-answer' }, 'no-answer'],
    [{ kind: 'invalid-number' }, 'failed'],
  ] as const)('reports %o as %s', async (ringing, status) => {
    const { bridge, dial } = await twilio.rig({ [twilio.TO]: person(), [COLLEAGUE]: person({ ringing }) });
    bridge.answer('/answer', dialling(bridge));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/done')[0]?.form.DialCallStatus).toBe(status);
  });

  it('lets the colleague hear and refuse before anybody is connected', async () => {
    const { bridge, dial, sim } = await twilio.rig({
      [twilio.TO]: person({ tick: says('A', -1) }),
      [COLLEAGUE]: person({ tick: presses('2', 50) }),
    });
    bridge.answer('/answer', dialling(bridge, '', `url="${bridge.url}/whisper"`));
    bridge.answer('/whisper', xml(`<Gather numDigits="1" action="${bridge.url}/choice"><Say>whisper</Say></Gather>`));
    bridge.replies.set('/choice', ({ form }) => ({ body: xml(form.Digits === '1' ? '' : '<Hangup/>') }));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    const child = sim.calls().find((known) => known.parentId === call.id);
    expect(spoken(child?.heard ?? null)).toBe('whisper');
    expect(bridge.to('/done')[0]?.form.DialBridged).toBe('false');
  });

  it('lets nobody ring on when the callee hangs up', async () => {
    const { bridge, dial, sim } = await twilio.rig({
      [twilio.TO]: person({ tick: hangsUpAfter(50) }),
      [COLLEAGUE]: person({ ringing: { kind: 'no-answer' } }),
    });
    bridge.answer('/answer', dialling(bridge));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(sim.calls().find((known) => known.parentId === call.id)?.status).toBe('canceled');
    expect(bridge.to('/done')).toHaveLength(0);
  });

  it('takes no caller number that is not the account’s', async () => {
    const { bridge, dial, sim } = await twilio.rig({ [twilio.TO]: person(), [COLLEAGUE]: person() });
    bridge.answer('/answer', xml(`<Dial callerId="+15550107777" action="${bridge.url}/done">${COLLEAGUE}</Dial>`));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/done')[0]?.form.DialCallStatus).toBe('failed');
    expect(sim.violations()).toMatchObject([{ rule: 'dial.caller-id' }]);
  });
});

describe('Dial at the simulated Plivo', () => {
  it('connects after the key that confirms, and reports', async () => {
    const colleague = person({ tick: (frame, heard, out) => presses('1', 60)(frame) ?? says('B', 110)(frame, heard, out) });
    const { bridge, dial, sim } = await plivo.rig({ [plivo.TO]: person({ tick: says('A', -1) }), [COLLEAGUE]: colleague });
    const confirm = `confirmSound="${bridge.url}/confirm" confirmKey="1" confirmTimeout="5"`;
    bridge.answer(
      '/answer',
      xml(
        `<Dial callerId="15550100001" action="${bridge.url}/done" callbackUrl="${bridge.url}/dial" ${confirm}><Number>15550100009</Number></Dial>`,
      ),
    );
    bridge.answer('/confirm', xml('<Speak>press</Speak>'));
    bridge.answer('/done', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    const child = sim.calls().find((known) => known.parentId === call.id);
    expect(spoken(child?.heard ?? null)).toMatch(/^pressA{30,}$/);
    expect(bridge.to('/done')[0]?.form).toMatchObject({ DialStatus: 'completed', DialALegUUID: call.id, DialBLegUUID: child?.id });
    await until('the callbacks', () => bridge.to('/dial').length === 3);
    expect(bridge.to('/dial').map(({ form }) => form.DialAction)).toEqual(['answer', 'connected', 'hangup']);
    expect(sim.violations()).toEqual([]);
  });

  it('reports a colleague who does not answer, or does not confirm', async () => {
    const { bridge, dial } = await plivo.rig({
      [plivo.TO]: person(),
      [COLLEAGUE]: person({ ringing: { kind: 'no-answer' } }),
      '+15550100008': person(),
    });
    bridge.answer('/answer', xml(`<Dial timeout="1" action="${bridge.url}/done"><Number>15550100009</Number></Dial>`));
    bridge.answer('/done', xml(`<Dial action="${bridge.url}/again" confirmKey="1" confirmTimeout="1"><Number>15550100008</Number></Dial>`));
    bridge.answer('/again', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/done')[0]?.form).toMatchObject({ DialStatus: 'no-answer', DialHangupCause: 'NO_ANSWER' });
    expect(bridge.to('/again')[0]?.form.DialStatus).toBe('no-answer');
  });
});
