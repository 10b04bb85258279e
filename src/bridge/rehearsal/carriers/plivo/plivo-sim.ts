import { startRestServer } from '../rest-server.ts';
import type { CarrierSim } from '../sim.ts';
import { PlivoRest } from './rest.ts';
import { type PlivoSimOptions, PlivoWorld } from './world.ts';

/**
 * Start a simulated Plivo on loopback: the REST API at `baseUrl`, webhooks and media sockets towards the addresses that it is given.
 * Two calls begin per second unless told otherwise, as on a real account.
 */
export async function startPlivoSim(options: PlivoSimOptions): Promise<CarrierSim> {
  const world = new PlivoWorld(options);
  const { exchange } = world;
  const rest = new PlivoRest(world);
  const server = await startRestServer(
    options.port ?? 0,
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
