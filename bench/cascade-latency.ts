import type { EngineHandlers } from '#bridge/engines/engine.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { type CascadeStageOptions, openCascade } from '#test/support/cascade-stage.ts';
import { EngineRecorder } from '#test/support/engine-recorder.ts';
import { someRequest } from '#test/support/realtime-talk.ts';

/**
 * How long a callee waits for the cascade, hop by hop, with services that are as far away and as slow as they are in life: 40 ms each way,
 * 150 ms from sound to text, 350 to 550 ms to a model's first word, 110 ms to a voice's first sound.
 *
 *   npm run bench -- cascade
 */
const delays = { networkMs: 40, textMs: 150, firstWordMs: [350, 550] as const, firstAudioMs: 110 };
const turns = 6;
const combinations: readonly (Required<Pick<CascadeStageOptions, 'ears' | 'mouths'>> & { readonly name: string })[] = [
  { name: 'Flux, ElevenLabs', ears: ['flux'], mouths: ['elevenlabs'] },
  { name: 'Flux, Cartesia', ears: ['flux'], mouths: ['cartesia'] },
  { name: 'Flux, Aura', ears: ['flux'], mouths: ['aura'] },
  { name: 'Flux, OpenAI', ears: ['flux'], mouths: ['openai'] },
  { name: 'Nova, ElevenLabs', ears: ['nova'], mouths: ['elevenlabs'] },
];

const voices = await createVoices();
const clip = await voices.render('Hello, who is this?', 'rms');
const silence = new Uint8Array(160).fill(0xff);

/** Frames go out at their own time, as a carrier sends them; silence between the words. */
function line(hear: (frame: Uint8Array) => void) {
  let saying: { at: number; readonly done: (atMs: number) => void } | null = null;
  let dueMs = performance.now();
  const timer = setInterval(() => {
    for (; dueMs <= performance.now(); dueMs += 20) {
      if (saying && saying.at + 160 <= clip.length) {
        hear(clip.subarray(saying.at, saying.at + 160));
        saying.at += 160;
      } else {
        const ended = saying;
        saying = null;
        ended?.done(performance.now());
        hear(silence);
      }
    }
  }, 5);
  return {
    /** @returns when the last word was over */
    say: () => new Promise<number>((done) => (saying = { at: 0, done })),
    end: () => clearInterval(timer),
  };
}

const middle = (values: readonly number[]) => Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);

process.stdout.write(
  '| cascade | turn known over | first words | first sound | end of speech to first sound (median, worst) |\n|---|---|---|---|---|\n',
);
for (const { name, ears, mouths } of combinations) {
  const stage = await openCascade(voices, systemClock, { ears, mouths, minds: ['gpt-5.6-luna'], delays });
  const heard = new EngineRecorder();
  const hops: { over: number; text: number; sound: number; total: number }[] = [];
  let endedAtMs: Promise<number> | null = null;
  const told: Promise<void>[] = [];
  const handlers: EngineHandlers = Object.assign(heard, {
    turnTimes: (times: Parameters<NonNullable<EngineHandlers['turnTimes']>>[0]) => {
      const ended = endedAtMs;
      if (!ended) return;
      told.push(
        ended.then((atMs) => {
          const text = times.firstTextAtMs ?? times.turnOverAtMs;
          hops.push({
            over: times.turnOverAtMs - atMs,
            text: text - times.turnOverAtMs,
            sound: times.firstAudioAtMs - text,
            total: times.firstAudioAtMs - atMs,
          });
        }),
      );
    },
  });
  const session = stage.engine.open({ ...someRequest, tools: [] }, handlers);
  await heard.until(() => heard.log.includes('ready'));
  session.setAutoAnswer(true);
  const phone = line((frame) => session.hear(frame));
  for (let turn = 0; turn < turns; turn += 1) {
    endedAtMs = phone.say();
    await heard.until(() => heard.answers.length > turn);
    await Promise.all(told);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  phone.end();
  session.close();
  await stage.close();
  const of = (hop: keyof (typeof hops)[number]) => middle(hops.map((one) => one[hop]));
  const worst = Math.round(Math.max(...hops.map(({ total }) => total)));
  process.stdout.write(`| ${name} | ${of('over')} ms | ${of('text')} ms | ${of('sound')} ms | ${of('total')} ms, ${worst} ms |\n`);
}
await voices.close();
