import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RelayHandlers } from '#bridge/carriers/relay.ts';
import { TwilioRelayStream } from '#bridge/carriers/twilio/relay-stream.ts';
import type { AttemptId } from '#bridge/contract/ids.ts';
import { silentLog, socketPair } from '#test/support/carrier-stage.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

describe('a relay of Twilio', () => {
  let pair: Awaited<ReturnType<typeof socketPair>>;
  let clock: ManualClock;
  let log: string[];
  let isOurs: boolean;
  let stream: TwilioRelayStream;
  let received: Record<string, unknown>[];
  const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { interval: 5, timeout: 5_000 });
  const send = (message: object) => pair.theirs.send(JSON.stringify(message));

  beforeEach(async () => {
    pair = await socketPair();
    clock = new ManualClock();
    log = [];
    isOurs = true;
    received = [];
    pair.theirs.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as Record<string, unknown>));
    const handlers: RelayHandlers = {
      attempt: 'a1' as AttemptId,
      started: ({ carrierCallId, sessionId }) => {
        log.push(`started ${carrierCallId} ${sessionId}`);
        return isOurs;
      },
      said: (words, language, final) => log.push(`said ${words} ${language} ${final}`),
      interrupted: (heard, afterMs) => log.push(`interrupted ${heard} ${afterMs}`),
      digit: (digit) => log.push(`digit ${digit}`),
      speaking: (who, on) => log.push(`speaking ${who} ${on}`),
      frozen: (reason) => log.push(`frozen ${reason}`),
      closed: (reason) => log.push(`closed ${reason}`),
      trouble: (detail) => log.push(`trouble ${detail}`),
    };
    stream = new TwilioRelayStream({ socket: pair.ours, handlers, clock, log: silentLog });
  });
  afterEach(() => pair.close());

  const start = async () => {
    send({ type: 'setup', sessionId: 'VX1', callSid: 'CA1', from: '+15550100001', customParameters: {} });
    await until(() => log.length >= 1);
  };

  it('says nothing before it is set up', async () => {
    stream.say('too early', true);
    await start();
    stream.say('Sure, ', false);
    stream.say('Tuesday.', true, false);
    await until(() => received.length === 2);
    expect(received).toEqual([
      { type: 'text', token: 'Sure, ', last: false, interruptible: true, preemptible: false },
      { type: 'text', token: 'Tuesday.', last: true, interruptible: false, preemptible: false },
    ]);
    expect(log).toEqual(['started CA1 VX1']);
  });

  it('tells words, interruptions however they are written, keys, and errors', async () => {
    await start();
    send({ type: 'prompt', voicePrompt: 'I would like', lang: 'en-US', last: false });
    send({ type: 'prompt', voicePrompt: 'I would like Tuesday' });
    send({ type: 'interrupt', utteranceUntilInterrupt: 'Sure, let', durationUntilInterruptMs: '460' });
    send({ type: 'dtmf', digit: '9' });
    send({ type: 'error', description: 'Invalid message received' });
    send({ type: 'info', name: 'agentSpeaking', value: 'on' });
    await until(() => log.length === 7);
    expect(log.slice(1)).toEqual([
      'said I would like en-US false',
      'said I would like Tuesday null true',
      'interrupted Sure, let 460',
      'digit 9',
      'trouble the carrier reports: Invalid message received',
      'speaking ours true',
    ]);
  });

  it('goes on while the other end answers pings, and tells when it does not any more', async () => {
    await start();
    let pongs = 0;
    pair.ours.on('pong', () => (pongs += 1));
    for (let beat = 1; beat <= 6; beat += 1) {
      clock.advance(500);
      await until(() => pongs === beat);
    }
    expect(log).toEqual(['started CA1 VX1']);
    pair.theirs.pause();
    clock.advance(500);
    clock.advance(500);
    clock.advance(500);
    await until(() => log.length === 3);
    expect(log.slice(1)).toEqual([expect.stringMatching(/^frozen .*no sign of life/), expect.stringMatching(/^closed /)]);
    pair.theirs.resume();
  });

  it('ends in good order and tells so once', async () => {
    await start();
    stream.end('{"reason":"human"}');
    await until(() => received.length === 1);
    expect(received).toEqual([{ type: 'end', handoffData: '{"reason":"human"}' }]);
    stream.say('late', true);
    pair.theirs.close(1000);
    await until(() => log.some((line) => line.startsWith('closed')));
    expect(log.at(-1)).toBe('closed we ended the relay');
    expect(received).toHaveLength(1);
  });

  it('is closed when it belongs to another call, or is never set up', async () => {
    isOurs = false;
    await start();
    await until(() => log.some((line) => line === 'closed the relay was opened for another call'));
  });

  it('survives what it cannot read', async () => {
    await start();
    pair.theirs.send('not json');
    pair.theirs.send(Buffer.from([1, 2]));
    send({ type: 'prompt' });
    send({ type: 'dtmf', digit: 'x' });
    await until(() => log.filter((line) => line.startsWith('trouble')).length === 4);
    send({ type: 'prompt', voicePrompt: 'Hello', lang: 'en-US', last: true });
    await until(() => log.at(-1) === 'said Hello en-US true');
  });
});
