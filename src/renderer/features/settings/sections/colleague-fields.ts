import type { CallingWindow } from '#bridge/contract/campaigns.ts';
import type { Colleague } from '#bridge/contract/colleagues.ts';
import type { OperationRequest } from '../../../client/operations.ts';
import { phone } from '../../../ui/format.ts';
import { clockTimes, weekdays } from '../../../ui/hours.ts';
import { readPhone } from '../../../ui/phone-number.ts';

/** A colleague as somebody edits them. */
export interface ColleagueFields {
  readonly id: string | null;
  readonly name: string;
  /** As typed. */
  readonly number: string;
  /** Null is always. */
  readonly hours: CallingWindow | null;
  readonly onDuty: boolean;
  readonly canTakeTransfers: boolean;
}

export const officeHours: CallingWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '17:00' };
export const nobodyYet: ColleagueFields = { id: null, name: '', number: '', hours: officeHours, onDuty: true, canTakeTransfers: true };

export const fieldsOf = ({ id, name, number, hours, onDuty, canTakeTransfers }: Colleague): ColleagueFields => ({
  id,
  name,
  number: phone(number),
  hours,
  onDuty,
  canTakeTransfers,
});

/** What keeps them from being saved; null when nothing does. */
export function problemIn({ name, number, hours }: ColleagueFields): string | null {
  if (name.trim() === '') return 'Give them a name.';
  const { problem } = readPhone(number);
  if (problem !== null) return problem;
  return hours !== null && hours.start >= hours.end ? 'Their hours have to end later than they begin.' : null;
}

export function draftOf({ id, name, number, hours, onDuty, canTakeTransfers }: ColleagueFields): OperationRequest<'colleagues.save'> {
  return {
    ...(id === null ? {} : { id }),
    name: name.trim(),
    number: readPhone(number).number ?? number,
    hours,
    onDuty,
    canTakeTransfers,
  };
}

/** `Mon to Fri, 9:00 AM to 5:00 PM`. */
export function hoursWords(hours: CallingWindow | null): string {
  if (hours === null) return 'At any time';
  const order = weekdays.map(({ day }) => day);
  const at = hours.days.map((day) => order.indexOf(day)).sort((a, b) => a - b);
  const name = (index: number | undefined) => weekdays[index ?? 0]?.short ?? '';
  const inRow = at.every((index, place) => place === 0 || index === (at[place - 1] ?? 0) + 1);
  const days = at.length === 7 ? 'Every day' : inRow && at.length > 2 ? `${name(at[0])} to ${name(at.at(-1))}` : at.map(name).join(', ');
  const time = (value: string) => clockTimes.find((one) => one.value === value)?.label ?? value;
  return `${days}, ${time(hours.start)} to ${time(hours.end)}`;
}
