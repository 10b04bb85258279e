import { describe, expect, it } from 'vitest';
import { HoldPlayer } from '#bridge/calls/person/hold-player.ts';
import { PersonLane } from '#bridge/calls/person/person-lane.ts';
import { Pacer } from '#bridge/media/pacer.ts';
import { Playout } from '#bridge/media/playout.ts';
import { ManualClock } from '#test/support/manual-clock.ts';
import { silence, tone } from '#test/support/tones.ts';

/** A lead who waits, and a person of ours who can speak to them. */
function waiting() {
  const clock = new ManualClock();
  const log: ('hold' | 'clear' | 'person')[] = [];
  const note = (what: 'hold' | 'clear' | 'person') => log.push(what);
  const playout = new Playout({
    clock,
    sink: { send: () => note('hold'), checkpoint: () => undefined, clear: () => note('clear') },
  });
  new Pacer({ clock, onTrouble: (_, error) => expect.fail(String(error)) }).add(playout);
  const talk = { on: false };
  const hold: HoldPlayer = new HoldPlayer({ clock, playout, isTalk: () => talk.on || lane.speaking });
  const lane = new PersonLane({
    clock,
    // As a line does it: nothing is sent beside what we play.
    send: () => {
      if (!playout.speaking) note('person');
    },
    isOpen: () => true,
    begins: () => hold.giveWay(),
    changed: () => undefined,
  });
  hold.set(true);
  clock.advance(4_000);
  const since = (mark: number) => log.slice(mark);
  const speak = (sound: Uint8Array) => {
    for (let at = 0; at < sound.length; at += 160) {
      lane.frame(sound.subarray(at, at + 160));
      clock.advance(20);
    }
  };
  return { clock, hold, lane, log, playout, since, speak, talk };
}

describe('the sound for a lead who waits', () => {
  it('is dropped at the carrier before the first word of a person who speaks to them', () => {
    const { log, since, speak } = waiting();
    expect(log).toContain('hold');
    const mark = log.length;
    speak(tone(440, 400));
    const [first, ...rest] = since(mark);
    expect(first).toBe('clear');
    expect(rest).toEqual(Array.from({ length: 20 }, () => 'person'));
  });

  it('is dropped as well when it has stepped aside already and lies at the carrier still', () => {
    const { clock, log, playout, since, speak, talk } = waiting();
    talk.on = true;
    clock.advance(110);
    expect(playout.speaking).toBe(true);
    talk.on = false;
    const mark = log.length;
    speak(tone(440, 100));
    expect(since(mark)[0]).toBe('clear');
    expect(since(mark).slice(1)).toEqual(Array.from({ length: 5 }, () => 'person'));
  });

  it('goes on beside a microphone in which nobody speaks, and comes back after a pause', () => {
    const { clock, log, since, speak } = waiting();
    let mark = log.length;
    speak(silence(1_000));
    expect(since(mark)).not.toContain('clear');
    expect(since(mark)).toContain('hold');
    speak(tone(440, 200));
    mark = log.length;
    clock.advance(1_400);
    expect(since(mark)).toEqual([]);
    clock.advance(1_500);
    expect(since(mark)).toContain('hold');
  });

  it('clears nothing of the AI, and nothing when it is off', () => {
    const { clock, hold, log, playout, since, speak } = waiting();
    hold.set(false);
    clock.advance(500);
    const mark = log.length;
    playout.push('answer', tone(440, 300));
    playout.finish('answer');
    speak(tone(440, 100));
    expect(since(mark)).not.toContain('clear');
  });
});
