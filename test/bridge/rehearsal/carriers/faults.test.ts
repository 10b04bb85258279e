import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Random } from '#bridge/rehearsal/carriers/random.ts';
import { twilioSignature } from '#bridge/rehearsal/carriers/twilio/signature.ts';
import { startTwilioSim } from '#bridge/rehearsal/carriers/twilio/twilio-sim.ts';
import { BridgeDouble, counts, hangsUpAfter, pause, person, until, xml } from './bridge-double.ts';
import * as plivo from './plivo-rig.ts';
import * as twilio from './twilio-rig.ts';

describe('a create request with a scripted fault', () => {
  it.each([
    [{ status: 500 }, 500, 20500],
    [{ status: 429 }, 429, 20429],
    [{ status: 400, code: 21219 }, 400, 21219],
  ])('is answered %o and places no call', async (act, status, code) => {
    const { sim, bridge, rest } = await twilio.rig();
    sim.fault({ on: 'rest', request: 'create', act });
    expect(await rest('POST', '/Calls.json', twilio.callForm(bridge))).toMatchObject({ status, json: { code } });
    expect(sim.calls()).toHaveLength(0);
    expect((await rest('POST', '/Calls.json', twilio.callForm(bridge))).status).toBe(201);
  });

  it('is answered 500 although the call was placed, and found in the list', async () => {
    const { sim, bridge, rest } = await twilio.rig();
    bridge.answer('/answer', xml('<Pause length="60"/>'));
    sim.fault({ on: 'rest', request: 'create', act: { status: 500 }, carriedOut: true });
    expect((await rest('POST', '/Calls.json', twilio.callForm(bridge))).status).toBe(500);
    await until('the answer', () => bridge.to('/answer').length === 1);
    const query = new URLSearchParams({ To: twilio.TO, From: twilio.FROM, 'StartTime>': new Date().toISOString().slice(0, 10) });
    const { json } = await rest('GET', `/Calls.json?${query}`);
    expect(json.calls).toMatchObject([{ status: 'in-progress', to: twilio.TO, sid: sim.calls()[0]?.id }]);
  });

  it.each(['no-answer', 'reset'] as const)('gets no answer (%s), with the call placed or lost', async (act) => {
    const { sim, bridge, rest } = await plivo.rig();
    bridge.answer('/answer', xml('<Wait length="60"/>'));
    const create = async (): Promise<string> => {
      const asked = sim.stats().restRequests;
      const abort = new AbortController();
      // Only what waits for an answer is given up, and not before it has been asked.
      if (act === 'no-answer')
        void until('the request', () => sim.stats().restRequests > asked)
          .then(() => pause(150))
          .then(() => abort.abort());
      try {
        await fetch(`${sim.baseUrl}/v1/Account/${plivo.AUTH}/Call/`, {
          method: 'POST',
          signal: abort.signal,
          headers: {
            authorization: `Basic ${Buffer.from(`${plivo.AUTH}:${plivo.TOKEN}`).toString('base64')}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(plivo.callBody(bridge)),
        });
        return 'answered';
      } catch {
        return abort.signal.aborted ? 'timeout' : 'reset';
      }
    };
    sim.fault({ on: 'rest', request: 'create', act, carriedOut: true });
    sim.fault({ on: 'rest', request: 'create', act });
    const expected = act === 'reset' ? 'reset' : 'timeout';
    expect([await create(), await create()]).toEqual([expected, expected]);
    expect(sim.calls()).toHaveLength(1);
    expect((await rest('GET', '/Call/?status=live')).json.calls).toHaveLength(1);
  });
});

describe('a webhook with a scripted fault', () => {
  const story = (rigged: twilio.Rig): (string | undefined)[] => twilio.told(rigged.bridge).map(({ CallStatus }) => CallStatus);

  /** @param times how often the bridge is told of the call's state; what comes beyond that is given time to come */
  async function untilEnd(fault: Parameters<twilio.Rig['sim']['fault']>[0], times = 4): Promise<twilio.Rig> {
    const rigged = await twilio.rig(person({ tick: hangsUpAfter(8) }), { faults: [fault] });
    rigged.bridge.answer('/answer', xml('<Pause length="10"/>'));
    const call = await rigged.dial();
    await until('the end', () => call.endedAtMs !== null);
    await until('the answer', () => rigged.bridge.to('/answer').length > 0);
    await until('the story', () => rigged.bridge.to('/status').length >= times);
    await pause(120);
    return rigged;
  }

  it('does not come', async () => {
    expect(story(await untilEnd({ on: 'webhook', webhook: 'status:completed', act: 'drop' }, 3))).toEqual([
      'initiated',
      'ringing',
      'in-progress',
    ]);
  });

  it('comes twice', async () => {
    expect(
      story(await untilEnd({ on: 'webhook', webhook: 'status:ringing', act: 'duplicate' }, 5)).filter((status) => status === 'ringing'),
    ).toHaveLength(2);
  });

  it('comes late, after those that followed it', async () => {
    const rigged = await untilEnd({ on: 'webhook', webhook: 'status:ringing', act: { delayMs: 1_500 } }, 3);
    expect(story(rigged)).toEqual(['initiated', 'in-progress', 'completed']);
    await until('the late one', () => story(rigged).length === 4);
    expect(rigged.bridge.to('/status').at(-1)?.form).toMatchObject({ CallStatus: 'ringing', SequenceNumber: '1' });
  });

  it('is sent by a stranger before the genuine one', async () => {
    const { bridge } = await untilEnd({ on: 'webhook', webhook: 'status:completed', act: 'forged' }, 5);
    const right = bridge
      .to('/status')
      .map(({ headers, form, target }) => headers['x-twilio-signature'] === twilioSignature(twilio.TOKEN, bridge.url + target, form));
    expect(right).toEqual([true, true, true, false, true]);
  });

  it.each(['wrong-signature', 'no-signature'] as const)('has a %s', async (act) => {
    const { bridge } = await untilEnd({ on: 'webhook', webhook: 'answer', act });
    const [request] = bridge.to('/answer');
    expect(request?.headers['x-twilio-signature']).not.toBe(twilioSignature(twilio.TOKEN, `${bridge.url}/answer`, request?.form));
    expect(request?.headers['x-twilio-signature'] === undefined).toBe(act === 'no-signature');
  });

  it('is replayed later with the old nonce', async () => {
    const { bridge, dial } = await plivo.rig(person({ tick: hangsUpAfter(5) }));
    const rigged = await plivo.rig(person({ tick: hangsUpAfter(5) }), {
      faults: [{ on: 'webhook', webhook: 'hangup', act: { replayAfterMs: 60 } }],
    });
    bridge.answer('/answer', xml('<Wait length="5"/>'));
    rigged.bridge.answer('/answer', xml('<Wait length="5"/>'));
    await Promise.all([dial(), rigged.dial()]);
    await until('the replay', () => rigged.bridge.to('/hangup').length === 2);
    const [first, second] = rigged.bridge.to('/hangup');
    expect(second?.headers['x-plivo-signature-v3-nonce']).toBe(first?.headers['x-plivo-signature-v3-nonce']);
    expect(second?.form).toEqual(first?.form);
    expect(bridge.to('/hangup')).toHaveLength(1);
  });
});

describe('a call with a scripted fault', () => {
  it('ends before its document arrives', async () => {
    const { bridge, dial } = await twilio.rig(person(), { faults: [{ on: 'call', act: 'hangs-up-before-document' }] });
    bridge.replies.set('/answer', () => ({ body: xml('<Say>too late</Say>'), afterMs: 60 }));
    const call = await dial();
    await until('the end', () => bridge.to('/status').length === 4);
    await until('the document', () =>
      call.history.some((event) => event.kind === 'webhook' && event.name === 'answer' && event.status === 200),
    );
    await pause(100);
    expect(call.hangup?.source).toBe('Callee');
    expect(call.history.some((event) => event.kind === 'verb')).toBe(false);
  });

  it('is not put through', async () => {
    const { bridge, dial } = await plivo.rig(person(), { faults: [{ on: 'call', act: { fails: 1010 } }] });
    await dial();
    await until('the end', () => bridge.to('/hangup').length === 1);
    expect(bridge.to('/hangup')[0]?.form).toMatchObject({ HangupCauseCode: '1010', CallStatus: 'failed' });
  });
});

describe('the list of calls at the simulated Twilio', () => {
  it('filters by UTC date and goes on by pages', async () => {
    const { bridge, dial, rest, sim } = await twilio.rig(person({ ringing: { kind: 'busy', afterMs: 1 } }));
    for (let count = 0; count < 5; count++) await dial();
    await until('the ends', () => bridge.to('/status').filter(({ form }) => form.CallStatus === 'busy').length === 5);
    const today = new Date().toISOString().slice(0, 10);
    const sids: unknown[] = [];
    let page = `/Calls.json?To=${encodeURIComponent(twilio.TO)}&PageSize=2&StartTime=${today}`;
    for (let count = 0; page !== '' && count < 9; count++) {
      const { json } = await rest('GET', page);
      sids.push(...(json.calls as { sid: string }[]).map(({ sid }) => sid));
      page = json.next_page_uri === null ? '' : String(json.next_page_uri).replace(/^.*?\/Calls\.json/, '/Calls.json');
    }
    expect(sids).toEqual(
      sim
        .calls()
        .map(({ id }) => id)
        .reverse(),
    );
    const count = async (query: string): Promise<number> => ((await rest('GET', `/Calls.json?${query}`)).json.calls as unknown[]).length;
    expect(await count('Status=busy')).toBe(5);
    expect(await count('Status=completed')).toBe(0);
    expect(await count(`StartTime%3E=${today}`)).toBe(5);
    expect(await count(`StartTime%3C=${today}`)).toBe(0);
    expect(await count('To=%2B15550109999')).toBe(0);
    expect((await rest('GET', '/Calls.json?StartTime=yesterday')).status).toBe(400);
    expect(sim.violations()).toEqual([]);
  });

  it('has no start time of a queued call, which can be cancelled, and no price before some time', async () => {
    const { bridge, dial, rest } = await twilio.rig(person({ tick: hangsUpAfter(3) }), {
      callsPerSecond: 0.5,
      timing: { priceAfterMs: 800 },
    });
    bridge.answer('/answer', xml('<Pause length="9"/>'));
    const [first, second] = [await dial(), await dial()];
    const today = new Date().toISOString().slice(0, 10);
    await until('the ringing', () => first?.status !== 'queued');
    expect((await rest('GET', `/Calls.json?StartTime=${today}`)).json.calls).toHaveLength(1);
    expect((await rest('GET', '/Calls.json?Status=queued')).json.calls).toMatchObject([{ sid: second?.id, start_time: null }]);
    expect((await rest('POST', `/Calls/${second?.id}.json`, [['Status', 'canceled']])).json.status).toBe('canceled');
    await until('the end', () => first?.endedAtMs !== null);
    expect((await rest('GET', `/Calls/${first?.id}.json`)).json).toMatchObject({ price: null, duration: '1' });
    let price: unknown = null;
    while (price === null) {
      await pause(10);
      price = (await rest('GET', `/Calls/${first?.id}.json`)).json.price;
    }
    expect(price).toBe('-0.01400');
  });

  it('leads to the recording, some time after the end', async () => {
    const { bridge, dial, rest } = await twilio.rig(
      person({ tick: (frame, heard, out) => (frame === 40 ? { kind: 'hang-up' } : counts(frame, heard, out)) }),
      { timing: { recordingReadyMs: 1_500 } },
    );
    bridge.answer('/answer', xml('<Say>abc</Say><Pause length="9"/>'));
    const call = await dial([
      ['Record', 'true'],
      ['RecordingChannels', 'dual'],
      ['RecordingStatusCallback', `${bridge.url}/recorded`],
    ]);
    await until('the end', () => bridge.to('/status').some(({ form }) => form.CallStatus === 'completed'));
    const auth = { authorization: `Basic ${Buffer.from(`${twilio.ACCOUNT}:${twilio.TOKEN}`).toString('base64')}` };
    const url = String(bridge.to('/status').at(-1)?.form.RecordingUrl);
    expect((await fetch(`${url}.wav`, { headers: auth })).status).toBe(404);
    await until('the callback', () => bridge.to('/recorded').length === 1);
    expect(bridge.to('/recorded')[0]?.form).toMatchObject({ RecordingStatus: 'completed', RecordingChannels: '2', CallSid: call.id });
    const recordingUrl = bridge.to('/recorded')[0]?.form.RecordingUrl;
    expect((await fetch(`${recordingUrl}.wav`)).status).toBe(401);
    const file = Buffer.from(await (await fetch(`${recordingUrl}.wav`, { headers: auth })).arrayBuffer());
    const audio = file.subarray(58);
    const channel = (number: number): Buffer => Buffer.from(audio.filter((_byte, at) => at % 2 === number));
    expect(audio.length).toBe((call.said?.length ?? 0) * 2);
    expect(channel(0).equals(Buffer.from(call.said ?? []))).toBe(true);
    expect(channel(1).equals(Buffer.from(call.heard ?? []))).toBe(true);
    expect((await rest('POST', `/Calls/${call.id}/Recordings.json`, [['RecordingChannels', 'dual']])).json.code).toBe(21220);
  });
});

describe('a simulated carrier', () => {
  it('leaves nothing behind when it closes in the midst of calls', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const bridge = await new BridgeDouble().open();
    const sim = await startTwilioSim({
      credentials: { accountSid: twilio.ACCOUNT, authToken: twilio.TOKEN },
      numbers: [twilio.FROM],
      directory: (number) => (number.endsWith('1') ? person({ ringing: { kind: 'no-answer' } }) : person()),
      speech: () => Promise.resolve(new Uint8Array(8_000)),
      seed: 3,
      callsPerSecond: 1_000,
    });
    bridge.answer('/answer', xml(`<Connect><Stream url="${bridge.wsUrl}/x"/></Connect>`));
    bridge.replies.set('/slow', () => ({ hang: true }));
    for (const [to, url] of [
      ['2', 'answer'],
      ['1', 'answer'],
      ['3', 'slow'],
      ['4', 'answer'],
    ]) {
      await fetch(`${sim.baseUrl}/2010-04-01/Accounts/${twilio.ACCOUNT}/Calls.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${twilio.ACCOUNT}:${twilio.TOKEN}`).toString('base64')}` },
        body: new URLSearchParams({ To: `+1555010000${to}`, From: twilio.FROM, Url: `${bridge.url}/${url}` }),
      });
    }
    await until('two streams', () => bridge.sockets.length === 2 && bridge.to('/slow').length === 1);
    await sim.close();
    await until('their end', () => bridge.sockets.every((end) => end.closeCode !== null));
    await bridge.close();
    await until('the end of the timers', () => timers() <= before);
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(new URL(sim.baseUrl).port), '127.0.0.1');
      socket.once('error', () => resolve(true));
      socket.once('connect', () => {
        socket.destroy();
        resolve(false);
      });
    });
    expect(refused).toBe(true);
  });

  it('is the same world again with the same seed', () => {
    const ids = (seed: number): string[] => {
      const random = new Random(seed);
      return [random.uuid(), random.hex(32), random.digits(20)];
    };
    expect(ids(5)).toEqual(ids(5));
    expect(ids(5)).not.toEqual(ids(6));
    expect(ids(5)[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('never asks an address outside this machine', async () => {
    const { dial, sim, rest } = await twilio.rig();
    await dial([
      ['Url', 'https://tunnel.example/answer'],
      ['StatusCallback', 'http://192.0.2.1/status'],
    ]);
    await until('the refusals', () => sim.violations().filter(({ rule }) => rule === 'webhook.not-loopback').length >= 3);
    expect((await rest('GET', '.json')).status).toBe(200);
  });

  it('carries sixty calls with both voices whole', async () => {
    const talker = person({
      tick: (frame, heard, out) => {
        if (frame < 150) return counts(frame, heard, out);
        return { kind: 'hang-up' };
      },
    });
    const { bridge, dial, sim } = await twilio.rig(talker);
    bridge.answer('/answer', xml(`<Connect><Stream url="${bridge.wsUrl}/x"/></Connect>`));
    // The bridge's side of the sixty sends back what it hears, so that both directions are full.
    bridge.onSocket = (end) => {
      end.on = (message) => {
        const payload = (message.media as { payload?: string } | undefined)?.payload;
        if (payload) end.socket.send(`{"event":"media","streamSid":"${String(message.streamSid)}","media":{"payload":"${payload}"}}`);
      };
    };
    const before = process.cpuUsage();
    const calls = await Promise.all(Array.from({ length: 60 }, () => dial()));
    await until('the ends', () => calls.every((call) => call.endedAtMs !== null), 14_000);
    await until('the closes', () => bridge.sockets.every((end) => end.closeCode !== null));
    const { user, system } = process.cpuUsage(before);
    // Printed, not asserted: both ends of all sockets run in this process.
    console.log(`60 calls of 3 s, echoed: ${((user + system) / 1e6).toFixed(2)} s of processor time`, sim.stats().pacer);
    for (const call of calls) {
      expect(call.said?.length).toBe(151 * 160);
      const media = bridge.sockets.find((end) => JSON.stringify(end.messages[1]).includes(call.id))?.events('media') ?? [];
      expect(media.length).toBe(call.media.framesToBridge);
      expect(media.map((message) => Number((message.media as { chunk: string }).chunk))).toEqual(media.map((_message, index) => index + 1));
    }
    expect(sim.violations()).toEqual([]);
  });
});
