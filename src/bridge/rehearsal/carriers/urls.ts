/** Public origin to the local origin behind it, as a tunnel has it: `https://tunnel.example` to `http://127.0.0.1:4701`. */
export type Routes = Readonly<Record<string, string>>;

/** An absolute address in the pieces that a carrier needs; nothing is normalised, because the text itself is signed. */
export interface Address {
  readonly scheme: 'http' | 'https' | 'ws' | 'wss';
  /** Host and, where written, port. */
  readonly authority: string;
  /** Path and query as written; `/` when there is none. */
  readonly target: string;
  readonly fragment: string;
  /** The whole text without its fragment. */
  readonly text: string;
}

/** @returns null when the text is no absolute http(s) or ws(s) address */
export function parseAddress(text: string): Address | null {
  const found = /^(https?|wss?):\/\/([^\s/?#@]+)([^\s#]*)(?:#([^\s]*))?$/.exec(text);
  const [, scheme, authority, target = '', fragment = ''] = found ?? [];
  if (scheme === undefined || authority === undefined || !URL.canParse(text)) return null;
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'ws' && scheme !== 'wss') return null;
  return {
    scheme,
    authority,
    target: target.startsWith('/') ? target : `/${target}`,
    fragment,
    text: text.slice(0, scheme.length + 3 + authority.length + target.length),
  };
}

export function isHttp(text: string): boolean {
  const address = parseAddress(text);
  return address?.scheme === 'http' || address?.scheme === 'https';
}

/** Resolve an address from a document against the address that the document came from. @returns null when that is not possible */
export function resolveAddress(reference: string, base: string | null): Address | null {
  const absolute = parseAddress(reference);
  if (absolute || base === null || /^[a-z][a-z0-9+.-]*:/i.test(reference)) return absolute;
  try {
    return parseAddress(new URL(reference, base).href);
  } catch {
    return null;
  }
}

export interface LocalTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * Where an address leads on this machine. The simulated world never reaches anything but loopback.
 * @returns null for everything else
 */
export function localTarget(address: Address, routes: Routes): LocalTarget | null {
  const isSecure = address.scheme === 'https' || address.scheme === 'wss';
  const httpOrigin = `${isSecure ? 'https' : 'http'}://${address.authority}`;
  const routed = routes[httpOrigin];
  // A route hides the encryption that a tunnel would end; without one there is nobody on loopback to speak TLS with.
  if (routed === undefined && isSecure) return null;
  const url = new URL(routed ?? httpOrigin);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isLoopback(host)) return null;
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: Number(url.port || 80) };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** How long a carrier waits for one of our addresses, and when it asks again. */
export interface Patience {
  readonly connectMs: number;
  readonly readMs: number;
  readonly totalMs: number;
  readonly retries: number;
  readonly retryOn: ReadonlySet<string>;
}

/**
 * Both carriers let the owner of an address tune their patience by its fragment, as `#ct=2000&rt=15000&tt=30000&rc=2&rp=5xx,ct,rt`.
 * Values out of range are ignored.
 */
export function patienceOf(fragment: string, standard: Patience): Patience {
  if (fragment === '') return standard;
  const settings = new URLSearchParams(fragment);
  const pick = (key: string, most: number, otherwise: number, least = 100): number => {
    const value = Number(settings.get(key) ?? Number.NaN);
    return Number.isInteger(value) && value >= least && value <= most ? value : otherwise;
  };
  const on = settings.get('rp');
  return {
    connectMs: pick('ct', 10_000, standard.connectMs),
    readMs: pick('rt', 40_000, standard.readMs),
    totalMs: pick('tt', 55_000, standard.totalMs),
    retries: pick('rc', 5, standard.retries, 0),
    retryOn: on === null ? standard.retryOn : new Set(on === 'all' ? ['4xx', '5xx', 'ct', 'rt'] : on.split(',')),
  };
}
