import type { Directory, Voices } from '../person.ts';
import { cast, personOf, type Role } from './cast.ts';

/** Numbers of the bundled sample; 555-0100 to 555-0199 are set aside for stories in every North American area code. */
export const sampleNumbers: Readonly<Record<string, Role>> = {
  '+12125550111': 'interested',
  '+13125550112': 'opts-out',
  '+14155550113': 'voicemail',
  '+16175550114': 'no-answer',
  '+12065550115': 'wants-human',
  '+13035550116': 'invalid',
  '+12125550121': 'busy',
  '+13125550122': 'interrupts',
  '+14155550123': 'silent',
  '+16175550124': 'hangs-up',
  '+12065550125': 'busy-line',
  '+13035550126': 'asks-robot',
};

/** Who takes transferred calls in the sample. */
export const colleagueNumber = '+12025550199';
/** Everybody to whom a call can be handed, by how they take it. */
const colleagues: Readonly<Record<string, Role>> = {
  [colleagueNumber]: 'colleague',
  '+12025550191': 'colleague-declines',
  '+12025550192': 'no-answer',
  '+12025550193': 'busy-line',
  '+12025550194': 'voicemail',
  '+12025550195': 'colleague-hangs-up',
};
/** Numbers that the simulated accounts may call from. */
export const callerNumbers: readonly string[] = ['+12025550100', '+12025550101', '+12025550102'];

/** Any other number belongs to somebody too, by its last digit: people can rehearse with a list of their own. */
const others: readonly Role[] = [
  'interested',
  'busy',
  'asks-robot',
  'interrupts',
  'opts-out',
  'interested',
  'hangs-up',
  'voicemail',
  'interested',
  'no-answer',
];

export function roleAt(number: string): Role {
  return colleagues[number] ?? sampleNumbers[number] ?? others[Number(number.at(-1)) % others.length] ?? 'invalid';
}

export function directory(voices: Voices): Directory {
  return (number) => personOf(cast[roleAt(number)], voices);
}
