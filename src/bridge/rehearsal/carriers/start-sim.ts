import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import { type RestReply, type RestRequest, startRestServer } from './rest-server.ts';
import type { CarrierSim, SimAccount } from './sim.ts';

/** What all parts of one simulated carrier share. */
export interface SimWorld<Call extends CallRecord> {
  readonly exchange: Exchange<Call>;
  account: SimAccount;
  /** Set when the REST API listens. */
  baseUrl: string;
}

/** Let the REST API of a carrier listen on loopback, and give the rest of it to whoever scripts and watches it. */
export async function startSim<Call extends CallRecord>(
  world: SimWorld<Call>,
  rest: { handle(request: RestRequest): Promise<RestReply> },
  port = 0,
): Promise<CarrierSim> {
  const { exchange } = world;
  const server = await startRestServer(
    port,
    (request) => rest.handle(request),
    (error) => exchange.failed(error),
    () => exchange.clock.nowMs() + world.account.clockAheadMs,
  );
  world.baseUrl = `http://127.0.0.1:${server.port}`;
  return {
    baseUrl: world.baseUrl,
    calls: () => exchange.calls,
    fault: (rule) => exchange.faults.add(rule),
    amend: (account) => {
      world.account = { ...world.account, ...account };
    },
    violations: () => exchange.violations,
    stats: () => exchange.stats(),
    async close() {
      exchange.scope.end();
      await server.close();
    },
  };
}
