import { describe } from 'vitest';
import { PlivoCarrier } from '#bridge/carriers/plivo/plivo-carrier.ts';
import { startPlivoSim } from '#bridge/rehearsal/carriers/plivo/plivo-sim.ts';
import type { PlivoSimOptions } from '#bridge/rehearsal/carriers/plivo/world.ts';
import { systemClock } from '#bridge/rehearsal/carriers/system-clock.ts';
import { silentLog } from '#test/support/carrier-stage.ts';
import { type CommonSimOptions, simulatorSuite } from '#test/support/simulator-suite.ts';

const credentials = { authId: 'MA00000000000000000000', authToken: 'test_token_1' };
const variant = (name: string, more: Partial<PlivoSimOptions>) => ({
  name,
  start: (options: CommonSimOptions) => startPlivoSim({ credentials, ...options, ...more }),
});

describe('the Plivo adapter against the simulated Plivo', () => {
  simulatorSuite({
    name: 'plivo',
    variants: [
      variant('classic words', { strict160: true }),
      variant('words of the guide', { streamWords: 'guide', upgradeForm: 'ws', upgradeSuffix: true, sendsStop: true }),
    ],
    make: ({ wrongToken, ...options }) =>
      new PlivoCarrier({
        ...options,
        credentials: wrongToken ? { ...credentials, authToken: 'wrong' } : credentials,
        clock: systemClock,
        log: silentLog,
      }),
    reportsClearedCheckpoints: false,
    priceMicros: 7_000,
    callerRefusal: null,
    streamEnd: 'the carrier closed the media socket (1000)',
  });
});
