import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DialRequest, LegQuery } from '#bridge/carriers/carrier.ts';
import { PlivoCarrier } from '#bridge/carriers/plivo/plivo-carrier.ts';
import { plivoBase, plivoSignature } from '#bridge/carriers/plivo/signature.ts';
import { attempt, linksFor, origin, ScriptedRest, StageHost, silentLog, webhookRequest } from '#test/support/carrier-stage.ts';
import { carrierSuite } from '#test/support/carrier-suite.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../../../fixtures/plivo/${name}.json`, import.meta.url), 'utf8'));
const webhooks = fixture('webhooks') as Record<string, Record<string, string>>;
const created = fixture('created') as Record<string, unknown>;
const ended = fixture('call-ended') as Record<string, unknown>;
const live = fixture('call-live') as Record<string, unknown>;
const authId = 'MA00000000000000000000';
const authToken = 'test_token_1';
const callUuid = '5f0d1c52-0000-4000-8000-000000000001';
const requestUuid = '9f3e0c1a-1111-4222-8333-444455556666';
const leg = { carrierCallId: callUuid, requestId: requestUuid };
const account = `/v1/Account/${authId}`;
const nonce = '12345678901234567890';
const sign = (method: 'GET' | 'POST', url: string, form: Record<string, string> = {}) => ({
  'x-plivo-signature-v3': plivoSignature(authToken, nonce, plivoBase(method, url, form)),
  'x-plivo-signature-v3-nonce': nonce,
});

carrierSuite({
  name: 'plivo',
  make: (options) => new PlivoCarrier({ ...options, credentials: { authId, authToken } }),
  createPath: `${account}/Call/`,
  created: { body: JSON.stringify(created), requestId: requestUuid, carrierCallId: null },
  refusal: (error) => JSON.stringify({ api_id: 'x', error }),
  sign,
  signUpgrade: (path) => sign('GET', origin + path),
  leg,
  webhooks: {
    answer: webhooks.answer ?? {},
    ringing: { path: 'ring', fields: webhooks.ringing ?? {} },
    ended: { path: 'hangup', fields: webhooks.hangup ?? {}, durationMs: 48_000 },
    busy: { path: 'hangup', fields: webhooks.busy ?? {} },
    machine: webhooks.machine ?? {},
    digits: webhooks.digits ?? {},
    dialDone: webhooks.dialDone ?? {},
    dialStatus: ['answer', 'hangup'].map((DialAction) => ({
      DialAction,
      DialBLegStatus: DialAction,
      DialALegUUID: '5f0d1c52-0000-4000-8000-000000000001',
      DialBLegUUID: '5f0d1c52-0000-4000-8000-000000000002',
    })),
    streamTrouble: webhooks.streamTrouble ?? {},
    recording: webhooks.recording ?? {},
    needed: 'CallUUID',
  },
  media: {
    opening: (callId, streamId) => [
      {
        event: 'start',
        sequenceNumber: 1,
        start: { callId, streamId, accountId: authId, tracks: ['inbound'], mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000 } },
        extra_headers: '',
      },
    ],
    frame: (streamId, payload, n) => ({
      event: 'media',
      sequenceNumber: n + 1,
      streamId,
      media: { track: 'inbound', timestamp: String(1_767_225_600_000 + n * 20), chunk: n, payload },
      extra_headers: '',
    }),
    digit: (streamId, digit) => ({
      event: 'dtmf',
      sequenceNumber: 57,
      streamId,
      dtmf: { track: 'inbound', digit, timestamp: '1767225601100' },
      extra_headers: '',
    }),
    played: (streamId, name) => ({ event: 'playedStream', sequenceNumber: 80, streamId, name }),
    read: (message, streamId) => {
      if (message.event === 'playAudio') {
        const { contentType, sampleRate, payload } = message.media as Record<string, unknown>;
        expect({ contentType, sampleRate }).toEqual({ contentType: 'audio/x-mulaw', sampleRate: 8000 });
        return { audio: payload as string };
      }
      if (message.event === 'sendDTMF') return { digits: message.dtmf as string };
      expect(message.streamId).toBe(streamId);
      if (message.event === 'clearAudio') return { clear: true };
      expect(message.event).toBe('checkpoint');
      return { checkpoint: message.name as string };
    },
    canPressKeys: true,
  },
});

describe('Plivo', () => {
  let rest: ScriptedRest;
  let host: StageHost;
  let carrier: PlivoCarrier;
  const clock = new ManualClock();
  const links = linksFor('plivo');
  const order: DialRequest = {
    attempt,
    to: '+15550100002',
    from: '+15550100001',
    links,
    fallback: { kind: 'hang-up' },
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    detectMachine: false,
    recordAtCarrier: false,
  };
  const dial = (overrides: Partial<DialRequest> = {}) => carrier.dial({ ...order, ...overrides }, new AbortController().signal);
  const body = (at = 0) => JSON.parse(rest.seen[at]?.body ?? '') as Record<string, unknown>;
  const asked = () => rest.seen.map(({ method, target }) => `${method} ${target.replace(account, '')}`);
  const call = (path: string, fields: Record<string, string>, search = '') => {
    const request = webhookRequest(`/carrier/plivo/${path}/${links.ticket}${search}`, fields);
    return carrier.webhooks.find((one) => one.path === `/${path}/:ticket`)?.handle(request);
  };

  beforeEach(async () => {
    rest = await new ScriptedRest().open();
    host = new StageHost(links);
    carrier = new PlivoCarrier({ credentials: { authId, authToken }, baseUrl: rest.baseUrl, host, clock, log: silentLog });
  });
  afterEach(async () => {
    await carrier.close();
    await rest.close();
  });

  it('is asked for a call as JSON, with every limit and the address of the hang-up', async () => {
    rest.script({ status: 201, body: JSON.stringify(created) });
    await expect(dial({ detectMachine: true })).resolves.toEqual({ requestId: requestUuid, carrierCallId: null, queueMs: null });
    expect(rest.seen[0]?.contentType).toBe('application/json');
    const base = `${origin}/carrier/plivo`;
    expect(body()).toEqual({
      from: '15550100001',
      to: '15550100002',
      answer_url: expect.stringMatching(/^https:\/\/tunnel\.example\/carrier\/plivo\/answer\/TICKET1#ct=/),
      answer_method: 'POST',
      ring_url: `${base}/ring/TICKET1`,
      ring_method: 'POST',
      hangup_url: `${base}/hangup/TICKET1`,
      hangup_method: 'POST',
      fallback_url: `${base}/fallback/TICKET1`,
      fallback_method: 'POST',
      ring_timeout: 25,
      time_limit: 300,
      machine_detection: 'true',
      machine_detection_time: 5_000,
      machine_detection_url: `${base}/machine/TICKET1`,
      machine_detection_method: 'POST',
    });
  });

  it('accepts a list of one name', async () => {
    rest.script({ status: 200, body: JSON.stringify({ ...created, request_uuid: [requestUuid] }) });
    await expect(dial()).resolves.toMatchObject({ requestId: requestUuid });
  });

  it('records in two channels before the stream, when the dial asked for it', async () => {
    rest.script({ status: 201, body: JSON.stringify(created) });
    await dial({ recordAtCarrier: true });
    const search = new URL(body().answer_url as string).search;
    const xml = call('answer', webhooks.answer ?? {}, search)?.body ?? '';
    expect(xml).toMatch(/<Record recordSession="true" redirect="false" maxLength="14400" .*recordChannelType="stereo".*\/><Stream /);
    expect(call('answer', webhooks.answer ?? {})?.body).not.toContain('<Record');
  });

  it('never dials several numbers in one request', async () => {
    await expect(dial({ to: '+15550100002<15550100003' })).rejects.toMatchObject({ code: 'input/invalid' });
    expect(rest.seen).toEqual([]);
  });

  it.each([
    [403, 'Geo permission is not enabled', { outcome: 'barred-destination', stopsCampaign: true }],
    [400, 'invalid destination number', { outcome: 'invalid-number', stopsCampaign: false }],
    [400, "'from' parameter is not valid", { outcome: 'our-error', stopsCampaign: true }],
    [400, 'account has insufficient balance', { outcome: 'our-error', stopsCampaign: true }],
    [400, 'answer_url parameter is not valid', { outcome: 'our-error', stopsCampaign: false }],
    [404, 'not found', { outcome: 'our-error', stopsCampaign: true }],
  ])('refusing a call with HTTP %i and "%s" is understood', async (status, error, details) => {
    rest.script({ status, body: JSON.stringify({ api_id: 'x', error }) });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/rejected', details, message: expect.stringContaining(error) });
  });

  it('ends a call by its own name, or cancels its request', async () => {
    rest.script({ status: 204 });
    await carrier.hangUp(leg);
    rest.script({ status: 404 }, { status: 204 });
    await carrier.hangUp(leg);
    expect(asked()).toEqual([`DELETE /Call/${callUuid}/`, `DELETE /Call/${callUuid}/`, `DELETE /Request/${requestUuid}/`]);
  });

  it('ends a call that was answered before anybody told us its own name', async () => {
    rest.otherwise = ({ method, target }) => {
      if (method === 'DELETE') return { status: target.includes(callUuid) ? 204 : 404 };
      if (target.endsWith('/Call/?status=live')) return { status: 200, body: JSON.stringify({ calls: [callUuid] }) };
      if (target.endsWith('/Call/?status=queued')) return { status: 200, body: '{"calls":[]}' };
      return target.includes(`${callUuid}/?status=live`) ? { status: 200, body: JSON.stringify(live) } : { status: 404 };
    };
    await carrier.hangUp({ carrierCallId: null, requestId: requestUuid });
    expect(asked().at(0)).toBe(`DELETE /Request/${requestUuid}/`);
    expect(asked().at(-1)).toBe(`DELETE /Call/${callUuid}/`);
  });

  it('redirects a live call to a document that waits for it', async () => {
    rest.script({ status: 202, body: '{"message":"call transferred"}' });
    await carrier.redirect(leg, { kind: 'say-and-hang-up', text: 'Bye.', language: 'en-US' }, links);
    expect(asked()).toEqual([`POST /Call/${callUuid}/`]);
    expect(body()).toEqual({ legs: 'aleg', aleg_url: `${origin}/carrier/plivo/document/TICKET1`, aleg_method: 'POST' });
    expect(call('document', webhooks.afterStream ?? {})?.body).toContain('Bye.');
    clock.advance(60_000);
    expect(call('document', webhooks.afterStream ?? {})?.body).toContain('<Stream');
  });

  it('records a live call to its end, not for a minute', async () => {
    rest.script({ status: 202, body: '{}' });
    await carrier.record(leg, links);
    expect(asked()).toEqual([`POST /Call/${callUuid}/Record/`]);
    expect(body()).toMatchObject({
      time_limit: 14_400,
      record_channel_type: 'stereo',
      callback_url: `${origin}/carrier/plivo/recording/TICKET1`,
    });
  });

  it('presses keys from outside', async () => {
    rest.script({ status: 202, body: '{}' }, { status: 404 });
    await carrier.sendDigits(leg, '12#');
    expect(body()).toEqual({ digits: '12#', leg: 'aleg' });
    await expect(carrier.sendDigits(leg, '1')).rejects.toMatchObject({ code: 'carrier/gone' });
  });

  it('gives its record of an ended call in our words', async () => {
    rest.script({ status: 200, body: JSON.stringify(ended) });
    await expect(carrier.lookUp(leg)).resolves.toEqual({
      carrierCallId: callUuid,
      requestId: requestUuid,
      phase: 'ended',
      outcome: 'completed',
      cause: { code: '4000', text: 'The call ended normally.', party: 'lead' },
      createdAtMs: Date.parse('2026-11-23T15:00:01Z'),
      answeredAtMs: Date.parse('2026-11-23T15:00:14Z'),
      endedAtMs: Date.parse('2026-11-23T15:01:02Z'),
      durationMs: 48_000,
      priceMicros: 8_500,
    });
  });

  it('is looked for among ended, live and queued calls, and among ended ones again', async () => {
    rest.script({ status: 404 }, { status: 404 }, { status: 404 }, { status: 200, body: JSON.stringify(ended) });
    await expect(carrier.lookUp(leg)).resolves.toMatchObject({ phase: 'ended' });
    expect(asked()).toEqual(['', '?status=live', '?status=queued', ''].map((search) => `GET /Call/${callUuid}/${search}`));
  });

  it.each(['queued', 'ringing', 'early-media'])('that is among the live ones as "%s" has not been answered', async (status) => {
    rest.script({ status: 404 }, { status: 200, body: JSON.stringify({ ...live, call_status: status }) });
    expect(await carrier.lookUp({ carrierCallId: callUuid, requestId: null })).toMatchObject({ phase: 'ringing', outcome: null });
  });

  it('gives a live call, whose time without a zone says nothing', async () => {
    rest.script({ status: 404 }, { status: 200, body: JSON.stringify(live) });
    await expect(carrier.lookUp(leg)).resolves.toMatchObject({
      carrierCallId: callUuid,
      requestId: requestUuid,
      phase: 'live',
      createdAtMs: null,
    });
  });

  it('is looked for by the name of its request when the call has none yet', async () => {
    rest.otherwise = ({ target }) => {
      if (target.endsWith('/Call/?status=live')) return { status: 200, body: JSON.stringify({ calls: ['other', callUuid] }) };
      if (target.endsWith('/Call/?status=queued')) return { status: 200, body: '{"calls":[]}' };
      if (target.includes(`${callUuid}/?status=live`)) return { status: 200, body: JSON.stringify(live) };
      if (target.includes('other/?status=live'))
        return { status: 200, body: JSON.stringify({ ...live, request_uuid: 'x', call_uuid: 'other' }) };
      return { status: 404 };
    };
    await expect(carrier.lookUp({ carrierCallId: null, requestId: requestUuid })).resolves.toMatchObject({ carrierCallId: callUuid });
  });

  it('finds queued, live and ended calls over several pages, once each', async () => {
    const many = Array.from({ length: 20 }, (_, n) => ({ ...ended, call_uuid: `ended-${n}` }));
    const old = { ...ended, call_uuid: 'old', initiation_time: '2026-11-23 10:00:00+01:00' };
    const noZone = { ...ended, call_uuid: 'no-zone', initiation_time: '2026-11-23 16:00:01' };
    const elsewhere = { ...ended, call_uuid: 'elsewhere', to_number: '15550100099' };
    rest.otherwise = ({ target }) => {
      const { pathname, searchParams } = new URL(target, 'http://x');
      const status = searchParams.get('status');
      if (pathname.endsWith('/Call/') && status === 'live') return { status: 200, body: '{"calls":["live-1","ended-0","gone"]}' };
      if (pathname.endsWith('/Call/') && status === 'queued') return { status: 200, body: '{"calls":["queued-1"]}' };
      if (pathname.endsWith('/gone/')) return { status: 404 };
      if (status) return { status: 200, body: JSON.stringify({ ...live, call_uuid: pathname.split('/').at(-2) }) };
      const objects = searchParams.get('offset') === '0' ? many : [old, noZone, elsewhere, { nonsense: true }];
      return { status: 200, body: JSON.stringify({ meta: { total_count: 24 }, objects }) };
    };
    const createdAfterMs = Date.parse('2026-11-23T15:00:00Z');
    const query: LegQuery = { to: '+15550100002', from: '+15550100001', createdAfterMs, createdBeforeMs: createdAfterMs + 900_000 };
    const found = await carrier.find(query);
    const phases = Object.fromEntries(found.map(({ carrierCallId, phase }) => [carrierCallId, phase]));
    expect(phases).toEqual({
      'queued-1': 'queued',
      'live-1': 'live',
      ...Object.fromEntries(many.map(({ call_uuid: uuid }) => [uuid, 'ended'])),
      'no-zone': 'ended',
    });
    expect(found.find(({ carrierCallId }) => carrierCallId === 'ended-0')?.requestId).toBe(requestUuid);
    const list = rest.seen.map(({ target }) => new URL(target, 'http://x').searchParams).find((search) => search.has('offset'));
    expect(Object.fromEntries(list ?? [])).toMatchObject({
      from_number: '15550100001',
      to_number: '15550100002',
      call_direction: 'outbound',
      end_time__gte: '2026-11-23 14:59:55',
      limit: '20',
    });
  });

  it('names the account of good credentials', async () => {
    rest.script({ status: 200, body: '{"name":"Main"}' });
    await expect(carrier.testCredentials()).resolves.toEqual({ accountName: 'Main' });
    expect(asked()).toEqual(['GET /']);
  });

  it('names its numbers with a plus, what they are called, and whether they can call', async () => {
    const number = (digits: string, more: object) => ({ number: digits, alias: null, voice_enabled: true, ...more });
    const objects = [number('15550100001', { alias: 'Front desk' }), number('15550100002', { voice_enabled: false }), number('12345', {})];
    rest.script({ status: 200, body: JSON.stringify({ api_id: 'x', meta: { total_count: 3 }, objects }) });
    await expect(carrier.ownedNumbers()).resolves.toEqual([
      { number: '+15550100001', name: 'Front desk', canCall: true },
      { number: '+15550100002', name: null, canCall: false },
    ]);
    expect(rest.seen[0]?.target).toBe(`${account}/Number/?limit=20&offset=0`);
  });

  it('asking for the answer document at the end of a call is told of as its end', () => {
    expect(call('answer', { ...webhooks.hangup })?.body).toContain('<Response/>');
    expect(host.events).toMatchObject([{ type: 'leg.ended', outcome: 'completed' }]);
    expect(host.moments).toEqual([]);
  });

  it('with a machine already detected at the answer tells so', () => {
    call('answer', { ...webhooks.answer, Machine: 'True' });
    expect(host.types()).toEqual(['leg.answered', 'leg.machine-detected', 'leg.document-served']);
  });

  it.each(['DegradedStream', 'DroppedStream', 'failed'])('saying %s of a stream is trouble', (event) => {
    call('stream-status', { ...webhooks.streamTrouble, Event: event, StatusReason: 'connection_failed' });
    expect(host.events).toMatchObject([{ type: 'leg.stream-trouble', detail: expect.stringContaining('connection_failed') }]);
  });

  it.each(['StartStream', 'StopStream', 'started', 'stopped', 'PlayedStream'])('saying %s of a stream is none', (event) => {
    call('stream-status', { ...webhooks.streamTrouble, Event: event });
    expect(host.events).toEqual([]);
  });

  it('announcing a recording at its start is not a recording', () => {
    call('recording', { RecordUrl: 'https://x/RE1.wav', RecordingID: 'RE1', RecordingDuration: '-1' });
    expect(host.events).toEqual([]);
    call('recording', { RecordUrl: 'https://x/RE1.wav', RecordingID: 'RE1', RecordingDuration: '48' });
    expect(host.types()).toEqual(['leg.recording-ready']);
  });
});
