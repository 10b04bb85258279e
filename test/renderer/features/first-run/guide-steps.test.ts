import { describe, expect, it } from 'vitest';
import { aroundStep, type GuideState, guideOf, nextStep } from '#renderer/features/first-run/guide-steps.ts';

const nothing: GuideState = { world: 'real', carrier: 'twilio', status: { providers: [], publicUrl: null }, proofs: [] };
const has = (...names: string[]) =>
  names.map((provider) => ({ provider, configured: true, missing: [], source: 'data-folder', endsIn: null })) as never;

describe('the guide', () => {
  it('asks for keys only where real calls are wanted', () => {
    const states = (state: GuideState) => guideOf(state).map((entry) => entry.state);
    expect(states(nothing)).toEqual(['done', 'open', 'open', 'open', 'open', 'open']);
    expect(states({ ...nothing, world: 'rehearsal' })).toEqual(['done', 'not-needed', 'not-needed', 'not-needed', 'open', 'open']);
  });

  it('goes on where something is still open', () => {
    const at = (state: GuideState) => nextStep(guideOf(state));
    expect(at(nothing)).toBe('carrier');
    expect(at({ ...nothing, status: { providers: has('plivo'), publicUrl: null } })).toBe('carrier');
    expect(at({ ...nothing, status: { providers: has('twilio', 'openai'), publicUrl: null } })).toBe('way-in');
    expect(at({ ...nothing, status: { providers: has('twilio', 'openai', 'ngrok'), publicUrl: null } })).toBe('prove');
    const proven: GuideState['proofs'][number] = { ok: true, world: 'real', carrier: 'twilio', quick: false, steps: [] };
    expect(at({ ...nothing, status: { providers: has('twilio', 'openai', 'ngrok'), publicUrl: null }, proofs: [proven] })).toBe('call');
  });

  it('takes the last whole proof of this world and carrier for the truth', () => {
    const proof: GuideState['proofs'][number] = { ok: true, world: 'rehearsal', carrier: 'twilio', quick: false, steps: [] };
    const prove = (proofs: GuideState['proofs']) =>
      guideOf({ ...nothing, world: 'rehearsal', proofs }).find(({ step }) => step === 'prove')?.state;
    expect(prove([proof])).toBe('done');
    expect(prove([{ ...proof, quick: true }])).toBe('open');
    expect(prove([{ ...proof, ok: false }, proof])).toBe('open');
    expect(prove([{ ...proof, carrier: 'plivo' }])).toBe('open');
  });

  it('has rung the phone only when somebody picked up', () => {
    const rang = (ok: boolean, skipped: boolean): GuideState['proofs'][number] => ({
      ok: true,
      world: 'real',
      carrier: 'twilio',
      quick: false,
      steps: [{ name: 'ring', title: 'Your phone rings', ok, skipped, ms: 1, startMs: 0, result: '' }],
    });
    const call = (...proofs: GuideState['proofs']) => guideOf({ ...nothing, proofs }).find(({ step }) => step === 'call')?.state;
    expect(call(rang(true, false))).toBe('done');
    expect(call(rang(true, true))).toBe('open');
    expect(call(rang(false, false), rang(true, false))).toBe('open');
    expect(call({ ...rang(true, false), carrier: 'plivo' })).toBe('open');
  });

  it('passes over what is not needed, in both directions', () => {
    const entries = guideOf({ ...nothing, world: 'rehearsal' });
    expect(aroundStep(entries, 'world')).toEqual({ before: null, after: 'prove' });
    expect(aroundStep(entries, 'prove')).toEqual({ before: 'world', after: 'call' });
    expect(aroundStep(entries, 'voice')).toEqual({ before: 'world', after: 'prove' });
    expect(aroundStep(entries, 'call').after).toBeNull();
  });
});
