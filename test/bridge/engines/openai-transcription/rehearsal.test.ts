import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OpenAiTranscription } from '#bridge/engines/openai-transcription/openai-transcription.ts';
import type { Transcriber } from '#bridge/engines/transcriber.ts';
import { type OpenAiSim, startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { silence, tone } from '#test/support/tones.ts';
import { TranscriberRecorder } from '#test/support/transcriber-recorder.ts';

let voices: Voices;
let sim: OpenAiSim;
let told: TranscriberRecorder;
let transcriber: Transcriber;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
afterEach(async () => {
  transcriber.close();
  await sim.close();
});

async function open(): Promise<void> {
  sim = await startOpenAiSim({ voices, transcripts: 'prompt' });
  told = new TranscriberRecorder();
  const log = pino({ level: 'silent' });
  const transcription = new OpenAiTranscription({ apiKey: sim.apiKey, baseUrl: sim.baseUrl, clock: systemClock, log });
  transcriber = transcription.openTranscriber({ language: 'en', safetyIdentifier: 'operator-1', world: 'rehearsal' }, told);
  await told.until(() => told.readies === 1);
}

function hear(bytes: Uint8Array): void {
  for (let at = 0; at + 160 <= bytes.length; at += 160) transcriber.hear(bytes.subarray(at, at + 160));
}

describe('an operator’s voice in the simulated service', () => {
  it('becomes words, turn by turn, without one wrong message', async () => {
    await open();
    hear(silence(500));
    hear(await voices.render('Hello, this is a person speaking.', 'rms'));
    hear(silence(1000));
    hear(await voices.render('Can we meet on Tuesday?', 'rms'));
    hear(silence(1000));
    await told.until(() => told.words.length === 2);
    expect(told.words).toEqual(['Hello, this is a person speaking.', 'Can we meet on Tuesday?']);
    const [first] = told.turns.values();
    expect(first?.startMs).toBeGreaterThanOrEqual(0);
    expect(first?.startMs).toBeLessThan(1000);
    expect(told.costs).toHaveLength(2);
    expect(sim.violations()).toEqual([]);
    expect(sim.sessions()[0]).toMatchObject({ model: 'gpt-transcribe', said: [{}, {}] });
  });

  it('becomes words also when the microphone is let go of right after the last one', async () => {
    await open();
    hear(await voices.render('Can we meet on Tuesday?', 'rms'));
    await told.until(() => told.words.length === 1);
    expect(told.words).toEqual(['Can we meet on Tuesday?']);
    hear(await voices.render('Hello, this is a person speaking.', 'rms'));
    await transcriber.finish(5000);
    expect(told.words[1]).toBe('Hello, this is a person speaking.');
    expect(sim.violations()).toEqual([]);
  });

  it('becomes a turn without words where the service knows none of it', async () => {
    await open();
    const hum = tone(170, 900, 0.4);
    for (let at = 0; at < hum.length; at += 3) hum[at] = (hum[at] as number) ^ 0x28;
    hear(hum);
    hear(silence(1000));
    await transcriber.finish(3000);
    expect(told.words.every((words) => words === '')).toBe(true);
  });
});
