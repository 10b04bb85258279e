import { describe, expect, it } from 'vitest';
import { twilioSignature } from '#bridge/rehearsal/carriers/twilio/signature.ts';
import { hangsUpAfter, person, presses, spoken, until, xml } from './bridge-double.ts';
import { callForm, FROM, rig, TO, TOKEN, told } from './twilio-rig.ts';

describe('the simulated Twilio signs', () => {
  it.each([
    ['https://c.example.com/tw/voice?k=9', { CallSid: 'CA1', From: '+15550100001', To: '+15550100002' }, 'pCYJhHKLgSd2OXP1I4KcDpOsiBY='],
    ['https://c.example.com/tw/voice?k=9', {}, 'BKWiMlPXrmrpxPxQD2v/MJ8D0Sg='],
    ['wss://c.example.com/tw/ws/abc', {}, 'erwrn54cE10iXoFMjbJncWBpM1E='],
  ])('%s with %o as the real one does', (url, params, signature) => {
    expect(twilioSignature(TOKEN, url, params)).toBe(signature);
  });

  it('every webhook over the public address behind a tunnel, its form included', async () => {
    const { bridge, dial } = await rig(person({ tick: hangsUpAfter(2) }), { routes: {} });
    bridge.answer('/answer', xml('<Pause length="5"/>'));
    await dial();
    await until('the end', () => bridge.to('/status').some((request) => request.form.CallStatus === 'completed'));
    for (const request of bridge.seen) {
      expect(request.headers['x-twilio-signature']).toBe(twilioSignature(TOKEN, bridge.url + request.target, request.form));
    }
  });
});

const talksFor =
  (frames: number) =>
  (frame: number, _heard: Uint8Array, out: Uint8Array): null => {
    if (frame < frames) out.fill(1);
    return null;
  };

describe('the verbs of the simulated Twilio', () => {
  it('asks by GET with everything in the query, which is signed as it stands', async () => {
    const { bridge, dial } = await rig();
    bridge.answer('/answer', xml('<Redirect method="GET">/next?b=2</Redirect>'));
    bridge.answer('/next', xml('<Hangup/>'));
    await dial([
      ['Method', 'GET'],
      ['Url', `${bridge.url}/answer?z=%2F`],
    ]);
    await until('the second', () => bridge.to('/next').length === 1);
    for (const request of [...bridge.to('/answer'), ...bridge.to('/next')]) {
      expect(request).toMatchObject({ method: 'GET', form: { CallStatus: 'in-progress', From: FROM } });
      expect(request.headers['x-twilio-signature']).toBe(twilioSignature(TOKEN, bridge.url + request.target));
    }
    expect(bridge.to('/answer')[0]?.target).toMatch(/^\/answer\?z=%2F&CallSid=/);
  });

  it('plays a file twice, and notes one that is none', async () => {
    const { sim, bridge, dial } = await rig();
    const header = Buffer.alloc(46);
    header.write('RIFF\0\0\0\0WAVEfmt \x12\0\0\0\x07\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0\0\0data', 'latin1');
    header.writeUInt32LE(320, 42);
    const file = Buffer.concat([header, Buffer.alloc(160, 'x'), Buffer.alloc(160, 'y')]).toString('latin1');
    bridge.answer('/answer', xml(`<Play loop="2">${bridge.url}/file.wav</Play><Play>${bridge.url}/none.wav</Play>`));
    bridge.replies.set('/file.wav', () => ({ body: file, type: 'audio/wav' }));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(spoken(call.heard)).toBe('xyxy');
    expect(sim.violations().map(({ rule }) => rule)).toEqual(['play.file']);
  });

  it('records what is said until it is silent', async () => {
    const { bridge, dial } = await rig(person({ tick: talksFor(60) }));
    bridge.answer('/answer', xml('<Record action="/recorded" timeout="1" maxLength="30" playBeep="false"/>'));
    bridge.answer('/recorded', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/recorded')[0]?.form).toMatchObject({
      Digits: '',
      RecordingSid: expect.stringMatching(/^RE/),
      RecordingDuration: '2',
    });
  });
});

describe('a create request at the simulated Twilio', () => {
  it.each([
    ['To', '', 21201],
    ['To', '5550100002', 21211],
    ['To', '+0155501', 21211],
    ['From', '', 21213],
    ['From', '+15550109999', 21210],
    ['Url', '', 21205],
    ['Url', 'tunnel.example/answer', 21205],
    ['Twiml', '<Response/>', 21205],
    ['StatusCallback', 'http://under_score.example/x', 21609],
    ['StatusCallbackEvent', 'busy', 21626],
    ['Timeout', '0', 21208],
    ['Timeout', '601', 21208],
    ['Timeout', '25.5', 21208],
    ['TimeLimit', 'five', 20001],
    ['Method', 'PUT', 21209],
    ['SendDigits', 'abc', 21206],
    ['MachineDetection', 'true', 21262],
    ['MachineDetectionTimeout', '2', 21263],
    ['MachineDetectionTimeout', '60', 21263],
    ['MachineDetectionSpeechThreshold', '900', 21263],
    ['MachineDetectionSilenceTimeout', '10001', 21263],
    ['AsyncAmd', 'yes', 21262],
    ['Record', '1', 20001],
    ['RecordingChannels', 'stereo', 20001],
  ])('is refused with %s %j: %i', async (name, value, code) => {
    const { sim, bridge, rest } = await rig();
    const answer = await rest('POST', '/Calls.json', callForm(bridge, [[name, value]]));
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code, status: 400, more_info: `https://www.twilio.com/docs/errors/${code}` });
    expect(sim.calls()).toHaveLength(0);
  });

  it('is answered with the queued call, and what Twilio ignores silently is recorded', async () => {
    const { sim, bridge, rest } = await rig();
    const answer = await rest('POST', '/Calls.json', callForm(bridge, [['RingTimeout', '25']]));
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      status: 'queued',
      direction: 'outbound-api',
      to: TO,
      from: FROM,
      queue_time: '0',
      date_created: null,
    });
    expect(sim.violations().map((violation) => violation.detail)).toEqual(['unknown parameter RingTimeout is ignored']);
  });

  it('needs credentials, and takes an API key', async () => {
    const { rest } = await rig();
    expect(await rest('GET', '.json', [], 'AC1:wrong')).toMatchObject({ status: 401, json: { code: 20003 } });
    expect(await rest('GET', '.json', [], 'SK1:key secret')).toMatchObject({ status: 200 });
  });

  it('waits in the queue when more than one comes in ten seconds', async () => {
    const { bridge, rest } = await rig(person(), { callsPerSecond: 0.1 });
    const times = [];
    for (let count = 0; count < 3; count++) times.push((await rest('POST', '/Calls.json', callForm(bridge))).json.queue_time);
    expect(Number(times[0])).toBe(0);
    expect(Number(times[1])).toBeGreaterThan(5_000);
    expect(Number(times[2])).toBeGreaterThan(15_000);
  });
});

describe('a call at the simulated Twilio', () => {
  it('tells its story in order: initiated, ringing, in-progress, the document, completed', async () => {
    const { sim, bridge, dial } = await rig(person({ tick: hangsUpAfter(5) }));
    bridge.answer('/answer', xml('<Pause length="5"/>'));
    const call = await dial();
    await until('the end', () => bridge.to('/status').length === 4);
    await until('the document', () => bridge.to('/answer').length === 1);
    const story = told(bridge);
    expect(story.map(({ CallStatus, SequenceNumber }) => [CallStatus, SequenceNumber])).toEqual([
      ['initiated', '0'],
      ['ringing', '1'],
      ['in-progress', '2'],
      ['completed', '3'],
    ]);
    expect(story[3]).toMatchObject({ CallDuration: '1', Duration: '1', SipResponseCode: '200', CallSid: call.id });
    expect(bridge.to('/answer')[0]?.form).toMatchObject({ CallStatus: 'in-progress', Direction: 'outbound-api', From: FROM, To: TO });
    expect(call.hangup?.source).toBe('Callee');
    expect(sim.violations()).toEqual([]);
  });

  it.each([
    [{ kind: 'busy', afterMs: 10 }, 'busy', '486'],
    [{ kind: 'rejects', afterMs: 10 }, 'busy', '603'],
    [{ kind: 'invalid-number' }, 'failed', '404'],
    [{ kind: 'no-answer' }, 'no-answer', '487'],
  ] as const)('that is %o ends as %s', async (ringing, status, sip) => {
    const { bridge, dial } = await rig(person({ ringing }));
    const call = await dial([['Timeout', '1']]);
    await until('the end', () => call.endedAtMs !== null && bridge.to('/status').some(({ form }) => form.CallStatus === status));
    expect(told(bridge).at(-1)).toMatchObject({ CallStatus: status, SipResponseCode: sip, CallDuration: '0' });
    expect(bridge.to('/answer')).toHaveLength(0);
  });

  it('asks the fallback address when the document cannot be had, and says why', async () => {
    const { bridge, dial } = await rig();
    bridge.replies.set('/answer', () => ({ status: 500 }));
    bridge.answer('/fallback', xml('<Say>sorry</Say><Hangup/>'));
    const call = await dial([['FallbackUrl', `${bridge.url}/fallback`]]);
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/fallback')[0]?.form).toMatchObject({ ErrorCode: '11200', ErrorUrl: `${bridge.url}/answer` });
    expect(spoken(call.heard)).toBe('sorry');
  });

  it('says the application-error sentence when there is no document at all', async () => {
    const { sim, bridge, dial } = await rig();
    bridge.replies.set('/answer', () => ({ body: '<Response><Say>a & b</Say></Response>' }));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(spoken(call.heard)).toMatch(/application error/);
    expect(sim.violations()).toMatchObject([{ rule: 'twiml.invalid', detail: expect.stringContaining('12100') }]);
  });

  it.each([
    '<Say voice="alice" lang="en-US">hi</Say>',
    '<Speak>hi</Speak>',
    '<Connect><Stream/></Connect>',
    '<Connect><Stream url="wss://x.example/y" track="both"/></Connect>',
    '<Gather><Hangup/></Gather>',
    '<Gather timeout="soon"/>',
    '<Pause>2</Pause>',
  ])('does not run %s', async (verbs) => {
    const { sim, bridge, dial } = await rig();
    bridge.answer('/answer', xml(verbs));
    const call = await dial();
    await until('the verdict', () => sim.violations().length > 0);
    expect(sim.violations()[0]).toMatchObject({ callId: call.id, rule: 'twiml.invalid' });
  });

  it('takes a document with the request, whose addresses must then be absolute', async () => {
    const { sim, dial } = await rig();
    const call = await dial([
      ['Url', ''],
      ['Twiml', xml('<Say>in</Say><Redirect>/next</Redirect>')],
    ]);
    await until('the end', () => call.endedAtMs !== null);
    expect(spoken(call.heard)).toMatch(/^in/);
    expect(sim.violations()).toMatchObject([{ rule: 'twiml.invalid-url' }]);
  });

  it('gathers keys: the first silences the prompt, the action gets them', async () => {
    const { bridge, dial } = await rig(person({ tick: presses('42#', 25) }));
    bridge.answer('/answer', xml(`<Gather action="/keys" timeout="2"><Say>${'prompt '.repeat(20)}</Say></Gather><Say>no</Say>`));
    bridge.answer('/keys', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/keys')[0]?.form).toMatchObject({ Digits: '42', FinishedOnKey: '#' });
    expect(spoken(call.heard).length).toBeLessThan(30);
  });

  it('goes on behind a Gather without keys, or asks its action when that is wanted', async () => {
    const { bridge, dial } = await rig();
    bridge.answer('/answer', xml('<Gather action="/keys" timeout="1"/><Redirect>/second</Redirect>'));
    bridge.answer('/second', xml('<Gather action="/keys" timeout="1" actionOnEmptyResult="true"/>'));
    bridge.answer('/keys', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.seen.map(({ path }) => path).filter((path) => path !== '/status')).toEqual(['/answer', '/second', '/keys']);
    expect(bridge.to('/keys')[0]?.form.Digits).toBe('');
  });

  it('ends at its time limit', async () => {
    const { bridge, dial } = await rig();
    bridge.answer('/answer', xml('<Pause length="60"/>'));
    const call = await dial([['TimeLimit', '1']]);
    await until('the end', () => call.endedAtMs !== null);
    expect(call.hangup?.source).toBe('time limit');
    expect((call.endedAtMs ?? 0) - (call.answeredAtMs ?? 0)).toBeGreaterThan(950);
  });
});

describe('a machine at the simulated Twilio', () => {
  const machine = { kind: 'machine', afterMs: 20, beepAtMs: 60 } as const;
  it.each([
    ['Enable', machine, 'machine_start', '20'],
    ['DetectMessageEnd', machine, 'machine_end_beep', '60'],
    ['DetectMessageEnd', { ...machine, beepAtMs: null }, 'machine_end_silence', '20'],
    ['Enable', { kind: 'human', afterMs: 30, beepAtMs: null }, 'human', '30'],
    ['Enable', { kind: 'unknown', afterMs: 30, beepAtMs: null }, 'unknown', '30'],
  ] as const)('is told asynchronously: %s, %o', async (mode, kind, answeredBy, ms) => {
    const { bridge, dial } = await rig(person({ machine: kind }));
    bridge.answer('/answer', xml('<Pause length="5"/>'));
    await dial([
      ['MachineDetection', mode],
      ['AsyncAmd', 'true'],
      ['AsyncAmdStatusCallback', `${bridge.url}/amd`],
    ]);
    await until('the verdict', () => bridge.to('/amd').length > 0);
    expect(bridge.to('/answer')[0]?.form.AnsweredBy).toBeUndefined();
    expect(bridge.to('/amd')[0]?.form).toMatchObject({ AnsweredBy: answeredBy, MachineDetectionDuration: ms });
  });

  it('holds the document back in synchronous mode', async () => {
    const { bridge, dial } = await rig(person({ machine }));
    bridge.answer('/answer', xml('<Hangup/>'));
    await dial([['MachineDetection', 'Enable']]);
    await until('the document', () => bridge.to('/answer').length > 0);
    expect(bridge.to('/answer')[0]?.form.AnsweredBy).toBe('machine_start');
  });
});
