import type { CallSummary, TransferInfo } from '#bridge/contract/calls.ts';

/** What the strip knows of the call on which this person speaks. */
export interface StripFacts {
  /** Of the lead. */
  readonly name: string;
  readonly isGiving: boolean;
  readonly transfer: TransferInfo | null;
}

/** The transfer whose outcome is open, with the lead waiting; null when there is none. */
export function openTransfer(transfer: CallSummary['transfer'] | undefined): TransferInfo | null {
  return transfer && (transfer.state === 'ringing' || transfer.state === 'briefing' || transfer.state === 'accepted') ? transfer : null;
}

/** Who is on the line beside this person and the lead, by name; null when nobody is. Whoever has left it has left a cause. */
export function thirdOnLine(transfer: CallSummary['transfer'] | undefined): string | null {
  return transfer?.kind === 'warm' && transfer.state === 'connected' && transfer.cause === undefined ? transfer.toName : null;
}

/** What the key does that ends a transfer, for its button; null when there is nothing to end. */
export function endTransferWords({ name, transfer }: Pick<StripFacts, 'name' | 'transfer'>): string | null {
  if (openTransfer(transfer) !== null) return 'Call it off';
  if (isPutThrough(transfer)) return `Fetch ${name} back`;
  const third = thirdOnLine(transfer);
  return third === null ? null : `Let ${third} go`;
}

/** The line itself has put the lead through, and whoever picked up talks with them. */
function isPutThrough(transfer: StripFacts['transfer']): boolean {
  return transfer?.kind === 'cold' && transfer.state === 'connected';
}

export function stripWords({ name, isGiving, transfer }: StripFacts): string {
  const third = thirdOnLine(transfer);
  if (isGiving) return third === null ? `${name} goes back to the AI` : `${name} goes on with ${third}`;
  const open = openTransfer(transfer);
  if (transfer !== null && isPutThrough(transfer)) return `${name} talks with ${transfer.toName}`;
  if (open === null) return `You are live with ${third === null ? name : `${name} and ${third}`}`;
  switch (open.state) {
    case 'briefing':
      return `${open.toName} hears the briefing`;
    case 'accepted':
      return `${open.toName} takes the call`;
    default:
      return `Ringing ${open.toName}`;
  }
}
