import { describe, expect, test } from 'vitest';
import { AudioRound } from '#bridge/engines/audio-round.ts';

function makeRound() {
  const due: (() => void)[] = [];
  const sent: string[] = [];
  const round = new AudioRound((work) => due.push(work));
  const socket = (name: string, readyState = 1) => ({
    OPEN: 1,
    readyState,
    terminated: false,
    send: (message: Buffer) => void sent.push(`${name} ${message}`),
    terminate() {
      this.terminated = true;
    },
  });
  return { round, due, sent, socket, pass: () => due.splice(0).forEach((work) => void work()) };
}

describe('a round of audio', () => {
  test('sends what came in one turn together, in order, as it was', () => {
    const { round, sent, socket, due, pass } = makeRound();
    const [a, b] = [socket('a'), socket('b')];
    const message = Buffer.from('one');
    round.add(a, message);
    message.write('two');
    round.add(b, message);
    round.add(a, Buffer.from('three'));
    expect(sent).toEqual([]);
    expect(due).toHaveLength(1);
    pass();
    expect(sent).toEqual(['a one', 'b two', 'a three']);
    pass();
    expect(sent).toHaveLength(3);
  });

  test('is not waited for when it is full', () => {
    const { round, sent, socket } = makeRound();
    const only = socket('a');
    for (let n = 0; n < 33; n++) round.add(only, Buffer.from(String(n)));
    expect(sent).toHaveLength(32);
    round.flush();
    expect(sent).toEqual(Array.from({ length: 33 }, (_, n) => `a ${n}`));
  });

  test('sends what is longer than a frame at once, behind what waits', () => {
    const { round, sent, socket } = makeRound();
    round.add(socket('a'), Buffer.from('short'));
    round.add(socket('b'), Buffer.alloc(1_000, 'x'));
    expect(sent.map((text) => text.length)).toEqual([7, 1_002]);
  });

  test('leaves out a socket that has closed meanwhile', () => {
    const { round, sent, socket, pass } = makeRound();
    const closing = socket('a');
    round.add(closing, Buffer.from('one'));
    round.add(socket('b'), Buffer.from('two'));
    closing.readyState = 2;
    pass();
    expect(sent).toEqual(['b two']);
  });

  test('cuts a socket that throws, and sends the others', () => {
    const { round, sent, socket, pass } = makeRound();
    const broken = socket('a');
    broken.send = () => {
      throw new Error('no');
    };
    round.add(broken, Buffer.from('one'));
    round.add(socket('b'), Buffer.from('two'));
    pass();
    expect(broken.terminated).toBe(true);
    expect(sent).toEqual(['b two']);
  });
});
