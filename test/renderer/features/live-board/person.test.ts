import { describe, expect, it } from 'vitest';
import type { CallSummary } from '#bridge/contract/calls.ts';
import { briefingOf } from '#renderer/features/live-board/briefing.ts';
import { needsWords, viewOf } from '#renderer/features/live-board/call-words.ts';
import { cutBy, handWords } from '#renderer/features/live-board/hand-words.ts';
import { takeOverOf, wouldGoBack } from '#renderer/features/live-board/take-over.ts';
import { linesOf } from '#renderer/features/live-board/transcript-lines.ts';
import { availability, isUnderWay, transferWord } from '#renderer/features/live-board/transfer-words.ts';

const by = (kind: string, name: string | null = 'Dana') => ({ kind, name, console: kind === 'operator' ? 's1' : null, since: '' }) as never;
const here = { isMine: false, hasMicrophone: true };

describe('the first button of an open call', () => {
  it('takes the call, or says why not', () => {
    expect(takeOverOf({ state: 'live', holder: by('ai', null) }, here)).toEqual({ kind: 'take' });
    expect(takeOverOf({ state: 'ringing', holder: null }, here)).toEqual({ kind: 'blocked', reason: 'Nobody has answered yet.' });
    expect(takeOverOf({ state: 'ended', holder: null }, { ...here, isMine: true })).toEqual({
      kind: 'blocked',
      reason: 'The call is over.',
    });
    expect(takeOverOf({ state: 'live', holder: by('ai', null) }, { ...here, hasMicrophone: false })).toEqual({ kind: 'duty' });
  });

  it('asks who has it', () => {
    expect(takeOverOf({ state: 'live', holder: by('operator') }, here)).toEqual({ kind: 'ask', holder: 'Dana' });
    expect(takeOverOf({ state: 'live', holder: by('operator') }, { ...here, isMine: true })).toEqual({ kind: 'mine' });
    expect(takeOverOf({ state: 'live', holder: by('colleague') }, here)).toMatchObject({ kind: 'blocked' });
  });

  it('says what it does to the call that one is on', () => {
    expect(wouldGoBack({ leadName: 'Robert Okafor', agentName: 'Maya, recall' })).toBe('Robert would go back to Maya');
    expect(wouldGoBack(undefined)).toBeNull();
  });
});

describe('a call that a person has', () => {
  const call = { state: 'live', heldBy: 'Dana', holder: by('operator'), speaking: 'lead', attention: null, stateSince: '' } as never;
  it('reads differently for who has it and for everybody else', () => {
    expect(viewOf(call, true)).toMatchObject({ mark: 'you-speak', word: 'Lead speaking' });
    expect(viewOf(call, false)).toMatchObject({ mark: 'person', word: 'Dana has it' });
  });

  it('keeps the mark of a person while one is rung for it, whatever raised the need', () => {
    const asked = { state: 'live', heldBy: null, speaking: 'ai', attention: { level: 'look' }, stateSince: '' } as never as CallSummary;
    const rung: CallSummary = { ...asked, state: 'transferring', transfer: null };
    expect(viewOf(asked)).toMatchObject({ mark: 'look' });
    expect(viewOf(rung)).toMatchObject({ mark: 'transferring', word: 'Transferring' });
    const since = '2026-11-23T15:00:00.000Z';
    const taken = { kind: 'cold', state: 'connected', toName: 'Ben', since } as CallSummary['transfer'];
    expect(viewOf({ ...rung, transfer: taken })).toMatchObject({ mark: 'person', word: 'Ben has it' });
    expect([needsWords(asked), needsWords(rung), needsWords({ ...asked, heldBy: 'Dana' })]).toEqual([true, false, false]);
  });
});

describe('a line across the transcript', () => {
  it('says who had the call from there on', () => {
    expect(handWords({ action: 'took-over' }, 'You', 'Maya')).toBe('You took over.');
    expect(handWords({ action: 'took-over', detail: "0.9 s of the AI's voice were cleared" }, 'You', 'Maya')).toBe(
      "You took over. 0.9 s of Maya's voice were cleared.",
    );
    expect(handWords({ action: 'gave-back', detail: 'Friday at two' }, 'You', 'Maya')).toBe(
      'You gave the call back to Maya. Note: Friday at two',
    );
    expect(handWords({ action: 'stepped-back' }, 'Dana', 'Maya')).toBe('Dana stepped back. Maya waits for the lead.');
    expect(handWords({ action: 'reclaimed', detail: "Dana's line broke off" }, 'Dana', 'Maya')).toBe(
      "Maya took the call back by itself. Dana's line broke off.",
    );
  });

  it('says which words of the AI the takeover cleared', () => {
    const said = {
      id: 's',
      speaker: 'ai',
      text: 'I can offer Friday.',
      heardText: 'I can',
      interrupted: true,
      startMs: 1_000,
      endMs: 2_000,
      final: true,
    };
    expect(cutBy({ startMs: 2_100 }, [said] as never)).toBe('offer Friday.');
    expect(cutBy({ startMs: 9_000 }, [said] as never)).toBeNull();
  });

  it('stands beside hints in the order of the clock, and other involvement does not', () => {
    const lines = linesOf(
      {
        transcript: [{ id: 'seg', speaker: 'ai', text: 'Saturday?', startMs: 3_000, endMs: 4_000, final: true }],
        toolCalls: [],
        marks: [],
        hops: [],
        turns: [],
        nudges: [{ id: 'n', text: 'Offer Saturday', state: 'used', at: '2026-01-01T00:00:02Z', by: 'Dana', usedIn: 'seg' }],
        involvements: [
          { id: 'i', who: 'Dana', action: 'took-over', startMs: 5_000, endMs: null, at: '' },
          { id: 'j', who: 'Dana', action: 'listened', startMs: 0, endMs: null, at: '' },
        ],
      } as never,
      '2026-01-01T00:00:00Z',
    );
    expect(lines.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['nudge', 2_000],
      ['words', 3_000],
      ['hand', 5_000],
    ]);
    expect(lines[0]).toMatchObject({ usedIn: { text: 'Saturday?' } });
  });
});

describe('a transfer', () => {
  it('is told in words at each step', () => {
    expect(transferWord({ kind: 'warm', state: 'ringing', toName: 'Dana' })).toBe('Warm transfer: Dana’s phone rings');
    expect(transferWord({ kind: 'warm', state: 'declined', toName: 'Dana' })).toBe('Dana does not take the call');
    expect(isUnderWay({ state: 'briefing' })).toBe(true);
    expect(isUnderWay({ state: 'voicemail' })).toBe(false);
  });

  it('begins with a briefing made from the call', () => {
    const briefing = briefingOf(
      {
        leadName: 'Marlene',
        leadPlace: 'Tucson, AZ',
        agentName: 'Maya, recall',
        attention: { reason: 'Asked for a human twice' } as never,
      },
      {
        transcript: [
          { id: '1', speaker: 'lead', text: 'Hello?', startMs: 0, endMs: 1, final: true },
          { id: '2', speaker: 'lead', text: 'It is about the bill from March.', startMs: 2, endMs: 3, final: true },
        ],
      } as never,
    );
    expect(briefing).toBe(
      'Marlene from Tucson, AZ, on a call with Maya. Asked for a human twice. They said: It is about the bill from March.',
    );
  });

  it('says who can take it', () => {
    expect(availability({ availableNow: true, onDuty: true }, 0)).toBe('On duty');
    expect(availability({ availableNow: false, onDuty: false }, 0)).toBe('Off duty');
    expect(availability({ availableNow: false, onDuty: true }, 0)).toBe('Not free now');
  });
});

describe('what a call is doing', () => {
  const live = { state: 'live', heldBy: null, speaking: 'none', attention: null, answerType: 'human', stateSince: '', speakingSince: '' };

  it('is told by who has the word, where this machine hears it', () => {
    const call = { ...live, rung: 'realtime' };
    expect(viewOf({ ...call, thinking: true } as never)).toMatchObject({ mark: 'thinking', word: 'Thinking' });
    expect(viewOf({ ...call, thinking: false } as never)).toMatchObject({ mark: 'lead-speaking', word: 'Lead silent' });
  });

  it('is not called thinking where the carrier itself hears and speaks', () => {
    for (const rung of ['relay', 'turn-based']) expect(viewOf({ ...live, rung } as never).word).toBe('Talking');
    expect(viewOf({ ...live, rung: 'announcement' } as never).word).toBe('Announcing');
  });
});
