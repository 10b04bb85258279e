import type { CallSummary } from '#bridge/contract/calls.ts';
import type { AnswerType } from '#bridge/contract/words.ts';

/** Who may have picked up, as a person says it. */
export type PickedUpChoice = Extract<AnswerType, 'human' | 'machine' | 'screener' | 'menu'>;

export const choices: readonly { readonly value: PickedUpChoice; readonly words: string }[] = [
  { value: 'human', words: 'A person' },
  { value: 'machine', words: 'Voicemail' },
  { value: 'screener', words: 'Call screening' },
  { value: 'menu', words: 'A phone menu' },
];

/** What decides how a call goes on when somebody corrects who picked up. */
export interface Surroundings {
  readonly call: Pick<CallSummary, 'state' | 'heldBy' | 'rung' | 'agentName' | 'answerType'>;
  /** What the campaign does with machines; null while that is not known. */
  readonly machines: 'hang-up' | 'leave-message' | 'off' | null;
  /** The agent has words for a machine. */
  readonly hasMessage: boolean;
  /** By what name the AI goes. */
  readonly agent: string;
}

/** What happens on this call next when a person says that this is who picked up; a sentence or two. */
export function nextWords(choice: PickedUpChoice, { call, machines, hasMessage, agent }: Surroundings): string {
  if (call.state === 'ended') return 'The call is over: its record changes, and its disposition stays.';
  if (call.heldBy !== null) return `${call.heldBy} has the call. It goes on as it is; its record changes.`;
  if (call.state === 'transferring') return 'The transfer goes on; the record of the call changes.';
  if (call.rung === 'announcement') return 'The announcement goes on; the record of the call changes.';
  switch (choice) {
    case 'human':
      return isWaiting(call.answerType)
        ? `${agent} stops waiting, says who is calling, and talks with them.`
        : `${agent} goes on talking with them, and no machine is looked for any more.`;
    case 'screener':
      return `${agent} stops, says once who is calling and why when it has finished asking, and waits up to 45 s to be put through.`;
    case 'machine':
    case 'menu':
      return nextOfMachine(choice, { machines, hasMessage, agent });
  }
}

const isWaiting = (answerType: AnswerType | null): boolean => answerType === 'machine' || answerType === 'screener';

function nextOfMachine(
  choice: 'machine' | 'menu',
  { machines, hasMessage, agent }: Pick<Surroundings, 'machines' | 'hasMessage' | 'agent'>,
): string {
  if (machines === null) return `${agent} does with it what was set for this call.`;
  if (machines === 'off') return `${agent} goes on talking: machines are not treated apart here.`;
  if (choice === 'menu') return 'The call ends now: nobody is there to talk to.';
  if (machines === 'hang-up') return 'The call ends now, and no message is left.';
  return hasMessage
    ? `${agent} stops, waits for the beep, leaves the message, and ends the call.`
    : `The call ends now: ${agent} has no words for a machine.`;
}
