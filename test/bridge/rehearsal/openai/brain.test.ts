import { describe, expect, it } from 'vitest';
import { type BrainReply, exactWords, type HistoryItem, plumbingBrain } from '#bridge/rehearsal/openai/brain.ts';
import { understand } from '#bridge/rehearsal/openai/intents.ts';
import type { SimTool } from '#bridge/rehearsal/openai/session-config.ts';
import { fillArguments, momentOf } from '#bridge/rehearsal/openai/tool-arguments.ts';

const TOOLS: readonly SimTool[] = [
  {
    type: 'function',
    name: 'end_call',
    parameters: {
      type: 'object',
      properties: { reason: { type: 'string', enum: ['goal_met', 'refused', 'opt_out', 'wrong_number', 'voicemail', 'other'] } },
      required: ['reason'],
    },
  },
  {
    type: 'function',
    name: 'mark_opt_out',
    parameters: { type: 'object', properties: { quote: { type: 'string' } }, required: ['quote'] },
  },
  {
    type: 'function',
    name: 'schedule_callback',
    parameters: {
      type: 'object',
      properties: { when_text: { type: 'string' }, iso_local: { type: 'string' }, confirmed: { type: 'boolean' } },
      required: ['when_text'],
    },
  },
  {
    type: 'function',
    name: 'transfer_to_human',
    parameters: { type: 'object', properties: { reason: { type: 'string' }, to: { type: 'string' } }, required: ['reason'] },
  },
];
// A Monday.
const NOW = Date.parse('2026-11-23T15:00:00.000Z');

/** A callee on the line, in text: what the model answers to each line, calls answered with `ok`. */
class Line {
  readonly history: HistoryItem[] = [];
  readonly #tools: readonly SimTool[];
  readonly #instructions: string;

  constructor(tools: readonly SimTool[] = TOOLS, instructions = 'You call for Northside Plumbing.') {
    this.#tools = tools;
    this.#instructions = instructions;
  }

  say(text: string): BrainReply {
    this.history.push({ kind: 'said', by: 'callee', text });
    return this.answer('turn');
  }

  answer(trigger: 'turn' | 'idle' | 'client', override: string | null = null): BrainReply {
    const reply = plumbingBrain({
      instructions: this.#instructions,
      override,
      tools: this.#tools,
      history: this.history,
      trigger,
      nowMs: NOW,
    });
    if (reply.say !== null) this.history.push({ kind: 'said', by: 'ai', text: reply.say });
    for (const call of reply.calls) {
      this.history.push({ kind: 'call', name: call.name, arguments: JSON.stringify(call.arguments), output: '{"ok":true}' });
    }
    return reply;
  }
}

describe('the rehearsal brain', () => {
  it('brings an interested callee to a visit, a time, a confirmation and the end', () => {
    const line = new Line();
    expect(line.say('Hello?').say).toContain('Northside Plumbing');
    expect(line.say('Yes, sure. My tap is leaking.').say).toContain('What day and time');
    expect(line.say('Tuesday at ten would be good.').say).toMatch(/Tuesday at ten.*Shall I book/);
    expect(line.say('Yes, please.').say).toContain('You are booked for Tuesday at ten');
    expect(line.say("No, that's all. Thank you.")).toMatchObject({ calls: [{ name: 'end_call', arguments: { reason: 'goal_met' } }] });
  });

  it('takes a callee off the list, says so shortly and ends', () => {
    const line = new Line();
    expect(line.say('Take me off your list.')).toEqual({
      say: null,
      calls: [{ name: 'mark_opt_out', arguments: { quote: 'Take me off your list.' } }],
    });
    const after = line.answer('client');
    expect(after.say).toContain('off our list');
    expect(after.calls).toEqual([{ name: 'end_call', arguments: { reason: 'opt_out' } }]);
    expect(line.answer('client').calls).toEqual([]);
  });

  it('arranges another call with who is busy', () => {
    const line = new Line();
    const reply = line.say("I'm driving, call me back tomorrow at four.");
    expect(reply.calls).toEqual([
      { name: 'schedule_callback', arguments: { when_text: 'tomorrow at four', iso_local: '2026-11-24T16:00:00.000Z' } },
    ]);
    expect(line.answer('client')).toMatchObject({ calls: [{ name: 'end_call' }] });
  });

  it.each([
    ['Can I talk to a real person, please?', 'transfer_to_human', undefined],
    ["No thanks, I'm not interested.", 'end_call', 'refused'],
    ['You have the wrong number.', 'end_call', 'wrong_number'],
    ['Hi, this is Tom. Please leave a message after the tone.', 'end_call', 'voicemail'],
    ['Okay, goodbye.', 'end_call', 'other'],
  ])('answers "%s" with %s', (words, name, reason) => {
    const line = new Line();
    line.answer('client', 'Say exactly: "Hello, this is Northside Plumbing. I am an AI assistant."');
    const [call] = line.say(words).calls;
    expect(call?.name).toBe(name);
    if (reason !== undefined) expect(call?.arguments.reason).toBe(reason);
  });

  it('is honest about what it is', () => {
    expect(new Line().say('Wait, are you a robot?').say).toMatch(/^Yes, I am an AI/);
    expect(new Line().say('Am I talking to a real person?').say).toMatch(/^Yes, I am an AI/);
  });

  it('leaves a message where the prompt has one', () => {
    const line = new Line(TOOLS, 'On voicemail, leave this message: "Please call Northside back." Then end.');
    expect(line.say("You've reached the mailbox of Tom.")).toMatchObject({
      say: 'Please call Northside back.',
      calls: [{ name: 'end_call' }],
    });
  });

  it('uses no tool that it was not offered', () => {
    for (const words of ['Stop calling me.', 'I am busy, call later.', 'A real person, please.', 'Not interested.', 'Goodbye.']) {
      const reply = new Line([]).say(words);
      expect(reply.calls).toEqual([]);
      expect(reply.say).toBeTruthy();
    }
  });

  it('asks a silent callee twice and then gives up', () => {
    const line = new Line();
    line.answer('client', 'Say exactly: "Hello."');
    expect(line.answer('idle').say).toContain('still there');
    expect(line.answer('idle').say).toContain('still there');
    expect(line.answer('idle').calls).toMatchObject([{ name: 'end_call' }]);
  });

  it.each([
    ['who is driving', ['Hello?', 'I am driving, can you call me back tomorrow at five?'], 'schedule_callback'],
    ['who is done with calls', ['Hello?', 'No. Please take me off your list.'], 'mark_opt_out'],
    ['who interrupts', ['Hello?', 'Who is this, please?', 'Hold on, hold on. I am not interested, thank you.'], 'end_call'],
    ['who asks for a person', ['Hello?', 'Can I speak to a real person, please?'], 'transfer_to_human'],
    ['who asks for a robot', ['Yes, hello?', 'Wait, are you a robot?', 'No, thank you. Not interested.'], 'end_call'],
    [
      'who wants a visit',
      [
        'Hello?',
        'Yes, that sounds good. We do have a leak in the kitchen.',
        'Tuesday at ten would work for me.',
        'Yes, please.',
        'No, that is all. Thank you, goodbye.',
      ],
      'end_call',
    ],
    ['who is a machine', ['You have reached the Miller family.'], 'end_call'],
  ])('comes to the right end with a callee %s', (_who, lines, tool) => {
    const line = new Line();
    line.answer('client', 'Say exactly: "Hello, this is an AI assistant of Northside Plumbing. Would a free check interest you?"');
    const replies = lines.map((words) => line.say(words));
    expect(replies.slice(0, -1).flatMap(({ calls }) => calls)).toEqual([]);
    expect(replies.at(-1)?.calls.map(({ name }) => name)).toEqual([tool]);
  });

  it('follows plain instructions for one answer', () => {
    const line = new Line();
    expect(line.answer('client', 'Ask in one short sentence whether they are still there.').say).toBe('Are you still there?');
    expect(line.answer('client', 'Nobody could take the transfer. Say so in one sentence and apologise.').say).toContain('nobody is free');
  });

  it('says when a transfer failed', () => {
    const line = new Line();
    line.say('Put me through to somebody.');
    const last = line.history.pop();
    if (last?.kind !== 'call') throw new Error('no call');
    line.history.push({ ...last, output: '{"ok":false}' });
    expect(line.answer('client').say).toContain('nobody is free');
  });
});

describe('instructions for exact words', () => {
  it.each([
    ['say exactly: "Good day."', 'Good day.'],
    ['Say exactly the words between <<< and >>>, nothing else: <<<Good day.>>>', 'Good day.'],
    ['Read the text between the marks word for word.\n<<<He said "hi" & left.>>>', 'He said "hi" & left.'],
    ['Say exactly the following, nothing else: “Good day.”', 'Good day.'],
    ['Speak exactly this: Good day.', 'Good day.'],
    ['Say exactly: "A "quoted" word."', 'A "quoted" word.'],
    ['You are "Mia", a friendly assistant.', null],
    ['Ask whether they are still there.', null],
  ])('%s', (instructions, words) => {
    expect(exactWords(instructions)).toBe(words);
  });
});

describe('what a callee means', () => {
  it.each([
    ['do not call me again', 'opt-out'],
    ["I can't talk now, call me later", 'busy'],
    ["don't call me now, I'm busy, call me tomorrow", 'opt-out'],
    ['who is this', 'who'],
    ['how much does it cost', 'price'],
    ['', 'nothing'],
    ['the weather is odd', 'other'],
    ['yes, on tuesday, goodbye', 'time'],
    ['okay, goodbye', 'goodbye'],
    ['hello', 'hello'],
  ])('%s: %s', (words, intent) => {
    expect(understand(words)).toBe(intent);
  });
});

describe('tool arguments', () => {
  it('fit the schema: choices, numbers, what is required and nothing that is not known', () => {
    const schema = {
      type: 'object',
      properties: {
        outcome: { type: 'string', enum: ['booked', 'not_interested'] },
        minutes: { type: 'integer', description: 'in how many minutes' },
        sure: { type: 'boolean' },
        color: { type: 'string' },
        shade: { type: 'string' },
        starts_at: { type: 'string', format: 'date-time' },
      },
      required: ['outcome', 'sure', 'shade'],
    };
    expect(fillArguments(schema, { reason: 'said no', dispositions: ['not-interested'], at: '2026-11-24T15:00:00.000Z' })).toEqual({
      outcome: 'not_interested',
      minutes: 120,
      sure: true,
      shade: 'said no',
      starts_at: '2026-11-24T15:00:00.000Z',
    });
    expect(fillArguments(undefined, { reason: 'x' })).toEqual({});
  });

  it.each([
    ['in an hour', '2026-11-23T16:00:00.000Z'],
    ['on Wednesday morning', '2026-11-25T10:00:00.000Z'],
    ['Monday at 9', '2026-11-30T09:00:00.000Z'],
    ['this evening', '2026-11-23T18:00:00.000Z'],
    ['some other time', '2026-11-24T15:00:00.000Z'],
  ])('put "%s" at %s', (words, instant) => {
    expect(momentOf(words, NOW)).toBe(instant);
  });
});
