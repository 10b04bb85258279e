import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineSession, SessionRequest, ToolDefinition } from '#bridge/engines/engine.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { CountingClock } from '#test/support/counting-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';

/** An engine with the simulated services that it talks to. One for each test. */
export interface EngineStage {
  readonly engine: Engine;
  /** Connections that are open at the services. */
  openConnections(): number;
  /** Everything that the engine did wrong at its services so far. */
  violations(): readonly unknown[];
  /** What the model's conversation holds, of cut answers the heard words only. */
  said(): readonly { readonly by: string; readonly text: string }[];
  /** From now on the services do this. `cut` comes in the middle of the next answer's sound, and always again. */
  break(how: EngineBreak): void;
  close(): Promise<void>;
}

export type EngineBreak = 'wrong key' | 'no credit' | 'unreachable' | 'server fault' | 'cut';

export interface EngineSuiteOptions {
  readonly name: string;
  /** @param clock what the engine is to live by; the suite counts its timers */
  open(voices: Voices, clock: CountingClock): Promise<EngineStage>;
  /** Beside or in place of the suite's own request. */
  readonly request?: Partial<SessionRequest>;
  /** Real time between the callee's frames; all at once when absent. */
  readonly frameEveryMs?: number;
  /** What this engine cannot do by its nature. */
  readonly cannot?: readonly ('render' | 'truncate' | 'note')[];
}

const optOut: ToolDefinition = {
  name: 'mark_opt_out',
  description: 'Take the person off the list.',
  parameters: { type: 'object', properties: { quote: { type: 'string' } }, required: ['quote'] },
};

const request: SessionRequest = {
  instructions: 'You are the assistant of Northside Plumbing.',
  voice: null,
  language: 'en-US',
  model: null,
  turnDetection: null,
  tools: [optOut],
  safetyIdentifier: 'callee-1',
  world: 'rehearsal',
};

const longSentence = 'We offer a free check of your pipes and your boiler, on any day of the week that suits you.';
const silentFrame = new Uint8Array(160).fill(0xff);
/** Longer than any engine needs to take a turn for over. */
const silentFrames = 75;

const exactly = (words: string) => `Say exactly the words between <<< and >>>: <<<${words}>>>`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What every engine with a voice must do, whoever is behind it. Run it from the engine's own test. */
export function engineSuite(options: EngineSuiteOptions): void {
  const cannot = new Set(options.cannot);
  const itCan = (what: 'render' | 'truncate' | 'note') => (cannot.has(what) ? it.skip : it);

  describe(options.name, () => {
    let voices: Voices;
    let clock: CountingClock;
    let stage: EngineStage;
    let heard: EngineRecorder;
    let session: EngineSession | null = null;

    beforeAll(async () => {
      voices = await createVoices();
    });
    afterAll(() => voices.close());
    afterEach(async () => {
      session?.close();
      session = null;
      await stage.close();
    });

    async function open(breaks: readonly EngineBreak[] = []): Promise<EngineSession> {
      clock = new CountingClock();
      stage = await options.open(voices, clock);
      for (const how of breaks) stage.break(how);
      heard = new EngineRecorder();
      session = stage.engine.open({ ...request, ...options.request }, heard);
      return session;
    }

    async function ready(): Promise<EngineSession> {
      const opened = await open();
      await heard.until(() => heard.log.includes('ready'));
      return opened;
    }

    async function hear(bytes: Uint8Array): Promise<void> {
      for (let at = 0; at + 160 <= bytes.length; at += 160) {
        const frame = bytes.subarray(at, at + 160);
        session?.hear(frame);
        if (options.frameEveryMs !== undefined) await pause(options.frameEveryMs);
      }
    }

    const silence = async () => {
      for (let count = 0; count < silentFrames; count += 1) await hear(silentFrame);
    };

    /** The callee says something, then falls silent for as long as it takes to be heard out. */
    const say = async (text: string) => {
      await hear(await voices.render(text, 'rms'));
      await silence();
    };

    const finalTurns = () => [...heard.turns.values()].filter(({ final }) => final).map(({ text }) => text);
    const spoken = () => heard.utterances.map((utterance) => heard.texts.get(utterance)?.text ?? '').join(' ');

    it('says that it can be tried, opens, and is ready', async () => {
      await open();
      expect(stage.engine.availability()).toEqual({ ok: true });
      await heard.until(() => heard.log.includes('ready'));
      expect(heard.log.indexOf('connected')).toBeGreaterThanOrEqual(0);
      expect(heard.log.indexOf('connected')).toBeLessThan(heard.log.indexOf('ready'));
      expect(heard.info?.model).toMatch(/\S/);
      expect(heard.utterances).toEqual([]);
      expect(stage.violations()).toEqual([]);
    });

    it('tells when the callee begins and ends, and what they said', async () => {
      await ready();
      await say('Hello, who is this?');
      await heard.until(() => finalTurns().length === 1);
      expect(finalTurns()[0]).toMatch(/who is this/i);
      const [began, ended] = heard.speech;
      expect(began).toMatchObject({ began: true, turn: ended?.turn });
      expect(ended?.began).toBe(false);
      expect(ended?.atMs ?? 0).toBeGreaterThan((began?.atMs ?? 0) + 300);
      expect(heard.log.some((line) => line === `committed ${began?.turn ?? ''}`)).toBe(true);
      expect(stage.violations()).toEqual([]);
    });

    it('hears what was said before it was ready', async () => {
      await open();
      await say('Hello, who is this?');
      await heard.until(() => finalTurns().length === 1);
      expect(finalTurns()[0]).toMatch(/who is this/i);
    });

    it('answers by itself only when it is told to', async () => {
      const talk = await ready();
      await say('Hello, who is this?');
      await heard.until(() => finalTurns().length === 1);
      await pause(150);
      expect(heard.utterances).toEqual([]);
      talk.setAutoAnswer(true);
      await say('Hello, who is this?');
      await heard.until(() => heard.answers.length === 1);
      expect(heard.answers).toEqual([{ status: 'completed', detail: null }]);
      expect(heard.log.indexOf('answering')).toBeGreaterThanOrEqual(0);
      expect(heard.audioOf(heard.utterances[0] ?? '').length).toBeGreaterThan(8_000);
      expect(spoken()).toMatch(/\S+ \S+/);
      expect(heard.texts.get(heard.utterances.at(-1) ?? '')?.final).toBe(true);
      expect(heard.log).toContain(`audio done ${heard.utterances[0] ?? ''}`);
      expect(stage.said().some(({ by }) => by === 'ai')).toBe(true);
      talk.setAutoAnswer(false);
      const answers = heard.answers.length;
      await say('Yes please.');
      await heard.until(() => finalTurns().length === 3);
      await pause(150);
      expect(heard.answers).toHaveLength(answers);
      expect(stage.violations()).toEqual([]);
    });

    it('says exact words', async () => {
      const talk = await open();
      talk.answer(exactly('Thank you for your time. Goodbye.'));
      await heard.until(() => heard.answers.length === 1);
      expect(spoken()).toBe('Thank you for your time. Goodbye.');
      expect(heard.audioOf(heard.utterances[0] ?? '').length).toBeGreaterThan(8_000);
      expect(stage.violations()).toEqual([]);
    });

    it('gives one answer after the other when two are asked for', async () => {
      const talk = await ready();
      talk.answer(exactly('One moment, please.'));
      talk.answer(exactly('Thank you for waiting.'));
      await heard.until(() => heard.answers.length === 2);
      expect(spoken()).toBe('One moment, please. Thank you for waiting.');
      const [first = '', second = ''] = heard.utterances;
      expect(heard.log.lastIndexOf(`audio ${first}`)).toBeLessThan(heard.log.indexOf(`audio ${second}`));
      expect(stage.violations()).toEqual([]);
    });

    it('wants a tool once, takes its result, and goes on', async () => {
      const talk = await ready();
      heard.onTool = ({ id }) => talk.toolResult(id, '{"ok":true}', true);
      talk.setAutoAnswer(true);
      await say('Please take me off your list.');
      await heard.until(() => heard.calls.length === 1 && heard.utterances.length >= 1 && heard.answers.length >= 2);
      expect(heard.calls[0]?.name).toBe('mark_opt_out');
      expect(() => JSON.parse(heard.calls[0]?.arguments ?? '')).not.toThrow();
      expect(spoken()).toMatch(/off our list/);
      expect(stage.violations()).toEqual([]);
    });

    it('stays silent after a result that asks for no answer', async () => {
      const talk = await ready();
      heard.onTool = ({ id }) => talk.toolResult(id, '{"ok":true}', false);
      talk.setAutoAnswer(true);
      await say('Please take me off your list.');
      await heard.until(() => heard.calls.length === 1 && heard.answers.length >= 1);
      const said = heard.utterances.length;
      await pause(200);
      expect(heard.utterances).toHaveLength(said);
      expect(stage.violations()).toEqual([]);
    });

    itCan('truncate')('is cut where the callee’s ear was, and remembers no more', async () => {
      const talk = await ready();
      talk.setAutoAnswer(true);
      talk.answer(exactly(longSentence));
      await heard.until(() => heard.utterances.length === 1 && heard.audioOf(heard.utterances[0] ?? '').length > 9_600);
      const [utterance = ''] = heard.utterances;
      let done = false;
      heard.onSpeech = () => {
        if (!done) talk.interrupt(utterance, 1_000);
        done = true;
      };
      await say('Hello, who is this?');
      await heard.until(() => heard.answers.length >= 2);
      const cut = stage.said().find(({ by }) => by === 'ai');
      expect(cut?.text).toMatch(/^We\b/);
      expect(cut?.text).not.toContain('boiler');
      expect(heard.answers.at(-1)?.status).toBe('completed');
      expect(stage.violations()).toEqual([]);
    });

    it('stops an answer of which nothing was heard', async () => {
      const talk = await ready();
      talk.answer(exactly(longSentence));
      await heard.until(() => heard.log.includes('answering'));
      talk.interrupt(null, 0);
      await heard.until(() => heard.answers.length === 1);
      const audible = heard.utterances.reduce((sum, utterance) => sum + heard.audioOf(utterance).length, 0);
      await pause(200);
      expect(heard.utterances.reduce((sum, utterance) => sum + heard.audioOf(utterance).length, 0)).toBe(audible);
      talk.answer(exactly('Goodbye.'));
      await heard.until(() => heard.answers.length === 2);
      expect(heard.texts.get(heard.utterances.at(-1) ?? '')?.text).toBe('Goodbye.');
      expect(stage.violations()).toEqual([]);
    });

    itCan('note')('knows what it is told beside the conversation', async () => {
      const talk = await ready();
      talk.noteSpoken('Hello, this is an AI assistant of Northside Plumbing.');
      talk.addContext('The callee is a customer since 2019.');
      talk.setAutoAnswer(true);
      await say('Hello, who is this?');
      await heard.until(() => heard.answers.length === 1);
      const said = stage.said().map(({ text }) => text);
      expect(said).toContain('Hello, this is an AI assistant of Northside Plumbing.');
      expect(said).toContain('The callee is a customer since 2019.');
      expect(stage.violations()).toEqual([]);
    });

    itCan('render')('renders exact words into a clip, beside the conversation', async () => {
      const talk = await ready();
      const pieces: number[] = [];
      const clip = await talk.render('Hello, this is an AI assistant.', new AbortController().signal, (bytes) => pieces.push(bytes.length));
      expect(clip.text).toBe('Hello, this is an AI assistant.');
      expect(clip.audio.length).toBeGreaterThan(8_000);
      expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(clip.audio.length);
      expect(heard.utterances).toEqual([]);
      const aborter = new AbortController();
      const never = talk.render(longSentence, aborter.signal);
      aborter.abort();
      await expect(never).rejects.toThrow();
      expect(stage.violations()).toEqual([]);
    });

    it('tells what it cost', async () => {
      const talk = await ready();
      talk.setAutoAnswer(true);
      await say('Hello, who is this?');
      await heard.until(() => heard.answers.length === 1);
      session?.close();
      expect(heard.costs.length).toBeGreaterThan(0);
      expect(heard.costs.every(({ micros }) => Number.isInteger(micros) && micros >= 0)).toBe(true);
      expect(heard.costs.reduce((sum, { micros }) => sum + micros, 0)).toBeGreaterThan(0);
    });

    it.each([
      ['wrong key', 'fatal'],
      ['no credit', 'fatal'],
      ['unreachable', 'retryable'],
      ['server fault', 'retryable'],
    ] as const)('fails once when it meets: %s', async (how, kind) => {
      const talk = await open([how]);
      talk.answer(exactly('Hello.'));
      await heard.until(() => heard.failure !== null);
      expect(heard.failure?.kind).toBe(kind);
      await pause(100);
      expect(heard.failures).toHaveLength(1);
      await expect.poll(() => clock.pending).toBe(0);
    });

    it('fails once when its services cut every answer in mid-sentence, and says what to do or nothing', async () => {
      const talk = await ready();
      stage.break('cut');
      talk.answer(exactly(longSentence));
      await heard.until(() => heard.failure !== null);
      expect(heard.failures).toHaveLength(1);
      expect(heard.failure?.kind).toBe('retryable');
    });

    it('leaves nothing behind when it is closed in mid-answer', async () => {
      const talk = await ready();
      talk.answer(exactly(longSentence));
      await heard.until(() => heard.utterances.length === 1);
      talk.close();
      const told = heard.log.length;
      await expect.poll(() => stage.openConnections()).toBe(0);
      await expect.poll(() => clock.pending).toBe(0);
      expect(heard.log.length).toBe(told);
      talk.close();
      talk.answer(null);
      talk.hear(silentFrame);
      await expect(talk.render('Hello.', new AbortController().signal)).rejects.toThrow();
    });

    it('leaves nothing behind when it is closed before it was ready', async () => {
      const talk = await open();
      talk.close();
      await pause(100);
      await expect.poll(() => clock.pending).toBe(0);
      expect(heard.log).toEqual([]);
    });

    it('tells whether its credentials are accepted', async () => {
      await open();
      expect((await stage.engine.testCredentials()).detail).toMatch(/accept/);
    });
  });
}
