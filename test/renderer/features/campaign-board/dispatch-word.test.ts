import { expect, it } from 'vitest';
import { dispatchWord } from '#renderer/features/campaign-board/campaign-words.ts';

const reason = (name: string) => ({ name, message: 'A sentence.', clearsAt: null });

it('names what holds the dialling first, also while it dials as fast as it may', () => {
  expect(dispatchWord({ state: 'running', dialling: true, reasons: [reason('no-line'), reason('pacing')] })).toBe('Lines hold it');
  expect(dispatchWord({ state: 'running', dialling: false, reasons: [reason('pacing')] })).toBe('Pacing holds it');
  expect(dispatchWord({ state: 'running', dialling: true, reasons: [] })).toBe('Dialling');
  expect(dispatchWord({ state: 'paused', dialling: false, reasons: [reason('no-line')] })).toBe('');
});
