import { startRestServer } from '../rest-server.ts';
import type { CarrierSim } from '../sim.ts';
import { TwilioRest } from './rest.ts';
import { type TwilioSimOptions, TwilioWorld } from './world.ts';

/**
 * Start a simulated Twilio on loopback: the REST API at `baseUrl`, webhooks and media sockets towards the addresses that it is given.
 * One call begins per second unless told otherwise, as on a real account.
 */
export async function startTwilioSim(options: TwilioSimOptions): Promise<CarrierSim> {
  const world = new TwilioWorld(options);
  const { exchange } = world;
  const rest = new TwilioRest(world);
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
