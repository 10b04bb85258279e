import type { SessionRequest } from '../../engines/engine.ts';

/** The service ends a turn after this much silence when the agent does not say otherwise, and we add some for the rounding of its windows. */
const turnSilenceMs = 2_000;
const turnSilenceMarginMs = 300;
const silentFrame = new Uint8Array(160).fill(0xff);

/** As much silence as ends a turn that nobody will go on with. @param hear gets 20 ms each time */
export function hearClosingSilence(turnDetection: SessionRequest['turnDetection'], hear: (bytes: Uint8Array) => void): void {
  const silenceMs = turnDetection?.type === 'server_vad' ? turnDetection.silenceMs : turnSilenceMs;
  for (let ms = 0; ms < silenceMs + turnSilenceMarginMs; ms += 20) hear(silentFrame);
}
