import { BridgeError } from '#bridge/contract/errors.ts';
import type { Tunnel, TunnelStatus } from '../tunnel.ts';

/** A public address that somebody else keeps leading to the ingress: a reverse proxy, a tunnel run by hand, or loopback itself. */
export class FixedUrlTunnel implements Tunnel {
  readonly #origin: string;
  readonly #listeners = new Set<(status: TunnelStatus) => void>();
  #isOpen = false;

  /**
   * @param publicUrl http or https address without path, query or user, as `https://tunnel.example`; a slash at the end is dropped. The
   * host stays as it is written: carriers sign it letter by letter.
   * @throws {BridgeError} `settings/invalid`
   */
  constructor(publicUrl: string) {
    this.#origin = originOf(publicUrl);
  }

  /** The address stands from the start; `open` adds nothing to it. */
  publicOrigin(): string | null {
    return this.#origin;
  }

  /** Whether somebody keeps it leading here is not known before the line is proven. */
  status(): TunnelStatus {
    return {
      provider: 'fixed',
      state: this.#isOpen ? 'up' : 'off',
      publicOrigin: this.#origin,
      trouble: null,
      upSinceMs: null,
      region: null,
      nextTryAtMs: null,
    };
  }

  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#tell();
  }

  /** There is nothing that could be opened anew. */
  async restart(): Promise<void> {}

  onChange(listener: (status: TunnelStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.status());
  }
}

function originOf(publicUrl: string): string {
  const text = publicUrl.trim();
  const parts = /^(https?):\/\/([^/?#@\s\\]+)\/?$/i.exec(text);
  if (!parts || !URL.canParse(text)) {
    throw new BridgeError(
      'settings/invalid',
      'The public address (RINGSIDE_PUBLIC_URL) must be an http or https address without a path, as https://tunnel.example.',
      { details: [{ field: 'RINGSIDE_PUBLIC_URL', message: 'must be an http or https address without a path' }] },
    );
  }
  return `${parts[1]?.toLowerCase()}://${parts[2]}`;
}
