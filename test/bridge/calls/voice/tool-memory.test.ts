import { describe, expect, it } from 'vitest';
import { ToolMemory } from '#bridge/calls/voice/tool-memory.ts';

const wish = { id: 'c1', name: 'schedule_callback', arguments: '{"when_text":"Tuesday"}' };

describe('what the voices of a call had done', () => {
  it('is not done again for the next voice, which is told what came of it', () => {
    const memory = new ToolMemory();
    expect(memory.called(wish)).toBeNull();
    memory.answered('c1', '{"ok":true}', true);
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
    memory.answered('c1', '{"ok":true}', true);
    expect(memory.carried[0]?.result).toBe('{"ok":true}');
  });

  it('is done anew once the lead was told of it and says something new', () => {
    const memory = new ToolMemory();
    memory.called(wish);
    memory.answered('c1', '{"ok":true}', true);
    memory.told();
    expect(memory.called({ ...wish, id: 'c2' })).toBeNull();
    memory.voiceChanged();
    memory.newWords();
    expect(memory.called({ ...wish, id: 's2.c1' })).toBeNull();
  });

  it('is not done again for a lead who speaks again because nobody told them of it', () => {
    const memory = new ToolMemory();
    memory.called(wish);
    memory.answered('c1', '{"ok":true}', true);
    memory.newWords();
    expect(memory.called({ ...wish, id: 'c2' })).toBe('{"ok":true}');
    memory.voiceChanged();
    memory.newWords();
    expect(memory.called({ ...wish, id: 's2.c1' })).toBe('{"ok":true}');
    expect(memory.carried).toHaveLength(1);
  });

  it('is done anew for other words, and for the first ones behind those', () => {
    const memory = new ToolMemory();
    const other = { ...wish, id: 'c2', arguments: '{"when_text":"Wednesday"}' };
    memory.called(wish);
    memory.answered('c1', '{"ok":true}', true);
    memory.newWords();
    expect(memory.called(other)).toBeNull();
    memory.answered('c2', '{"ok":true}', true);
    expect(memory.called({ ...wish, id: 'c3' })).toBeNull();
  });

  it('is done anew when there was nothing to tell: a call that did not end is ended the next time', () => {
    const memory = new ToolMemory();
    const end = { id: 'c1', name: 'end_call', arguments: '{}' };
    memory.called(end);
    memory.answered('c1', '{"ok":true}', false);
    expect(memory.called({ ...end, id: 'c2' })).toBeNull();
  });
});
