import type { CarrierSim } from '../sim.ts';
import { startSim } from '../start-sim.ts';
import { TwilioRest } from './rest.ts';
import { type TwilioSimOptions, TwilioWorld } from './world.ts';

/**
 * Start a simulated Twilio on loopback: the REST API at `baseUrl`, webhooks and media sockets towards the addresses that it is given.
 * One call begins per second unless told otherwise, as on a real account.
 */
export async function startTwilioSim(options: TwilioSimOptions): Promise<CarrierSim> {
  const world = new TwilioWorld(options);
  return startSim(world, new TwilioRest(world), options.port);
}
