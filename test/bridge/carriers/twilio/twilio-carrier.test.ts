import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DialRequest } from '#bridge/carriers/carrier.ts';
import { twilioSignature } from '#bridge/carriers/twilio/signature.ts';
import { TwilioCarrier } from '#bridge/carriers/twilio/twilio-carrier.ts';
import { attempt, linksFor, origin, ScriptedRest, StageHost, silentLog, webhookRequest } from '#test/support/carrier-stage.ts';
import { carrierSuite } from '#test/support/carrier-suite.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../../../fixtures/twilio/${name}.json`, import.meta.url), 'utf8'));
const webhooks = fixture('webhooks') as Record<string, Record<string, string>>;
const queued = fixture('call-queued') as Record<string, unknown>;
const completed = fixture('call-completed') as Record<string, unknown>;
const accountSid = 'AC00000000000000000000000000000001';
const callSid = 'CA00000000000000000000000000000001';
const authToken = 'test_token_1';
const leg = { carrierCallId: callSid, requestId: callSid };
const account = `/2010-04-01/Accounts/${accountSid}`;

carrierSuite({
  name: 'twilio',
  make: (options) => new TwilioCarrier({ ...options, credentials: { accountSid, authToken } }),
  createPath: `${account}/Calls.json`,
  created: { body: JSON.stringify(queued), requestId: callSid, carrierCallId: callSid },
  refusal: (message) => JSON.stringify({ code: 20001, message, more_info: 'https://www.twilio.com/docs/errors/20001', status: 400 }),
  sign: (_method, url, form) => ({ 'x-twilio-signature': twilioSignature(authToken, url, form) }),
  signUpgrade: (path) => ({ 'x-twilio-signature': twilioSignature(authToken, `wss://tunnel.example${path}`) }),
  leg,
  webhooks: {
    answer: webhooks.answer ?? {},
    ringing: { path: 'status', fields: webhooks.ringing ?? {} },
    ended: { path: 'status', fields: webhooks.completed ?? {}, durationMs: 48_000 },
    busy: { path: 'status', fields: webhooks.busy ?? {} },
    machine: webhooks.machine ?? {},
    digits: webhooks.digits ?? {},
    dialDone: webhooks.dialDone ?? {},
    dialStatus: ['ringing', 'in-progress', 'completed'].map((CallStatus) => ({
      ...webhooks.ringing,
      CallSid: 'CA00000000000000000000000000000002',
      ParentCallSid: callSid,
      Direction: 'outbound-dial',
      CallStatus,
    })),
    streamTrouble: webhooks.streamTrouble ?? {},
    recording: webhooks.recording ?? {},
    needed: 'CallSid',
  },
  media: {
    opening: (id, streamSid) => [
      { event: 'connected', protocol: 'Call', version: '1.0.0' },
      {
        event: 'start',
        sequenceNumber: '1',
        streamSid,
        start: {
          accountSid,
          callSid: id,
          streamSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: {},
        },
      },
    ],
    frame: (streamSid, payload, n) => ({
      event: 'media',
      sequenceNumber: String(n + 1),
      streamSid,
      media: { track: 'inbound', chunk: String(n), timestamp: String(n * 20), payload },
    }),
    digit: (streamSid, digit) => ({ event: 'dtmf', streamSid, sequenceNumber: '90', dtmf: { track: 'inbound_track', digit } }),
    played: (streamSid, name) => ({ event: 'mark', sequenceNumber: '95', streamSid, mark: { name } }),
    read: (message, streamSid) => {
      expect(message.streamSid).toBe(streamSid);
      if (message.event === 'clear') return { clear: true };
      if (message.event === 'mark') return { checkpoint: (message.mark as { name: string }).name };
      expect(message.event).toBe('media');
      return { audio: (message.media as { payload: string }).payload };
    },
    canPressKeys: false,
  },
});

describe('Twilio', () => {
  let rest: ScriptedRest;
  let host: StageHost;
  let carrier: TwilioCarrier;
  const clock = new ManualClock();
  const links = linksFor('twilio');
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
  const form = (at = 0) => new URLSearchParams(rest.seen[at]?.body);
  const call = (path: string, fields: Record<string, string>) => {
    const request = webhookRequest(`/carrier/twilio/${path}/${links.ticket}`, fields);
    return carrier.webhooks.find((one) => one.path === `/${path}/:ticket`)?.handle(request);
  };

  beforeEach(async () => {
    rest = await new ScriptedRest().open();
    host = new StageHost(links);
    carrier = new TwilioCarrier({ credentials: { accountSid, authToken }, baseUrl: rest.baseUrl, host, clock, log: silentLog });
  });
  afterEach(async () => {
    await carrier.close();
    await rest.close();
  });

  it('is asked for a call as a form, with every limit', async () => {
    rest.script({ status: 201, body: JSON.stringify(queued) });
    await expect(dial()).resolves.toEqual({ requestId: callSid, carrierCallId: callSid, queueMs: 1_000 });
    expect(rest.seen[0]?.contentType).toBe('application/x-www-form-urlencoded');
    expect(form().getAll('StatusCallbackEvent')).toEqual(['initiated', 'ringing', 'answered', 'completed']);
    const once = form();
    once.delete('StatusCallbackEvent');
    const base = `${origin}/carrier/twilio`;
    expect(Object.fromEntries(once)).toEqual({
      To: '+15550100002',
      From: '+15550100001',
      Url: `${base}/answer/TICKET1`,
      Method: 'POST',
      FallbackUrl: `${base}/fallback/TICKET1`,
      FallbackMethod: 'POST',
      StatusCallback: `${base}/status/TICKET1`,
      StatusCallbackMethod: 'POST',
      Timeout: '25',
      TimeLimit: '300',
    });
  });

  it('is asked to detect machines without waiting, and to record two channels, when we want it', async () => {
    rest.script({ status: 201, body: JSON.stringify(queued) });
    await dial({ detectMachine: true, recordAtCarrier: true });
    expect(Object.fromEntries(form())).toMatchObject({
      MachineDetection: 'Enable',
      AsyncAmd: 'true',
      AsyncAmdStatusCallback: `${origin}/carrier/twilio/machine/TICKET1`,
      Record: 'true',
      RecordingChannels: 'dual',
      Trim: 'do-not-trim',
      RecordingStatusCallback: `${origin}/carrier/twilio/recording/TICKET1`,
    });
  });

  it.each([
    [400, 21210, 'carrier/rejected', { outcome: 'our-error', stopsCampaign: true, carrierCode: '21210' }],
    [400, 21211, 'carrier/rejected', { outcome: 'invalid-number', stopsCampaign: false }],
    [400, 21215, 'carrier/rejected', { outcome: 'barred-destination', stopsCampaign: true }],
    [403, 21215, 'carrier/rejected', { outcome: 'barred-destination', stopsCampaign: true }],
    [400, 21216, 'carrier/rejected', { outcome: 'barred-destination', stopsCampaign: false }],
    [400, 10004, 'carrier/rejected', { outcome: 'our-error', stopsCampaign: false }],
    [404, 20404, 'carrier/rejected', { outcome: 'our-error', stopsCampaign: true }],
    [401, 20003, 'carrier/credentials', undefined],
    [403, 20003, 'carrier/credentials', undefined],
    [403, 99999, 'carrier/credentials', undefined],
  ])('refusing a call with HTTP %i and error %i means %s', async (status, code, expected, details) => {
    rest.script({ status, body: JSON.stringify({ code, message: 'words', status }) });
    await expect(dial()).rejects.toMatchObject({ code: expected, ...(details ? { details } : {}) });
  });

  it('ends a call, and asks again in other words when the first do not fit its state', async () => {
    rest.script({ status: 200, body: JSON.stringify(completed) });
    await carrier.hangUp(leg);
    expect(rest.seen[0]).toMatchObject({ method: 'POST', target: `${account}/Calls/${callSid}.json`, body: 'Status=completed' });
    const wrongState = { status: 400, body: JSON.stringify({ code: 21220, message: 'not in-progress' }) };
    rest.script(wrongState, { status: 200, body: JSON.stringify({ ...queued, status: 'ringing' }) }, { status: 200, body: '{}' });
    await carrier.hangUp(leg);
    expect(rest.seen.at(-1)?.body).toBe('Status=canceled');
    rest.script(wrongState, { status: 200, body: JSON.stringify(completed) });
    await carrier.hangUp(leg);
    expect(rest.seen.at(-1)?.method).toBe('GET');
  });

  it('redirects a live call by a document in the request, or by an address when it is long', async () => {
    rest.otherwise = () => ({ status: 200, body: JSON.stringify(queued) });
    await carrier.redirect(leg, { kind: 'say-and-hang-up', text: 'Bye & thanks.', language: 'en-US' }, links);
    expect(form().get('Twiml')).toContain('<Say voice="Polly.Joanna-Neural" language="en-US">Bye &amp; thanks.</Say><Hangup/>');
    const text = 'Long. '.repeat(1_000);
    await carrier.redirect(leg, { kind: 'say-and-hang-up', text, language: 'en-US' }, links);
    expect(Object.fromEntries(form(1))).toEqual({ Url: `${origin}/carrier/twilio/document/TICKET1`, Method: 'POST' });
    expect(call('document', webhooks.answer ?? {})?.body).toContain(text);
    expect(call('document', webhooks.answer ?? {})?.body).toContain(text);
    expect(host.types()).toEqual(['leg.document-served', 'leg.document-served']);
    clock.advance(60_000);
    expect(call('document', webhooks.answer ?? {})?.body).not.toContain(text);
    expect(host.moments).toEqual([{ kind: 'stream-ended' }]);
  });

  it('says that a call is gone when it cannot be redirected any more', async () => {
    rest.script({ status: 400, body: JSON.stringify({ code: 21220, message: 'Call is not in-progress. Cannot redirect.' }) });
    await expect(carrier.redirect(leg, { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/gone' });
    rest.script({ status: 400, body: JSON.stringify({ code: 21205, message: 'Url is bad' }) });
    await expect(carrier.redirect(leg, { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/rejected' });
  });

  it('records a live call in two channels to its end', async () => {
    rest.script({ status: 201, body: '{"sid":"RE1"}' });
    await carrier.record(leg, links);
    expect(rest.seen[0]?.target).toBe(`${account}/Calls/${callSid}/Recordings.json`);
    expect(Object.fromEntries(form())).toMatchObject({ RecordingChannels: 'dual', Trim: 'do-not-trim' });
  });

  it('cannot press keys from outside', async () => {
    await expect(carrier.sendDigits()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('gives its record of a call in our words', async () => {
    rest.script({ status: 200, body: JSON.stringify(completed) }, { status: 200, body: JSON.stringify(queued) });
    await expect(carrier.lookUp(leg)).resolves.toEqual({
      carrierCallId: callSid,
      requestId: callSid,
      phase: 'ended',
      outcome: 'completed',
      cause: { code: 'completed', text: 'The call was answered and ended normally.', party: 'unknown' },
      createdAtMs: Date.parse('2026-11-23T15:00:01Z'),
      answeredAtMs: Date.parse('2026-11-23T15:00:14Z'),
      endedAtMs: Date.parse('2026-11-23T15:01:02Z'),
      durationMs: 48_000,
      priceMicros: 14_000,
    });
    await expect(carrier.lookUp(leg)).resolves.toMatchObject({ phase: 'queued', outcome: null, durationMs: null, priceMicros: null });
  });

  it('finds queued, live and ended calls over several pages, once each, and leaves out what was made at another time', async () => {
    const at = (sid: string, rest: Record<string, unknown>) => ({ ...completed, sid, ...rest });
    const next = `${account}/Calls.json?To=%2B15550100002&Page=1`;
    rest.script(
      { status: 200, body: JSON.stringify({ calls: [queued], next_page_uri: null }) },
      {
        status: 200,
        body: JSON.stringify({
          calls: [at('CA2', {}), at('CA3', { date_created: 'Mon, 23 Nov 2026 09:00:00 +0000' }), at('CA4', { direction: 'inbound' })],
          next_page_uri: next,
        }),
      },
      {
        status: 200,
        body: JSON.stringify({
          calls: [at('CA2', {}), at('CA5', { status: 'in-progress', date_created: null })],
          next_page_uri: 'https://evil.example/next',
        }),
      },
    );
    const createdAfterMs = Date.parse('2026-11-23T15:00:00Z');
    const query = { to: '+15550100002', from: '+15550100001', createdAfterMs, createdBeforeMs: createdAfterMs + 900_000 };
    const found = await carrier.find(query);
    expect(found.map(({ carrierCallId, phase }) => [carrierCallId, phase])).toEqual([
      [callSid, 'queued'],
      ['CA2', 'ended'],
      ['CA5', 'live'],
    ]);
    const asked = rest.seen.map(({ target }) => new URL(target, 'http://x').searchParams);
    expect(asked[0]?.get('Status')).toBe('queued');
    expect(asked[0]?.has('StartTime>')).toBe(false);
    expect(asked[1]?.get('StartTime>')).toBe('2026-11-23');
    expect(asked[1]?.get('To')).toBe('+15550100002');
    expect(rest.seen[2]?.target).toBe(next);
    expect(rest.seen).toHaveLength(3);
  });

  it('asks from the day before when the dial was just after midnight', async () => {
    rest.otherwise = () => ({ status: 200, body: '{"calls":[]}' });
    const createdAfterMs = Date.parse('2026-11-23T00:00:02Z');
    await carrier.find({ to: '+15550100002', from: '+15550100001', createdAfterMs, createdBeforeMs: createdAfterMs + 1 });
    expect(decodeURIComponent(rest.seen[1]?.target ?? '')).toContain('StartTime>=2026-11-22');
  });

  it('names the account of good credentials', async () => {
    rest.script({ status: 200, body: '{"friendly_name":"Main"}' }, { status: 404, body: '{"code":20404}' });
    await expect(carrier.testCredentials()).resolves.toEqual({ accountName: 'Main' });
    expect(rest.seen[0]?.target).toBe(`${account}.json`);
    await expect(carrier.testCredentials()).rejects.toMatchObject({ code: 'carrier/credentials' });
  });

  it('tells of waiting and answering by its status', () => {
    call('status', webhooks.initiated ?? {});
    call('status', webhooks.answered ?? {});
    expect(host.types()).toEqual(['leg.queued', 'leg.answered']);
  });

  it.each([
    ['machine_end_beep', 'machine'],
    ['machine_start', 'machine'],
    ['human', 'human'],
    ['fax', 'fax'],
    ['unknown', 'unknown'],
    ['something_new', 'unknown'],
  ])('saying %s means %s', (answeredBy, answerType) => {
    call('machine', { ...webhooks.machine, AnsweredBy: answeredBy });
    expect(host.events).toMatchObject([{ answerType, detail: answeredBy }]);
  });

  it('asking for the next document of a call that is over gets an empty one', () => {
    for (const path of ['answer', 'fallback', 'document', 'digits']) {
      expect(call(path, { ...webhooks.afterStream, CallStatus: 'completed' })?.body).toContain('<Response/>');
    }
    expect(host.events).toEqual([]);
    expect(host.moments).toEqual([]);
  });

  it('says nothing of a stream that started, and of a recording that only begins', () => {
    call('stream-status', { ...webhooks.streamTrouble, StreamEvent: 'stream-started' });
    call('recording', { ...webhooks.recording, RecordingStatus: 'in-progress' });
    expect(host.events).toEqual([]);
  });

  it('reports a failed media socket with its likely cure', () => {
    call('stream-status', webhooks.streamTrouble ?? {});
    expect(host.events).toMatchObject([{ detail: expect.stringContaining('refused at the upgrade') }]);
  });
});
