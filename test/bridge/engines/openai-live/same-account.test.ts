import { pino } from 'pino';
import { expect, it } from 'vitest';
import { OpenAiLiveEngine } from '#bridge/engines/openai-live/openai-live-engine.ts';
import { loadVoiceDetector } from '#bridge/media/voice-activity.ts';
import { startOpenAiSim } from '#bridge/rehearsal/openai/realtime-sim.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

it('Live is had at the same address and with the same key as realtime speech, and hears with the detector of the calls', async () => {
  const voices = await createVoices();
  const sim = await startOpenAiSim({ voices });
  const heard = new EngineRecorder();
  const session = new OpenAiLiveEngine({
    apiKey: sim.apiKey,
    baseUrl: sim.baseUrl,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    activity: await loadVoiceDetector(),
    testCredentials: () => Promise.resolve({ detail: '' }),
  }).open(someRequest, heard);
  try {
    await heard.until(() => heard.log.includes('ready'));
    const clip = await voices.render('Hello, who is this?', 'rms');
    for (let at = 0; at + 160 <= clip.length; at += 160) session.hear(clip.subarray(at, at + 160));
    await heard.until(() => [...heard.turns.values()].some(({ final, text }) => final && /who is this/i.test(text)));
    expect(heard.speech.map(({ began }) => began)).toEqual([true, false]);
    expect(sim.live.sessions()).toHaveLength(1);
    expect(sim.sessions()).toHaveLength(0);
    expect(sim.live.violations()).toEqual([]);
  } finally {
    session.close();
    await sim.close();
    await voices.close();
  }
});
