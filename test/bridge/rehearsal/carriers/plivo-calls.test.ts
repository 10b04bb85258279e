import { describe, expect, it } from 'vitest';
import { plivoV2, plivoV3, plivoV3Base } from '#bridge/rehearsal/carriers/plivo/signature.ts';
import { hangsUpAfter, pause, person, presses, spoken, until, xml } from './bridge-double.ts';
import { AUTH, callBody, FROM, rig, TO, TOKEN } from './plivo-rig.ts';

const NONCE = '12345678901234567890';
const BODY = { CallUUID: 'u-1', From: '15550100001', To: '15550100002' };

describe('the simulated Plivo signs', () => {
  it.each([
    ['GET', 'https://c.example.com/plivo/ws/abc', {}, '1xT4/P+YHs8SWxQxxxzBxEJgFZ5zY0/14uYO4mgeMVg='],
    ['GET', 'https://c.example.com/plivo/answer?k=9&c=7', {}, 'n61zVVnYJrSV/6rqXdGwI1wdXogAeMGMHlIAhcO8UjM='],
    ['POST', 'https://c.example.com/plivo/answer', BODY, 'ieG5z9j4NHHPOgcsxCm+1mDvhhAbK2IUgRINGE73gTY='],
    ['POST', 'https://c.example.com/plivo/answer?k=9&c=7', BODY, 'HONZUZnNJPCkT852+o/mbaG6R9eq8+Ag5TuyElU+LLo='],
  ] as const)('%s %s with %o as the real one does', (method, url, form, signature) => {
    expect(plivoV3(TOKEN, NONCE, plivoV3Base(method, url, form))).toBe(signature);
  });

  it('every webhook, each with a nonce of its own', async () => {
    const { bridge, dial } = await rig(person({ tick: hangsUpAfter(2) }));
    bridge.answer('/answer', xml('<Wait length="5"/>'));
    await dial({ answer_url: `${bridge.url}/answer?b=2&a=%2B1`, answer_method: 'GET' });
    await until('the end', () => bridge.to('/hangup').length === 1);
    const nonces = new Set<unknown>();
    for (const { method, target, headers, form } of bridge.seen) {
      const nonce = String(headers['x-plivo-signature-v3-nonce']);
      nonces.add(nonce);
      const url = bridge.url + target;
      const base = plivoV3Base(method === 'GET' ? 'GET' : 'POST', url, method === 'GET' ? {} : form);
      expect(String(headers['x-plivo-signature-v3']).split(',')).toContain(plivoV3(TOKEN, nonce, base));
      expect(headers['x-plivo-signature-v2']).toBe(plivoV2(TOKEN, nonce, url));
    }
    expect(nonces.size).toBe(bridge.seen.length);
    expect(bridge.to('/answer')[0]?.form).toMatchObject({ a: '+1', b: '2', CallStatus: 'in-progress' });
  });
});

describe('a create request at the simulated Plivo', () => {
  it.each([
    [{ from: undefined }, 'from'],
    [{ to: '' }, 'to'],
    [{ answer_url: undefined }, 'answer_url'],
    [{ answer_url: 'ftp://x.example' }, 'answer_url'],
    [{ hangup_url: 'nowhere' }, 'hangup_url'],
    [{ answer_method: 'PUT' }, 'answer_method'],
    [{ caller_name: 'x'.repeat(51) }, 'caller_name'],
    [{ time_limit: -1 }, 'time_limit'],
    [{ ring_timeout: 'long' }, 'ring_timeout'],
    [{ machine_detection: 'yes' }, 'machine_detection'],
    [{ machine_detection_time: 1_999 }, 'machine_detection_time'],
    [{ machine_detection_maximum_words: 11 }, 'machine_detection_maximum_words'],
    [{ send_digits: 'x' }, 'send_digits'],
  ])('is refused with %o', async (body, field) => {
    const { sim, bridge, rest } = await rig();
    const answer = await rest('POST', '/Call/', callBody(bridge, body));
    expect(answer).toMatchObject({ status: 400, json: { api_id: expect.any(String), error: expect.stringContaining(field) } });
    expect(sim.calls()).toHaveLength(0);
  });

  it('is answered with a request id that is not the id of the call', async () => {
    const { bridge, rest, sim } = await rig();
    const answer = await rest('POST', '/Call/', callBody(bridge));
    expect(answer).toMatchObject({ status: 201, json: { message: 'call fired' } });
    const [call] = sim.calls();
    expect(answer.json.request_uuid).toBe(call?.requestId);
    expect(call?.id).not.toBe(call?.requestId);
  });

  it('may name several destinations', async () => {
    const { bridge, rest, sim } = await rig();
    const answer = await rest('POST', '/Call/', callBody(bridge, { to: '15550100002<15550100003' }));
    expect(answer.json.request_uuid).toHaveLength(2);
    expect(sim.calls().map((call) => call.to)).toEqual(['+15550100002', '+15550100003']);
  });

  it('needs credentials, JSON and the slash at the end', async () => {
    const { rest, sim } = await rig();
    expect((await rest('GET', '/', undefined, `${AUTH}:wrong`)).status).toBe(401);
    expect((await rest('GET', '/')).json.auth_id).toBe(AUTH);
    expect((await rest('POST', '/Call', {})).status).toBe(404);
    const form = await fetch(`${sim.baseUrl}/v1/Account/${AUTH}/Call/`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${AUTH}:${TOKEN}`).toString('base64')}` },
      body: new URLSearchParams({ from: FROM }),
    });
    expect(form.status).toBe(400);
  });

  it('is told when it waits in the queue', async () => {
    const { bridge, rest } = await rig(person(), { callsPerSecond: 0.1 });
    const messages = [];
    for (let count = 0; count < 2; count++) messages.push((await rest('POST', '/Call/', callBody(bridge))).json.message);
    expect(messages).toEqual(['call fired', 'call queued']);
    const queued = (await rest('GET', '/Call/?status=queued')).json.calls as string[];
    expect(queued).toHaveLength(1);
    expect((await rest('GET', `/Call/${queued[0]}/?status=queued`)).json).toMatchObject({ from: '15550100001', call_status: 'queued' });
  });

  it('is refused with 429 by the other addresses after 300 requests in five seconds', async () => {
    const { rest } = await rig();
    const statuses = await Promise.all(Array.from({ length: 301 }, async () => (await rest('GET', '/Call/?status=live')).status));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});

describe('a call at the simulated Plivo', () => {
  it('tells its story: ring, answer, hangup', async () => {
    const { sim, bridge, dial } = await rig(person({ tick: hangsUpAfter(5) }));
    bridge.answer('/answer', xml('<Wait length="5"/>'));
    const call = await dial();
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.seen.map(({ path, form }) => [path, form.Event, form.CallStatus])).toEqual([
      ['/ring', 'Ring', 'ringing'],
      ['/answer', 'StartApp', 'in-progress'],
      ['/hangup', 'Hangup', 'completed'],
    ]);
    for (const { form } of bridge.seen) {
      expect(form).toMatchObject({
        CallUUID: call.id,
        RequestUUID: call.requestId,
        From: '15550100001',
        To: '15550100002',
        Direction: 'outbound',
      });
    }
    expect(bridge.to('/hangup')[0]?.form).toMatchObject({
      HangupCause: 'NORMAL_CLEARING',
      HangupCauseCode: '4000',
      HangupSource: 'Callee',
      Duration: '1',
    });
    expect(sim.violations()).toEqual([]);
  });

  it.each([
    [{ kind: 'busy', afterMs: 10 }, 'busy', /^3010$/],
    [{ kind: 'rejects', afterMs: 10 }, 'failed', /^3020$/],
    [{ kind: 'invalid-number' }, 'failed', /^2000$/],
    [{ kind: 'no-answer' }, /^(no-answer|timeout)$/, /^(3000|6010)$/],
  ] as const)('that is %o ends as %s', async (ringing, status, code) => {
    const { bridge, dial } = await rig(person({ ringing }));
    await dial({ ring_timeout: 1 });
    const rings = ringing.kind === 'invalid-number' ? 0 : 1;
    await until('the end', () => bridge.to('/hangup').length === 1 && bridge.to('/ring').length >= rings);
    expect(bridge.to('/hangup')[0]?.form).toMatchObject({
      CallStatus: expect.stringMatching(status),
      HangupCauseCode: expect.stringMatching(code),
    });
    expect(bridge.to('/answer')).toHaveLength(0);
    expect(bridge.to('/ring')).toHaveLength(rings);
  });

  it('fails when the caller number is not the account’s', async () => {
    const { bridge, dial } = await rig();
    await dial({ from: '+15550109999' });
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.to('/hangup')[0]?.form.HangupCauseCode).toBe('3030');
  });

  it.each([
    [{ status: 404 }, '7011'],
    [{ body: 'hello' }, '8011'],
    [{ body: xml('<Say>hi</Say>') }, '8011'],
    [{ body: xml('<Speak language="en">hi</Speak>') }, '8011'],
    [{ body: xml('<Stream keepCallAlive="true">ws://127.0.0.1:1/</Stream>') }, '8011'],
    [{ body: xml('<Stream bidirectional="true" audioTrack="both">ws://127.0.0.1:1/</Stream>') }, '8011'],
    [{ body: xml(`<Speak>${'x'.repeat(101 * 1024)}</Speak>`) }, '8011'],
    [{ body: xml('<Redirect>/relative</Redirect>') }, '7024'],
    [{ body: xml('<Redirect>http://127.0.0.1:9/x</Redirect>') }, '7014'],
    [{ body: xml('') }, '4010'],
    [{ body: xml('<Hangup/>') }, '4000'],
  ])('whose answer document is %o ends with %s', async (reply, code) => {
    const { bridge, dial } = await rig();
    bridge.replies.set('/answer', () => reply);
    await dial();
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.to('/hangup')[0]?.form.HangupCauseCode).toBe(code);
  });

  it('asks again once when the answer does not come, then the fallback', async () => {
    const { bridge, dial } = await rig();
    bridge.replies.set('/answer', () => ({ hang: true }));
    bridge.answer('/fallback', xml('<Speak>sorry</Speak>'));
    const call = await dial({ answer_url: `${bridge.url}/answer#rt=150`, fallback_url: `${bridge.url}/fallback` });
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.to('/answer')).toHaveLength(2);
    expect(spoken(call.heard)).toBe('sorry');
    expect(call.hangup?.code).toBe('4010');
  });

  it('asks the answer address again at the hangup when it has no address for that', async () => {
    const { bridge, dial, sim } = await rig(person({ tick: hangsUpAfter(3) }));
    bridge.answer('/answer', xml('<Wait length="5"/>'));
    await dial({ hangup_url: undefined });
    await until('the end', () => bridge.to('/answer').length === 2);
    expect(bridge.to('/answer')[1]?.form).toMatchObject({ Event: 'Hangup', CallStatus: 'completed' });
    expect(sim.violations()).toMatchObject([{ rule: 'create.no-hangup-url' }]);
  });

  it('takes keys in GetInput and GetDigits', async () => {
    const { bridge, dial } = await rig(person({ tick: (frame) => presses('9', 25)(frame) ?? presses('17', 90)(frame) }));
    const digits = `<GetDigits action="${bridge.url}/two" numDigits="1" validDigits="7"><Speak>second</Speak></GetDigits>`;
    bridge.answer(
      '/answer',
      xml(`<GetInput action="${bridge.url}/one" inputType="dtmf" numDigits="1"><Speak>${'first '.repeat(30)}</Speak></GetInput>`),
    );
    bridge.answer('/one', xml(digits));
    bridge.answer('/two', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/one')[0]?.form).toMatchObject({ Digits: '9', InputType: 'dtmf' });
    expect(bridge.to('/two')[0]?.form).toMatchObject({ Digits: '7' });
    expect(spoken(call.heard)).toMatch(/^f[first ]{0,40}second$/);
  });

  it('ends at its time limit and by a scheduled hangup with 6000', async () => {
    const { bridge, dial } = await rig();
    bridge.answer('/answer', xml('<Wait length="60"/>'));
    bridge.answer('/scheduled', xml('<Hangup schedule="1"/><Wait length="60"/>'));
    const calls = [await dial({ time_limit: 1 }), await dial({ answer_url: `${bridge.url}/scheduled` })];
    await until('both ends', () => calls.every((call) => call.endedAtMs !== null));
    expect(calls.map((call) => call.hangup?.code)).toEqual(['6000', '6000']);
  });
});

describe('a machine at the simulated Plivo', () => {
  const machine = { kind: 'machine', afterMs: 30, beepAtMs: 90 } as const;

  it('is told to the detection address, and nothing is told of a human', async () => {
    const { bridge, dial } = await rig({ [TO]: person({ machine }), '+15550100003': person() });
    bridge.answer('/answer', xml('<Wait length="1"/>'));
    const body = { machine_detection: 'true', machine_detection_url: `${bridge.url}/machine` };
    const calls = [await dial(body), await dial({ ...body, to: '+15550100003' })];
    await until('the ends', () => calls.every((call) => call.endedAtMs !== null));
    expect(bridge.to('/machine').map(({ form }) => form)).toMatchObject([
      { CallUUID: calls[0]?.id, Machine: 'true', IfMachine: 'continue', Event: 'MachineDetection' },
    ]);
  });

  it('is named in the answer request without such an address, or hung up on', async () => {
    const { bridge, dial } = await rig(person({ machine }));
    bridge.answer('/answer', xml(''));
    await dial({ machine_detection: 'true' });
    await until('the answer', () => bridge.to('/answer').length === 1);
    expect(bridge.to('/answer')[0]?.form.Machine).toBe('true');
    const call = await dial({ machine_detection: 'hangup' });
    await until('the end', () => call.endedAtMs !== null);
    expect(call.hangup?.code).toBe('9100');
  });
});

describe('the API of the simulated Plivo', () => {
  it('lists live calls, hangs up, and files the record later, which does not name the request', async () => {
    const { bridge, dial, rest } = await rig();
    bridge.answer('/answer', xml('<Wait length="60"/>'));
    const call = await dial();
    await until('the answer', () => call.status === 'in-progress');
    expect((await rest('GET', '/Call/?status=live')).json.calls).toEqual([call.id]);
    expect((await rest('GET', `/Call/${call.id}/?status=live`)).json).toMatchObject({
      to: '15550100002',
      request_uuid: call.requestId,
      call_status: 'in-progress',
    });
    expect((await rest('GET', `/Call/${call.id}/`)).status).toBe(404);
    expect((await rest('DELETE', `/Call/${call.id}/`)).status).toBe(204);
    expect((await rest('DELETE', `/Call/${call.id}/`)).status).toBe(404);
    await until('the record', () => bridge.to('/hangup').length === 1);
    while ((await rest('GET', `/Call/${call.id}/`)).status === 404) await pause(10);
    const { json } = await rest('GET', `/Call/${call.id}/`);
    expect(json).toMatchObject({
      hangup_cause_code: 4000,
      hangup_source: 'API Request',
      from_number: '15550100001',
      call_direction: 'outbound',
    });
    expect(json).not.toHaveProperty('request_uuid');
  });

  it('cancels a call that was not answered by its request', async () => {
    const { bridge, dial, rest } = await rig(person({ ringing: { kind: 'no-answer' } }));
    const call = await dial();
    await until('the ringing', () => call.status === 'ringing');
    expect((await rest('DELETE', `/Request/${call.requestId}/`)).status).toBe(204);
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.to('/hangup')[0]?.form).toMatchObject({
      CallStatus: 'cancel',
      HangupCauseCode: '1000',
      HangupCause: 'ORIGINATOR_CANCEL',
    });
  });

  it('gives twenty records a page and filters them', async () => {
    const { bridge, dial, rest, sim } = await rig(person({ ringing: { kind: 'busy', afterMs: 1 } }));
    for (let count = 0; count < 25; count++) await dial();
    await until('the ends', () => bridge.to('/hangup').length === 25);
    while (((await rest('GET', '/Call/')).json.meta as { total_count: number }).total_count < 25) await pause(10);
    const pages = [];
    for (let offset = 0; offset < 40; offset += 20) pages.push((await rest('GET', `/Call/?to_number=15550100002&offset=${offset}`)).json);
    expect(pages.map((page) => (page.objects as unknown[]).length)).toEqual([20, 5]);
    expect(pages[0]?.meta).toMatchObject({ total_count: 25, limit: 20, previous: null });
    expect((await rest('GET', '/Call/?to_number=15550100009')).json.objects).toEqual([]);
    expect((await rest('GET', '/Call/?end_time__lt=2020-01-01%2000:00')).json.objects).toEqual([]);
    expect((await rest('GET', '/Call/?end_time__gte=2020-01-01%2000:00:00')).json.objects).toHaveLength(20);
    expect((await rest('GET', '/Call/?end_time__gte=2020-01-01T00:00:00Z')).status).toBe(400);
    expect((await rest('GET', '/Call/?limit=21')).status).toBe(400);
    expect(sim.violations()).toEqual([]);
  });

  it('replaces what a live call runs', async () => {
    const { bridge, dial, rest } = await rig();
    bridge.answer('/answer', xml('<Wait length="60"/>'));
    bridge.answer('/other', xml('<Speak>bye</Speak>'));
    const call = await dial();
    await until('the answer', () => call.history.some((event) => event.kind === 'verb'));
    const answer = await rest('POST', `/Call/${call.id}/`, { legs: 'aleg', aleg_url: `${bridge.url}/other`, aleg_method: 'POST' });
    expect(answer).toMatchObject({ status: 202, json: { message: 'call transferred', call_uuids: [call.id] } });
    await until('the end', () => call.endedAtMs !== null);
    expect(spoken(call.heard)).toBe('bye');
    expect((await rest('POST', `/Call/${call.id}/`, { legs: 'aleg', aleg_url: `${bridge.url}/other` })).status).toBe(404);
  });

  it('records a minute unless asked for more, and tells when the file is there', async () => {
    const { bridge, dial, rest } = await rig(person({ tick: hangsUpAfter(200) }));
    bridge.answer('/answer', xml('<Speak>abc</Speak><Wait length="60"/>'));
    const call = await dial();
    await until('the answer', () => call.status === 'in-progress');
    const answer = await rest('POST', `/Call/${call.id}/Record/`, {
      time_limit: 1,
      file_format: 'wav',
      callback_url: `${bridge.url}/recorded`,
    });
    expect(answer).toMatchObject({ status: 202, json: { message: 'call recording started' } });
    await until('the file', () => bridge.to('/recorded').length === 1);
    const form = bridge.to('/recorded')[0]?.form ?? {};
    expect(form).toMatchObject({ call_uuid: call.id, recording_id: answer.json.recording_id });
    expect(Number(form.recording_duration_ms)).toBeGreaterThan(900);
    // The call goes on for three seconds more.
    expect(Number(form.recording_duration_ms)).toBeLessThan(2_000);
    const file = Buffer.from(await (await fetch(String(form.record_url))).arrayBuffer());
    expect(file.toString('latin1', 0, 4)).toBe('RIFF');
    expect(file.readUInt16LE(22)).toBe(2);
  });
});
