import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '#bridge/contract/calls.ts';
import type { AgentId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Move } from '#bridge/rehearsal/people/conversation.ts';
import { type ShortPerson, shortAgent, until } from '#test/support/bridge-rig.ts';
import { toneFile } from '#test/support/e2e/microphone.ts';
import { OperatorPage } from '#test/support/e2e/operator-page.ts';
import { openPersonStage, type PersonStage } from '#test/support/e2e/person-stage.ts';
import { otherSoundMs, speechHeardMs, toneWindows } from '#test/support/ear.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

/** Not a harmonic of anything that the simulated voices say. */
const operatorHz = 1_320;
/** A frame of a microphone that is lost leaves a click, which is no tone for 20 ms. A voice lasts longer. */
const otherMost = 60;
const listen: Move = { kind: 'listen', pauseMs: 900 };
const patience: Move = { kind: 'wait', ms: 60_000 };
const hello: Move = { kind: 'say', text: 'Hello?' };
const longStory =
  'Well, the boiler makes a noise in the morning, and then the water is cold for an hour, and my wife has to wait, ' +
  'and the people who put it in do not come out here any more, and the tap in the kitchen drips all night long as well.';

const sleep = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

describe('taking over in the browser', () => {
  let stage: PersonStage;
  let operator: OperatorPage;
  let colleague: string;
  let agentId: AgentId;
  beforeAll(async () => {
    stage = await openPersonStage({ microphone: (folder) => toneFile(folder, operatorHz) });
    colleague = stage.number({ ringing: { kind: 'no-answer' } });
    const { id } = await stage.ringside.invoke('agents.create', {
      ...shortAgent,
      greeting: 'We offer a free check of pipes, boiler, taps and drains in your street this week. Would that interest you?',
      transferPolicy: 'ask',
      tools: { ...shortAgent.tools, transferTo: [{ name: 'Dana', number: colleague }] },
    });
    agentId = id;
    await sitDown();
  });
  const sitDown = async () => {
    operator = await OperatorPage.open(stage);
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
  });

  const begin = async (carrier: CarrierName, person: ShortPerson): Promise<Call> => {
    const call = await stage.dial(carrier, person, { agentId });
    await operator.openCall(call);
    return call;
  };
  const ear = (call: Call) => stage.leg(call.to).heard;
  const since = (call: Call, atMs = Date.now()) => atMs - stage.leg(call.to).answeredAtMs;
  const aiSaid = async (call: Call) => (await stage.view(call)).transcript.filter(({ speaker, final }) => speaker === 'ai' && final).length;
  const holder = async (call: Call) => (await stage.view(call)).holder?.kind;

  /** It is the operator alone from the key on, and the AI alone from the key that gives it back on. */
  async function takesAndReturns(call: Call): Promise<void> {
    const takenMs = since(call, await operator.takeOver());
    const firstMs = await until('the operator', () => toneWindows(ear(call), operatorHz, takenMs - 20)[0]);
    await sleep(1_000);
    expect(await holder(call)).toBe('operator');
    const givenMs = since(call, await operator.leave('b'));
    const backMs = since(call);
    await until('the AI', () => otherSoundMs(ear(call), operatorHz, backMs, since(call)) > 400);
    const heard = ear(call);
    expect(toneWindows(heard, operatorHz, 0, takenMs - 20)).toEqual([]);
    expect(otherSoundMs(heard, operatorHz, firstMs + 40, givenMs - 40)).toBeLessThan(otherMost);
    expect(toneWindows(heard, operatorHz, backMs + 200)).toEqual([]);
    expect(await holder(call)).toBe('ai');
    await stage.over(call);
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  }

  it('is possible while the AI greets', async () => {
    const call = await begin('twilio', { moves: [hello, patience] });
    await until('its first words', () => speechHeardMs(ear(call), 0) > 300);
    await takesAndReturns(call);
  });

  it('is possible while the AI answers', async () => {
    const call = await begin('plivo', { moves: [hello, listen, { kind: 'say', text: 'Yes, that sounds good.' }, patience] });
    await until('an answer', async () => {
      const { transcript, speaking } = await stage.view(call);
      return speaking === 'ai' && transcript.some(({ speaker, text }) => speaker === 'lead' && text.includes('sounds good'));
    });
    await takesAndReturns(call);
  });

  it('is possible while the lead speaks', async () => {
    const call = await begin('twilio', { moves: [hello, listen, { kind: 'say', text: longStory }, patience] });
    await until('the story', async () => (await aiSaid(call)) > 0 && (await stage.view(call)).speaking === 'lead');
    await takesAndReturns(call);
  });

  it('is possible while a tool of the AI waits for its answer', async () => {
    const call = await begin('plivo', {
      moves: [hello, listen, { kind: 'say', text: 'Can I speak to a real person, please?' }, patience],
    });
    await operator.open.getByText(/asks to transfer to Dana/).waitFor();
    await takesAndReturns(call);
    // The AI hears no more of what it asked for: nobody has called Dana.
    expect(() => stage.leg(colleague)).toThrow();
    await operator.open.getByText(/asks to transfer to Dana/).waitFor({ state: 'detached' });
  });

  it('is possible while somebody else’s phone rings', async () => {
    const call = await begin('twilio', { moves: [hello, patience] });
    await until('the greeting', async () => (await aiSaid(call)) > 1);
    await operator.transferTo(colleague, 'warm');
    await operator.open.getByText(/phone rings/).waitFor();
    await until('the ringing', () => stage.rings(colleague).at(-1)?.ringingAtMs);
    await takesAndReturns(call);
    // It rang on for the operator, and has ended with the call.
    expect((await stage.view(call)).transfer?.state).toMatch(/^(abandoned|cancelled|no-answer)$/);
    await until('the end of the ringing', () => stage.rings(colleague).every(({ endedAtMs }) => endedAtMs !== null));
  });

  it.each([
    ['twilio', -120],
    ['plivo', -60],
    ['twilio', -20],
    ['plivo', 20],
  ] as const)('leaves nobody on a line over %s that is hung up %i ms from then', async (carrier, offsetMs) => {
    const hangsUpMs = 5_000;
    const call = await begin(carrier, { moves: [{ kind: 'wait', ms: hangsUpMs }, { kind: 'hang-up' }] });
    await sleep(hangsUpMs + offsetMs - since(call));
    await operator.press('t');
    await until('the end', async () => (await stage.view(call)).state === 'ended');
    await operator.strip.waitFor({ state: 'detached' });
    const over = await stage.over(call);
    expect(over).toMatchObject({ endedBy: 'lead', heldBy: null });
    for (const { endMs } of over.involvements) expect(endMs).not.toBeNull();
    // The next call can be taken at once.
    expect(operator.complaints).toEqual([]);
    expect(stage.violations()).toEqual([]);
  });

  it.each(['killed', 'stalled'] as const)('gives the call back to the AI when the console is %s', async (way) => {
    await using other = await OperatorPage.open(stage);
    await other.goOnDuty();
    const call = await begin(way === 'killed' ? 'plivo' : 'twilio', { moves: [hello, patience] });
    await other.openCall(call);
    await until('the greeting', async () => (await aiSaid(call)) > 0);
    await other.takeOver();
    await until('the operator', () => toneWindows(ear(call), operatorHz).length > 10);
    const lostAtMs = Date.now();
    if (way === 'killed') await other.crash();
    else
      void other.page.evaluate((untilMs) => {
        while (Date.now() < untilMs);
      }, lostAtMs + 5_000);
    await until('the AI', async () => (await holder(call)) === 'ai');
    const tookMs = Date.now() - lostAtMs;
    process.stdout.write(`console ${way}: the AI has the call after ${tookMs} ms\n`);
    expect(tookMs).toBeLessThan(way === 'killed' ? 2_000 : 4_000);
    const fromMs = since(call);
    await until('a sentence of the AI', () => otherSoundMs(ear(call), operatorHz, fromMs, since(call)) > 400);
    // The board says so, here and where it happened.
    await operator.open.getByText(/took the call back by itself/).waitFor();
    if (way === 'stalled') {
      await other.page
        .getByText(/The AI took the call back by itself/)
        .first()
        .waitFor();
      await other.strip.waitFor({ state: 'detached' });
    }
    await stage.over(call);
    expect(stage.violations()).toEqual([]);
  });
});
