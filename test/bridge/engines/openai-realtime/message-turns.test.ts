import { describe, expect, it } from 'vitest';
import { MessageTurns } from '#bridge/engines/openai-realtime/message-turns.ts';

/** Turns that pass when the test says so, and messages that take as long as they say: `a3` is of socket a and takes 0.3 ms. */
function makeTurns() {
  let nowMs = 0;
  const due: (() => void)[] = [];
  const turns = new MessageTurns(
    () => nowMs,
    (work) => void due.push(work),
  );
  const taken: string[] = [];
  const lane = () =>
    turns.lane((message) => {
      const text = message.toString();
      taken.push(text);
      nowMs += Number(text.slice(1)) / 10;
    });
  const pass = (tookMs = 0) => {
    nowMs += tookMs;
    for (const work of due.splice(0)) work();
    return taken.splice(0).join(' ');
  };
  return { lane, due, pass, seen: () => taken.splice(0).join(' ') };
}

const add = (lane: { add(message: Buffer): void }, ...texts: string[]) => texts.forEach((text) => void lane.add(Buffer.from(text)));

describe('messages of all sockets in turns', () => {
  it('are taken up as they come while there is time, and the others in the turns that follow, in their order', () => {
    const { lane, pass, seen, due } = makeTurns();
    const a = lane();
    add(a, 'a1', 'a1', 'a1', 'a3', 'a1');
    expect([seen(), a.size]).toEqual(['a1 a1', 3]);
    expect(pass()).toBe('a1 a3');
    add(a, 'a0');
    expect([seen(), pass(), a.size]).toEqual(['', 'a1 a0', 0]);
    expect(pass()).toBe('');
    expect(due).toHaveLength(0);
  });

  it('take turns, so that a socket that sends without end keeps no other waiting', () => {
    const { lane, pass, seen } = makeTurns();
    const [a, b] = [lane(), lane()];
    add(a, 'a5', ...Array.from({ length: 100 }, () => 'a5'));
    add(b, 'b5', 'b5');
    expect(seen()).toBe('a5');
    expect([pass(), pass(), pass(), pass(), pass()]).toEqual(['a5', 'b5', 'a5', 'b5', 'a5']);
    expect([a.size, b.size]).toEqual([97, 0]);
  });

  it('have a quarter of a turn that takes long, so that they do not pile up', () => {
    const { lane, pass, seen } = makeTurns();
    const a = lane();
    add(a, ...Array.from({ length: 30 }, () => 'a2'));
    expect(seen()).toBe('a2');
    // Eight milliseconds of other work: two for these.
    expect(pass(8).split(' ')).toHaveLength(11);
    expect(pass().split(' ')).toHaveLength(3);
  });

  it('are taken up at once when nothing comes after them, or dropped', () => {
    const { lane, pass, seen } = makeTurns();
    const [a, b] = [lane(), lane()];
    add(a, 'a3', 'a1', 'a1');
    add(b, 'b1', 'b1');
    a.settle();
    expect([seen(), a.size]).toEqual(['a3 a1 a1', 0]);
    b.forget();
    expect([pass(), b.size]).toEqual(['', 0]);
  });
});
