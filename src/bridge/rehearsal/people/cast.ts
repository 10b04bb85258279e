import type { AnswerType, Disposition, Outcome } from '#bridge/contract/words.ts';
import type { Person, Voices } from '../person.ts';
import { type CalleeVoice, type Move, ScriptedConversation } from './conversation.ts';

/** Who can be called in the rehearsal world. */
export type Role =
  | 'interested'
  | 'busy'
  | 'opts-out'
  | 'interrupts'
  | 'silent'
  | 'voicemail'
  | 'hangs-up'
  | 'wants-human'
  | 'asks-robot'
  | 'no-answer'
  | 'busy-line'
  | 'invalid'
  | 'colleague'
  | 'colleague-declines'
  | 'colleague-hangs-up';

export interface RoleScript {
  readonly role: Role;
  /** For a table that people read. */
  readonly story: string;
  readonly ringing: Person['ringing'];
  readonly machine: Person['machine'];
  readonly voice: CalleeVoice;
  readonly moves: readonly Move[];
  readonly giveUpMs: number;
  /** How a call to this person must end; a rehearsal that ends otherwise has failed. */
  readonly expects: { readonly outcome: Outcome; readonly dispositions: readonly Disposition[]; readonly answerType?: AnswerType };
}

const human: Person['machine'] = { kind: 'human', afterMs: 2_500, beepAtMs: null };
const listen: Move = { kind: 'listen', pauseMs: 900 };
const say = (text: string): Move => ({ kind: 'say', text });
const giveUpMs = 75_000;

export const cast: Readonly<Record<Role, RoleScript>> = {
  interested: {
    role: 'interested',
    story: 'wants the visit and names a time',
    ringing: { kind: 'answers', afterMs: 2_000 },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [
      { kind: 'wait', ms: 300 },
      say('Hello?'),
      listen,
      say('Yes, that sounds good. We do have a leak in the kitchen.'),
      listen,
      say('Tuesday at ten would work for me.'),
      listen,
      say('Yes, please.'),
      listen,
      say('No, that is all. Thank you, goodbye.'),
      { kind: 'wait', ms: 9_000 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['interested', 'appointment', 'talked'] },
  },
  busy: {
    role: 'busy',
    story: 'is driving and asks for a call later',
    ringing: { kind: 'answers', afterMs: 1_800 },
    machine: human,
    voice: 'awb',
    giveUpMs,
    moves: [
      say('Hello?'),
      listen,
      say('I am driving, can you call me back tomorrow at five?'),
      { kind: 'wait', ms: 12_000 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['callback-requested'] },
  },
  'opts-out': {
    role: 'opts-out',
    story: 'says "take me off your list"',
    ringing: { kind: 'answers', afterMs: 2_200 },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [say('Hello?'), listen, say('No. Please take me off your list.'), { kind: 'wait', ms: 12_000 }, { kind: 'hang-up' }],
    expects: { outcome: 'completed', dispositions: ['do-not-call'] },
  },
  interrupts: {
    role: 'interrupts',
    story: 'talks over the AI, then declines',
    ringing: { kind: 'answers', afterMs: 1_600 },
    machine: human,
    voice: 'awb',
    giveUpMs,
    moves: [
      say('Hello?'),
      listen,
      say('Who is this, please?'),
      { kind: 'wait-to-interrupt', intoMs: 1_400 },
      say('Hold on, hold on. I am not interested, thank you.'),
      { kind: 'wait', ms: 12_000 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['not-interested', 'talked'] },
  },
  silent: {
    role: 'silent',
    story: 'picks up and never says a word',
    ringing: { kind: 'answers', afterMs: 1_500 },
    machine: { kind: 'unknown', afterMs: 5_000, beepAtMs: null },
    voice: 'rms',
    giveUpMs: 120_000,
    moves: [{ kind: 'wait', ms: 120_000 }],
    expects: { outcome: 'completed', dispositions: ['talked'] },
  },
  voicemail: {
    role: 'voicemail',
    story: 'is out; a machine answers and beeps',
    ringing: { kind: 'answers', afterMs: 3_000 },
    machine: { kind: 'machine', afterMs: 4_500, beepAtMs: 6_000 },
    voice: 'kal16',
    giveUpMs: 60_000,
    moves: [
      { kind: 'wait', ms: 200 },
      say('You have reached the Miller family. We cannot come to the phone right now. Please leave a message after the tone.'),
      { kind: 'wait', ms: 300 },
      { kind: 'beep', hz: 1_000, ms: 400 },
      { kind: 'wait', ms: 50_000 },
    ],
    expects: { outcome: 'completed', dispositions: ['voicemail-no-message', 'voicemail-left'] },
  },
  'hangs-up': {
    role: 'hangs-up',
    story: 'hangs up at once',
    ringing: { kind: 'answers', afterMs: 1_400 },
    machine: human,
    voice: 'rms',
    giveUpMs,
    // Lifts the phone to the ear first: one word is all they say, and a recording begins with the media, a moment after the answer.
    moves: [{ kind: 'wait', ms: 800 }, say('Hello?'), { kind: 'wait', ms: 900 }, { kind: 'hang-up' }],
    expects: { outcome: 'completed', dispositions: ['hung-up-early'] },
  },
  'wants-human': {
    role: 'wants-human',
    story: 'asks for a person and is put through',
    ringing: { kind: 'answers', afterMs: 1_700 },
    machine: human,
    voice: 'awb',
    giveUpMs,
    moves: [
      say('Hello?'),
      listen,
      say('Can I speak to a real person, please?'),
      listen,
      // No voice of a transfer that goes on leaves as long a pause.
      { kind: 'listen', pauseMs: 2_600 },
      say('Good. Thank you for taking the call.'),
      { kind: 'wait', ms: 2_500 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['transferred'] },
  },
  'asks-robot': {
    role: 'asks-robot',
    story: 'asks whether it is a robot, then declines',
    ringing: { kind: 'answers', afterMs: 2_400 },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [
      say('Yes, hello?'),
      listen,
      say('Wait, are you a robot?'),
      listen,
      say('No, thank you. Not interested.'),
      { kind: 'wait', ms: 12_000 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['not-interested', 'talked'] },
  },
  'no-answer': {
    role: 'no-answer',
    story: 'lets it ring',
    ringing: { kind: 'no-answer' },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [],
    expects: { outcome: 'no-answer', dispositions: ['no-answer'] },
  },
  'busy-line': {
    role: 'busy-line',
    story: 'is on another call',
    ringing: { kind: 'busy', afterMs: 800 },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [],
    expects: { outcome: 'busy', dispositions: ['busy'] },
  },
  invalid: {
    role: 'invalid',
    story: 'has a number that does not exist',
    ringing: { kind: 'invalid-number' },
    machine: human,
    voice: 'rms',
    giveUpMs,
    moves: [],
    expects: { outcome: 'invalid-number', dispositions: ['invalid-number'] },
  },
  colleague: {
    role: 'colleague',
    story: 'is the person in the office who takes transferred calls',
    ringing: { kind: 'answers', afterMs: 1_500 },
    machine: human,
    voice: 'kal16',
    giveUpMs: 90_000,
    moves: [
      say('Dana speaking.'),
      listen,
      { kind: 'press', digits: '1' },
      { kind: 'wait', ms: 2_500 },
      say('Hello, this is Dana at the office. How can I help you?'),
      { kind: 'wait', ms: 20_000 },
      { kind: 'hang-up' },
    ],
    expects: { outcome: 'completed', dispositions: ['talked'] },
  },
  'colleague-declines': {
    role: 'colleague-declines',
    story: 'is a colleague who has no time',
    ringing: { kind: 'answers', afterMs: 1_500 },
    machine: human,
    voice: 'awb',
    giveUpMs: 60_000,
    moves: [say('Yes?'), listen, { kind: 'press', digits: '2' }, { kind: 'wait', ms: 20_000 }, { kind: 'hang-up' }],
    expects: { outcome: 'completed', dispositions: ['talked'] },
  },
  'colleague-hangs-up': {
    role: 'colleague-hangs-up',
    story: 'is a colleague who hangs up on the briefing',
    ringing: { kind: 'answers', afterMs: 1_500 },
    machine: human,
    voice: 'rms',
    giveUpMs: 60_000,
    moves: [say('Yes?'), { kind: 'wait-to-interrupt', intoMs: 1_500 }, { kind: 'hang-up' }],
    expects: { outcome: 'completed', dispositions: ['talked'] },
  },
};

/** Every sentence that anybody in the cast may say, so that all can be rendered before the first call. */
export function linesOf(scripts: readonly RoleScript[]): readonly { readonly text: string; readonly voice: CalleeVoice }[] {
  return scripts.flatMap(({ moves, voice }) => moves.flatMap((move) => (move.kind === 'say' ? [{ text: move.text, voice }] : [])));
}

export function personOf(script: RoleScript, voices: Voices): Person {
  return {
    ringing: script.ringing,
    machine: script.machine,
    answer: () => new ScriptedConversation(script.moves, script.voice, voices, script.giveUpMs),
  };
}
