import { describe, expect, it } from 'vitest';
import type { LineProof, ProofStep } from '#bridge/contract/line.ts';
import { brokenLineOf } from '#renderer/features/campaign-editor/not-proven.ts';

const step = (name: ProofStep['name'], fields: Partial<ProofStep> = {}): ProofStep => ({
  name,
  title: `Title of ${name}`,
  ok: true,
  skipped: false,
  ms: 40,
  startMs: 0,
  result: 'Fine.',
  ...fields,
});
const refused = (steps: readonly ProofStep[]) => ({ code: 'line/not-proven' as const, details: { steps } as unknown as LineProof });

describe('a start that was refused over a broken line', () => {
  it('names the first red step and its place', () => {
    const broken = step('tunnel', { ok: false, cause: 'The token is wrong.', cure: 'Copy it again.' });
    const steps = [step('credentials'), broken, step('public-https', { ok: false, skipped: true })];
    expect(brokenLineOf(refused(steps))).toEqual({ step: broken, number: 2, of: 3 });
  });

  it('is told from a start that was refused for another reason', () => {
    expect(brokenLineOf(null)).toBeNull();
    expect(brokenLineOf({ code: 'state/conflict', details: null })).toBeNull();
  });
});
