import type { Page } from 'playwright-core';
import type { AudioSide } from '#renderer/client/audio-channels.ts';

/** What a console's loudspeaker was given within 10 ms, on one side. */
export interface Heard {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** 1 is the lead, on the left; 2 our side, on the right. */
  readonly side: AudioSide;
  /** 0 to 1. */
  readonly rms: number;
  /** Pitch of what is one tone; of anything else it means nothing. */
  readonly hz: number;
}

/** For a page's beginning: listens to whatever its audio graph gives to the loudspeaker. */
export function tapLoudspeaker(): void {
  const log: Heard[] = [];
  Object.assign(window, { loudspeaker: log });
  const connect = AudioNode.prototype.connect as (this: AudioNode, target: AudioNode, output?: number, input?: number) => AudioNode;
  const window512 = new Float32Array(512);
  const pitch = (samples: Float32Array, rate: number): number => {
    let [first, last, periods] = [0, 0, -1];
    for (let at = 1; at < samples.length; at++) {
      const [before = 0, now = 0] = [samples[at - 1], samples[at]];
      if (before >= 0 || now < 0) continue;
      last = at - now / (now - before);
      if (periods < 0) first = last;
      periods += 1;
    }
    return periods < 2 ? 0 : (periods * rate) / (last - first);
  };
  const listen = (context: BaseAudioContext, node: AudioNode): void => {
    const splitter = context.createChannelSplitter(2);
    connect.call(node, splitter);
    const ears = [0, 1].map((channel) => {
      const ear = context.createAnalyser();
      ear.fftSize = window512.length;
      connect.call(splitter, ear, channel);
      return ear;
    });
    setInterval(() => {
      for (const [channel, ear] of ears.entries()) {
        ear.getFloatTimeDomainData(window512);
        let sum = 0;
        for (const sample of window512) sum += sample * sample;
        const rms = Math.sqrt(sum / window512.length);
        log.push({ atMs: Date.now(), side: channel === 0 ? 1 : 2, rms, hz: rms < 0.01 ? 0 : pitch(window512, context.sampleRate) });
      }
    }, 10);
  };
  AudioNode.prototype.connect = function tapped(this: AudioNode, target: AudioNode, output?: number, input?: number) {
    if (target instanceof AudioDestinationNode) listen(this.context, this);
    return connect.call(this, target, output, input);
  } as typeof AudioNode.prototype.connect;
}

/** What the loudspeaker of a page with {@link tapLoudspeaker} was given, from a time on. */
export async function loudspeaker(page: Page, fromMs = 0): Promise<readonly Heard[]> {
  return await page.evaluate(
    (sinceMs) => (window as unknown as { loudspeaker: Heard[] }).loudspeaker.filter(({ atMs }) => atMs >= sinceMs),
    fromMs,
  );
}
