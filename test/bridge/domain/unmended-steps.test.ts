import { describe, expect, it } from 'vitest';
import type { LineProof, ProofStep } from '#bridge/contract/line.ts';
import { unmendedAfter } from '#bridge/domain/unmended-steps.ts';

type Found = 'good' | 'bad' | 'untried';

function proof(found: Partial<Record<ProofStep['name'], Found>>, fields: Partial<LineProof> = {}): LineProof {
  const steps = Object.entries(found).map(([name, how]) => ({
    name: name as ProofStep['name'],
    title: `About ${name}`,
    ok: how === 'good',
    skipped: how === 'untried',
    ms: 1,
    startMs: 0,
    result: 'It is so.',
    ...(how === 'bad' ? { cause: 'Something.', cure: 'Mend it.' } : {}),
  }));
  const shared = { id: 'proof_1', carrier: 'twilio', world: 'real', from: null, quick: false, at: '2026-11-21T10:00:00.000Z' } as const;
  return { ...shared, ok: steps.every(({ ok }) => ok), ms: 1, summary: '', steps, ...fields };
}
const names = (...proofs: readonly LineProof[]) => proofs.reduce(unmendedAfter, []).map(({ name, carrier }) => [name, carrier]);

describe('what is still broken after some proofs', () => {
  it('is what failed and has not been good since', () => {
    const failed = proof({ audio: 'bad', 'ai-socket': 'bad', disk: 'good' });
    expect(names(failed)).toEqual([
      ['audio', 'twilio'],
      ['ai-socket', null],
    ]);
    expect(names(failed, proof({ audio: 'good' }))).toEqual([['ai-socket', null]]);
    expect(names(failed, proof({ audio: 'good', 'ai-socket': 'good' }))).toEqual([]);
  });

  it('is not mended by a step that was not tried', () => {
    expect(names(proof({ ring: 'bad' }), proof({ audio: 'bad', ring: 'untried' }))).toEqual([
      ['audio', 'twilio'],
      ['ring', 'twilio'],
    ]);
  });

  it('is not a voice whose key was taken away, once a whole proof has missed it', () => {
    const failed = proof({ audio: 'good', 'speech:ElevenLabs': 'bad' });
    expect(names(failed, proof({ tunnel: 'good' }, { quick: true }))).toEqual([['speech:ElevenLabs', null]]);
    expect(names(failed, proof({ audio: 'good' }))).toEqual([]);
  });

  it('is not mended by another carrier, where the step is one of the carrier', () => {
    const failed = proof({ audio: 'bad', tunnel: 'bad' });
    expect(names(failed, proof({ audio: 'good', tunnel: 'good' }, { carrier: 'plivo' }))).toEqual([['audio', 'twilio']]);
  });

  it('is nothing that a rehearsal can tell', () => {
    expect(names(proof({ audio: 'bad' }, { world: 'rehearsal' }))).toEqual([]);
    expect(names(proof({ audio: 'bad' }), proof({ audio: 'good' }, { world: 'rehearsal' }))).toEqual([['audio', 'twilio']]);
  });
});
