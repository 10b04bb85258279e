import { describe } from 'vitest';
import { TwilioCarrier } from '#bridge/carriers/twilio/twilio-carrier.ts';
import { systemClock } from '#bridge/rehearsal/carriers/system-clock.ts';
import { startTwilioSim } from '#bridge/rehearsal/carriers/twilio/twilio-sim.ts';
import type { TwilioSimOptions } from '#bridge/rehearsal/carriers/twilio/world.ts';
import { silentLog } from '#test/support/carrier-stage.ts';
import { type CommonSimOptions, simulatorSuite } from '#test/support/simulator-suite.ts';

const credentials = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'test_token_1' };
const variant = (name: string, more: Partial<TwilioSimOptions>) => ({
  name,
  start: (options: CommonSimOptions) => startTwilioSim({ credentials, ...options, ...more }),
});

describe('the Twilio adapter against the simulated Twilio', () => {
  simulatorSuite({
    name: 'twilio',
    variants: [variant('action', { afterFailedStream: 'action' }), variant('next verb', { afterFailedStream: 'next-verb' })],
    make: ({ wrongToken, ...options }) =>
      new TwilioCarrier({
        ...options,
        credentials: wrongToken ? { ...credentials, authToken: 'wrong' } : credentials,
        clock: systemClock,
        log: silentLog,
      }),
    reportsClearedCheckpoints: true,
    priceMicros: 14_000,
    callerRefusal: { carrierCode: '21210', stopsCampaign: true },
    streamEnd: 'the carrier ended the stream',
  });
});
