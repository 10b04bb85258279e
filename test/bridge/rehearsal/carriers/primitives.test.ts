import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultBook } from '#bridge/rehearsal/carriers/faults.ts';
import { Pacer } from '#bridge/rehearsal/carriers/pacer.ts';
import { Random } from '#bridge/rehearsal/carriers/random.ts';
import { localTarget, parseAddress, patienceOf, resolveAddress } from '#bridge/rehearsal/carriers/urls.ts';
import { parseXml, textOf, type XmlElement, XmlError } from '#bridge/rehearsal/carriers/xml.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

describe('the beat of a simulated carrier', () => {
  it('keeps to absolute time, however late each timer is', () => {
    const clock = new ManualClock();
    const late = { ...clockOf(clock), after: (ms: number, callback: () => void) => clock.after(ms + 7, callback) };
    const pacer = new Pacer(late, () => undefined);
    let ticks = 0;
    pacer.add({ tick: () => ticks++ });
    for (let ms = 0; ms < 10_000; ms++) clock.advance(1);
    expect(ticks).toBe(499);
  });

  it('catches up after a slip, gives up after a long sleep, and stops with the last listener', () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock, () => undefined);
    let ticks = 0;
    const leave = pacer.add({ tick: () => ticks++ });
    jump(clock, 200);
    expect(ticks).toBe(10);
    jump(clock, 60_000);
    expect(ticks).toBeLessThan(70);
    expect(pacer.skipped).toBeGreaterThan(2_900);
    leave();
    expect(clock.pending).toBe(0);
  });

  it('goes on for the others when one throws', () => {
    const clock = new ManualClock();
    const errors: unknown[] = [];
    const pacer = new Pacer(clock, (error) => errors.push(error));
    let ticks = 0;
    pacer.add({
      tick: () => {
        throw new Error('one');
      },
    });
    pacer.add({ tick: () => ticks++ });
    clock.advance(100);
    expect([ticks, errors.length]).toEqual([5, 5]);
    pacer.close();
  });
});

function clockOf(clock: ManualClock): { nowMs(): number; monotonicMs(): number } {
  return { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs() };
}

/** Time passes at once: timers on the way fire only at its end. */
function jump(clock: ManualClock, ms: number): void {
  const cancel = clock.after(0, () => undefined);
  cancel();
  const before = clock.monotonicMs;
  const target = clock.monotonicMs() + ms;
  clock.monotonicMs = () => target;
  clock.advance(20);
  clock.monotonicMs = before;
  clock.advance(ms - 20);
}

describe('the XML of call documents', () => {
  it('reads text, attributes, entities, CDATA and comments', () => {
    const root = parseXml('<?xml version="1.0"?>\n<!-- x --><R a="1 &amp; 2" b=\'"\'>x &lt;&#65;&#x42;&gt;<c/><![CDATA[<&]]></R>\n');
    expect(root.attributes).toEqual({ a: '1 & 2', b: '"' });
    expect(textOf(root)).toBe('x <AB><&');
  });

  it.each([
    '',
    ' <?xml version="1.0"?><R/>',
    '<R>',
    '<R></S>',
    '<R/><R/>',
    'x<R/>',
    '<R>a & b</R>',
    '<R>&nbsp;</R>',
    '<R a=1/>',
    '<R a="1" a="2"/>',
    '<R a="<"/>',
    '<R a="1"b="2"/>',
    '<R a="x"y"/>',
    '<!DOCTYPE x><R/>',
    '<R>\u0001</R>',
    '<R>&#0;</R>',
    '<R><!-- -- --></R>',
    '{"json":true}',
  ])('refuses %j', (source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });

  it('gives back any text that was escaped', () => {
    const escaped = (text: string): string =>
      text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? sign);
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[^\t\n\r -\uFFFD\u{10000}-\u{10FFFF}]/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        const root: XmlElement = parseXml(`<R a="${escaped(value)}">${escaped(value)}</R>`);
        expect(root.attributes.a).toBe(value);
        expect(root.children.join('')).toBe(value);
      }),
    );
  });

  it('never fails otherwise than with an XmlError', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'R', '"', '=', '&', ';', '!', '-', '[', ']', '?', ' ', 'CDATA'), { maxLength: 30 }),
        (parts) => {
          try {
            parseXml(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(XmlError);
          }
        },
      ),
    );
  });
});

describe('an address that a simulated carrier is given', () => {
  it.each(['http://example.com/', 'https://127.0.0.1/', 'https://tunnel.example/x', 'ws://10.0.0.1/', 'http://127.0.0.1.example.com/'])(
    'is not reached when it leads elsewhere: %s',
    (text) => {
      const address = parseAddress(text);
      expect(address && localTarget(address, {})).toBeNull();
    },
  );

  it('is reached on loopback, or through the tunnel', () => {
    const routes = { 'https://tunnel.example': 'http://127.0.0.1:4701' };
    const target = (text: string): unknown => localTarget(parseAddress(text) ?? expect.fail(text), routes);
    expect(target('http://127.0.0.1:99/x')).toEqual({ host: '127.0.0.1', port: 99 });
    expect(target('http://localhost:98/x')).toEqual({ host: '127.0.0.1', port: 98 });
    expect(target('https://tunnel.example/x?y=1')).toEqual({ host: '127.0.0.1', port: 4701 });
    expect(target('wss://tunnel.example/x')).toEqual({ host: '127.0.0.1', port: 4701 });
  });

  it('keeps its text as written, without the fragment, which tunes the patience', () => {
    const address = parseAddress('https://h.example:443/a%2Fb?x=1&y=%20#rt=900&rc=0&ct=1&rp=5xx');
    expect(address).toMatchObject({ text: 'https://h.example:443/a%2Fb?x=1&y=%20', target: '/a%2Fb?x=1&y=%20' });
    const standard = { connectMs: 2_000, readMs: 40_000, totalMs: 55_000, retries: 1, retryOn: new Set(['ct']) };
    expect(patienceOf(address?.fragment ?? '', standard)).toEqual({ ...standard, readMs: 900, retries: 0, retryOn: new Set(['5xx']) });
  });

  it('may be relative to the document that holds it', () => {
    expect(resolveAddress('/b?c', 'http://127.0.0.1:1/a')?.text).toBe('http://127.0.0.1:1/b?c');
    expect(resolveAddress('/b', null)).toBeNull();
    expect(resolveAddress('mailto:x', 'http://127.0.0.1:1/a')).toBeNull();
  });
});

describe('scripted faults', () => {
  it('happen to their number, so often, after so many spared occasions', () => {
    const book = new FaultBook(new Random(1), [{ on: 'call', act: { fails: 503 }, to: '+1', times: 2, skip: 1 }]);
    const take = (to: string): boolean => book.take('call', to, () => true) !== null;
    expect([take('+2'), take('+1'), take('+1'), take('+1'), take('+1')]).toEqual([false, false, true, true, false]);
  });

  it('follow the seed where they are a matter of chance', () => {
    const run = (seed: number): boolean[] => {
      const book = new FaultBook(new Random(seed), [{ on: 'call', act: { fails: 503 }, times: 1_000, chance: 0.3 }]);
      return Array.from({ length: 200 }, () => book.take('call', '+1', () => true) !== null);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const hits = run(7).filter(Boolean).length;
    expect(hits).toBeGreaterThan(35);
    expect(hits).toBeLessThan(85);
  });
});
