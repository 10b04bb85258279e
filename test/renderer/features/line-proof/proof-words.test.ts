import { describe, expect, it } from 'vitest';
import type { LineProof, ProofStep } from '#bridge/contract/line.ts';
import { againstLastGood, factsOf, reportOf, resultOf, stateOfAll } from '#renderer/features/line-proof/proof-words.ts';

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
const broken = step('tunnel', { ok: false, cause: 'The token is wrong.', cure: 'Copy it again.', result: 'It could not be opened.' });
const proof = (steps: ProofStep[], fields: Partial<LineProof> = {}): LineProof => ({
  id: 'proof_1',
  ok: steps.every(({ ok }) => ok),
  carrier: 'twilio',
  world: 'real',
  from: null,
  quick: false,
  at: '2026-11-23T15:00:00.000Z',
  ms: 900,
  summary: 'Summary.',
  steps,
  ...fields,
});

describe('the words of a line proof', () => {
  it('name the first step that failed by its place', () => {
    const shown = proof([step('credentials'), broken, step('public-https', { ok: false, skipped: true })]);
    expect(resultOf(shown)).toBe('Broken at step 2: Title of tunnel');
    expect(resultOf(proof([step('credentials')]))).toBe('Works');
  });

  it('say below the head how far a broken line came, and leave the cause to its step', () => {
    const facts = factsOf(proof([step('credentials'), broken, step('public-https', { ok: false, skipped: true })]));
    expect(facts).toMatch(/^Twilio, real line: 1 of 2 steps passed, 1 not tried, in 900 ms, at \d/);
    expect(factsOf(proof([step('credentials'), broken]))).toMatch(/1 of 2 steps passed, in 900 ms, at \d/);
    expect(facts).not.toContain('token');
    expect(factsOf(proof([step('credentials')]))).toMatch(/^Summary\. 900 ms, at \d/);
  });

  it('make a report of every step, with cause and cure', () => {
    const report = reportOf(proof([step('credentials'), broken]));
    expect(report).toContain(' 1. ok      Title of credentials (40 ms): Fine.');
    expect(report).toContain(' 2. FAILED  Title of tunnel');
    expect(report).toContain('    Cause: The token is wrong.\n    Cure: Copy it again.');
  });

  it('let a wire stand with the worst of its steps', () => {
    expect(stateOfAll(['credentials', 'tunnel'], [step('credentials'), broken])).toBe('bad');
    expect(stateOfAll(['credentials', 'tunnel'], [step('credentials')])).toBe('waiting');
    expect(stateOfAll(['credentials'], [step('credentials')])).toBe('good');
  });

  it('compare with the last good proof over the same carrier', () => {
    const before = proof([step('credentials', { ms: 30 }), step('tunnel', { ms: 50 })], { id: 'proof_0' });
    const other = proof([step('credentials', { ms: 1 })], { id: 'proof_x', carrier: 'plivo' });
    const rehearsed = proof([step('credentials', { ms: 2 })], { id: 'proof_y', world: 'rehearsal' });
    const later = proof([step('credentials', { ms: 3 })], { id: 'proof_z', at: '2026-11-23T16:00:00.000Z' });
    const whole = { ...before, steps: [...before.steps, step('audio', { ms: 500 })] };
    const now = proof([step('credentials'), broken, step('audio', { ok: false, skipped: true })]);
    expect(againstLastGood(now, [later, other, rehearsed, whole])).toEqual([
      { title: 'Title of credentials', ms: 40, wasMs: 30, state: 'good' },
      { title: 'Title of tunnel', ms: null, wasMs: 50, state: 'bad' },
      { title: 'Title of audio', ms: null, wasMs: 500, state: 'untried' },
    ]);
  });
});
