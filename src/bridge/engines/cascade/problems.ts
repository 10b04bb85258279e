import type { EngineFailure } from '../engine.ts';

/**
 * Why a stage cannot go on. `fatal` means that no call should try this provider until somebody has mended the cause (key, credit,
 * settings); the rest may work in a moment.
 */
export type StageProblem = EngineFailure;

/** What a person calls the service, and where its key is. */
export interface ServiceName {
  /** As `Deepgram`. */
  readonly name: string;
  /** As `DEEPGRAM_API_KEY`. */
  readonly keyVariable: string;
  /** As `RINGSIDE_DEEPGRAM_BASE_URL`. */
  readonly urlVariable: string;
  /** Where keys and credit are looked after, as `console.deepgram.com`. */
  readonly site: string;
  /** A harmless question that needs the key, as `/v1/models`. */
  readonly testPath: string;
  headers(key: string): Readonly<Record<string, string>>;
}

const creditCodes = /insufficient_quota|quota_exceeded|billing|payment|insufficient_(credits|balance)|out_of_credits|credit/i;

/** What an HTTP status means, of a socket that was refused as of a request. @param code the code in its body, where it has one */
export function judgeStatus(service: ServiceName, status: number, code: string | null): StageProblem {
  const { name, keyVariable, urlVariable, site } = service;
  const said = `${name} answered ${status}${code === null ? '' : ` (${safe(code)})`}`;
  if (status === 402 || (code !== null && status >= 400 && status < 500 && creditCodes.test(code))) {
    return { kind: 'fatal', cause: `the ${name} account has no credit left`, cure: `Add credit at ${site}, then start again.` };
  }
  if (status === 401)
    return { kind: 'fatal', cause: `${name} does not accept the key (401)`, cure: `Check ${keyVariable}, or make a new key at ${site}.` };
  if (status === 403)
    return { kind: 'fatal', cause: `${said}: the key may not do this`, cure: `Check the permissions of the key at ${site}.` };
  if (status === 429)
    return {
      kind: 'retryable',
      cause: `${said}: too many requests at once`,
      cure: `Run fewer calls at once, or raise the limit at ${site}.`,
    };
  if (status === 408 || status === 409 || status >= 500 || status === 0) return { kind: 'retryable', cause: said, cure: null };
  return {
    kind: 'fatal',
    cause: `${said}: it does not take what was asked`,
    cure: `Check the voice, model and language, and ${urlVariable} if it is set.`,
  };
}

const networkWords: Readonly<Record<string, string>> = {
  ENOTFOUND: 'cannot be found by name',
  EAI_AGAIN: 'cannot be found by name',
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'cut the connection',
  UND_ERR_SOCKET: 'cut the connection',
  EPIPE: 'cut the connection',
  ETIMEDOUT: 'does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'does not answer',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached: there is no network',
};

/** What a failure to reach a service means. @param error of a socket, or of `fetch` with the socket's as its cause */
export function judgeNetwork(service: ServiceName, error: unknown): StageProblem {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = root instanceof Error && 'code' in root && typeof root.code === 'string' ? root.code : '';
  const words = networkWords[code] ?? `cannot be reached${code === '' ? '' : ` (${safe(code)})`}`;
  return {
    kind: 'retryable',
    cause: `${service.name} ${words}`,
    cure: `Check the network of this computer, and ${service.urlVariable} if it is set.`,
  };
}

/** @param what as `fell silent in mid-sentence` */
export function gone(service: ServiceName, what: string): StageProblem {
  return { kind: 'retryable', cause: `${service.name} ${what}`, cure: null };
}

/** The code of an error in a JSON body, whichever of the usual places it is in; null when there is none. */
export function codeIn(body: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  for (const holder of [parsed, field(parsed, 'error'), field(parsed, 'detail')]) {
    for (const name of ['code', 'err_code', 'error_code', 'status', 'category']) {
      const value = field(holder, name);
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return null;
}

function field(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A word of the provider, fit for a log line. */
export function safe(word: string): string {
  return word.replace(/[^\w .:-]/g, '').slice(0, 80);
}
