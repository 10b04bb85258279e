import { describe, expect, it } from 'vitest';
import { spendingLine } from '#renderer/features/campaign-board/spending-line.ts';
import { emptyDraft, lacking, listed } from '#renderer/features/campaign-editor/draft.ts';
import { filled } from '#renderer/features/campaign-editor/filled.ts';
import { badRowsCsv, headersOf } from '#renderer/features/campaign-editor/lead-file.ts';
import { previewWords } from '#renderer/features/campaign-editor/preview-words.ts';

describe('a campaign in the making', () => {
  it('says what it needs before it can be saved', () => {
    expect(listed(lacking(emptyDraft))).toBe('a name, an agent and a caller number');
    expect(lacking({ ...emptyDraft, name: 'Recall', agentId: 'agent_1', fromNumbers: ['+12025550100'] })).toEqual([]);
  });

  it('shows an agent’s words with a lead’s values, and names what is missing', () => {
    expect(filled('Hi {{ firstName }}, about {{boiler}}.', { firstname: 'Helen' })).toEqual({
      text: 'Hi Helen, about {{boiler}}.',
      missing: ['boiler'],
    });
  });

  it('reads the headers of a list with quotes, a byte order mark and any delimiter', () => {
    expect(headersOf('\uFEFFName;"Phone; mobile";City\r\nx', ';')).toEqual(['Name', 'Phone; mobile', 'City']);
  });

  it('gives back the bad rows as a table that no spreadsheet runs', () => {
    expect(badRowsCsv([{ row: 3, value: '=1+1', reason: 'no number, "at all"' }])).toBe(
      'row,value,reason\r\n3,\'=1+1,"no number, ""at all"""',
    );
  });

  it('says in one sentence who will be called and who will not', () => {
    const preview = {
      leads: 1000,
      willDial: 842,
      refusals: [
        { name: 'suppressed', count: 101 },
        { name: 'outside-hours', count: 57 },
      ],
    } as const;
    expect(previewWords({ ...preview, refusals: [...preview.refusals] })).toBe(
      'Will call 842 of 1,000: 101 on the do-not-call list, 57 outside their hours.',
    );
  });
});

describe('the picture of what was spent', () => {
  const points = [
    { at: '2026-11-24T09:00:00.000Z', costMicros: 0 },
    { at: '2026-11-24T10:00:00.000Z', costMicros: 20_000_000 },
  ];

  it('goes on as it went, and stops at the cap', () => {
    const line = spendingLine(points, { budgetMicros: 50_000_000, leftShare: 1 });
    expect(line?.endsNearMicros).toBe(40_000_000);
    expect(line?.spent.at(-1)).toEqual([0.5, 0.4]);
    expect(line?.cap).toBe(1);
    expect(spendingLine(points, { budgetMicros: 30_000_000, leftShare: 1 })?.endsNearMicros).toBe(30_000_000);
  });

  it('is not drawn before there is a line', () => {
    expect(spendingLine(points.slice(0, 1), { budgetMicros: null, leftShare: 0 })).toBeNull();
  });
});
