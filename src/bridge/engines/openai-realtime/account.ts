import type { Clock } from '#bridge/contract/clock.ts';
import type { World } from '#bridge/contract/words.ts';
import { Circuit } from './circuit.ts';
import type { Verdict } from './failures.ts';
import type { SocketAddress } from './realtime-socket.ts';

/** What a socket is opened for: a model that speaks, or words and nothing else. */
export type SocketTarget = { readonly model: string } | { readonly intent: 'transcription' };

/** A key of OpenAI with the address it is for, and what is known of whether it works. */
export class OpenAiAccount {
  readonly apiKey: string | null;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly circuit: Circuit;

  constructor({ apiKey, baseUrl, clock }: { readonly apiKey: string | null; readonly baseUrl: string | undefined; readonly clock: Clock }) {
    this.apiKey = apiKey?.trim() || null;
    this.baseUrl = (baseUrl ?? 'https://api.openai.com/v1').replace(/\/+$/, '');
    this.circuit = new Circuit(clock);
  }

  /** @param insist what was refused lately does not count */
  availability(insist = false): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
    if (!this.apiKey) return { ok: false, reason: 'OPENAI_API_KEY is not set' };
    if (!URL.canParse(this.baseUrl)) return { ok: false, reason: 'OPENAI_BASE_URL is not an address' };
    const verdict = insist ? null : this.circuit.accountVerdict();
    if (!verdict) return { ok: true };
    return { ok: false, reason: verdict.cure ? `${verdict.cause}. ${verdict.cure}` : verdict.cause };
  }

  /** Why no session should be tried with these settings, or null. */
  refusal(world: World, settingsKey: string, insist = false): Verdict | null {
    const availability = this.availability(insist);
    if (!availability.ok) return this.circuit.accountVerdict() ?? { meaning: 'account', cause: availability.reason, cure: null };
    // The rehearsal world reaches nothing but this machine, whatever it is told.
    if (world === 'rehearsal' && !isLoopback(new URL(this.baseUrl).hostname)) {
      return { meaning: 'account', cause: 'a rehearsal may not reach the real OpenAI', cure: null };
    }
    return insist ? null : this.circuit.verdictFor(settingsKey);
  }

  address(target: SocketTarget, safetyIdentifier: string): SocketAddress {
    const url = new URL(`${this.baseUrl}/realtime`);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    for (const [name, value] of Object.entries(target)) url.searchParams.set(name, value);
    return {
      url,
      headers: {
        Authorization: `Bearer ${this.apiKey ?? ''}`,
        'OpenAI-Safety-Identifier': safetyIdentifier.replace(/[^\x21-\x7e]/g, '').slice(0, 128),
      },
    };
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
