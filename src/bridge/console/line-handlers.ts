import type { LineHealth, LineProof, ProofInput, TunnelStatus } from '#bridge/contract/line.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerDeps } from './handlers.ts';

/** The way from here to a phone. */
export interface ConsoleLine {
  tunnel(): TunnelStatus;
  /** Resolves within ten seconds, whatever came of it. */
  restartTunnel(): Promise<void>;
  prove(input: ProofInput): Promise<LineProof>;
  /** Newest first. */
  proofs(): readonly LineProof[];
  health(): LineHealth;
  /** A quick proof of the real line. @throws {BridgeError} `line/not-proven` when no call can work */
  refuseBroken(carrier: CarrierName, from: string | null): Promise<void>;
}

type Names = 'tunnel.status' | 'tunnel.restart' | 'line.prove' | 'line.proofs' | 'line.health';

export function lineHandlers({ line }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'tunnel.status': () => line.tunnel(),
    'tunnel.restart': async () => {
      await line.restartTunnel();
      return line.tunnel();
    },
    'line.prove': (input) => line.prove(input),
    'line.proofs': () => [...line.proofs()],
    'line.health': () => line.health(),
  };
}
