import type { TunnelStatus } from '#bridge/contract/line.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

/** The way from here to a phone: the tunnel, and what is known of the rest. */
export interface ConsoleLine {
  tunnel(): TunnelStatus;
  /** Resolves within ten seconds, whatever came of it. */
  restartTunnel(): Promise<void>;
}

type Names = 'tunnel.status' | 'tunnel.restart';

export function lineHandlers({ line }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'tunnel.status': () => line.tunnel(),
    'tunnel.restart': async () => {
      await line.restartTunnel();
      return line.tunnel();
    },
  };
}
