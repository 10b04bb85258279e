import { describe, expect, it } from 'vitest';
import { TurnTalk } from '#bridge/engines/turn-talk.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { ScriptedMind } from '#test/support/scripted-mind.ts';

function talkWith(language: string | null = 'en-US') {
  const clock = new ManualClock();
  const mind = new ScriptedMind();
  const log: string[] = [];
  let tool = { result: 'noted', thenAnswer: true };
  const talk = new TurnTalk({
    mind,
    clock,
    language,
    instructions: 'You are the assistant of Northside Plumbing.',
    tools: [],
    safetyIdentifier: 'callee-1',
    history: [{ role: 'ai', text: 'Hello.' }],
    optOutDigit: '9',
    isOptOut: (words) => /stop calling/i.test(words),
    optedOutText: 'You have been removed. Goodbye.',
    runTool: (call) => {
      log.push(`tool ${call.name}`);
      return Promise.resolve(tool);
    },
    usage: (lines) => log.push(`cost ${lines.length}`),
    on: {
      heard: (words) => log.push(`heard ${words}`),
      spoke: (words) => log.push(`spoke ${words}`),
      optedOut: (quote) => log.push(`opted out ${quote ?? 'by key'}`),
      key: (digit) => {
        log.push(`key ${digit}`);
        return digit === '1';
      },
      fellSilent: () => log.push('silent'),
      answered: () => log.push('answered'),
      ready: () => log.push('ready'),
    },
  });
  const says = (words: string, confidence: number | null = 0.9) => talk.said({ words, confidence, digits: '' });
  return {
    clock,
    mind,
    log,
    talk,
    says,
    presses: (digits: string) => talk.said({ words: '', confidence: null, digits }),
    setTool: (next: typeof tool) => (tool = next),
  };
}

describe('a conversation in turns', () => {
  it.each([
    [300, 1],
    [800, 0],
  ])('tells of an answer that comes %i ms into a silent wait %i times', async (afterMs, times) => {
    const { clock, mind, talk, says, log } = talkWith();
    talk.open('How can I help?');
    says('My boiler leaks');
    clock.advance(afterMs);
    await mind.finish('A plumber can come.');
    expect(log.filter((line) => line === 'ready')).toHaveLength(times);
    expect(talk.waited()).toEqual({ kind: 'ask', text: 'A plumber can come.' });
    talk.close();
  });

  it('tells of a model that fails in a silent wait, so that nobody waits for it to the end', async () => {
    const { clock, mind, talk, says, log } = talkWith();
    talk.open('How can I help?');
    says('My boiler leaks');
    clock.advance(200);
    await mind.fail();
    expect(log.filter((line) => line === 'ready')).toHaveLength(1);
    expect(talk.waited()).toMatchObject({ kind: 'give-up' });
    talk.close();
  });

  it.each([
    [200, true],
    [20, false],
  ])('after a model that took %i ms to fail, asks for a moment at once while another one is asked: %s', async (afterMs, isBridged) => {
    const { clock, mind, talk, says, log } = talkWith();
    talk.open('How can I help?');
    says('My boiler leaks');
    clock.advance(afterMs);
    mind.retry();
    expect(log.filter((line) => line === 'ready')).toHaveLength(isBridged ? 1 : 0);
    if (isBridged) expect(talk.waited()).toMatchObject({ kind: 'wait', text: 'One moment.' });
    // Nobody is asked for a moment twice, and what comes behind it is asked for.
    mind.retry();
    clock.advance(300);
    await mind.finish('A plumber can come.');
    expect(log.filter((line) => line === 'ready')).toHaveLength(1);
    expect(talk.waited()).toEqual({ kind: 'ask', text: 'A plumber can come.' });
    talk.close();
  });

  it('asks nobody for a moment while the answer is being written, unless it stops', () => {
    const { clock, mind, talk, says } = talkWith();
    talk.open('How can I help?');
    says('My boiler leaks');
    clock.advance(900);
    mind.write('A plumber');
    clock.advance(100);
    expect(talk.waited()).toMatchObject({ kind: 'wait', text: '' });
    clock.advance(1_000);
    expect(talk.waited()).toMatchObject({ kind: 'wait', text: 'One moment.' });
    talk.close();
  });

  it('says so again and again while a model takes its time', () => {
    const { talk, says } = talkWith();
    talk.open('How can I help?');
    says('My boiler leaks');
    const texts = Array.from({ length: 8 }, () => talk.waited()).map((step) => (step.kind === 'wait' ? step.text : step.kind));
    expect(texts).toEqual(['One moment.', '', 'Thank you for waiting.', '', 'One moment.', '', 'Thank you for waiting.', '']);
    talk.close();
  });

  it('answers what was said when the answer is there, and fills the time until then', async () => {
    const { talk, says, mind } = talkWith();
    expect(talk.open('How can I help?')).toEqual({ kind: 'ask', text: 'How can I help?' });
    expect(says('My boiler leaks')).toEqual({ kind: 'wait', text: '', forMs: 1_000 });
    expect(talk.waited()).toMatchObject({ kind: 'wait', text: 'One moment.' });
    expect(talk.waited()).toMatchObject({ kind: 'wait', text: '' });
    await mind.finish('**Tuesday** at ten would work. 🙂');
    expect(talk.waited()).toEqual({ kind: 'ask', text: 'Tuesday at ten would work.' });
    expect(mind.requests[0]?.items).toEqual([
      { kind: 'said', by: 'ai', text: 'Hello.' },
      { kind: 'said', by: 'ai', text: 'How can I help?' },
      { kind: 'said', by: 'callee', text: 'My boiler leaks' },
    ]);
  });

  it('goes on with the answer that another voice owed', async () => {
    const { talk, mind } = talkWith();
    expect(talk.open(null)).toMatchObject({ kind: 'wait', text: 'One moment.' });
    await mind.finish('As I said, Tuesday.');
    expect(talk.waited()).toEqual({ kind: 'ask', text: 'As I said, Tuesday.' });
  });

  it('runs the tools of an answer and gives the model what came of them', async () => {
    const { talk, says, mind, log } = talkWith();
    says('Call me tomorrow');
    await mind.finish('', [{ id: 'c1', name: 'schedule_callback', arguments: '{}' }]);
    await mind.finish('We will call you tomorrow.');
    expect(talk.waited()).toEqual({ kind: 'ask', text: 'We will call you tomorrow.' });
    expect(log).toContain('tool schedule_callback');
    expect(mind.requests[1]?.items.slice(-2)).toEqual([
      { kind: 'call', id: 'c1', name: 'schedule_callback', arguments: '{}' },
      { kind: 'result', id: 'c1', output: 'noted' },
    ]);
  });

  it('leaves with the goodbye of the AI when that has ended the call', async () => {
    const { talk, says, mind, setTool } = talkWith();
    setTool({ result: 'ending', thenAnswer: false });
    says('No thanks, bye');
    talk.end('Thank you for your time. Goodbye.');
    await mind.finish('Have a good day. Goodbye.', [{ id: 'c1', name: 'end_call', arguments: '{}' }]);
    expect(talk.waited()).toEqual({ kind: 'leave', text: 'Have a good day. Goodbye.' });
  });

  it('says goodbye itself when the AI has not', async () => {
    const { talk, says, mind, setTool } = talkWith();
    setTool({ result: 'ending', thenAnswer: false });
    says('No thanks, bye');
    talk.end('Goodbye.');
    await mind.finish('', [{ id: 'c1', name: 'end_call', arguments: '{}' }]);
    expect(talk.waited()).toEqual({ kind: 'leave', text: 'Goodbye.' });
  });

  it('takes an opt-out by word without asking the model', () => {
    const { says, mind, log } = talkWith();
    expect(says('Stop calling me', 0.1)).toEqual({ kind: 'leave', text: 'You have been removed. Goodbye.' });
    expect(log).toContain('opted out Stop calling me');
    expect(mind.requests).toEqual([]);
  });

  it('takes an opt-out by key, also while an answer is being made', () => {
    const { says, presses, log } = talkWith();
    says('Tell me more');
    expect(presses('9')).toMatchObject({ kind: 'leave' });
    expect(log).toContain('opted out by key');
  });

  it('gives other keys to whoever knows what they mean', () => {
    const { presses } = talkWith();
    expect(presses('1')).toMatchObject({ kind: 'wait' });
    expect(presses('5')).toMatchObject({ kind: 'ask', text: expect.stringContaining('did not understand') });
  });

  it('asks twice after silence, then takes leave', () => {
    const { says, log } = talkWith();
    expect(says('', null)).toMatchObject({ kind: 'ask', text: expect.stringContaining('did not hear') });
    expect(says('', null)).toEqual({ kind: 'ask', text: 'Are you still there?' });
    expect(says('', null)).toMatchObject({ kind: 'leave', text: expect.stringContaining('Goodbye') });
    expect(log).toContain('silent');
  });

  it('asks twice what it did not understand, then gives up this way of talking', () => {
    const { says } = talkWith();
    expect(says('mumble', 0.1)).toMatchObject({ kind: 'ask' });
    expect(says('mumble', 0.2)).toMatchObject({ kind: 'ask' });
    expect(says('mumble', 0.1)).toMatchObject({ kind: 'give-up' });
  });

  it('forgets old misunderstandings when it understands', async () => {
    const { talk, says, mind } = talkWith();
    says('', null);
    says('', null);
    says('Yes');
    await mind.finish('Good.');
    talk.waited();
    expect(says('', null)).toMatchObject({ kind: 'ask' });
  });

  it('gives up when the model fails or takes too long', async () => {
    const failing = talkWith();
    failing.says('Hello');
    await failing.mind.fail();
    expect(failing.talk.waited()).toEqual({ kind: 'give-up', because: 'the text model failed: no credit', isModel: true });
    const slow = talkWith();
    slow.says('Hello');
    slow.clock.advance(12_000);
    await slow.mind.finish('too late');
    expect(slow.talk.waited()).toMatchObject({ kind: 'give-up' });
  });

  it('speaks the language of the agent', () => {
    expect(talkWith('es-US').says('', null)).toMatchObject({ text: expect.stringContaining('Perdone') });
  });
});
