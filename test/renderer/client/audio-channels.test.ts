import { describe, expect, it } from 'vitest';
import { AudioChannels, type AudioPipe, audioHeaderBytes } from '#renderer/client/audio-channels.ts';

function rig() {
  const texts: Parameters<AudioPipe['text']>[0][] = [];
  const frames: Uint8Array[] = [];
  const channels = new AudioChannels({ text: (message) => texts.push(message), bytes: (message) => frames.push(message) });
  return { texts, frames, channels };
}

const callId = 'call_1' as never;
const sink = () => {
  const told: unknown[] = [];
  return {
    told,
    frame: (side: number, counter: number) => told.push([side, counter]),
    ended: (reason: string | null) => told.push(['ended', reason]),
  };
};
const heard = (side: number, channel: number, counter: number) => {
  const message = new Uint8Array(audioHeaderBytes + 160);
  const view = new DataView(message.buffer);
  view.setUint8(0, side);
  view.setUint32(1, channel);
  view.setUint32(5, counter);
  return message;
};
const spoken = () => new Uint8Array(audioHeaderBytes + 160);

describe('the sound of calls over one connection', () => {
  it('hands each channel its own frames', () => {
    const { channels } = rig();
    const [a, b] = [sink(), sink()];
    channels.listen('call_1', a, false);
    channels.listen('call_2', b, true);
    channels.reply({ type: 'audio.opened', callId, channel: 7 });
    channels.reply({ type: 'audio.opened', callId: 'call_2' as never, channel: 8 });
    channels.bytes(heard(1, 8, 3));
    channels.bytes(heard(2, 7, 4));
    expect([a.told, b.told]).toEqual([[[2, 4]], [[1, 3]]]);
  });

  it('does not take the channel of a stopped watch for the one that listens', () => {
    const { channels, texts } = rig();
    const levels = channels.listen('call_1', sink(), true);
    levels.stop();
    const ear = sink();
    channels.listen('call_1', ear, false);
    channels.reply({ type: 'audio.opened', callId, channel: 1 });
    channels.reply({ type: 'audio.opened', callId, channel: 2 });
    channels.bytes(heard(1, 1, 0));
    channels.bytes(heard(1, 2, 1));
    expect(ear.told).toEqual([[1, 1]]);
    expect(texts.at(-1)).toEqual({ type: 'audio.close', channel: 1 });
  });

  it('goes back as soon as it can when that was asked for before the channel was open', () => {
    const { channels, texts } = rig();
    const hearing = channels.listen('call_1', sink(), false);
    hearing.seek(5_000);
    hearing.seek(10_000);
    hearing.rate(1.5);
    expect(texts.map(({ type }) => type)).toEqual(['audio.open']);
    channels.reply({ type: 'audio.opened', callId, channel: 4 });
    expect(texts.slice(1)).toEqual([
      { type: 'audio.seek', channel: 4, backMs: 10_000 },
      { type: 'audio.rate', channel: 4, rate: 1.5 },
    ]);
    hearing.seek(0);
    expect(texts.slice(3)).toEqual([{ type: 'audio.seek', channel: 4, backMs: 0 }]);
  });

  it('keeps the first words until the line is open, and counts them', () => {
    const { channels, frames } = rig();
    const talk = channels.speak('call_1', { opened: () => {}, ended: () => {} });
    for (let i = 0; i < 14; i++) talk.frame(spoken());
    expect(frames).toEqual([]);
    channels.reply({ type: 'audio.opened', callId, channel: 5 });
    talk.frame(spoken());
    expect(frames.length).toBe(11);
    const views = frames.map((frame) => new DataView(frame.buffer));
    expect(views.map((view) => [view.getUint8(0), view.getUint32(1), view.getUint32(5)])).toEqual(
      Array.from({ length: 11 }, (_, index) => [3, 5, index]),
    );
  });

  it('says in a ping that it is there, once there is a line', () => {
    const { channels, texts } = rig();
    const talk = channels.speak('call_1', { opened: () => {}, ended: () => {} });
    talk.ping();
    channels.reply({ type: 'audio.opened', callId, channel: 5 });
    talk.ping();
    expect(texts.filter(({ type }) => type === 'talk.ping')).toEqual([{ type: 'talk.ping', channel: 5 }]);
  });

  it('listens again after a lost connection, and never speaks again by itself', () => {
    const { channels, texts } = rig();
    const [ear, mouth] = [sink(), sink()];
    channels.listen('call_1', ear, false);
    const talk = channels.speak('call_1', { opened: () => {}, ended: mouth.ended });
    channels.reply({ type: 'audio.opened', callId, channel: 1 });
    channels.reply({ type: 'audio.opened', callId, channel: 2 });
    channels.lost();
    expect(mouth.told).toEqual([['ended', 'The connection to Ringside broke off.']]);
    texts.length = 0;
    channels.connected();
    expect(texts).toEqual([{ type: 'audio.open', callId: 'call_1', listen: true, speak: false, levelsOnly: false }]);
    talk.frame(spoken());
    channels.reply({ type: 'audio.opened', callId, channel: 1 });
    channels.bytes(heard(1, 1, 9));
    expect(ear.told).toEqual([[1, 9]]);
  });

  it('tells which of two requests was refused', () => {
    const { channels } = rig();
    const [ear, mouth] = [sink(), sink()];
    channels.speak('call_1', { opened: () => {}, ended: mouth.ended });
    channels.listen('call_1', ear, false);
    channels.reply({ type: 'error', request: 'audio.open', callId, error: { code: 'state/held', message: 'Dana has it.' } });
    expect([mouth.told, ear.told]).toEqual([[['ended', 'Dana has it.']], []]);
  });
});
