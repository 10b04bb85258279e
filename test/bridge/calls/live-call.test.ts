import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';

describe('a call', () => {
  it('says disclosure and greeting at once, then lets the AI answer', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    expect(stream.firstMs(clipBytes.disclosure)).toBe(2_100);
    expect(stage.session.all('auto')).toEqual([]);
    await stage.pass(clipMs.disclosure + clipMs.greeting);
    expect(stream.heardMs()).toBe(clipMs.disclosure + clipMs.greeting);
    expect(stage.session.all('auto')).toEqual([{ what: 'auto', on: true }]);
    expect(stage.session.all('spoken').map(({ text }) => text)).toEqual([
      'This is an automated call by an AI of Roofers.',
      'Hello Grace, do you have a minute?',
    ]);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'hung-up-early', endedBy: 'lead' });
  });

  it('tells what it costs as it goes on', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const costs = () => stage.events.flatMap((event) => (event.type === 'call.changed' ? [event.call.costMicros] : []));
    const before = costs().at(-1) ?? 0;
    stage.session.on.usage([{ kind: 'realtime', micros: 1_234, detail: 'an answer', estimated: false }]);
    await stage.pass(1_100);
    expect(costs().at(-1)).toBe(before + 1_234);
    // The next minute begins.
    for (let times = 0; times < 7; times += 1) {
      await stage.leadSays('And so on.');
      stage.session.answers('I see.', 500);
      await stage.pass(7_000);
    }
    expect(stage.view.talkMs).toBeGreaterThan(60_000);
    expect(costs().at(-1)).toBeGreaterThan(before + 1_234);
    stage.end();
    const { costMicros, costs: lines } = stage.view;
    expect(lines.reduce((sum, { micros }) => sum + micros, 0)).toBe(costMicros);
  });

  it('tells words that still come a few times a second, and final ones at once', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    const turn = stage.session.hears();
    const from = stage.events.length;
    const told = () =>
      stage.events.slice(from).flatMap((event) => (event.type === 'call.segment' ? [[event.segment.text, event.segment.final]] : []));
    for (let words = 1; words <= 20; words += 1) {
      stage.session.on.turnText(turn, 'la '.repeat(words).trim(), false);
      await stage.pass(20);
    }
    expect(told().map(([text]) => String(text).split(' ').length)).toEqual([1, 8, 15]);
    stage.session.on.turnText(turn, 'Take me off your list.', true);
    expect(told().at(-1)).toEqual(['Take me off your list.', true]);
    await stage.pass(1_000);
    expect(told().filter(([text]) => String(text).startsWith('la'))).toHaveLength(3);
    stage.end();
  });

  it('lets whoever listens hear both sides, until it ends', async () => {
    await using stage = await CallStage.open();
    await stage.connect();
    const heard = { 1: 0, 2: 0, ended: 0 };
    const [ann, ben] = [{ name: 'Ann' }, { name: 'Ben' }];
    stage.call.listen(
      {
        frame: (side) => {
          heard[side] += 1;
        },
        ended: () => {
          heard.ended += 1;
        },
      },
      ann,
    );
    const stop = stage.call.listen({ frame: () => expect.fail('stopped'), ended: () => expect.fail('stopped') }, ben);
    expect(stage.call.summary().listeners).toEqual(['Ann', 'Ben']);
    stop();
    stop();
    await stage.pass(1_000);
    expect(heard).toMatchObject({ 1: 50, ended: 0 });
    const told = stage.events.flatMap((event) => (event.type === 'call.changed' ? [event.call.listeners] : []));
    expect(told.at(-1)).toEqual(['Ann']);
    expect(heard[2]).toBeGreaterThan(45);
    stage.end();
    expect(heard.ended).toBe(1);
    expect(stage.call.summary().listeners).toEqual([]);
    expect(() => stage.call.listen({ frame: () => undefined, ended: () => undefined }, ann)).toThrow('in progress');
  });
});
