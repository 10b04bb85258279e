import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stageProbes } from '#bridge/engines/cascade/stage-probes.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { type CascadeStage, openCascade } from '#test/support/cascade-stage.ts';

let voices: Voices;
let stage: CascadeStage;

beforeAll(async () => {
  voices = await createVoices();
});
afterAll(() => voices.close());
beforeEach(async () => {
  stage = await openCascade(voices, systemClock);
});
afterEach(() => stage.close());

const at = ({ apiKey, baseUrl }: { readonly apiKey: string; readonly baseUrl: string }) => ({ apiKey, baseUrl });
const none = { apiKey: null, baseUrl: 'http://127.0.0.1:9' };
const probes = (without: readonly ('deepgram' | 'elevenlabs')[] = []) =>
  stageProbes({
    openai: at(stage.openai),
    deepgram: without.includes('deepgram') ? none : at(stage.deepgram),
    elevenlabs: without.includes('elevenlabs') ? none : at(stage.elevenlabs),
    cartesia: at(stage.cartesia),
    clock: systemClock,
  });
const signal = () => AbortSignal.timeout(10_000);

describe('a trial of the services that hear, think and speak', () => {
  it('asks each one that has a key, and breaks no rule of any', async () => {
    const found = await Promise.all(probes().map(async (probe) => `${probe.name}: ${await probe.try(signal())}`));
    expect(found.map((words) => words.replace(/\d+ ms/, '- ms'))).toEqual([
      'Deepgram’s hearing: It listens after - ms.',
      'OpenAI’s text model: Its first word came after - ms.',
      'ElevenLabs’ voice: Its first sound came after - ms.',
      'Cartesia’s voice: Its first sound came after - ms.',
      'Deepgram’s voice: Its first sound came after - ms.',
      'OpenAI’s voice: Its first sound came after - ms.',
    ]);
    expect(stage.violations()).toEqual([]);
  });

  it('leaves out who has no key, and what OpenAI could only do with somebody who hears', () => {
    expect(probes(['elevenlabs']).map(({ name }) => name)).not.toContain('ElevenLabs’ voice');
    expect(probes(['deepgram']).map(({ name }) => name)).toEqual(['ElevenLabs’ voice', 'Cartesia’s voice']);
  });

  it('says why one does not answer', async () => {
    stage.elevenlabs.fault({ fault: { kind: 'status', status: 401, code: 'INVALID_AUTH' } });
    const voice = probes().find(({ name }) => name === 'ElevenLabs’ voice');
    await expect(voice?.try(signal())).rejects.toMatchObject({ code: 'engine/refused', message: expect.stringContaining('ElevenLabs') });
  });

  it('waits no longer than it is allowed to', async () => {
    const text = probes().find(({ name }) => name === 'OpenAI’s text model');
    await expect(text?.try(AbortSignal.abort())).rejects.toMatchObject({ message: 'It takes the question and stays silent.' });
  });
});
