import type { Publish } from './contract/feed.ts';
import type { Settings } from './settings.ts';
import { FixedUrlTunnel } from './tunnel/fixed-url/fixed-url.ts';
import type { Tunnel } from './tunnel/tunnel.ts';

/** The way in from outside, as it is set at this moment. */
export class PublicSide {
  readonly #publish: Publish;
  #url: string | null;
  #tunnel: FixedUrlTunnel | null;

  constructor(settings: Settings, publish: Publish) {
    this.#publish = publish;
    this.#url = settings.publicUrl;
    this.#tunnel = this.#url === null ? null : new FixedUrlTunnel(this.#url);
  }

  get tunnel(): Tunnel | null {
    return this.#tunnel;
  }

  async open(): Promise<void> {
    await this.#tunnel?.open();
  }

  /** The address may have been changed; whoever watches is told. */
  async move(settings: Settings): Promise<void> {
    if (settings.publicUrl === this.#url) return;
    this.#url = settings.publicUrl;
    const old = this.#tunnel;
    this.#tunnel = this.#url === null ? null : new FixedUrlTunnel(this.#url);
    await old?.close();
    await this.#tunnel?.open();
    this.#publish({ type: 'tunnel.changed', publicUrl: this.#tunnel?.publicOrigin() ?? null, state: this.#tunnel ? 'open' : 'closed' });
  }

  async close(): Promise<void> {
    await this.#tunnel?.close();
  }
}
