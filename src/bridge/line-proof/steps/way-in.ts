import { randomBytes } from 'node:crypto';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Carrier } from '../../carriers/carrier.ts';
import type { CarrierAccount } from '../../carriers/mirror.ts';
import type { Finding } from '../../domain/line-proof.ts';
import type { TunnelStatus } from '../../tunnel/tunnel.ts';
import type { LineParts, ProvenWorld } from '../line-parts.ts';
import { bad, seconds } from '../run-steps.ts';
import { carrierTitles } from './account.ts';

const restart = { action: { kind: 'restart-tunnel' } as const };

/** Whether there is a tunnel; waits while it is being opened. */
export async function tunnelStep(world: ProvenWorld, parts: LineParts, signal: AbortSignal): Promise<Finding> {
  if (world.world === 'rehearsal') return { kind: 'good', result: 'The simulated carriers are on this computer and need none.' };
  const tunnel = parts.tunnel();
  if (!tunnel) {
    const cause = 'Without a public address no carrier can reach this computer.';
    return {
      ...bad('There is none.', cause, 'Save an ngrok token, or a public address, in Setup.'),
      action: { kind: 'open-setup', provider: 'ngrok' },
    };
  }
  const status = await settled(tunnel, signal);
  if (status.state === 'up') {
    const since = status.upSinceMs === null ? '' : `, for ${seconds(parts.clock.nowMs() - status.upSinceMs)}`;
    const kind = status.provider === 'fixed' ? 'The address is fixed' : `ngrok leads here${since}`;
    return { kind: 'good', result: `${kind}: ${status.publicOrigin}.` };
  }
  const { trouble } = status;
  if (!trouble) return { ...bad(`It is ${status.state}.`, 'It was not opened yet.', 'Restart the tunnel.'), ...restart };
  const result = trouble.code === null ? 'It could not be opened.' : `It could not be opened (${trouble.code}).`;
  const action = trouble.openPage === null ? restart.action : { kind: 'open-page' as const, url: trouble.openPage };
  return { ...bad(result, `${trouble.cause}.`, trouble.cure), action };
}

function settled(tunnel: NonNullable<ReturnType<LineParts['tunnel']>>, signal: AbortSignal): Promise<TunnelStatus> {
  return new Promise((resolve) => {
    let stop = () => {};
    const look = () => {
      const status = tunnel.status();
      if (!signal.aborted && (status.state === 'opening' || (status.state === 'off' && status.trouble === null))) return;
      stop();
      resolve(status);
    };
    stop = tunnel.onChange(look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

/** Ask our own public side from outside who it is. */
export async function httpsStep(world: ProvenWorld, parts: LineParts, signal: AbortSignal): Promise<Finding> {
  const origin = world.publicOrigin();
  if (origin === null) return { ...bad('There is no address to ask.', 'The tunnel went away.', 'Restart the tunnel.'), ...restart };
  const nonce = randomBytes(16).toString('hex');
  const startMs = parts.clock.monotonicMs();
  let response: Response;
  try {
    response = await fetch(`${origin}/health?nonce=${nonce}`, { signal, redirect: 'manual', headers: fromOutside });
  } catch (error) {
    const { cause, cure, isCertain } = unreachable(error);
    return { ...bad(`${origin} cannot be reached.`, cause, cure, isCertain), ...restart };
  }
  const text = (await response.text().catch(() => '')).slice(0, 20_000);
  const tookMs = parts.clock.monotonicMs() - startMs;
  if (identityIn(text) === parts.probes.identify(nonce)) return { kind: 'good', result: `${origin} leads here, in ${seconds(tookMs)}.` };
  return { ...wrongAnswer(origin, response, text, parts), ...(world.world === 'real' ? restart : {}) };
}

/** ngrok shows browsers a page of its own first, and asks for this header to leave it out. */
const fromOutside = { 'ngrok-skip-browser-warning': '1', 'user-agent': 'Ringside', accept: 'application/json' };

function identityIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'identity' in body && typeof body.identity === 'string' ? body.identity : null;
  } catch {
    return null;
  }
}

function wrongAnswer(origin: string, response: Response, text: string, parts: LineParts): Finding {
  const { status, headers } = response;
  const result = `${origin} answers with HTTP ${status}, and it is not this Ringside.`;
  const code = headers.get('ngrok-error-code') ?? /ERR_NGROK_\d+/.exec(text)?.[0] ?? null;
  if (code !== null) {
    const { cause, cure } = parts.explain(code);
    return bad(`ngrok answers in our place (${code}).`, `${cause}.`, cure);
  }
  if (status >= 300 && status < 400) {
    const where = hostOf(headers.get('location'), origin);
    const cause = `The request is sent on to ${where}: a sign-in page of this network, or a rule of the proxy.`;
    return bad(result, cause, 'Sign in to the network in a browser, or remove the redirect.');
  }
  if (/^\s*<(!doctype|html)/i.test(text) || (headers.get('content-type') ?? '').includes('text/html')) {
    const cause = 'A web page comes back: a sign-in page of this network stands in between, or the address leads to another program.';
    return bad(result, cause, 'Sign in to the network in a browser; else check where the address leads.');
  }
  if (status >= 500)
    return bad(
      result,
      'The address exists, and what is behind it does not reach this computer.',
      'Check that it leads to the ingress port, then restart the tunnel.',
    );
  if (identityIn(text) !== null)
    return bad(result, 'Another copy of Ringside answers at this address.', 'Stop the other copy, or use an address of its own here.');
  return bad(result, 'The address leads to another program.', 'Lead it to the ingress port of Ringside.');
}

function hostOf(location: string | null, base: string): string {
  return location !== null && URL.canParse(location, base) ? new URL(location, base).host : 'another address';
}

function unreachable(error: unknown): { cause: string; cure: string; isCertain: boolean } {
  if (error instanceof Error && error.name === 'AbortError')
    return {
      cause: 'The way there takes the question and stays silent.',
      cure: 'Check the network of this computer (VPN, Wi-Fi, firewall), then restart the tunnel.',
      isCertain: false,
    };
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  const check = 'Check that the address is right and online.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { cause: 'Its name cannot be resolved from here.', cure: check, isCertain: false };
  if (code === 'ECONNREFUSED')
    return { cause: 'Nobody listens there.', cure: `${check} A port in use by another program shows at the start.`, isCertain: true };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code))
    return {
      cause: `Its certificate is not trusted (${code}): carriers refuse it too.`,
      cure: 'Give the proxy a certificate of a public authority.',
      isCertain: true,
    };
  return { cause: `The connection breaks${code ? ` (${code})` : ''}.`, cure: check, isCertain: false };
}

/** A webhook that we sign ourselves must be let in, and one that is signed wrongly must not, both by the public address. */
export async function signatureStep(
  world: ProvenWorld,
  carrier: Carrier,
  account: () => Promise<CarrierAccount | null>,
  parts: LineParts,
  signal: AbortSignal,
): Promise<Finding> {
  let came = 0;
  const probe = parts.probes.open({ carrier, onWebhook: () => void came++ });
  try {
    const url = `${world.publicOrigin()}/carrier/${carrier.name}/probe/${probe.ticket}`;
    const send = async (isGenuine: boolean) => {
      const { headers, body } = carrier.mirror.webhook(url, isGenuine);
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'ngrok-skip-browser-warning': '1' },
        body,
        signal,
        redirect: 'manual',
      });
      await response.text();
      return response.status;
    };
    const [genuine, forged] = [await send(true), await send(false)];
    if (forged !== 403 || came > 1) {
      return bad(
        `A wrong signature was answered with HTTP ${forged}.`,
        'Something in front of Ringside answers in its place.',
        'Let the proxy pass requests and answers on unchanged.',
      );
    }
    if (genuine !== 200 || came !== 1) {
      const cause =
        'The address that carriers call and the one that reaches us are not the same, letter by letter, or the body is changed on the way.';
      return bad(`A right signature was refused (HTTP ${genuine}).`, cause, 'Let the proxy pass path, query and body on unchanged.');
    }
    return (
      (await evidence(carrier.name, account, parts)) ?? { kind: 'good', result: 'A right signature is let in, a wrong one is refused.' }
    );
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause, cure } = unreachable(error);
    return bad('The webhook did not get through.', cause, cure, false);
  } finally {
    probe.close();
  }
}

/** We can sign for ourselves with any token. Whether the carrier uses the same one shows elsewhere. */
async function evidence(name: CarrierName, account: () => Promise<CarrierAccount | null>, parts: LineParts): Promise<Finding | null> {
  const title = carrierTitles[name];
  const cure = `Copy the primary auth token from the console of ${title} and save it in Setup.`;
  const action = { kind: 'open-setup', provider: name } as const;
  const known = await account().catch(() => null);
  if (known?.signsWithOurToken === false) {
    const cause = `${title} takes the token that is saved here, and signs with another one: the saved one is the secondary token.`;
    return { ...bad('Webhooks would be refused.', cause, cure), action };
  }
  const wrong = parts.signatures.wrongLately(name);
  if (wrong === 0) return null;
  const result = `The last ${wrong === 1 ? 'webhook' : `${wrong} webhooks`} of a call bore a wrong signature.`;
  return { ...bad(result, `${title} signs with another token than the one that is saved here.`, cure), action };
}
