import { describe, expect, it } from 'vitest';
import { AudioRing } from '#bridge/engines/cascade/audio-ring.ts';
import { Dialogue } from '#bridge/engines/cascade/dialogue.ts';

const texts = (dialogue: Dialogue) => dialogue.items().map((item) => (item.kind === 'said' ? `${item.by}: ${item.text}` : item.kind));

describe('the history of a conversation', () => {
  it('holds of our own words those that were heard, and nothing that was said after them', () => {
    const dialogue = new Dialogue();
    dialogue.say('utterance-1', 'We offer');
    dialogue.say('utterance-1', 'We offer a free check.');
    dialogue.add({ kind: 'said', by: 'context', text: 'A fact.' }, 'nudge 1');
    dialogue.say('utterance-2', 'On any day.');
    dialogue.add({ kind: 'said', by: 'callee', text: 'Stop.' });
    dialogue.cut('utterance-1', 'We offer…');
    expect(texts(dialogue)).toEqual(['ai: We offer…', 'context: A fact.', 'callee: Stop.']);
    dialogue.cut('utterance-1', '');
    expect(texts(dialogue)).toEqual(['context: A fact.', 'callee: Stop.']);
  });

  it('tells of a call of a tool only with its result, which the service wants', () => {
    const dialogue = new Dialogue();
    dialogue.add({ kind: 'call', id: 'one', name: 'end_call', arguments: '{}' });
    dialogue.add({ kind: 'call', id: 'two', name: 'end_call', arguments: '{}' });
    expect(dialogue.items()).toEqual([]);
    dialogue.add({ kind: 'result', id: 'two', output: '{}' });
    expect(texts(dialogue)).toEqual(['call', 'result']);
  });

  it('forgets the oldest of a conversation of hours', () => {
    const dialogue = new Dialogue();
    for (let line = 0; line < 500; line += 1) dialogue.add({ kind: 'said', by: 'callee', text: String(line) });
    expect(dialogue.items().length).toBeLessThan(200);
    expect(texts(dialogue).at(-1)).toBe('callee: 499');
  });
});

describe('the last of the callee’s audio', () => {
  it('comes back from any place that is still there, in whole pieces', () => {
    const ring = new AudioRing(1_600);
    for (let frame = 0; frame < 25; frame += 1) ring.push(new Uint8Array(160).fill(frame));
    const read: number[] = [];
    expect(ring.read(3_200, (bytes) => read.push(...bytes), 320)).toBe(3_200);
    expect(read).toHaveLength(800);
    expect([read[0], read.at(-1)]).toEqual([20, 24]);
    expect(ring.read(0, () => undefined)).toBe(2_400);
  });
});
