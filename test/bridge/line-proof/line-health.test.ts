import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Publish } from '#bridge/contract/feed.ts';
import type { LineProof, ProofStepName } from '#bridge/contract/line.ts';
import { LineHealth } from '#bridge/line-proof/line-health.ts';
import type { LineParts } from '#bridge/line-proof/line-parts.ts';
import { Probes } from '#bridge/line-proof/probes.ts';
import type { TunnelStatus } from '#bridge/tunnel/tunnel.ts';
import { until } from '#test/support/bridge-rig.ts';
import { silentLog } from '#test/support/fake-calls.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

const lost = { code: null, cause: 'The connection to ngrok was lost', cure: 'Wait.', lasting: false, openPage: null };

/** The public side at its own address, and a tunnel whose state a test sets. */
class Stage {
  readonly clock = new ManualClock();
  readonly probes = new Probes();
  readonly told: string[] = [];
  readonly server: Server = createServer((request, response) => {
    this.asked++;
    const nonce = new URL(request.url ?? '/', 'http://here').searchParams.get('nonce') ?? '';
    response.end(JSON.stringify({ ok: true, identity: this.probes.identify(nonce) }));
  });
  asked = 0;
  state: TunnelStatus['state'] | null = 'up';
  earlier: LineProof[] = [];

  get #origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  #status(): TunnelStatus {
    const state = this.state ?? 'off';
    const trouble = state === 'up' ? null : lost;
    return { provider: 'ngrok', state, publicOrigin: this.#origin, trouble, upSinceMs: null, region: null, nextTryAtMs: null };
  }

  health(): LineHealth {
    const parts = {
      clock: this.clock,
      log: silentLog,
      probes: this.probes,
      publish: (event: Parameters<Publish>[0]) => void (event.type === 'line.health' && this.told.push(event.health.state)),
      ready: async () => ({ world: 'real', carrier: () => ({}), publicOrigin: () => this.#origin }),
      tunnel: () => (this.state === null ? null : { status: () => this.#status(), onChange: () => () => undefined }),
      explain: () => lost,
      shelf: { earlier: this.earlier, keep: () => undefined },
    } as unknown as LineParts;
    return new LineHealth(parts);
  }
}

const proof = (found: Partial<Record<ProofStepName, boolean>>): LineProof => ({
  id: 'proof_1',
  ok: Object.values(found).every(Boolean),
  carrier: 'twilio',
  world: 'real',
  from: null,
  quick: false,
  at: '2026-11-22T10:00:00.000Z',
  ms: 1,
  summary: '',
  steps: Object.entries(found).map(([name, ok]) => ({
    name: name as ProofStepName,
    title: `About ${name}`,
    ok: ok ?? true,
    skipped: false,
    ms: 1,
    startMs: 0,
    result: 'It is so.',
  })),
});

let stage: Stage;
let health: LineHealth;
beforeEach(async () => {
  stage = new Stage();
  await new Promise<void>((resolve) => stage.server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  health.close();
  stage.server.closeAllConnections();
  await new Promise((resolve) => stage.server.close(resolve));
});

/** Let the next probe come, and wait for what it finds. */
async function probed(afterMs: number) {
  const before = health.view.checkedAt;
  stage.clock.advance(afterMs);
  await until('a probe', () => health.view.checkedAt !== before);
  return health.view;
}

describe('the health of the line', () => {
  it('is red only after two failed probes, and green with the first good one', async () => {
    health = stage.health();
    health.run();
    expect(await probed(5_000)).toMatchObject({ state: 'good', step: null });
    stage.state = 'failed';
    expect(await probed(600_000)).toMatchObject({ state: 'trouble', step: 'tunnel', cause: `${lost.cause}.` });
    // Whether it was of the moment shows soon.
    expect(await probed(15_000)).toMatchObject({ state: 'broken', summary: expect.stringMatching(/^The outside does not reach us\./) });
    stage.state = 'up';
    expect(await probed(30_000)).toMatchObject({ state: 'good' });
    expect(stage.told).toEqual(['good', 'trouble', 'broken', 'good']);
  });

  it('asks a good line no more than six times an hour', async () => {
    health = stage.health();
    health.run();
    await probed(5_000);
    for (let probes = 0; probes < 6; probes++) await probed(600_000);
    expect(stage.asked).toBe(7);
  });

  it('is not known where nothing leads here', async () => {
    stage.state = null;
    health = stage.health();
    health.run();
    expect(await probed(5_000)).toMatchObject({ state: 'unknown', step: null });
  });

  it('is amber for what a proof has found, whatever probes find, until a proof finds it good', async () => {
    stage.earlier = [proof({ 'public-https': false, 'public-wss': false })];
    health = stage.health();
    expect(health.view).toMatchObject({ state: 'trouble', unmended: { title: 'About public-https' } });
    health.run();
    // What the probe finds too, it mends; the rest it cannot know.
    await until('a good probe', () => {
      stage.clock.advance(5_000);
      return health.view.step === 'public-wss';
    });
    expect(health.view).toMatchObject({ state: 'trouble', unmended: { title: 'About public-wss' } });
    health.proven(proof({ 'public-wss': true }));
    expect(health.view).toMatchObject({ state: 'good', unmended: null });
  });

  it('leaves no timer behind', async () => {
    health = stage.health();
    health.run();
    await probed(5_000);
    health.close();
    expect(stage.clock.pending).toBe(0);
  });
});
