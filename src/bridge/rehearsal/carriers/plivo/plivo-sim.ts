import type { CarrierSim } from '../sim.ts';
import { startSim } from '../start-sim.ts';
import { PlivoRest } from './rest.ts';
import { type PlivoSimOptions, PlivoWorld } from './world.ts';

/**
 * Start a simulated Plivo on loopback: the REST API at `baseUrl`, webhooks and media sockets towards the addresses that it is given.
 * Two calls begin per second unless told otherwise, as on a real account.
 */
export async function startPlivoSim(options: PlivoSimOptions): Promise<CarrierSim> {
  const world = new PlivoWorld(options);
  return startSim(world, new PlivoRest(world), options.port);
}
