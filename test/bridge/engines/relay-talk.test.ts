import { describe, expect, it } from 'vitest';
import { RelayTalk } from '#bridge/engines/relay-talk.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { ScriptedMind } from '#test/support/scripted-mind.ts';

function relay() {
  const mind = new ScriptedMind();
  const sent: { words: string; last: boolean }[] = [];
  const log: string[] = [];
  const talk = new RelayTalk({
    mind,
    clock: new ManualClock(),
    instructions: 'You are the assistant of Northside Plumbing.',
    tools: [],
    safetyIdentifier: 'callee-1',
    history: [],
    runTool: () => Promise.resolve({ result: 'noted', thenAnswer: true }),
    usage: () => undefined,
    voice: {
      say: (words, last) => sent.push({ words, last }),
      end: (handoff) => log.push(`end ${handoff}`),
    },
    on: {
      heard: (words) => log.push(`heard ${words}`),
      spoke: (turn, words, last) => log.push(`spoke ${turn} ${words}${last ? ' .' : ''}`),
      cut: (turn, heard) => log.push(`cut ${turn} ${heard}`),
      thinking: () => log.push('thinking'),
      answered: () => log.push('answered'),
      failed: (because) => log.push(`failed ${because}`),
    },
  });
  talk.setAutoAnswer(true);
  return { mind, sent, log, talk };
}

describe('a conversation over a relay', () => {
  it('sends words as they are written, and says of the last piece that it is the last', async () => {
    const { mind, sent, talk } = relay();
    talk.said('Who is', false);
    expect(mind.requests).toEqual([]);
    talk.said('Who is this?', true);
    mind.write('This is');
    mind.write(' Northside.');
    mind.write(' Hello.');
    await mind.finish('This is Northside. Hello.');
    expect(sent).toEqual([
      { words: 'This is', last: false },
      { words: ' Northside.', last: false },
      { words: ' Hello.', last: true },
    ]);
  });

  it('remembers of an answer that was spoken over what the carrier says was heard', async () => {
    const { mind, sent, log, talk } = relay();
    talk.said('Who is this?', true);
    mind.write('Sure, let me');
    mind.write(' check');
    mind.write(' your file');
    talk.interrupted('Sure, let');
    mind.write(' and');
    await mind.finish('Sure, let me check your file and more');
    expect(sent.some(({ last }) => last)).toBe(false);
    expect(log).toContain('cut 1 Sure, let');
    talk.said('Stop', true);
    expect(mind.requests.at(-1)?.items).toEqual([
      { kind: 'said', by: 'callee', text: 'Who is this?' },
      { kind: 'said', by: 'ai', text: 'Sure, let' },
      { kind: 'said', by: 'callee', text: 'Stop' },
    ]);
  });

  it('answers the newest words only', async () => {
    const { mind, sent, talk } = relay();
    talk.said('One', true);
    talk.said('Two', true);
    mind.write('Answer');
    await mind.finish('Answer');
    expect(mind.requests).toHaveLength(2);
    expect(sent).toEqual([{ words: 'Answer', last: true }]);
  });

  it('stays silent while it is held back, and goes on hearing', () => {
    const { mind, log, talk } = relay();
    talk.setAutoAnswer(false);
    talk.said('Anybody?', true);
    expect(mind.requests).toEqual([]);
    expect(log).toContain('heard Anybody?');
  });

  it('says exact words, and hands the call over', () => {
    const { sent, log, talk } = relay();
    talk.sayExactly('One moment, please.', false);
    talk.leave('{"reason":"human"}');
    expect(sent).toEqual([{ words: 'One moment, please.', last: true }]);
    expect(log).toContain('end {"reason":"human"}');
    talk.said('Hello?', true);
    expect(log).not.toContain('heard Hello?');
  });

  it('tells when its model fails', async () => {
    const { mind, log, talk } = relay();
    talk.said('Hello?', true);
    await mind.fail();
    expect(log).toContain('failed the text model failed: no credit');
  });
});
