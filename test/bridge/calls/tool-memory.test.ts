import { describe, expect, it } from 'vitest';
import { ToolMemory } from '#bridge/calls/tool-memory.ts';

const wish = { id: 'c1', name: 'schedule_callback', arguments: '{"when_text":"Tuesday"}' };

describe('what the voices of a call had done', () => {
  it('is not done again for the next voice, which is told what came of it', () => {
    const memory = new ToolMemory();
    expect(memory.called(wish)).toBeNull();
    memory.answered('c1', '{"ok":true}');
    memory.voiceChanged();
    expect(memory.called({ ...wish, id: 's2.c9', arguments: '{"iso_local":"2026-11-24T10:00"}' })).toBe('{"ok":true}');
    expect(memory.carried).toEqual([{ name: wish.name, arguments: wish.arguments, result: '{"ok":true}' }]);
  });

  it('is told as open while nobody knows what came of it', () => {
    const memory = new ToolMemory();
    memory.called(wish);
    memory.voiceChanged();
    expect(memory.carried[0]?.result).toBeNull();
    expect(memory.called({ ...wish, id: 's2.c1' })).toContain('not known yet');
    memory.answered('c1', '{"ok":true}');
    expect(memory.carried[0]?.result).toBe('{"ok":true}');
  });

  it('is done anew for the same voice, and once the lead says something new', () => {
    const memory = new ToolMemory();
    memory.called(wish);
    expect(memory.called({ ...wish, id: 'c2' })).toBeNull();
    memory.voiceChanged();
    memory.newWords();
    expect(memory.called({ ...wish, id: 's2.c1' })).toBeNull();
  });
});
