import type { Agent } from '#bridge/contract/agents.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { ColleagueId } from '#bridge/contract/ids.ts';
import { readPhoneNumber } from '../../domain/phone-number.ts';
import type { Colleagues } from './colleagues.ts';

export interface TransferTo {
  readonly name: string;
  readonly number: string;
}

/**
 * Whom the AI may ring for this agent: by the name that it gave, or anybody who is free. Never a number out of the conversation.
 * @param wanted a name, or null
 */
export function targetOfAi(agent: Agent, wanted: string | null, colleagues: Pick<Colleagues, 'list' | 'isBusy'>): TransferTo | null {
  const known = colleagues.list();
  // A number that belongs to a colleague follows their hours; one that does not has none.
  const free = ({ number }: TransferTo) =>
    !colleagues.isBusy(number) && known.every((colleague) => colleague.number !== number || colleague.availableNow);
  const configured = (agent.tools?.transferTo ?? []).map(({ name, number }) => ({ name, number }));
  const people = known.filter(({ canTakeTransfers }) => canTakeTransfers).map(({ name, number }) => ({ name, number }));
  const all = [...configured, ...people];
  const named = wanted === null ? [] : all.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return [...named, ...all].find(free) ?? null;
}

/**
 * Whom an operator named: a colleague, or a number of their own choice.
 * @throws `not-found`, `input/invalid`
 */
export function targetOfOperator(to: string, agent: Agent, colleagues: Colleagues): TransferTo {
  if (!to.startsWith('+')) {
    const colleague = colleagues.get(to as ColleagueId);
    if (!colleague) throw new BridgeError('not-found', `There is no colleague ${to}.`);
    return { name: colleague.name, number: colleague.number };
  }
  const read = readPhoneNumber(to, 'US');
  if (!read.ok) {
    throw new BridgeError('input/invalid', `to: ${read.reason}.`, { details: [{ field: 'to', message: read.reason }] });
  }
  const known = [...colleagues.list(), ...(agent.tools?.transferTo ?? [])].find(({ number }) => number === read.phone);
  return { name: known?.name ?? read.phone, number: read.phone };
}
