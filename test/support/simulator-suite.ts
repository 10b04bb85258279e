import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallLinks, Carrier, CarrierHost, DialRequest, LegRef, MediaStream } from '#bridge/carriers/carrier.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { CarrierSim, CarrierTiming } from '#bridge/rehearsal/carriers/sim.ts';
import type { Directory, Person } from '#bridge/rehearsal/person.ts';
import { counts, hangsUpAfter, person, presses, speech, spoken } from '#test/bridge/rehearsal/carriers/bridge-double.ts';
import { attempt, RecordingHandlers, StageHost, streamDocument } from './carrier-stage.ts';
import { SmallIngress } from './small-ingress.ts';

const to = '+15550100002';
const from = '+15550100001';

/** What every simulated carrier is started with. */
export interface CommonSimOptions {
  readonly numbers: readonly string[];
  readonly directory: Directory;
  readonly speech: typeof speech;
  readonly seed: number;
  readonly callsPerSecond: number;
  readonly keepAudio: boolean;
  readonly timing: Partial<CarrierTiming>;
}

/** An adapter and the simulated carrier that it talks to. */
export interface SimulatedCarrier {
  readonly name: CarrierName;
  /** One test run for each; the first is the usual one. */
  readonly variants: readonly { readonly name: string; start(options: CommonSimOptions): Promise<CarrierSim> }[];
  make(options: { baseUrl: string; host: CarrierHost; wrongToken?: boolean }): Carrier;
  /** A checkpoint that a clear overtook is reported all the same. */
  readonly reportsClearedCheckpoints: boolean;
  /** A minute's price in micro-dollars. */
  readonly priceMicros: number;
  /** What a refused caller number is told of; null when the carrier takes any. */
  readonly callerRefusal: object | null;
  /** What is told of the end of a stream that the carrier ends. */
  readonly streamEnd: string;
}

/**
 * The adapters and the simulated carriers were written apart, from the same descriptions: where they differ, one of them is wrong.
 */
export function simulatorSuite(simulated: SimulatedCarrier): void {
  let ingress: SmallIngress;
  let sim: CarrierSim;
  let carrier: Carrier;
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
  const [usual] = simulated.variants;
  const ref = (): LegRef => {
    const call = sim.calls().at(-1);
    return { carrierCallId: call?.id ?? null, requestId: call?.requestId ?? null };
  };

  const restart = async (variant = usual, numbers: readonly string[] = [from]) => {
    await carrier?.close();
    await sim?.close();
    if (!variant) throw new Error('no variant');
    sim = await variant.start({
      numbers,
      directory: (number) => people.get(number) ?? person({ ringing: { kind: 'invalid-number' } }),
      speech,
      seed: 1,
      callsPerSecond: 1_000,
      keepAudio: true,
      timing: { ringAfterMs: 10, recordingReadyMs: 20, priceAfterMs: 20, recordAfterMs: 10 },
    });
    carrier = simulated.make({ baseUrl: sim.baseUrl, host });
    ingress.carrier = carrier;
  };

  beforeEach(async () => {
    ingress = await new SmallIngress().open();
    people.clear();
    people.set(to, person({ tick: counts }));
    links = {
      webhookBase: `${ingress.origin}/carrier/${simulated.name}`,
      ticket: 'TICKET1',
      mediaUrl: `${ingress.origin.replace('http', 'ws')}/media/${simulated.name}/T`,
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
    people.set(to, person({ tick: counts, machine: { kind: 'machine', afterMs: 30, beepAtMs: null } }));
    await dial({ detectMachine: true, recordAtCarrier: true });
    await until(() => handlers.frames.length >= 3);
    expect(handlers.starts).toEqual([{ carrierCallId: ref().carrierCallId, streamId: expect.any(String) }]);
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
    stream?.checkpoint('after');
    await until(() => handlers.checkpoints.includes('after'));
    expect(handlers.checkpoints.includes('cut')).toBe(simulated.reportsClearedCheckpoints);
    await until(() => host.types().includes('leg.machine-detected'));
    expect(host.events.find(({ type }) => type === 'leg.machine-detected')).toMatchObject({ answerType: 'machine' });
    host.document = { kind: 'say-and-hang-up', text: 'Bye', language: 'en-US' };
    stream?.close('done');
    await until(ended);
    expect(handlers.ends).toEqual(['done']);
    expect(handlers.troubles).toEqual([]);
    const [call] = sim.calls();
    expect(spoken(call?.heard ?? null)).toMatch(/^hello!{0,6}Bye$/);
    await until(() => host.types().includes('leg.recording-ready'));
    for (const type of ['leg.ringing', 'leg.answered', 'leg.document-served']) expect(host.types()).toContain(type);
    expect(ended()).toMatchObject({ outcome: 'completed', leg: ref() });
    await vi.waitFor(async () => {
      expect(await carrier.lookUp(ref())).toMatchObject({ phase: 'ended', outcome: 'completed', priceMicros: simulated.priceMicros });
    }, 8_000);
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
    await dial();
    await until(() => host.types().includes('leg.ringing'));
    await expect(carrier.lookUp(ref())).resolves.toMatchObject({ phase: 'ringing' });
    await carrier.hangUp(ref());
    await until(ended);
    expect(ended()).toMatchObject({ outcome: 'cancelled' });
    await carrier.hangUp(ref());
    people.set(to, person({ tick: counts }));
    await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.hangUp(ref());
    await until(() => handlers.ends.length > 0);
    expect(handlers.ends).toEqual([simulated.streamEnd]);
  });

  it('lets the carrier apologise when a stream is over and nobody is here any more', { timeout: 15_000 }, async () => {
    await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.close();
    ingress.die();
    await until(() => sim.calls()[0]?.endedAtMs != null);
    expect(spoken(sim.calls()[0]?.heard ?? null)).toContain('Something broke.');
    // Nobody was asked for anything before that: only the end is told.
    expect(host.moments).toEqual([{ kind: 'answered' }]);
    ingress.refused.splice(0);
  });

  it('gives the leg what comes after its stream before it can apologise, and asks for that once', async () => {
    host.at.set('stream-ended', { kind: 'announce', text: 'Press a key', language: 'en-US', optOutDigit: '9', repeat: 1 });
    await dial();
    await until(() => handlers.frames.length > 0);
    stream?.close('the conversation goes on elsewhere');
    await until(() => spoken(sim.calls()[0]?.heard ?? null).includes('Press a key'));
    expect(host.moments.filter(({ kind }) => kind === 'stream-ended')).toHaveLength(1);
    expect(spoken(sim.calls()[0]?.heard ?? null)).not.toContain('Something');
    await carrier.hangUp(ref());
    await until(ended);
  });

  it('tells that the callee hung up, and what keys were pressed before', async () => {
    // Nobody is told of a key that was pressed before the stream was there.
    let begunAt = Number.POSITIVE_INFINITY;
    const tick = (frame: number) => {
      if (handlers.frames.length > 0) begunAt = Math.min(begunAt, frame);
      return presses('5', begunAt + 5)(frame) ?? hangsUpAfter(begunAt + 15)(frame);
    };
    people.set(to, person({ tick }));
    await dial();
    await until(ended);
    await until(() => handlers.ends.length > 0);
    expect(handlers.digits).toEqual(['5']);
    expect(handlers.ends).toEqual([simulated.streamEnd]);
  });

  it('announces, takes the key, and says the last sentence', async () => {
    // The key comes when the words begin for the second time.
    let heardIt = 0;
    const tick = (_frame: number, heard: Uint8Array) => {
      if (heard[0] !== 'r'.charCodeAt(0)) return null;
      heardIt += 1;
      return heardIt === 2 ? ({ kind: 'press', digits: '9' } as const) : null;
    };
    people.set(to, person({ tick }));
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
    await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.redirect(ref(), { kind: 'say-and-hang-up', text, language: 'en-US' }, links);
    await until(() => handlers.ends.length > 0);
    await until(
      () => spoken(sim.calls()[0]?.heard ?? null).startsWith('g'.repeat(3)) || spoken(sim.calls()[0]?.heard ?? null).startsWith('Going'),
    );
    await carrier.hangUp(ref());
    await until(ended);
    await expect(carrier.redirect(ref(), { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/gone' });
  });

  it('transfers, and takes the call back when the line there is busy', async () => {
    people.set('+15550100009', person({ ringing: { kind: 'busy', afterMs: 5 } }));
    host.document = { kind: 'dial', number: '+15550100009', callerId: from, ringTimeoutMs: 5_000, sayFirst: 'Hold', language: 'en-US' };
    host.at.set('dial-ended', streamDocument);
    await dial();
    await until(() => handlers.frames.length > 0);
    expect(host.moments).toEqual([{ kind: 'answered' }, { kind: 'dial-ended', result: 'busy' }]);
  });

  it('records a live call when asked', async () => {
    await dial();
    await until(() => handlers.frames.length > 0);
    await carrier.record(ref(), links);
    await carrier.hangUp(ref());
    await until(() => host.types().includes('leg.recording-ready'));
  });

  it('fetches the fallback document when the answer document fails', async () => {
    sim.fault({ on: 'webhook', webhook: 'answer', act: 'wrong-signature' });
    host.document = { kind: 'say-and-hang-up', text: 'Sorry', language: 'en-US' };
    await dial();
    await until(ended);
    expect(host.moments).toEqual([{ kind: 'fallback' }]);
    expect(ingress.refused.splice(0)).toEqual([`403 /carrier/${simulated.name}/answer/TICKET1`]);
  });

  it.each(simulated.variants)('goes on when the media socket cannot be opened ($name)', async (variant) => {
    await restart(variant);
    sim.fault({ on: 'socket', act: 'wrong-signature' });
    host.at.set('stream-ended', { kind: 'say-and-hang-up', text: 'Sorry', language: 'en-US' });
    await dial();
    await until(ended);
    expect(host.types()).toContain('leg.stream-trouble');
    expect(host.moments).toContainEqual({ kind: 'stream-ended' });
    expect(ingress.refused.splice(0)).toEqual([`403 upgrade /media/${simulated.name}/T`]);
  });

  it('finds the call that was placed although the answer was an error', async () => {
    const createdAfterMs = Date.now();
    sim.fault({ on: 'rest', request: 'create', act: { status: 500 }, carriedOut: true });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
    const query = { to, from, createdAfterMs, createdBeforeMs: createdAfterMs + 900_000 };
    await until(() => handlers.frames.length > 0);
    await expect(carrier.find(query)).resolves.toMatchObject([{ phase: 'live', carrierCallId: sim.calls()[0]?.id }]);
    await carrier.hangUp(ref());
    await until(ended);
    // Lists of ended calls lag behind.
    await vi.waitFor(async () => expect(await carrier.find(query)).toMatchObject([{ phase: 'ended', outcome: 'completed' }]), 8_000);
    await expect(carrier.find({ ...query, to: '+15550100077' })).resolves.toEqual([]);
  });

  it('names all numbers of the account, over several pages', async () => {
    const numbers = Array.from({ length: 130 }, (_, index) => `+1555020${String(index).padStart(4, '0')}`);
    await restart(usual, numbers);
    const owned = await carrier.ownedNumbers();
    expect(owned.map(({ number }) => number)).toEqual(numbers);
    expect(new Set(owned.map(({ name, canCall }) => `${name} ${canCall}`))).toEqual(new Set(['null true']));
    sim.fault({ on: 'rest', request: 'numbers', act: { status: 429 } });
    await expect(carrier.ownedNumbers()).rejects.toMatchObject({ code: 'carrier/rate-limited' });
    const other = simulated.make({ baseUrl: sim.baseUrl, host, wrongToken: true });
    await expect(other.ownedNumbers()).rejects.toMatchObject({ code: 'carrier/credentials' });
    await other.close();
  });

  it('understands refusals, limits and wrong credentials', async () => {
    if (simulated.callerRefusal) {
      await expect(dial({ from: '+15550100055' })).rejects.toMatchObject({ code: 'carrier/rejected', details: simulated.callerRefusal });
    }
    sim.fault({ on: 'rest', request: 'create', act: { status: 429 } });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/rate-limited' });
    sim.fault({ on: 'rest', request: 'create', act: 'reset' });
    await expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
    await expect(carrier.testCredentials()).resolves.toEqual({ accountName: 'Rehearsal account' });
    const other = simulated.make({ baseUrl: sim.baseUrl, host, wrongToken: true });
    await expect(other.testCredentials()).rejects.toMatchObject({ code: 'carrier/credentials' });
    await other.close();
    expect(sim.calls()).toHaveLength(0);
  });
}
