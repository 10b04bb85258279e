import type { ConsoleLine } from '#bridge/console/line-handlers.ts';

/** Nothing leads here, and nobody asks. */
export const fakeLine: ConsoleLine = {
  tunnel: () => ({
    provider: 'none',
    state: 'off',
    publicUrl: null,
    code: null,
    cause: null,
    cure: null,
    openPage: null,
    upSince: null,
    nextTryAt: null,
    region: null,
    usage: {
      month: '2026-11',
      since: '2026-11-01T00:00:00.000Z',
      requests: { count: 0, forecast: 0, freeLimit: null },
      bytes: { count: 0, forecast: 0, freeLimit: null },
    },
  }),
  restartTunnel: () => Promise.resolve(),
  prove: () => Promise.reject(new Error('nothing can be proven here')),
  proofs: () => [],
  health: () => ({
    state: 'unknown',
    summary: 'Nothing leads here from outside yet.',
    step: null,
    cause: null,
    checkedAt: null,
    unmended: null,
  }),
  refuseBroken: () => Promise.resolve(),
};
