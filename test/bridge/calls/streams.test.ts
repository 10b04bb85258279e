import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';

describe('a media stream', () => {
  it('that breaks off is replaced by another, and the AI goes on', async () => {
    await using stage = await CallStage.open();
    const first = await stage.talk();
    stage.session.begins();
    stage.session.utters('One of our plumbers could come by for a free check.', 3_000, { byte: 0x31 });
    stage.session.ends();
    await stage.pass(1_000);
    first.cut();
    expect(stage.afterStream()).toMatchObject({ kind: 'stream', apology: { text: expect.stringContaining('Sorry') } });
    await stage.pass(500);
    const second = stage.openMedia();
    expect(second).not.toBe(first);
    await stage.pass(3_000);
    // What had been sent into the dead socket is lost, and nothing more.
    expect(first.heardMs() + second.heardMs()).toBeGreaterThanOrEqual(clipMs.disclosure + clipMs.greeting + 3_000 - 200);
    expect(second.heardAt(stage.clock.monotonicMs() - 2_500)).toBe(0x31);
    await stage.leadSays('Yes.');
    expect(stage.session.heardMs).toBeGreaterThan(5_000);
    expect(stage.engine.sessions).toHaveLength(1);
    stage.end();
    expect(stage.view.hops.filter(({ name }) => name === 'media-open')).toHaveLength(1);
    expect(stage.view.endedBy).toBe('lead');
  });

  it('that breaks off in the disclosure goes on with it, and the disclosure counts when its end was played', async () => {
    await using stage = await CallStage.open();
    const first = await stage.connect();
    await stage.pass(1_000);
    first.cut();
    expect(stage.view.disclosurePlayedAt).toBeNull();
    stage.afterStream();
    await stage.pass(300);
    const second = stage.openMedia();
    await stage.pass(clipMs.disclosure - 1_000);
    expect(second.firstMs()).not.toBeNull();
    expect(second.heardAt(second.firstMs() ?? 0)).toBe(clipBytes.disclosure);
    await stage.pass(500);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
  });

  it('that breaks off again and again is given up with an apology', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    for (let times = 0; times < 3; times += 1) {
      stage.stream.cut();
      expect(stage.afterStream().kind).toBe('stream');
      await stage.pass(200);
      stage.openMedia();
      await stage.pass(1_000);
    }
    stage.stream.cut();
    expect(stage.afterStream().kind).toBe('say-and-hang-up');
    await stage.pass(20_000);
    expect(stage.carrier.hangUps).toEqual([]);
    stage.end();
    expect(stage.view).toMatchObject({ endedBy: 'network', endedReason: 'the audio broke off; the lead heard an apology' });
  });

  it('that breaks off without a question of the carrier is asked about', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.stream.cut();
    await stage.pass(8_100);
    expect(stage.carrier.lookUps).toBe(1);
    await stage.settled();
    expect(stage.call.over).toBe(true);
    expect(stage.view.outcome).toBe('completed');
  });

  it('that was promised and does not open gives way to the announcement, and the missing hop is there to be seen', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    await stage.pass(4_000);
    expect(stage.carrier.redirects.map(({ document }) => document.kind)).toEqual(['announce']);
    await stage.pass(20_000);
    expect(stage.carrier.hangUps).toEqual([]);
    expect(stage.view).toMatchObject({ rung: 'announcement' });
    expect(stage.view.hops.map(({ name }) => name)).not.toContain('media-open');
  });

  it('that opens and brings no audio ends the call, and the missing hop tells why', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    stage.openMedia();
    stage.clock.advance(15_100);
    expect(stage.carrier.hangUps).toHaveLength(1);
    stage.end();
    expect(stage.view).toMatchObject({
      endedBy: 'network',
      endedReason: 'the media socket opened, but no audio came from the carrier',
    });
  });

  it('that is promised again and does not come ends the call as well', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.stream.cut();
    stage.afterStream();
    await stage.pass(15_100);
    expect(stage.carrier.hangUps).toHaveLength(1);
  });

  it('of another call is not let in, nor is a second one with the same token', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    const other = stage.carrier.openMedia({} as never, stream.handlers);
    expect(other.handlers.started({ carrierCallId: 'somebody else', streamId: 'x' })).toBe(false);
    expect(() => stage.openMedia()).toThrow('not let in');
  });

  it('records the answer as its beginning, and ends with the line', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stage.session.hears();
    await stage.pass(1_000);
    stage.end();
    expect(stream.closedBecause).not.toBeNull();
    const { talkMs } = stage.view;
    // Late words are awaited, the tape is not.
    await stage.pass(3_100);
    await stage.gone();
    expect(stage.view.recording?.durationMs).toBeGreaterThan(talkMs - 30);
    expect(stage.view.recording?.durationMs).toBeLessThanOrEqual(talkMs + 1);
  });

  it('takes keys, to opt out and as news for the AI', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.stream.handlers.digit('5');
    expect(stage.session.all('context')).toEqual([{ what: 'context', text: 'The person pressed the key 5.' }]);
    stage.call.sendDigits('12');
    expect(stage.stream.keys).toEqual(['12']);
    stage.stream.cut();
    expect(() => stage.call.sendDigits('1')).toThrow('two-way audio');
  });
});

describe('news of a leg', () => {
  it('counts once, in whatever order it comes', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    const stream = stage.openMedia();
    stage.tell({ type: 'leg.answered' });
    stage.tell({ type: 'leg.ringing' });
    stage.tell({ type: 'leg.queued' });
    await stage.pass(1_000);
    stage.tell({ type: 'leg.answered' });
    expect(stage.view.state).toBe('live');
    expect(stream.heardMs(0, stage.clock.monotonicMs())).toBe(1_000);
    stage.end('busy');
    stage.end('failed' as never);
    stage.tell({ type: 'leg.answered' });
    expect(stage.ended).toHaveLength(1);
    expect(stage.view).toMatchObject({ state: 'ended', outcome: 'completed', talkMs: 1_000 });
    expect(stage.view.hops.map(({ name }) => name).filter((name) => name === 'answered' || name === 'ended')).toEqual([
      'answered',
      'ended',
    ]);
    expect(stage.view.hops.at(-1)?.name).toBe('ended');
  });

  it('of an answer may come first by the question for a document, or by the audio itself', async () => {
    await using asked = await CallStage.open();
    asked.ring();
    expect(asked.ask({ kind: 'answered' }).kind).toBe('stream');
    expect(asked.view.answeredAt).not.toBeNull();
    expect(asked.view.state).toBe('answered');
    // Asked once more, for the first answer was lost on the way.
    expect(asked.ask({ kind: 'answered' }).kind).toBe('stream');
    asked.openMedia();
    await asked.pass(100);
    expect(asked.view.state).toBe('live');
  });

  it('of a ringing that comes after the answer leaves no hop of its own', async () => {
    await using stage = await CallStage.open();
    stage.call.request.submitting();
    stage.call.request.accepted(stage.leg, null);
    stage.answer();
    stage.tell({ type: 'leg.ringing' });
    expect(stage.view.hops.map(({ name }) => name)).not.toContain('ringing');
  });

  it('of its end during disclosure, goodbye or transfer ends everything that goes on', async () => {
    for (const moment of ['disclosure', 'goodbye', 'transfer'] as const) {
      await using stage = await CallStage.open();
      await (moment === 'disclosure' ? stage.connect() : stage.talk());
      if (moment === 'transfer') stage.dialOn();
      if (moment === 'goodbye') {
        stage.session.begins();
        stage.session.utters('One moment. Goodbye.', 1_500);
        stage.session.callsTool('end_call', { reason: 'goal_met' });
        stage.session.ends();
      }
      await stage.pass(moment === 'transfer' ? 2_000 : 500);
      if (moment === 'transfer') expect(stage.afterStream().kind).toBe('dial');
      stage.end();
      await stage.pass(3_500);
      await stage.gone();
      expect(stage.clock.pending).toBe(0);
      expect(stage.carrier.hangUps).toEqual([]);
      expect(stage.view.disclosurePlayedAt === null).toBe(moment === 'disclosure');
      const expected = {
        disclosure: { endedBy: 'lead', disposition: 'hung-up-early' },
        // The goodbye was under way: what the AI had decided stays.
        goodbye: { endedBy: 'ai', disposition: 'interested' },
        transfer: { endedBy: 'lead', disposition: 'hung-up-early' },
      } as const;
      expect(stage.view).toMatchObject(expected[moment]);
    }
  });

  it('tells what was heard of a sentence when the line ends in the middle of it', async () => {
    await using stage = await CallStage.open();
    await stage.talk();
    stage.session.begins();
    stage.session.utters('One of our plumbers could come by for a free check.', 4_000);
    await stage.pass(2_000);
    stage.end();
    // What is still made is not heard by anybody.
    stage.session.ends();
    stage.session.answers('Are you still there?', 1_000);
    expect(stage.view.transcript.at(-1)).toMatchObject({
      text: 'One of our plumbers could come by for a free check.',
      heardText: 'One of our plumbers could',
      interrupted: true,
      final: true,
    });
    await stage.gone();
    expect(stage.view.transcript).toHaveLength(3);
  });

  it('stops a campaign when the carrier says that nobody in it can be dialled', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.end('our-error', { text: 'The account has no credit left.', party: 'settings', stopsCampaign: true });
    expect(stage.ended).toMatchObject([{ outcome: 'our-error', stopsCampaign: 'The account has no credit left.' }]);
  });

  it('blames nobody else when the carrier says that the lead hung up before the first word', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    stage.end('completed', { party: 'lead', text: 'The callee hung up.' });
    expect(stage.view).toMatchObject({ endedBy: 'lead', disposition: 'hung-up-early' });
  });

  it('names the hop that was missing when a call dies before the first word and nobody says why', async () => {
    await using stage = await CallStage.open();
    stage.ring();
    stage.answer();
    await stage.pass(1_000);
    stage.end();
    expect(stage.view).toMatchObject({
      endedBy: 'network',
      endedReason: 'the carrier never opened the media socket: the public address may not pass WebSockets',
    });
  });

  it('counts the disclosure when the carrier confirms it late, and not when it never does', async () => {
    for (const confirmsAfterMs of [1_800, null]) {
      await using stage = await CallStage.open();
      stage.carrier.confirmsAfterMs = confirmsAfterMs;
      await stage.talk();
      await stage.pass(3_000);
      stage.end();
      expect(stage.view.disclosurePlayedAt === null).toBe(confirmsAfterMs === null);
      expect(stage.view.transcript[0]).toMatchObject({ final: true });
    }
  });
});

describe('a carrier that does not read what we send', () => {
  const log = (stage: CallStage) => stage.log.filter((line) => line.includes('what would come too late is left out'));

  it('gets no more than about a second to catch up with; the rest is left out, and said once', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.talk();
    stream.bufferedBytes = 20_000;
    for (let times = 0; times < 3; times += 1) {
      stage.session.begins();
      stage.session.utters('One of our plumbers could come by.', 2_000, { byte: 0x31 });
      stage.session.ends();
      await stage.pass(3_000);
    }
    expect(stream.firstMs(0x31)).toBeNull();
    expect(log(stage)).toHaveLength(1);
    // It reads again: what is said now is heard now.
    stream.bufferedBytes = 0;
    stage.session.begins();
    stage.session.utters('Are you still there?', 1_000, { byte: 0x32 });
    stage.session.ends();
    await stage.pass(1_500);
    expect(stream.firstMs(0x32)).not.toBeNull();
    expect(stream.firstMs(0x31)).toBeNull();
    expect(log(stage)).toHaveLength(1);
  });

  it('has not played a disclosure of which a part was left out', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    await stage.pass(1_000);
    stream.bufferedBytes = 20_000;
    await stage.pass(500);
    stream.bufferedBytes = 0;
    await stage.pass(clipMs.disclosure + clipMs.greeting);
    expect(stage.view.disclosurePlayedAt).toBeNull();
    // The call goes on all the same.
    expect(stream.firstMs(clipBytes.greeting)).not.toBeNull();
  });
});
