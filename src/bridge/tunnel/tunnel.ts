/** How the outside reaches the ingress. */
export interface Tunnel {
  /** Public origin without a slash at the end, as `https://tunnel.example`; null while there is none. */
  publicOrigin(): string | null;
  /** @param ingressPort port on loopback that the public address leads to */
  open(ingressPort: number): Promise<void>;
  onChange(listener: (state: TunnelState) => void): () => void;
  close(): Promise<void>;
}

export interface TunnelState {
  readonly state: 'closed' | 'opening' | 'open' | 'lost';
  readonly publicOrigin: string | null;
  readonly cause: string | null;
}
