import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Length, readBase64, writeBase64 } from '#bridge/media/base64.ts';

describe('base64', () => {
  it('is written as Node writes it, in its place and nowhere else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(40), (bytes, at) => {
        const expected = Buffer.from(bytes).toString('base64');
        const out = new Uint8Array(at + expected.length + 8).fill(7);
        expect(base64Length(bytes.length)).toBe(expected.length);
        expect(writeBase64(bytes, out, at)).toBe(at + expected.length);
        expect(Buffer.from(out.subarray(at, at + expected.length)).toString('latin1')).toBe(expected);
        expect([...out.subarray(0, at), ...out.subarray(at + expected.length)].every((byte) => byte === 7)).toBe(true);
      }),
    );
  });

  it('is read back, as far as it goes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('"', '"}}', ' ', '\\"', '-_-_', '=', '===='),
        fc.nat(40),
        (bytes, end, at) => {
          const text = Buffer.from(`${' '.repeat(at)}${Buffer.from(bytes).toString('base64')}${end}`);
          const out = new Uint8Array(text.length);
          expect(readBase64(text, at, out)).toBe(bytes.length);
          expect(out.subarray(0, bytes.length)).toEqual(bytes);
        },
      ),
    );
  });

  it.each(['QQ=A', 'QQ"=', 'Q===', '====', 'QUJ', '', 'Q-==', 'QQ =', '\\u00'])('does not begin in %j', (text) => {
    expect(readBase64(Buffer.from(text), 0, new Uint8Array(16))).toBe(0);
  });

  it('ends at its padding', () => {
    expect(readBase64(Buffer.from('QQ==QUJD'), 0, new Uint8Array(16))).toBe(1);
    expect(readBase64(Buffer.from('QUI=QUJD'), 0, new Uint8Array(16))).toBe(2);
  });
});
