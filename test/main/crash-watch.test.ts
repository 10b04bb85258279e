import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { logOptions } from '#bridge/log-options.ts';
import { watchCrashes } from '#main/crash-watch.ts';

const secrets = [
  '01a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1',
  'sk-proj-abcdefgh12345678',
  'MzA1YjQ2Yjk0ZTk1NDg5YmI5ZjA2Y2Q1ZmE3',
  '2aBcDeFgHiJkLmNoPqRsTuVwXyZ_4Kd8Gh2Jk9Lm3Np5Qr',
  'sk_5ab2d7719c0d4e8f',
  'abcdef.ghijkl-123',
  'hunter2secret',
  '12125550142',
];
const [twilio, openai, plivo, ngrok, eleven, bearer, password, phone] = secrets;
const message =
  `Twilio took neither ${twilio} nor ${plivo} for CA${twilio} to +${phone}: {"authToken":"${twilio}","xi-api-key":"${eleven}"}, ` +
  `Authorization: Bearer ${bearer}, ${openai}, ${ngrok}, https://me:${password}@proxy.example/`;

function crash(event: 'unhandledRejection' | 'uncaughtException', error: unknown): string {
  const lines: string[] = [];
  const watched = new EventEmitter();
  const crashes = watchCrashes(() => expect.unreachable(), watched);
  crashes.log = pino(logOptions, { write: (line: string) => void lines.push(line) });
  watched.emit(event, error);
  return lines.join('');
}
const expectNoSecret = (text: string) => expect(secrets.filter((secret) => text.includes(secret) && secret !== twilio)).toEqual([]);

describe('an error that nobody catches', () => {
  it.each(['unhandledRejection', 'uncaughtException'] as const)('is written down without keys and numbers (%s)', (event) => {
    const cause = Object.assign(new Error(message), { code: 'ECONNREFUSED', options: { authToken: twilio } });
    const written = crash(event, new TypeError(message, { cause }));
    expectNoSecret(written);
    // The name of a call is no key, though it is as long as one.
    expect(written.replaceAll(`CA${twilio}`, '')).not.toContain(twilio);
    expect(JSON.parse(written)).toMatchObject({
      level: 50,
      err: {
        type: 'TypeError',
        message: expect.stringMatching(/^Twilio took neither ••• nor •••/),
        stack: expect.stringContaining('crash-watch.test.ts'),
        cause: { code: 'ECONNREFUSED' },
      },
    });
  });

  it.each([message, { message }, { nested: { authToken: twilio, note: openai } }, undefined, null, 42, [openai]])(
    'is written down so when it is no error at all',
    (thrown) => {
      const written = crash('unhandledRejection', thrown);
      expectNoSecret(written.replaceAll(`CA${twilio}`, ''));
      expect(written).toContain('Something failed and nobody was waiting for it');
    },
  );

  it('keeps the app from starting, and says so once, as long as there is no log', () => {
    const told: unknown[] = [];
    const watched = new EventEmitter();
    watchCrashes((error) => void told.push(error), watched);
    watched.emit('uncaughtException', 'first');
    watched.emit('unhandledRejection', 'second');
    expect(told).toEqual(['first']);
  });
});
