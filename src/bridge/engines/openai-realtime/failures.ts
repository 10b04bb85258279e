import type { EngineFailure } from '../engine.ts';

/**
 * What an error of the service means for us.
 *
 * - `account`: no call can speak until somebody mends it (key, credit, access).
 * - `settings`: this agent's model, voice or tools are not accepted; other agents are not concerned.
 * - `gone`: this session is over, another one may work.
 * - `busy`: another answer is active. `harmless`: nothing happened. `later`: the same thing may work in a moment.
 *
 * @see https://developers.openai.com/api/docs/guides/error-codes
 */
export type Meaning = 'account' | 'settings' | 'gone' | 'busy' | 'harmless' | 'later';

export interface Verdict {
  readonly meaning: Meaning;
  readonly cause: string;
  readonly cure: string | null;
}

const keyCure = 'Check OPENAI_API_KEY, or make a new key at platform.openai.com and save it.';
const creditCure = 'Add credit or raise the limit at platform.openai.com, Billing; then start again.';
const bugCure = 'This is a fault of Ringside or a change at OpenAI; please report it with the log.';

const byCode: Readonly<Record<string, Verdict>> = {
  conversation_already_has_active_response: { meaning: 'busy', cause: 'another answer was being made', cure: null },
  response_cancel_not_active: { meaning: 'harmless', cause: 'there was no answer to stop', cure: null },
  input_audio_buffer_commit_empty: { meaning: 'harmless', cause: 'there was no audio to commit', cure: null },
  item_truncate_invalid_audio_end_ms: { meaning: 'harmless', cause: 'the answer was shorter than its cut', cure: null },
  item_delete_invalid_item_id: { meaning: 'harmless', cause: 'the item to delete was not there', cure: null },
  item_truncate_invalid_item_id: { meaning: 'harmless', cause: 'the item to cut was not there', cure: null },
  unknown_parameter: { meaning: 'settings', cause: 'OpenAI does not know a setting that was sent', cure: bugCure },
  invalid_value: {
    meaning: 'settings',
    cause: 'OpenAI does not accept a value of the agent',
    cure: 'Check the voice, model, language and turn settings of the agent.',
  },
  missing_required_parameter: { meaning: 'settings', cause: 'OpenAI misses a setting', cure: bugCure },
  model_not_found: {
    meaning: 'settings',
    cause: 'OpenAI does not offer this model to the key',
    cure: 'Choose another model in the agent, or ask for access to it at platform.openai.com.',
  },
  session_expired: { meaning: 'gone', cause: 'the session reached its longest duration', cure: null },
  beta_api_shape_disabled: { meaning: 'account', cause: 'OpenAI took our messages for its old beta dialect', cure: bugCure },
  insufficient_quota: { meaning: 'account', cause: 'the OpenAI account has no credit left', cure: creditCure },
  billing_hard_limit_reached: { meaning: 'account', cause: 'the OpenAI account has reached its spending limit', cure: creditCure },
  invalid_api_key: { meaning: 'account', cause: 'OpenAI does not accept the key', cure: keyCure },
  account_deactivated: {
    meaning: 'account',
    cause: 'the OpenAI account is deactivated',
    cure: 'Ask OpenAI support, or use the key of another account.',
  },
  rate_limit_exceeded: {
    meaning: 'later',
    cause: 'the OpenAI account has used up its rate for the moment',
    cure: 'Run fewer calls at once, or raise the limit at platform.openai.com.',
  },
  server_error: { meaning: 'later', cause: 'OpenAI had a fault of its own', cure: null },
};

/** What an `error` event, or the error inside a failed response, means. An unknown one costs nothing but a line in the log. */
export function judgeError(error: { readonly type?: string | null | undefined; readonly code?: string | null | undefined }): Verdict {
  const known = verdictOn(error.code) ?? verdictOn(error.type);
  return (
    known ?? { meaning: 'harmless', cause: `OpenAI reported ${safe(error.code ?? error.type ?? 'an error without a code')}`, cure: null }
  );
}

/** What an HTTP status means that came in place of the socket. @param code the code in its body, where it has one */
export function judgeHandshake(status: number, code: string | null): Verdict {
  const known = verdictOn(code);
  if (known && (known.meaning === 'account' || known.meaning === 'settings')) return known;
  const said = `OpenAI answered ${status} to the opening of the socket`;
  if (status === 401) return { meaning: 'account', cause: `OpenAI does not accept the key (${status})`, cure: keyCure };
  if (status === 403) {
    return {
      meaning: 'account',
      cause: `the key may not use realtime speech, or not from this country (${status})`,
      cure: 'Check the permissions of the key and of its project at platform.openai.com.',
    };
  }
  if (status === 404) {
    return {
      meaning: 'settings',
      cause: `${said}: there is no such model or address`,
      cure: 'Check the model of the agent, and OPENAI_BASE_URL if it is set.',
    };
  }
  if (status === 429) return { meaning: 'later', cause: `${said}: too many requests`, cure: byCode.rate_limit_exceeded?.cure ?? null };
  if (status === 408 || status >= 500) return { meaning: 'later', cause: said, cure: null };
  return { meaning: 'settings', cause: said, cure: 'Check OPENAI_BASE_URL, and the model of the agent.' };
}

/** What a failure to reach the service means, from the code of a socket error. */
export function judgeNetwork(error: unknown): Verdict {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: 'the name of the OpenAI server cannot be resolved',
    EAI_AGAIN: 'the name of the OpenAI server cannot be resolved',
    ECONNREFUSED: 'the OpenAI server refuses the connection',
    ECONNRESET: 'the connection to OpenAI was cut',
    ETIMEDOUT: 'the OpenAI server does not answer',
    EHOSTUNREACH: 'there is no way to the OpenAI server',
    ENETUNREACH: 'there is no network',
  };
  const cure = 'Check the network of this computer, and OPENAI_BASE_URL if it is set.';
  if (/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
    return {
      meaning: 'later',
      cause: `the certificate of the OpenAI server is not trusted (${code})`,
      cure: 'Check for a proxy that opens TLS.',
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      meaning: 'later',
      cause: 'the OpenAI server does not answer in HTTP: it speaks TLS, and was asked without',
      cure: 'Begin OPENAI_BASE_URL with https://, or unset it.',
    };
  }
  return { meaning: 'later', cause: words[code] ?? `OpenAI cannot be reached${code ? ` (${safe(code)})` : ''}`, cure };
}

export function toFailure(verdict: Verdict): EngineFailure {
  const fatal = verdict.meaning === 'account' || verdict.meaning === 'settings';
  return { kind: fatal ? 'fatal' : 'retryable', cause: verdict.cause, cure: verdict.cure };
}

/** @param code whatever the service said, so also the name of something that every object has */
function verdictOn(code: string | null | undefined): Verdict | undefined {
  return code != null && Object.hasOwn(byCode, code) ? byCode[code] : undefined;
}

/** A word of the provider, fit for a log line. */
function safe(word: string): string {
  return word.replace(/[^\w .:-]/g, '').slice(0, 80);
}
