import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { type ShortPerson, until } from '#test/support/bridge-rig.ts';
import { loudspeaker, tapLoudspeaker } from '#test/support/e2e/console-ear.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { toneAmid } from '#test/support/ear.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

/** Nobody's tone is a harmonic of another's. */
const leadHz = 1_100;
const colleagueHz = 700;
const operatorHz = 1_750;

const beeps = (hz: number, ms: number, pauseMs: number): readonly Move[] =>
  Array.from({ length: 40 }, (): readonly Move[] => [
    { kind: 'beep', hz, ms },
    { kind: 'wait', ms: pauseMs },
  ]).flat();
const lead: ShortPerson = { moves: [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 4_000 }, ...beeps(leadHz, 1_200, 500)] };
/** Their pauses differ from the lead's, so that each is heard alone at times. */
const takesIt: ShortPerson = {
  moves: [{ kind: 'listen', pauseMs: 900 }, { kind: 'press', digits: '1' }, { kind: 'wait', ms: 800 }, ...beeps(colleagueHz, 900, 1_100)],
};

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe('a call of three in the browser', () => {
  let stage: PersonStage;
  let operator: OperatorPage;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, operatorHz) });
    await sitDown();
  });
  const sitDown = async () => {
    operator = await OperatorPage.open(stage, tapLoudspeaker);
    await operator.goOnDuty();
  };
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    await operator[Symbol.asyncDispose]();
    await stage.clear();
    await sitDown();
  });
  afterEach(async () => {
    for (const call of await stage.ringside.invoke('calls.list', { live: true })) await stage.over(call);
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });

  /** Whether whoever is at this number heard a tone between two moments (epoch ms), in windows of 200 ms. */
  const hears = (number: string, hz: number, fromMs: number, toMs: number) => {
    const { heard, answeredAtMs } = stage.leg(number);
    return toneAmid(heard, hz, fromMs - answeredAtMs, toMs - answeredAtMs).length;
  };
  const transferOf = async (call: Call) => (await stage.view(call)).transfer;

  /** The operator has the call and has somebody else rung. */
  async function rung(carrier: CarrierName, person: ShortPerson, kind: 'warm' | 'cold' = 'warm') {
    const colleague = stage.number(person);
    const call = await stage.dial(carrier, lead);
    await operator.openCall(call);
    await until('the greeting', async () => (await stage.view(call)).transcript.some(({ text }) => text.includes('free check')), 40_000);
    await operator.takeOver();
    await operator.transferTo(colleague, kind);
    await operator.strip.getByText(/^Ringing/).waitFor();
    await until('the ringing', () => stage.rings(colleague)[0]?.ringingAtMs);
    return { call, colleague };
  }

  async function three(carrier: CarrierName) {
    const { call, colleague } = await rung(carrier, takesIt);
    await until('the colleague', async () => (await transferOf(call))?.state === 'connected', 60_000);
    await operator.strip.getByText(/^You are live with .+ and /).waitFor();
    return { call, colleague, atMs: Date.now() };
  }

  it('lets each hear both others, and leaves lead and colleague to each other when the operator steps back', async () => {
    const { call, colleague, atMs } = await three('twilio');
    await sleep(5_000);
    const endMs = Date.now();
    for (const [number, otherHz] of [
      [call.to, colleagueHz],
      [colleague, leadHz],
    ] as const) {
      expect(hears(number, otherHz, atMs + 400, endMs)).toBeGreaterThan(5);
      expect(hears(number, operatorHz, atMs + 400, endMs)).toBeGreaterThan(12);
    }
    const heardAt = async (hz: number) => {
      const ear = await loudspeaker(operator.page, atMs + 400);
      return ear.filter((one) => one.side === 1 && one.rms > 0.02 && Math.abs(one.hz - hz) < 20).length;
    };
    // A pitch can be told only of one who is heard alone; how soon that is depends on when the colleague came to the line.
    await expect.poll(() => heardAt(leadHz), { timeout: 20_000 }).toBeGreaterThan(20);
    await expect.poll(() => heardAt(colleagueHz), { timeout: 20_000 }).toBeGreaterThan(20);
    expect(await heardAt(operatorHz)).toBe(0);

    await operator.leave('Escape');
    const leftMs = Date.now();
    expect((await stage.view(call)).holder).toMatchObject({ kind: 'colleague' });
    await sleep(4_000);
    for (const [number, otherHz] of [
      [call.to, colleagueHz],
      [colleague, leadHz],
    ] as const) {
      expect(hears(number, otherHz, leftMs + 400, leftMs + 4_000)).toBeGreaterThan(3);
      expect(hears(number, operatorHz, leftMs + 500, leftMs + 4_000)).toBe(0);
    }
  });

  it('goes on between lead and operator when the operator lets the colleague go', async () => {
    const { call, colleague } = await three('plivo');
    await operator.strip.getByRole('button', { name: /^Let .+ go/ }).waitFor();
    await operator.press('Shift+X');
    const goneMs = await until('the end of their leg', () => stage.rings(colleague)[0]?.endedAtMs);
    await operator.strip.getByRole('button', { name: /^Let .+ go/ }).waitFor({ state: 'detached' });
    await sleep(2_500);
    expect(await stage.view(call)).toMatchObject({ state: 'live', holder: { kind: 'operator' }, transfer: { state: 'connected' } });
    expect(await operator.strip.getByText(/ and /).count()).toBe(0);
    expect(hears(call.to, operatorHz, goneMs + 500, goneMs + 2_500)).toBeGreaterThan(6);
    expect(hears(call.to, colleagueHz, goneMs + 500, goneMs + 2_500)).toBe(0);
    await operator.leave('b');
  });

  it('does not come about when the operator calls it off while the phone rings', async () => {
    const { call, colleague } = await rung('twilio', { ringing: { kind: 'no-answer' } });
    await operator.strip.getByRole('button', { name: /^Call it off/ }).waitFor();
    await operator.press('Shift+X');
    const goneMs = await until('the end of the ringing', () => stage.rings(colleague)[0]?.endedAtMs);
    await operator.strip.getByText(/^You are live with/).waitFor();
    expect(await operator.strip.getByRole('button', { name: /^Call it off/ }).count()).toBe(0);
    await sleep(1_500);
    expect(await stage.view(call)).toMatchObject({ holder: { kind: 'operator' }, transfer: { state: 'cancelled' } });
    expect(hears(call.to, operatorHz, goneMs + 300, goneMs + 1_500)).toBeGreaterThan(3);
    await operator.leave('b');
  });

  it.each(['twilio', 'plivo'] as const)(
    'says when somebody has answered whom the line over %s rings, and fetches the lead back',
    async (carrier) => {
      const { call, colleague } = await rung(carrier, { moves: beeps(colleagueHz, 900, 1_100) }, 'cold');
      await operator.strip.getByText(/ talks with /).waitFor();
      expect(await transferOf(call)).toMatchObject({ kind: 'cold', state: 'connected' });
      const answeredMs = Date.now();
      await until('the colleague', () => hears(call.to, colleagueHz, answeredMs - 2_000, Date.now()) > 3);
      await operator.strip.getByRole('button', { name: /^Fetch .+ back/ }).waitFor();
      await operator.press('Shift+X');
      const goneMs = await until('the end of their leg', () => stage.rings(colleague)[0]?.endedAtMs);
      await operator.strip.getByText(/^You are live with/).waitFor();
      await until('the operator', () => hears(call.to, operatorHz, goneMs, Date.now()) > 4);
      expect(await stage.view(call)).toMatchObject({ holder: { kind: 'operator' }, transfer: { state: 'cancelled' } });
      await operator.leave('b');
    },
  );
});
