import { describe, expect, it } from 'vitest';
import { type Carried, carriedLines } from '#bridge/domain/carried.ts';

const nothing: Carried = { heard: [], tools: [], disclosureHeard: false, greetingHeard: false, holder: 'ai' };

describe('what is carried from one step to the next', () => {
  it('is nothing when nothing has happened', () => {
    expect(carriedLines(nothing)).toEqual([]);
  });

  it('has the conversation in order behind the facts about it', () => {
    const lines = carriedLines({
      ...nothing,
      heard: [
        { speaker: 'ai', text: 'Hello, this is Ada.' },
        { speaker: 'lead', text: 'Who?' },
        { speaker: 'system', text: 'recording' },
        { speaker: 'operator', text: 'Let me help.' },
      ],
      tools: [
        { name: 'schedule_callback', arguments: '{"when_text":"Tuesday"}', result: 'noted' },
        { name: 'transfer_to_human', arguments: '{}', result: null },
      ],
      disclosureHeard: true,
      greetingHeard: true,
    });
    expect(lines[0]?.role).toBe('context');
    expect(lines[0]?.text).toContain('schedule_callback {"when_text":"Tuesday"}: noted');
    expect(lines[0]?.text).toContain('transfer_to_human: asked for, and what came of it is not known yet');
    expect(lines[0]?.text).toContain('The disclosure has been heard.');
    expect(lines.slice(1)).toEqual([
      { role: 'ai', text: 'Hello, this is Ada.' },
      { role: 'callee', text: 'Who?' },
      { role: 'context', text: 'A human colleague of yours said: Let me help.' },
    ]);
  });

  it('leaves out the oldest when it grows too long', () => {
    const heard = Array.from({ length: 200 }, (_, index) => ({ speaker: 'lead' as const, text: `${index} ${'word '.repeat(60)}` }));
    const lines = carriedLines({ ...nothing, heard });
    expect(lines.length).toBeLessThan(30);
    expect(lines.at(-1)?.text.startsWith('199')).toBe(true);
  });

  it('tells a voice that takes over behind a person to stay silent', () => {
    const lines = carriedLines({ ...nothing, heard: [{ speaker: 'lead', text: 'Hi' }], holder: 'operator' });
    expect(lines[0]?.text).toContain('Stay silent');
  });
});
