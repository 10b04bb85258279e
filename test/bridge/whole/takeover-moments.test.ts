import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import { decodeMulaw } from '#bridge/media/g711.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { readWav, rms, toneShare } from '#test/support/audio.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { OperatorConsole } from '#test/support/operator-console.ts';
import { tone } from '#test/support/tones.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

const operatorHz = 1_250;
const colleagueHz = 700;
const windowMs = 40;
/** Windows of the 75 that the colleague's tone fills: at its beginning they are not connected yet. */
const mostOfTone = 30;
const listen: Move = { kind: 'listen', pauseMs: 900 };
const wait: Move = { kind: 'wait', ms: 60_000 };
const longSentence = 'I have been thinking about the boiler and the pipes and the roof for quite a while now, and I am not at all sure.';

/** Where a tone is, in milliseconds. */
function toneIn(samples: Int16Array, hz: number): number[] {
  const found: number[] = [];
  for (let at = 0; at + windowMs <= samples.length / 8; at += windowMs)
    if (rms(samples, at, at + windowMs) > 0.03 && toneShare(samples, hz, at, at + windowMs) > 0.8) found.push(at);
  return found;
}

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe.each(['twilio', 'plivo'] as const)('a person on a call over %s', (carrier: CarrierName) => {
  let rig: BridgeRig;
  const people = new Map<string, ShortPerson>();
  const nextNumber = numbersFrom(600);
  beforeAll(async () => {
    rig = await openBridgeRig({ people: (number) => people.get(number) ?? { moves: [{ kind: 'say', text: 'Hello?' }, wait] } });
    await rig.invoke('settings.update', { operatorName: 'Dana' });
    await rig.warmUp();
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  interface Scene {
    readonly id: CallId;
    readonly leg: SimCall;
    readonly console: OperatorConsole;
    view(): Promise<Call>;
    /** Milliseconds since the answer, by what has reached the ear. */
    since(): number;
    ear(): Int16Array;
  }

  async function open(moves: readonly Move[], input: object = {}): Promise<Scene> {
    const to = nextNumber();
    people.set(to, { moves });
    const { id } = await rig.dial(to, carrier, input);
    const leg = await until('the answer', () => rig.ringsAt(to).find(({ answeredAtMs }) => answeredAtMs !== null));
    const console = await OperatorConsole.open(rig);
    console.hears(tone(operatorHz, 800));
    return {
      id,
      leg,
      console,
      view: () => rig.invoke('calls.get', { id }),
      since: () => (leg.heard?.length ?? 0) / 8,
      ear: () => decodeMulaw(leg.heard ?? new Uint8Array()),
    };
  }

  /** From the takeover on the lead hears the operator, and nobody else of ours. */
  async function isAlone({ ear, since }: Scene, takenMs: number): Promise<void> {
    await until('the operator', () => toneIn(ear(), operatorHz).some((at) => at >= takenMs - windowMs));
    await sleep(1_500);
    const first = toneIn(ear(), operatorHz).find((at) => at >= takenMs - windowMs) ?? 0;
    const [samples, nowMs] = [ear(), since()];
    // A busy machine loses a frame of a microphone now and then; a voice lasts longer than that.
    let othersMs = 0;
    let longestMs = 0;
    for (let at = first + 3 * windowMs; at + windowMs <= nowMs; at += windowMs) {
      const isOther = rms(samples, at, at + windowMs) > 0.02 && toneShare(samples, operatorHz, at, at + windowMs) < 0.5;
      othersMs = isOther ? othersMs + windowMs : 0;
      longestMs = Math.max(longestMs, othersMs);
    }
    expect(longestMs).toBeLessThan(160);
  }

  async function givesBackAndEnds({ id, console, view, since, ear }: Scene): Promise<Call> {
    await console.giveBack(id);
    const givenMs = since();
    await until(
      'the AI',
      () => {
        const samples = ear();
        for (let at = Math.ceil(givenMs + 400); at + windowMs <= samples.length / 8; at += windowMs)
          if (rms(samples, at, at + windowMs) > 0.03 && toneShare(samples, operatorHz, at, at + windowMs) < 0.5) return true;
        return false;
      },
      15_000,
    );
    expect(await view()).toMatchObject({ heldBy: null, state: 'live' });
    console[Symbol.dispose]();
    await rig.invoke('calls.hangUp', { id });
    return rig.over(id);
  }

  it('takes it while the callee speaks, whose sentence the AI is told and does not answer', async () => {
    const scene = await open([{ kind: 'say', text: 'Hello?' }, listen, { kind: 'say', text: longSentence }, wait]);
    await until('the callee', async () => {
      const { speaking, transcript } = await scene.view();
      return speaking === 'lead' && transcript.some(({ text, final }) => final && text.includes('free check'));
    });
    await sleep(600);
    await scene.console.takeOver(scene.id);
    await isAlone(scene, scene.since());
    await until('their words', async () =>
      (await scene.view()).transcript.some(({ speaker, text }) => speaker === 'lead' && text === longSentence),
    );
    const over = await givesBackAndEnds(scene);
    expect(over.involvements.map(({ action }) => action)).toEqual(['took-over', 'gave-back', 'hung-up']);
  });

  it('takes it while the AI waits for a tool, whose answer it does not speak about', async () => {
    const scene = await open([
      { kind: 'say', text: 'Hello?' },
      listen,
      { kind: 'say', text: 'Please call me back tomorrow at three.' },
      wait,
    ]);
    await until('the tool', async () => (await scene.view()).toolCalls.length > 0, 45_000);
    await scene.console.takeOver(scene.id);
    await isAlone(scene, scene.since());
    const over = await givesBackAndEnds(scene);
    expect(over.toolCalls.length).toBeGreaterThan(0);
  });

  it('takes it while a colleague is rung for the lead, who is then connected to nobody', async () => {
    const colleague = nextNumber();
    people.set(colleague, { ringing: { kind: 'no-answer' } });
    const scene = await open([{ kind: 'say', text: 'Hello?' }, wait]);
    await until('a call that can be handed over', async () => {
      const { status } = await rig.ask('calls.transfer', { id: scene.id, to: colleague, kind: 'warm', holdSound: true });
      return status === 200;
    });
    await until('the ring', () => rig.ringsAt(colleague)[0]?.ringingAtMs);
    await scene.console.takeOver(scene.id);
    await isAlone(scene, scene.since());
    await scene.console.invoke('calls.cancelTransfer', { id: scene.id });
    await until('the phone to be quiet', () => rig.ringsAt(colleague)[0]?.endedAtMs);
    expect(await scene.view()).toMatchObject({ heldBy: 'Dana', transfer: { state: 'cancelled' } });
    await givesBackAndEnds(scene);
  });

  it('has the lead again whom they put through to a line that is busy', async () => {
    const colleague = nextNumber();
    people.set(colleague, { ringing: { kind: 'busy', afterMs: 800 } });
    const scene = await open([{ kind: 'say', text: 'Hello?' }, wait]);
    await until('the greeting', async () =>
      (await scene.view()).transcript.some(({ text, final }) => final && text.includes('free check')),
    );
    await scene.console.takeOver(scene.id);
    await until('the operator', () => toneIn(scene.ear(), operatorHz).length > 0);
    await scene.console.invoke('calls.transfer', { id: scene.id, to: colleague, kind: 'cold' });
    await until('the busy line', async () => (await scene.view()).transfer?.state === 'busy', 30_000);
    const backMs = scene.since();
    await until('the operator again', () => toneIn(scene.ear(), operatorHz).some((at) => at > backMs));
    expect(await scene.view()).toMatchObject({ state: 'live', heldBy: 'Dana', transfer: { state: 'busy', requestedByName: 'Dana' } });
    await givesBackAndEnds(scene);
  });

  it('takes it at the instant of a hang-up, and has either the call or a reason why not', async () => {
    for (const [way, afterMs] of [
      ['the callee', 0],
      ['the callee', 40],
      ['we', 0],
    ] as const) {
      const scene = await open([
        { kind: 'say', text: 'Hello?' },
        { kind: 'wait', ms: 3_000 },
        ...(way === 'the callee' ? [{ kind: 'hang-up' } as const] : [wait]),
      ]);
      if (way === 'the callee') await until('the hang-up', () => scene.leg.endedAtMs);
      else {
        await sleep(1_500);
        void rig.ask('calls.hangUp', { id: scene.id });
      }
      if (afterMs > 0) await sleep(afterMs);
      const { error, result } = await scene.console.ask('calls.takeOver', { id: scene.id });
      if (error) expect(['state/conflict', 'not-found']).toContain(error.code);
      else expect(result).toMatchObject({ id: scene.id });
      const over = await rig.over(scene.id);
      expect(over).toMatchObject({ state: 'ended', heldBy: null });
      expect(over.involvements.every(({ endMs }) => endMs !== null)).toBe(true);
      expect(over.involvements.some(({ action }) => action === 'took-over')).toBe(!error);
      scene.console[Symbol.dispose]();
    }
  });

  it('hears the colleague who has it, and so does our side of the recording', async () => {
    const colleague = nextNumber();
    people.set(colleague, {
      moves: [
        listen,
        { kind: 'press', digits: '1' },
        { kind: 'wait', ms: 3_500 },
        { kind: 'beep', hz: colleagueHz, ms: 3_000 },
        { kind: 'wait', ms: 20_000 },
      ],
    });
    const scene = await open([{ kind: 'say', text: 'Hello?' }, wait]);
    await scene.console.listen(scene.id);
    let refusal: unknown;
    await until(
      () => `a call that can be handed over: ${JSON.stringify(refusal)}`,
      async () => {
        const { status, error } = await rig.ask('calls.transfer', { id: scene.id, to: colleague, kind: 'warm', holdSound: false });
        refusal = error;
        return status === 200;
      },
    );
    await until('the colleague at the ear of the lead', () => toneIn(scene.ear(), colleagueHz).length > mostOfTone, 60_000);
    const { ours, lead } = scene.console.ear;
    await until(
      'the colleague at the ear of the console',
      () => toneIn(decodeMulaw(Uint8Array.from(Buffer.concat(ours))), colleagueHz).length > mostOfTone,
    );
    expect(toneIn(decodeMulaw(Uint8Array.from(Buffer.concat(lead))), colleagueHz)).toEqual([]);
    expect(await scene.view()).toMatchObject({ holder: { kind: 'colleague' } });
    scene.console[Symbol.dispose]();
    await rig.invoke('calls.hangUp', { id: scene.id });
    await rig.over(scene.id);
    const wav = await rig.http(`/recordings/${scene.id}.wav`);
    const { channels } = readWav(new Uint8Array(await wav.arrayBuffer()));
    // The windows of the recording begin elsewhere: at each end of the tone one may hold only part of it.
    expect(toneIn(channels[1] ?? new Int16Array(), colleagueHz).length).toBeGreaterThan(mostOfTone - 2);
    expect(toneIn(channels[0] ?? new Int16Array(), colleagueHz)).toEqual([]);
  });

  it('breaks no rule of the carrier or of the AI', () => {
    expect(rig.violations()).toEqual([]);
  });
});
