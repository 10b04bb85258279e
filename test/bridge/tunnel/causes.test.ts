import { describe, expect, it } from 'vitest';
import { troubleOf } from '#bridge/tunnel/ngrok/causes.ts';

/** Those that an agent or a carrier can meet. @see https://ngrok.com/docs/errors/ */
const codes = [
  103, 105, 107, 108, 120, 121, 123, 300, 313, 314, 316, 320, 324, 326, 334, 401, 725, 726, 727, 728, 3004, 3200, 3202, 3205, 4018, 6024,
  8012, 9038, 9040, 15013, 18021,
];

describe('a code of ngrok', () => {
  it.each(codes)('%i has a cause, a cure and a page of its own', (number) => {
    const unknown = troubleOf('ERR_NGROK_31337', '');
    const { code, cause, cure, openPage } = troubleOf(null, `failed to connect session\n\nerror_code: ERR_NGROK_${number}`);
    expect(code).toBe(`ERR_NGROK_${number}`);
    expect(cause).not.toBe(unknown.cause);
    expect(cause).not.toMatch(/\.$/);
    expect(cure).toMatch(/\.$/);
    expect(openPage).toMatch(/^https:\/\/(dashboard\.)?ngrok\.com\//);
  });

  it('that nobody knows yet leads to what ngrok says of it, and is tried again', () => {
    expect(troubleOf('ERR_NGROK_31337', '')).toMatchObject({
      code: 'ERR_NGROK_31337',
      openPage: 'https://ngrok.com/docs/errors/err_ngrok_31337/',
      lasting: false,
    });
  });
});

describe('an error of ngrok without a code', () => {
  it.each([
    ['failed to establish tcp connection to connect.ngrok-agent.com:443', 'cannot be reached from this network'],
    ['failed to resolve dns: no record found', 'cannot be reached from this network'],
    ['tls handshake error: invalid peer certificate: UnknownIssuer', 'breaks its encryption'],
    ['Cannot find module @ngrok/ngrok-linux-x64-gnu', 'cannot be loaded'],
    ['something new', 'could not open the tunnel'],
  ])('says what is in the way: %s', (message, words) => {
    expect(troubleOf(null, message)).toMatchObject({ code: null, cause: expect.stringContaining(words), lasting: false });
  });
});
