import { describe, expect, it } from 'vitest';
import type { ProofStep } from '#bridge/contract/line.ts';
import { firstBroken, type HealthState, healthAfter, planOf, summaryOf } from '#bridge/domain/line-proof.ts';

const scope = { carrierTitle: 'Twilio', quick: false, ring: false, speech: [] };
const step = (name: ProofStep['name'], ok: boolean, skipped = false): ProofStep => ({
  name,
  title: 'The tunnel is up',
  ok,
  skipped,
  ms: 1,
  startMs: 0,
  result: 'It is not.',
  ...(ok || skipped ? {} : { cause: 'The network is away.', cure: 'Wait.' }),
});

describe('the plan of a proof', () => {
  it.each([scope, { ...scope, quick: true }, { ...scope, ring: true, speech: ['deepgram', 'elevenlabs'] }])(
    'has every step behind those that it needs',
    (given) => {
      const seen = new Set<string>();
      for (const { name, after } of planOf(given)) {
        expect(seen.has(name)).toBe(false);
        for (const needed of after) expect(seen.has(needed)).toBe(true);
        seen.add(name);
      }
    },
  );

  it('leaves audio, AI and speech out of a quick one, and rings only when it is asked to', () => {
    const quick = planOf({ ...scope, quick: true, speech: ['deepgram'] }).map(({ name }) => name);
    expect(quick.filter((name) => name === 'audio' || name.startsWith('ai-') || name.startsWith('speech:') || name === 'ring')).toEqual([]);
    expect(planOf({ ...scope, ring: true }).at(-1)?.name).toBe('ring');
  });
});

describe('what a proof says', () => {
  it('names the first step that stands in the way, not those that wait for it', () => {
    const steps = [step('credentials', true), step('tunnel', false), step('public-https', false, true), step('disk', false)];
    expect(firstBroken(steps)?.name).toBe('tunnel');
    expect(summaryOf(steps, 'Twilio')).toBe('Twilio: the tunnel is up: no. The network is away.');
    expect(summaryOf([step('audio', true)], 'Plivo')).toBe('The line over Plivo works, audio included.');
    expect(summaryOf([step('audio', true), step('ring', true)], 'Plivo')).toBe('The line over Plivo works, audio included.');
  });

  it('tells of a phone that nobody picked up, and does not take it for a fault', () => {
    const ring = { ...step('ring', true, true), result: 'It rang and nobody answered. Ring again.' };
    expect(summaryOf([step('audio', true), ring], 'Twilio')).toBe(
      'The line over Twilio works, audio included. Your phone: It rang and nobody answered.',
    );
  });
});

describe('the dot', () => {
  it('is red only after two failed probes in a row', () => {
    const unknown: HealthState = { state: 'unknown', failures: 0 };
    const trouble = healthAfter(healthAfter(unknown, true), false);
    expect(trouble.state).toBe('trouble');
    expect(healthAfter(trouble, true).state).toBe('good');
    expect(healthAfter(trouble, false).state).toBe('broken');
    expect(healthAfter(trouble, null).state).toBe('unknown');
  });
});
