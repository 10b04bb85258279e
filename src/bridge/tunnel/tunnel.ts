/**
 * How the outside reaches the ingress. Three kinds of provider fit in: one that opens a tunnel itself, one whose address stands (a reverse
 * proxy, a tunnel run by hand), and any other that can say where it leads and how it is.
 */
export interface Tunnel {
  /** Public origin without a slash at the end, as `https://tunnel.example`; null while there is none. */
  publicOrigin(): string | null;
  status(): TunnelStatus;
  /**
   * Begin; what came of it is told to the listeners. Resolves when the first try has ended either way, within ten seconds.
   * @param ingressPort port on loopback that the public address leads to; nothing else is ever forwarded
   */
  open(ingressPort: number): Promise<void>;
  /** Give up what is there and open anew, whatever the state. Resolves as `open` does. */
  restart(): Promise<void>;
  onChange(listener: (status: TunnelStatus) => void): () => void;
  /** Nothing is told any more. May be called again. */
  close(): Promise<void>;
}

export type TunnelState = 'off' | 'opening' | 'up' | 'reconnecting' | 'failed';

export interface TunnelStatus {
  readonly provider: 'ngrok' | 'fixed';
  readonly state: TunnelState;
  readonly publicOrigin: string | null;
  readonly trouble: TunnelTrouble | null;
  /** Epoch milliseconds; null unless it is up. */
  readonly upSinceMs: number | null;
  /** Where the provider's edge is, where it says so. */
  readonly region: string | null;
  /** When it is tried again by itself; null when it is not, or is being tried. */
  readonly nextTryAtMs: number | null;
}

/** Why there is no way in, and what to do. */
export interface TunnelTrouble {
  /** The provider's own code, as `ERR_NGROK_105`. */
  readonly code: string | null;
  readonly cause: string;
  readonly cure: string;
  /** Nothing will change until a person does something: it is not tried again by itself. */
  readonly lasting: boolean;
  readonly openPage: string | null;
}
