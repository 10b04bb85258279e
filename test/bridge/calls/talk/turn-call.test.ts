import { describe, expect, it } from 'vitest';
import { TurnCall, type TurnOpening } from '#bridge/calls/talk/turn-call.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { ScriptedMind } from '#test/support/scripted-mind.ts';
import { turnParts } from '#test/support/turn-parts.ts';

const turn = { kind: 'said', words: 'My boiler leaks.', confidence: 0.9, digits: '' } as const;

/** A conversation in turns whose first question was heard and answered, and how often its leg was told to come back. */
function open() {
  const clock = new ManualClock();
  const mind = new ScriptedMind();
  const told = { comeBack: 0, gaveUp: [] as string[] };
  const call = new TurnCall(
    turnParts(clock, mind, {
      gaveUp: (because) => told.gaveUp.push(because),
      comeBack: () => {
        told.comeBack += 1;
      },
    }),
    [],
    'How can I help?',
    { isTalkedOver: false, disclosure: null, isBridged: false, isSearching: false },
  );
  call.next({ kind: 'answered' });
  call.next(turn);
  return { clock, mind, call, told };
}

describe('a conversation in turns whose text model fails', () => {
  it('has its leg say a word for the gap at once while another model is asked, and the answer behind it', async () => {
    const { clock, mind, call, told } = open();
    clock.advance(200);
    mind.retry();
    expect(told.comeBack).toBe(1);
    const moment = { kind: 'wait', text: 'One moment.' };
    expect(call.next({ kind: 'stream-ended' })).toMatchObject(moment);
    // It had asked by itself meanwhile.
    expect(call.next({ kind: 'waited' })).toMatchObject(moment);
    clock.advance(300);
    await mind.finish('A plumber can come.');
    expect(told.comeBack).toBe(1);
    clock.advance(1_400);
    expect(call.next({ kind: 'waited' })).toMatchObject({ kind: 'gather', text: 'A plumber can come.' });
    call.close();
  });

  it('gives up behind that word when the other one fails as well', async () => {
    const { clock, mind, call, told } = open();
    clock.advance(200);
    mind.retry();
    clock.advance(200);
    await mind.fail();
    clock.advance(1_600);
    expect(call.next({ kind: 'waited' })).toEqual({ kind: 'give-up', because: 'the text model failed: no credit', blamed: 'openai-text' });
    expect(told).toEqual({ comeBack: 1, gaveUp: [] });
    call.close();
  });
});

describe('the disclosure of a conversation in turns', () => {
  const disclosure = 'This is an AI assistant.';
  const opened = (first: string, opening: Partial<TurnOpening>) => {
    const clock = new ManualClock();
    const call = new TurnCall(turnParts(clock, new ScriptedMind(), {}), [], first, {
      isTalkedOver: false,
      disclosure,
      isBridged: false,
      isSearching: false,
      ...opening,
    });
    return { call, document: call.next({ kind: 'answered' }) };
  };

  it('is said to its end before anybody is listened to; the greeting behind it may be talked over', () => {
    const { call, document } = opened(`${disclosure} How can I help?`, {});
    expect(document).toMatchObject({ kind: 'gather', whole: disclosure, text: 'How can I help?' });
    // What is said next may be talked over from its beginning.
    expect(call.next({ kind: 'said', words: '', confidence: null, digits: '' })).not.toHaveProperty('whole');
    call.close();
  });

  it('is all that is said where there is no greeting', () => {
    expect(opened(disclosure, {}).document).toMatchObject({ whole: disclosure, text: '' });
  });

  it('is not looked for once the lead has heard it', () => {
    expect(opened(`${disclosure} How can I help?`, { disclosure: null }).document).not.toHaveProperty('whole');
  });

  it('comes with all the rest to its end where somebody talks already', () => {
    const all = `${disclosure} How can I help?`;
    expect(opened(all, { isTalkedOver: true }).document).toMatchObject({ whole: all, text: '' });
  });
});
