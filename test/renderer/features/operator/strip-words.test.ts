import { describe, expect, it } from 'vitest';
import type { TransferInfo } from '#bridge/contract/calls.ts';
import { endTransferWords, openTransfer, stripWords, thirdOnLine } from '#renderer/features/operator/strip-words.ts';

const transfer = (fields: Partial<TransferInfo>): TransferInfo => ({
  id: 'transfer_1' as TransferInfo['id'],
  kind: 'warm',
  toName: 'Ben',
  toNumber: '+12025550199' as TransferInfo['toNumber'],
  state: 'ringing',
  message: '',
  requestedBy: 'operator',
  since: '2026-11-23T15:00:00.000Z',
  ...fields,
});
const words = (of: TransferInfo | null, isGiving = false) => stripWords({ name: 'Marta', isGiving, transfer: of });

describe('the strip of a person who is live', () => {
  it('says whom the call rings, cold or warm, and that it can be called off', () => {
    for (const kind of ['cold', 'warm'] as const) {
      expect(words(transfer({ kind }))).toBe('Ringing Ben');
      expect(openTransfer(transfer({ kind }))).not.toBeNull();
    }
    expect(words(transfer({ state: 'briefing' }))).toBe('Ben hears the briefing');
    expect(words(transfer({ state: 'accepted' }))).toBe('Ben takes the call');
  });

  it('names who is on the line with them, until they have left', () => {
    expect(words(null)).toBe('You are live with Marta');
    expect(words(transfer({ state: 'connected' }))).toBe('You are live with Marta and Ben');
    expect(words(transfer({ state: 'connected', cause: 'the colleague hung up' }))).toBe('You are live with Marta');
    expect(words(transfer({ state: 'busy', cause: 'their line is busy' }))).toBe('You are live with Marta');
    expect(openTransfer(transfer({ state: 'connected' }))).toBeNull();
    expect(thirdOnLine(transfer({ kind: 'cold', state: 'connected' }))).toBeNull();
  });

  it('says with whom the line itself has put the lead through', () => {
    expect(words(transfer({ kind: 'cold', state: 'connected' }))).toBe('Marta talks with Ben');
  });

  it('says what becomes of the other one when it ends the transfer', () => {
    const ends = (of: TransferInfo | null) => endTransferWords({ name: 'Marta', transfer: of });
    expect(ends(null)).toBeNull();
    for (const state of ['ringing', 'briefing', 'accepted'] as const) expect(ends(transfer({ state }))).toBe('Call it off');
    expect(ends(transfer({ state: 'connected' }))).toBe('Let Ben go');
    expect(ends(transfer({ state: 'connected', cause: 'the colleague hung up' }))).toBeNull();
    expect(ends(transfer({ kind: 'cold', state: 'connected' }))).toBe('Fetch Marta back');
    expect(ends(transfer({ state: 'busy', cause: 'their line is busy' }))).toBeNull();
  });

  it('says to whom the lead goes when they leave', () => {
    expect(words(null, true)).toBe('Marta goes back to the AI');
    expect(words(transfer({ state: 'connected' }), true)).toBe('Marta goes on with Ben');
    expect(words(transfer({}), true)).toBe('Marta goes back to the AI');
  });
});
