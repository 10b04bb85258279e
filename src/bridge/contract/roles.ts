import type { OperationName } from './operations.ts';
import type { Role } from './words.ts';

const rank: Readonly<Record<Role, number>> = { reviewer: 0, supervisor: 1, owner: 2 };

/** The least role for each operation. Whoever may change what is called, and with whose money, is an owner; so is who asks for the rest. */
const leastRole: Readonly<Partial<Record<OperationName, Role>>> = {
  'agents.list': 'reviewer',
  'agents.versions': 'reviewer',
  'agents.get': 'reviewer',
  'campaigns.get': 'reviewer',
  'campaigns.list': 'reviewer',
  'campaigns.preview': 'reviewer',
  'campaigns.pause': 'supervisor',
  'campaigns.health': 'reviewer',
  'campaigns.check': 'reviewer',
  'campaigns.spending': 'reviewer',
  'campaigns.export': 'reviewer',
  'leads.list': 'reviewer',
  'suppressions.list': 'reviewer',
  'calls.list': 'reviewer',
  'calls.count': 'reviewer',
  'calls.peaks': 'reviewer',
  'recordings.ticket': 'reviewer',
  'calls.get': 'reviewer',
  'calls.hangUp': 'supervisor',
  'calls.correctVerdict': 'supervisor',
  'calls.mark': 'reviewer',
  'calls.takeOver': 'supervisor',
  'calls.askForCall': 'supervisor',
  'calls.giveBack': 'supervisor',
  'attention.notNeeded': 'supervisor',
  'attention.reset': 'supervisor',
  'calls.coach': 'supervisor',
  'calls.withdrawNudge': 'supervisor',
  'calls.say': 'supervisor',
  'calls.sendDigits': 'supervisor',
  'calls.setDisposition': 'reviewer',
  'calls.export': 'reviewer',
  'calls.transfer': 'supervisor',
  'calls.cancelTransfer': 'supervisor',
  'calls.answerTransferRequest': 'supervisor',
  'colleagues.list': 'reviewer',
  'colleagues.save': 'supervisor',
  'search.transcripts': 'reviewer',
  'rehearsal.people': 'reviewer',
  'overview.today': 'reviewer',
  'settings.get': 'reviewer',
  'data.usage': 'reviewer',
  'tunnel.status': 'reviewer',
  'tunnel.restart': 'supervisor',
  'line.prove': 'supervisor',
  'line.proofs': 'reviewer',
  'line.health': 'reviewer',
  'setup.status': 'reviewer',
  'setup.numbers': 'supervisor',
};

/** Whether a session of this role may ask for this operation. */
export function isPermitted(role: Role, operation: OperationName): boolean {
  return rank[role] >= rank[leastRole[operation] ?? 'owner'];
}
