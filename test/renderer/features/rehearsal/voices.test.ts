import { describe, expect, it } from 'vitest';
import { rung } from '#bridge/contract/words.ts';
import { ladderFor, voiceOptions, whyNotOver } from '#renderer/features/rehearsal/voices.ts';

describe('the voice of a rehearsal', () => {
  it('can be each rung, and is the bridge’s own ladder where none is chosen', () => {
    expect(voiceOptions.map(({ value }) => value)).toEqual(['usual', ...rung.options]);
    expect(ladderFor('usual')).toBeUndefined();
  });

  it('ends with an announcement, once', () => {
    for (const choice of rung.options) expect(ladderFor(choice)?.filter((step) => step === 'announcement')).toHaveLength(1);
    expect(ladderFor('cascade')).toEqual(['cascade', 'announcement']);
    expect(ladderFor('announcement')).toEqual(['announcement']);
  });

  it('cannot be the relay over a carrier that has none', () => {
    expect(whyNotOver('relay', 'plivo')).toContain('Twilio');
    expect(whyNotOver('relay', 'twilio')).toBeNull();
    expect(whyNotOver('turn-based', 'plivo')).toBeNull();
  });
});
