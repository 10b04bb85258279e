import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallLinks, DialRequest, MediaStream } from '#bridge/carriers/carrier.ts';
import { TwilioCarrier } from '#bridge/carriers/twilio/twilio-carrier.ts';
import type { CarrierSim } from '#bridge/rehearsal/carriers/sim.ts';
import { systemClock } from '#bridge/rehearsal/carriers/system-clock.ts';
import { startTwilioSim } from '#bridge/rehearsal/carriers/twilio/twilio-sim.ts';
import type { TwilioSimOptions } from '#bridge/rehearsal/carriers/twilio/world.ts';
import type { Person } from '#bridge/rehearsal/person.ts';
import { counts, hangsUpAfter, person, presses, speech, spoken } from '#test/bridge/rehearsal/carriers/bridge-double.ts';
import { attempt, RecordingHandlers, StageHost, silentLog } from '#test/support/carrier-stage.ts';
import { SmallIngress } from '#test/support/small-ingress.ts';

const accountSid = `AC${'0'.repeat(31)}1`;
const to = '+15550100002';
const from = '+15550100001';

/** The adapter and the simulated carrier were written apart, from the same descriptions: where they differ, one of them is wrong. */
describe('the Twilio adapter against the simulated Twilio', () => {
  let ingress: SmallIngress;
  let sim: CarrierSim;
  let carrier: TwilioCarrier;
  let host: StageHost;
  let handlers: RecordingHandlers;
  let stream: MediaStream | null;
  let links: CallLinks;
  const people = new Map<string, Person>();
  const until = (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 8_000 });
  const dial = (overrides: Partial<DialRequest> = {}) =>
    carrier.dial(
      {
        attempt,
        to,
        from,
        links,
        fallback: { kind: 'hang-up' },
        ringTimeoutMs: 25_000,
        maxCallMs: 300_000,
        detectMachine: false,
        recordAtCarrier: false,
        ...overrides,
      },
      new AbortController().signal,
    );
  const ended = () => host.events.find((event) => event.type === 'leg.ended');
  const ref = (sid: string) => ({ carrierCallId: sid, requestId: sid });

  const restart = async (options: Partial<TwilioSimOptions> = {}) => {
    await carrier?.close();
    await sim?.close();
    sim = await startTwilioSim({
      credentials: { accountSid, authToken: 'test_token_1' },
      numbers: [from],
      directory: (number) => people.get(number) ?? person({ ringing: { kind: 'invalid-number' } }),
      speech,
      seed: 1,
      callsPerSecond: 1_000,
      keepAudio: true,
      ...options,
      timing: { ringAfterMs: 10, recordingReadyMs: 20, priceAfterMs: 20 },
    });
    carrier = new TwilioCarrier({
      credentials: { accountSid, authToken: 'test_token_1' },
      baseUrl: sim.baseUrl,
      host,
      clock: systemClock,
      log: silentLog,
    });
    ingress.carrier = carrier;
  };

  beforeEach(async () => {
    ingress = await new SmallIngress().open();
    people.clear();
    people.set(to, person({ tick: counts }));
    links = {
      webhookBase: `${ingress.origin}/carrier/twilio`,
      ticket: 'TICKET1',
      mediaUrl: `${ingress.origin.replace('http', 'ws')}/media/twilio/T`,
    };
    host = new StageHost(links);
    host.origin = ingress.origin;
    handlers = new RecordingHandlers();
    stream = null;
    await restart();
    ingress.onSocket = (socket) => {
      stream = carrier.openMedia(socket, handlers);
    };
  });

  afterEach(async () => {
    await carrier.close();
    await sim.close();
    await ingress.close();
    expect(sim.violations()).toEqual([]);
    expect(ingress.refused).toEqual([]);
  });

  it('carries a whole call: audio both ways, a checkpoint, a clear, and the end by our word', async () => {
    const { carrierCallId } = await dial({ detectMachine: true, recordAtCarrier: true });
    await until(() => handlers.frames.length >= 3);
    expect(handlers.starts).toEqual([{ carrierCallId, streamId: expect.stringMatching(/^MZ/) }]);
    const [first] = handlers.frames;
    expect(first?.bytes).toHaveLength(160);
    const firstByte = first?.bytes[0] ?? 0;
    expect(handlers.frames.slice(0, 3).map(({ bytes }) => bytes[0])).toEqual([firstByte, firstByte + 1, firstByte + 2]);
    for (const char of 'hello') stream?.send(new Uint8Array(160).fill(char.charCodeAt(0)));
    stream?.checkpoint('said');
    await until(() => handlers.checkpoints.includes('said'));
    for (let n = 0; n < 50; n += 1) stream?.send(new Uint8Array(160).fill(33));
    stream?.checkpoint('cut');
    stream?.clear();
    await until(() => handlers.checkpoints.includes('cut'));
    await until(() => host.types().includes('leg.machine-detected'));
    host.document = { kind: 'say-and-hang-up', text: 'Bye', language: 'en-US' };
    stream?.close('done');
    await until(ended);
    expect(handlers.ends).toEqual(['done']);
    expect(handlers.troubles).toEqual([]);
    const [call] = sim.calls();
    expect(spoken(call?.heard ?? null)).toMatch(/^hello!{0,6}Bye$/);
    await until(() => host.types().includes('leg.recording-ready'));
    for (const type of ['leg.queued', 'leg.ringing', 'leg.answered', 'leg.document-served']) expect(host.types()).toContain(type);
    expect(ended()).toMatchObject({ outcome: 'completed', leg: { carrierCallId } });
    await vi.waitFor(async () => {
      expect(await carrier.lookUp(ref(carrierCallId ?? ''))).toMatchObject({ phase: 'ended', outcome: 'completed', priceMicros: 14_000 });
    });
  });

  it.each([
    ['busy', { kind: 'busy', afterMs: 5 }, 'busy'],
    ['declining', { kind: 'rejects', afterMs: 5 }, 'rejected'],
    ['not answering', { kind: 'no-answer' }, 'no-answer'],
    ['not existing', { kind: 'invalid-number' }, 'invalid-number'],
  ] as const)('tells of a callee %s', async (_name, ringing, outcome) => {
    people.set(to, person({ ringing }));
    await dial({ ringTimeoutMs: 1_000 });
    await until(ended);
    expect(ended()).toMatchObject({ outcome });
  });

  it('hangs up what rings and what talks', async () => {
    people.set(to, person({ ringing: { kind: 'answers', afterMs: 60_000 } }));
    const ringing = await dial();
    await until(() => host.types().includes('leg.ringing'));
    await expect(carrier.lookUp(ref(ringing.requestId))).resolves.toMatchObject({ phase: 'ringing' });
    await carrier.hangUp(ref(ringing.requestId));
    await until(ended);
    expect(ended()).toMatchObject({ outcome: 'cancelled' });
    await carrier.hangUp(ref(ringing.requestId));
    people.set(to, person({ tick: counts }));
    const talking = await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.hangUp(ref(talking.requestId));
    await until(() => handlers.ends.length > 0);
    expect(handlers.ends).toEqual(['the carrier ended the stream']);
  });

  it('tells that the callee hung up, and what keys were pressed before', async () => {
    people.set(to, person({ tick: (frame) => presses('5', 5)(frame) ?? hangsUpAfter(40)(frame) }));
    await dial();
    await until(ended);
    expect(handlers.digits).toEqual(['5']);
    expect(handlers.ends).toEqual(['the carrier ended the stream']);
  });

  it('announces, takes the key, and says the last sentence', async () => {
    people.set(to, person({ tick: presses('9', 40) }));
    host.document = { kind: 'announce', text: 'Press <9> & "go"', language: 'en-US', optOutDigit: '9', repeat: 2 };
    host.at.set('digits', { kind: 'say-and-hang-up', text: 'Done', language: 'en' });
    await dial();
    await until(ended);
    expect(host.moments).toEqual([{ kind: 'answered' }, { kind: 'digits', digits: '9' }]);
    expect(host.events).toContainEqual(expect.objectContaining({ type: 'leg.digits', digits: '9' }));
    expect(spoken(sim.calls()[0]?.heard ?? null)).toMatch(/^Press <9> & "go"Pr.*Done$/);
  });

  it('ends an announcement to which nobody presses a key', async () => {
    host.document = { kind: 'say-and-hang-up', text: 'x', language: 'hi' };
    await dial();
    await until(ended);
    expect(ended()).toMatchObject({ outcome: 'completed' });
  });

  it.each([
    ['short', 'Going now'],
    ['long', 'g'.repeat(60) + ' & more'.repeat(700)],
  ])('redirects a live call to a %s document; the stream ends', async (_name, text) => {
    const { requestId } = await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.redirect(ref(requestId), { kind: 'say-and-hang-up', text, language: 'en-US' }, links);
    await until(() => handlers.ends.length > 0);
    await until(
      () => spoken(sim.calls()[0]?.heard ?? null).startsWith('g'.repeat(3)) || spoken(sim.calls()[0]?.heard ?? null).startsWith('Going'),
    );
    await carrier.hangUp(ref(requestId));
    await until(ended);
    await expect(carrier.redirect(ref(requestId), { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/gone' });
  });

  it('transfers, and takes the call back when the line there is busy', async () => {
    people.set('+15550100009', person({ ringing: { kind: 'busy', afterMs: 5 } }));
    host.document = { kind: 'dial', number: '+15550100009', callerId: from, ringTimeoutMs: 5_000, sayFirst: 'Hold', language: 'en-US' };
    host.at.set('dial-ended', { kind: 'stream' });
    await dial();
    await until(() => handlers.frames.length > 0);
    expect(host.moments).toEqual([{ kind: 'answered' }, { kind: 'dial-ended', result: 'busy' }]);
  });

  it('records a live call when asked', async () => {
    const { requestId } = await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.record(ref(requestId), links);
    await carrier.hangUp(ref(requestId));
    await until(() => host.types().includes('leg.recording-ready'));
  });

  it('fetches the fallback document when the answer document fails', async () => {
    sim.fault({ on: 'webhook', webhook: 'answer', act: 'wrong-signature' });
    host.document = { kind: 'say-and-hang-up', text: 'Sorry', language: 'en-US' };
    await dial();
    await until(ended);
    expect(host.moments).toEqual([{ kind: 'fallback' }]);
    expect(ingress.refused.splice(0)).toEqual(['403 /carrier/twilio/answer/TICKET1']);
  });

  it.each(['action', 'next-verb'] as const)('goes on when the media socket cannot be opened, by the %s', async (afterFailedStream) => {
    await restart({ afterFailedStream });
    sim.fault({ on: 'socket', act: 'wrong-signature' });
    host.at.set('stream-ended', { kind: 'say-and-hang-up', text: 'Sorry', language: 'en-US' });
    await dial();
    await until(ended);
    expect(host.types()).toContain('leg.stream-trouble');
    expect(host.moments).toContainEqual({ kind: 'stream-ended' });
    expect(ingress.refused.splice(0)).toEqual(['403 upgrade /media/twilio/T']);
  });

  it('finds the call that was placed although the answer was an error', async () => {
    const createdAfterMs = Date.now();
    sim.fault({ on: 'rest', request: 'create', act: { status: 500 }, carriedOut: true });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
    const query = { to, from, createdAfterMs, createdBeforeMs: createdAfterMs + 900_000 };
    await until(() => handlers.frames.length > 0);
    await expect(carrier.find(query)).resolves.toMatchObject([{ phase: 'live', carrierCallId: sim.calls()[0]?.id }]);
    await carrier.hangUp(ref(sim.calls()[0]?.id ?? ''));
    await until(ended);
    await expect(carrier.find(query)).resolves.toMatchObject([{ phase: 'ended', outcome: 'completed' }]);
    await expect(carrier.find({ ...query, to: '+15550100077' })).resolves.toEqual([]);
  });

  it('understands refusals, limits and wrong credentials', async () => {
    await expect(dial({ from: '+15550100055' })).rejects.toMatchObject({
      code: 'carrier/rejected',
      details: { carrierCode: '21210', stopsCampaign: true },
    });
    sim.fault({ on: 'rest', request: 'create', act: { status: 429 } });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/rate-limited' });
    sim.fault({ on: 'rest', request: 'create', act: 'reset' });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
    await expect(carrier.testCredentials()).resolves.toEqual({ accountName: 'Rehearsal account' });
    const other = new TwilioCarrier({
      credentials: { accountSid, authToken: 'wrong' },
      baseUrl: sim.baseUrl,
      host,
      clock: systemClock,
      log: silentLog,
    });
    await expect(other.testCredentials()).rejects.toMatchObject({ code: 'carrier/credentials' });
    await other.close();
    expect(sim.calls()).toHaveLength(0);
  });
});
