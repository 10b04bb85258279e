import type { RehearsalWorld } from '#bridge/rehearsal/world.ts';

/** Something that goes wrong once or a few times, with whoever it meets. @returns lifts it */
type Mishap = readonly [string, (world: RehearsalWorld) => (() => void) | undefined];

export const mishaps: readonly Mishap[] = [
  ['realtime cut', ({ openai }) => openai.fault({ fault: { kind: 'close', code: 1006, afterMs: 0 }, times: 2 })],
  ['realtime cut in an answer', ({ openai }) => openai.fault({ fault: { kind: 'drop-in-answer', afterDeltas: 3 }, times: 2 })],
  ['realtime stall', ({ openai }) => openai.fault({ fault: { kind: 'stall-in-answer', afterDeltas: 3 }, times: 2 })],
  ['realtime 429', ({ openai }) => openai.fault({ fault: { kind: 'response-failed', code: 'rate_limit_exceeded' }, times: 3 })],
  ['realtime garbage', ({ openai }) => openai.fault({ fault: { kind: 'garbage-frame', afterMs: 0 }, times: 4 })],
  ['realtime refused', ({ openai }) => openai.fault({ fault: { kind: 'refuse' }, times: 3 })],
  ['realtime hangs', ({ openai }) => openai.fault({ fault: { kind: 'hang-upgrade' }, times: 2 })],
  ['live cut', ({ openai }) => openai.live.fault({ fault: { kind: 'drop', afterMs: 0 }, times: 2 })],
  ['live stall', ({ openai }) => openai.live.fault({ fault: { kind: 'stall-in-speech', afterDeltas: 0 }, times: 2 })],
  ['live hangs', ({ openai }) => openai.live.fault({ fault: { kind: 'never-started' }, times: 2 })],
  ['hearing cut', ({ deepgram }) => void deepgram.hangUp()],
  ['hearing refused', ({ deepgram }) => deepgram.fault({ fault: { kind: 'refuse' }, at: '/v1/listen', times: 3 })],
  ['hearing garbage', ({ deepgram }) => deepgram.fault({ fault: { kind: 'garbage' }, times: 3 })],
  ['speaking cut', ({ elevenlabs }) => elevenlabs.fault({ fault: { kind: 'cut', afterPieces: 3 }, times: 2 })],
  ['speaking stall', ({ elevenlabs }) => elevenlabs.fault({ fault: { kind: 'stall', afterPieces: 3 }, times: 2 })],
  [
    'speaking out of credit',
    ({ elevenlabs }) => elevenlabs.fault({ fault: { kind: 'status', status: 402, code: 'quota_exceeded' }, times: 2 }),
  ],
  [
    'text 429',
    ({ openai }) =>
      openai.httpFault({ fault: { kind: 'status', status: 429, code: 'rate_limit_exceeded' }, at: '/v1/responses', times: 2 }),
  ],
  ['text hangs', ({ openai }) => openai.httpFault({ fault: { kind: 'hang' }, at: '/v1/responses', times: 2 })],
  ['text cut', ({ openai }) => openai.httpFault({ fault: { kind: 'cut', afterPieces: 3 }, at: '/v1/responses', times: 2 })],
  ['relay cut', ({ twilio }) => void twilio.fault({ on: 'relay', act: 'cut' })],
  ['media cut over twilio', ({ twilio }) => void twilio.fault({ on: 'socket', act: { cutAfterMs: 6_000 } })],
  ['media cut over plivo', ({ plivo }) => void plivo.fault({ on: 'socket', act: { cutAfterMs: 6_000 } })],
  [
    'media garbage',
    ({ twilio, plivo }) => {
      for (const sim of [twilio, plivo]) sim.fault({ on: 'socket', act: { send: 'garbage', afterMs: 3_000 } });
      return undefined;
    },
  ],
  [
    'webhook twice',
    ({ twilio, plivo }) => {
      twilio.fault({ on: 'webhook', webhook: 'status', act: 'duplicate' });
      plivo.fault({ on: 'webhook', webhook: 'hangup', act: 'duplicate' });
      return undefined;
    },
  ],
  ['webhook late', ({ plivo }) => void plivo.fault({ on: 'webhook', webhook: 'ring', act: { delayMs: 1_500 } })],
];
