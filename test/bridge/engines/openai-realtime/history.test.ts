import { pino } from 'pino';
import { expect, it } from 'vitest';
import { OpenAiRealtimeEngine } from '#bridge/engines/openai-realtime/openai-realtime-engine.ts';
import { startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

it('a session that takes a call over knows what was said on it, and goes on from there', async () => {
  const voices = await createVoices();
  const sim = await startOpenAiSim({ voices, firstAudioMs: [5, 15], burst: 40 });
  const heard = new EngineRecorder();
  const history = [
    { role: 'context', text: 'The call is going on.' },
    { role: 'ai', text: 'Hello, this is Northside.' },
    { role: 'callee', text: 'How much does it cost?' },
  ] as const;
  const session = new OpenAiRealtimeEngine({
    apiKey: sim.apiKey,
    baseUrl: sim.baseUrl,
    clock: systemClock,
    log: pino({ level: 'silent' }),
  }).open({ ...someRequest, history }, heard);
  try {
    session.answer(null);
    await heard.until(() => heard.answers.length === 1);
    expect(sim.sessions()[0]?.said.slice(0, 3)).toEqual([
      { by: 'system', text: 'The call is going on.' },
      { by: 'ai', text: 'Hello, this is Northside.' },
      { by: 'callee', text: 'How much does it cost?' },
    ]);
    expect(heard.texts.get(heard.utterances[0] ?? '')?.text).toMatch(/free/i);
    expect(sim.violations()).toEqual([]);
  } finally {
    session.close();
    await sim.close();
    await voices.close();
  }
});
