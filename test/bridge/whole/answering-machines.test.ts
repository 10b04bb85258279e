import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallEar, type OpenVoiceDetector } from '#bridge/calls/call-ear.ts';
import type { AnswerType } from '#bridge/contract/words.ts';
import { loadVoiceDetector } from '#bridge/media/voice-activity.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { noise } from '#test/support/noises.ts';
import { silence, tone } from '#test/support/tones.ts';

let voices: Voices;
let openDetector: OpenVoiceDetector;
beforeAll(async () => {
  voices = await createVoices();
  openDetector = await loadVoiceDetector();
});
afterAll(() => voices.close());

type Sound = string | { readonly pauseMs: number } | { readonly beepHz: number; readonly ms?: number };
const pause = (pauseMs: number): Sound => ({ pauseMs });
const beep = (beepHz: number, ms = 400): Sound => ({ beepHz, ms });

/** Who picks up, and what is heard of them. */
const corpus: Readonly<Partial<Record<AnswerType, readonly (readonly Sound[])[]>>> = {
  human: [
    ['Hello?', pause(4_000), 'Yes, who is this?'],
    ['Hello?', pause(6_000)],
    ['Bob speaking.', pause(3_000), 'What is this about?'],
    ['Yes?', pause(3_000), 'I am at work, can you call me back tomorrow?'],
    [pause(2_500), 'Hello, hello?', pause(3_000)],
    ['Miller residence, good morning.', pause(4_000), 'Fine, thank you.'],
    ['Thank you for calling Acme, this is Jane, how can I help you?', pause(5_000), 'Sorry, can you repeat that?'],
    ['Hi there, I am just driving, so if this takes long, then please call me again this evening after six.', pause(3_000)],
  ],
  machine: [
    [
      'You have reached the Miller family. We cannot come to the phone right now. Please leave a message after the tone.',
      pause(300),
      beep(1_000),
    ],
    ['Hi, this is Bob. Leave me a message.', pause(500), beep(1_400, 250)],
    ['Hello.', pause(600), 'You have reached the voicemail of Jane Smith. Please leave your name and number.', pause(700), beep(850)],
    [
      'Your call has been forwarded to an automatic voice message system. Five five five, one two one two is not available.',
      pause(400),
      'At the tone, please record your message.',
      beep(440, 500),
    ],
    ['The mailbox is full and cannot accept any messages at this time. Goodbye.'],
    ['Bob and Jane are out in the garden, and so are the dogs and the children.', pause(600), beep(1_500, 550)],
    [
      pause(800),
      'The person you are calling is not available. When you have finished recording, hang up or press one for more options.',
      pause(300),
      beep(1_250, 250),
    ],
    [
      'We are sorry, nobody can take your call. Our office is closed until Monday. Please leave a message after the beep.',
      pause(300),
      beep(700),
    ],
  ],
  screener: [
    ["Hi. If you record your name and reason for calling, I'll see if this person is available."],
    ['The person you are calling is using a screening service. Go ahead and say your name, and why you are calling.'],
    ['Before I try to connect you, can I ask what you are calling about?'],
    ['Call assist here. Please state your name after the tone, and I will see if they are available.', pause(400)],
  ],
  menu: [
    ['Thank you for calling Acme Industries. For sales, press one. For service, press two.'],
    ['Please listen carefully, as our menu options have changed. Press one for billing.'],
    ['Welcome to the city office. If you know your party\u2019s extension, dial it now. For the front desk, press zero.'],
  ],
  silence: [[pause(14_000)], [pause(14_000)]],
  fax: [
    [pause(400), beep(1_100, 500), pause(3_000), beep(1_100, 500), pause(2_000)],
    [pause(900), beep(2_100, 3_200), pause(1_000)],
  ],
};

interface Heard {
  readonly answerType: AnswerType;
  readonly because: string;
  /** From the answer to the first verdict that was the last one. */
  readonly atMs: number;
}

/** Let the ear of a call hear it: audio as it comes, words of each sentence when a recogniser would have them, and a carrier's opinion. */
async function listen(
  sounds: readonly Sound[],
  voice: 'rms' | 'awb' | 'kal16' | 'slt',
  carrier: AnswerType | null,
  noiseDbfs = -65,
): Promise<Heard> {
  const clock = new ManualClock();
  let heard: Heard = { answerType: 'unknown', because: '', atMs: 0 };
  const ear = new CallEar({
    clock,
    language: 'en-US',
    openDetector,
    sinceAnswerMs: () => clock.monotonicMs(),
    events: {
      onset: () => undefined,
      beep: () => undefined,
      verdict: ({ answerType, because }) => {
        heard = { answerType, because, atMs: clock.monotonicMs() };
      },
    },
  });
  ear.answered();
  if (carrier !== null) clock.after(3_500, () => ear.carrier(carrier));
  let number = 0;
  const hear = (audio: Uint8Array) => {
    for (let at = 0; at + 160 <= audio.length; at += 160) {
      ear.hear(audio.subarray(at, at + 160), number++);
      clock.advance(20);
    }
  };
  const line = (ms: number) => noise('white noise', { dbfs: noiseDbfs, ms });
  hear(line(300));
  for (const [turn, sound] of sounds.entries()) {
    if (typeof sound === 'string') {
      hear(await voices.render(sound, voice));
      // The words of a turn come when it is over, and a recogniser has had its time.
      clock.after(900, () => ear.words(`turn-${turn}`, sound, true));
    } else if ('pauseMs' in sound) hear(line(sound.pauseMs));
    else hear(tone(sound.beepHz, sound.ms ?? 400));
  }
  hear(line(2_500));
  ear.close();
  return heard;
}

const seen = (heard: AnswerType) => (heard === 'unknown' ? 'human' : heard);
const types = ['human', 'machine', 'screener', 'menu', 'silence', 'fax'] as const;
const speakers = ['rms', 'awb', 'kal16', 'slt'] as const;

/** Everything in the corpus, in all voices, with what a carrier would say. */
async function confusion(carrierSays: (truth: AnswerType) => AnswerType | null) {
  const table = new Map<string, number>();
  const wrong: string[] = [];
  const times: number[] = [];
  for (const truth of types) {
    for (const sounds of corpus[truth] ?? []) {
      for (const voice of speakers) {
        const { answerType, because, atMs } = await listen(sounds, voice, carrierSays(truth));
        const found = seen(answerType);
        table.set(`${truth}>${found}`, (table.get(`${truth}>${found}`) ?? 0) + 1);
        if (found === truth) times.push(atMs);
        else wrong.push(`${truth} taken for ${found} (${because}): ${sounds.filter((sound) => typeof sound === 'string').join(' ')}`);
      }
    }
  }
  const rows = types.map((truth) => [truth, ...types.map((found) => `${table.get(`${truth}>${found}`) ?? 0}`)]);
  const text = [['truth \\ verdict', ...types], ...rows].map((row) => row.map((cell) => cell.padEnd(16)).join('')).join('\n');
  times.sort((a, b) => a - b);
  return {
    table,
    wrong,
    text,
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    count: [...table.values()].reduce((sum, one) => sum + one, 0),
  };
}

const carriers: readonly (readonly [string, (truth: AnswerType) => AnswerType | null])[] = [
  ['says nothing', () => null],
  [
    'is right about people and machines',
    (truth) => (truth === 'human' ? 'human' : truth === 'machine' || truth === 'fax' ? 'machine' : 'unknown'),
  ],
  ['takes people for machines and machines for people', (truth) => (truth === 'human' ? 'machine' : 'human')],
];

describe('who picked up, over a corpus of offline voices', () => {
  it.each(carriers)('when the carrier %s', { timeout: 120_000 }, async (name, says) => {
    const { table, wrong, text, medianMs, count } = await confusion(says);
    console.info(`The carrier ${name}; ${count} calls, right after ${medianMs} ms in the middle\n${text}\n${wrong.join('\n')}`);
    const right = types.reduce((sum, truth) => sum + (table.get(`${truth}>${truth}`) ?? 0), 0);
    expect(right / count).toBeGreaterThanOrEqual(0.95);
    const allowed = name.startsWith('takes people') ? speakers.length : 0;
    // Whoever is a person is not hung up on, but for one who talks on and on while the carrier is wrong.
    for (const found of ['machine', 'menu', 'fax'] as const) expect(table.get(`human>${found}`) ?? 0).toBeLessThanOrEqual(allowed);
  });

  it('goes over to a person who comes while the machine was being spoken to', async () => {
    const machine = ['You have reached Bob. Please leave a message after the tone.', pause(300), beep(1_000), pause(5_000)] as const;
    expect((await listen(machine, 'rms', 'machine')).answerType).toBe('machine');
    expect((await listen([...machine, 'Hello? Hello, I am here.', pause(1_500)], 'rms', 'machine')).answerType).toBe('human');
    const screener = ['Please record your name and reason for calling.', pause(9_000)] as const;
    expect((await listen([...screener, 'Hello, who is this?', pause(1_500)], 'awb', null)).answerType).toBe('human');
  });

  it('counts who spoke, and silence', async () => {
    const clock = new ManualClock();
    const events = { onset: () => undefined, beep: () => undefined, verdict: () => undefined };
    const ear = new CallEar({ clock, language: null, openDetector, sinceAnswerMs: () => clock.monotonicMs(), events });
    const lead = await voices.render('Yes, that sounds good. We do have a leak in the kitchen.', 'rms');
    const ours = await voices.render('When may somebody come and have a look at it?', 'slt');
    let number = 0;
    const pass = (theirs: Uint8Array | null, mine: Uint8Array | null, ms: number) => {
      for (let at = 0; at < ms * 8; at += 160) {
        if (mine) ear.ours(mine.subarray(at, at + 160), number);
        ear.hear(theirs ? theirs.subarray(at, at + 160) : silence(20), number++);
      }
    };
    pass(null, null, 2_000);
    pass(lead, null, lead.length / 8);
    pass(null, null, 1_000);
    pass(null, ours, ours.length / 8);
    pass(null, null, 3_000);
    const { leadMs = 0, ourMs = 0, silenceMs = 0 } = ear.figures ?? {};
    expect(Math.abs(leadMs - lead.length / 8)).toBeLessThan(500);
    expect(Math.abs(ourMs - ours.length / 8)).toBeLessThan(500);
    expect(Math.abs(silenceMs - 6_000)).toBeLessThan(900);
    ear.close();
  });
});
