import { type Move, ScriptedConversation } from '#bridge/rehearsal/people/conversation.ts';
import type { Directory, Person, Voices } from '#bridge/rehearsal/person.ts';

/** People who make short calls, so that every state of an attempt comes by often. Who somebody is follows from the number. */

const say = (text: string): Move => ({ kind: 'say', text });
const wait = (ms: number): Move => ({ kind: 'wait', ms });
const hangUp: Move = { kind: 'hang-up' };
const listen: Move = { kind: 'listen', pauseMs: 500 };
const hello = say('Hello?');

const voice = 'rms';
const lines = {
  declines: 'No, thank you. Not interested.',
  optsOut: 'Please take me off your list.',
};

/** Longest silence after which anybody hangs up; a call without our audio must not outlive the test. */
const giveUpMs = 20_000;

type Role = (variant: number) => { readonly ringing: Person['ringing']; readonly moves: readonly Move[] };

const answers = (afterMs: number): Person['ringing'] => ({ kind: 'answers', afterMs });

const roles: readonly Role[] = [
  (variant) => ({ ringing: answers(200 + variant * 90), moves: [wait(100), hello, wait(1_000 + variant * 300), hangUp] }),
  (variant) => ({ ringing: answers(1_000 + variant * 150), moves: [hello, wait(2_500 + variant * 200), hangUp] }),
  (variant) => ({ ringing: answers(400 + variant * 60), moves: [wait(200), hello, listen, say(lines.declines), wait(6_000), hangUp] }),
  (variant) => ({ ringing: answers(300 + variant * 80), moves: [wait(200), hello, listen, say(lines.optsOut), wait(6_000), hangUp] }),
  (variant) => ({ ringing: answers(600 + variant * 200), moves: [wait(100 + variant * 60), hangUp] }),
  // Rings across a restart.
  (variant) => ({ ringing: answers(2_500 + variant * 120), moves: [hello, wait(1_500), hangUp] }),
  (variant) => ({ ringing: answers(100), moves: [hello, wait(3_000 + variant * 400), hangUp] }),
  (variant) => ({ ringing: { kind: 'busy', afterMs: 200 + variant * 50 }, moves: [] }),
  (variant) => ({ ringing: variant % 2 ? { kind: 'rejects', afterMs: 500 } : { kind: 'no-answer' }, moves: [] }),
  (variant) => ({ ringing: variant % 3 ? answers(700) : { kind: 'invalid-number' }, moves: [hello, wait(2_000), hangUp] }),
];

/** Number of the n-th lead; every one is a number that could exist. */
export function numberOf(index: number): string {
  return `+1212${2_000_000 + index}`;
}

export function shortPeople(voices: Voices): Directory {
  for (const text of ['Hello?', ...Object.values(lines)]) void voices.render(text, voice).catch(() => {});
  return (number) => {
    const index = Number(number.slice(-6));
    const { ringing, moves } = roles[index % roles.length]!(Math.floor(index / roles.length) % 10);
    return {
      ringing,
      machine: { kind: 'human', afterMs: 1_500, beepAtMs: null },
      answer: () => new ScriptedConversation(moves, voice, voices, giveUpMs),
    };
  };
}
