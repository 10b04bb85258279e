import { describe, expect, it } from 'vitest';
import type { Segment, ToolCall } from '#bridge/contract/calls.ts';
import type { SegmentId } from '#bridge/contract/ids.ts';
import { heardParts, jumpFrom, rowAt, type SpokenRow, transcriptRows, wordAt } from '#renderer/features/review/call/transcript-rows.ts';

const segment = (
  id: string,
  speaker: Segment['speaker'],
  text: string,
  startMs: number,
  endMs: number,
  more: Partial<Segment> = {},
): Segment => ({
  id: id as SegmentId,
  speaker,
  text,
  startMs,
  endMs,
  final: true,
  ...more,
});
const tool: ToolCall = { name: 'mark_opt_out', arguments: '{"quote":"Take me off"}', result: '{"ok":true}', atMs: 2_500 };
const rows = transcriptRows({
  agentName: 'Maya, recalls',
  transcript: [
    segment('b', 'lead', 'Who is this?', 3_000, 4_000),
    segment('a', 'ai', 'Hello, this is Maya.', 0, 2_000),
    segment('c', 'ai', 'Let me check that for you, and then I could', 5_000, 6_000, {
      heardText: 'Let me check',
      heardEstimated: true,
      interrupted: true,
    }),
    segment('empty', 'lead', ' ', 5_500, 5_600),
    segment('d', 'system', 'The line was restarted.', 7_000, 7_000),
  ],
  toolCalls: [tool],
});

describe('the rows of a transcript', () => {
  it('stand in the order in which they were spoken, tools among them, silence left out', () => {
    expect(rows.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual(['spoken 0', 'tool 2500', 'spoken 3000', 'spoken 5000', 'line 7000']);
    expect(rows[0]).toMatchObject({ name: 'Maya' });
    expect(rows[1]).toMatchObject({ title: 'Noted the wish not to be called', detail: '“Take me off”', failed: false });
  });

  it('part a line where the ear stopped', () => {
    expect(rows[3]).toMatchObject({ heard: 'Let me check', unheard: 'that for you, and then I could', isEstimate: true });
    expect(rows[2]).toMatchObject({ isEstimate: false });
    expect(heardParts({ text: 'Hello there', heardText: '' })).toEqual({ heard: '', unheard: 'Hello there' });
    expect(heardParts({ text: 'Another text', heardText: 'What was heard' })).toEqual({ heard: 'What was heard', unheard: '' });
  });

  it('say which line is spoken at a moment', () => {
    expect(rowAt(rows, -1)).toBe(-1);
    expect(rowAt(rows, 0)).toBe(0);
    // While a tool works, the line before it is the last that was spoken.
    expect(rowAt(rows, 2_600)).toBe(0);
    expect(rowAt(rows, 3_000)).toBe(2);
    expect(rowAt(rows, 60_000)).toBe(3);
  });

  it('say who is still speaking when somebody else has put a word in', () => {
    const over = transcriptRows({
      agentName: 'Maya',
      transcript: [segment('long', 'ai', 'Hello, this call is recorded.', 0, 9_000), segment('short', 'lead', 'Hello?', 400, 900)],
      toolCalls: [],
    });
    expect([100, 500, 5_000, 10_000].map((ms) => rowAt(over, ms))).toEqual([0, 1, 0, 1]);
  });

  it('are jumped to one by one, back to the beginning of a line first', () => {
    expect(jumpFrom(rows, 0, 1)).toBe(3_000);
    expect(jumpFrom(rows, 3_000, 1)).toBe(5_000);
    expect(jumpFrom(rows, 5_000, 1)).toBeNull();
    expect(jumpFrom(rows, 5_900, -1)).toBe(3_000);
    expect(jumpFrom(rows, 8_000, -1)).toBe(5_000);
    expect(jumpFrom(rows, 100, -1)).toBe(0);
    expect(jumpFrom([], 100, 1)).toBeNull();
  });
});

describe('the word in the ear', () => {
  const line: SpokenRow = {
    kind: 'spoken',
    id: 'a',
    atMs: 1_000,
    endMs: 2_000,
    speaker: 'ai',
    name: 'Maya',
    heard: 'Good day to you',
    unheard: '',
    isEstimate: false,
    isFinal: true,
  };
  const wordIn = (ms: number) => {
    const place = wordAt(line, ms);
    return place && line.heard.slice(place.start, place.end);
  };

  it('goes through the line from its first word to its last', () => {
    const heard = Array.from({ length: 100 }, (_, at) => wordIn(1_000 + at * 10));
    expect([...new Set(heard)]).toEqual(['Good', 'day', 'to', 'you']);
  });

  it('is none before and after the line, and none where nothing was heard', () => {
    expect(wordIn(999)).toBeNull();
    expect(wordIn(2_000)).toBeNull();
    expect(wordAt({ ...line, heard: '' }, 1_500)).toBeNull();
  });
});

it('says between the words who took the call over, and who gave it back', () => {
  const rows = transcriptRows({
    agentName: 'Maya, recall',
    toolCalls: [],
    transcript: [{ id: 's', speaker: 'lead', text: 'A person, please.', startMs: 1_000, endMs: 2_000, final: true }],
    involvements: [
      { id: 'i1', who: 'Dana', action: 'listened', startMs: 500 },
      { id: 'i2', who: 'Dana', action: 'took-over', startMs: 3_000, detail: "0.9 s of the AI's voice were cleared" },
      { id: 'i3', who: 'Dana', action: 'gave-back', startMs: 9_000 },
    ],
  } as unknown as Parameters<typeof transcriptRows>[0]);
  expect(rows.map((row) => (row.kind === 'line' ? row.text : row.kind))).toEqual([
    'spoken',
    "Dana took over. 0.9 s of Maya's voice were cleared.",
    'Dana gave the call back to Maya.',
  ]);
});
