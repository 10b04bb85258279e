/** Fields whose value is never shown, by the end of their name. */
const secretField = /(?:token|secret|password|auth|authorization|api[-_]?key|signature|credential|cookie)$/i;
/** Fields that hold what somebody said, or audio. */
const spokenField =
  /^(?:transcript|text|delta|audio|payload|speech|speechresult|unstablespeechresult|instructions|arguments|output|input_text|body|prompt|variables|greeting)$/i;
const numberField = /^(?:to|from|called|caller|forwardedfrom|number|phone|calledvia|dialbleg(?:to|from)|callername|digits)$/i;

const hidden = '•••';
/** What is kept of any one value. */
const valueMax = 300;
const listMax = 40;
/** A call as support sees it has some fifty. */
const fieldsMax = 100;

/**
 * A message made fit to be kept and shown: secrets and spoken words replaced, numbers masked, long values cut. Structure and names stay,
 * because they are what a person looks for.
 */
export function redactValue(value: unknown, name = ''): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return secretField.test(name) ? hidden : value;
  if (typeof value === 'string') return redactField(name, value);
  if (Array.isArray(value)) return value.slice(0, listMax).map((item) => redactValue(item, name));
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>)
        .slice(0, fieldsMax)
        .map(([key, item]) => [key, redactValue(item, key)]),
    );
  return undefined;
}

function redactField(name: string, value: string): string {
  if (value === '') return '';
  if (secretField.test(name)) return hidden;
  if (spokenField.test(name)) return `${hidden} (${value.length} characters)`;
  if (numberField.test(name)) return maskDigits(value);
  return redactText(value);
}

/** Names of events and states, which most of what is looked at is: nothing of what is hidden can stand in them. */
const plainWord = /^(?!.*att_)[a-z_.]{1,60}$/;

/** A text that may hold numbers, keys and tickets in the middle of it. */
export function redactText(text: string): string {
  if (plainWord.test(text)) return text;
  return masked(text.length > valueMax ? `${text.slice(0, valueMax)}…` : text);
}

function masked(text: string): string {
  return maskDigits(
    text
      .replace(/\b(?:sk|pk|rk)-[\w-]{8,}/g, hidden)
      // Tickets and media tokens open doors as long as the call lives.
      .replace(/(\/(?:media|carrier)\/[^\s"'<>?]*\/)[\w.~-]{16,}/g, `$1${hidden}`)
      .replace(/\b(att_[0-9a-f]{6})[0-9a-f]+(?:\.[0-9a-f]+)?/g, `$1${hidden}`)
      .replace(/\b(?:Basic|Bearer)\s+[\w+/=.-]{8,}/g, hidden)
      .replace(/\b((?:token|secret|password|key)["']?\s*[:=]\s*["']?)(?=\S*\d)[\w+/=.~-]{6,}/gi, `$1${hidden}`)
      .replace(/(:\/\/)[^\s/@]+@/g, `$1${hidden}@`),
  );
}

/** What is kept of an error, for a log or a report: nobody knows what has got into its words. */
export interface RedactedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: RedactedError;
}

/** Causes of causes are followed so far. */
const causesMax = 3;

/** An error made fit to be written down or shown: its kind, words, place and causes stay; numbers, keys and what looks like one do not. */
export function redactError(error: unknown, depth = 0): RedactedError {
  if (!(error instanceof Error)) return { type: typeof error, message: redactWords(typeof error === 'string' ? error : describe(error)) };
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message: redactWords(message),
    ...(stack === undefined ? {} : { stack: redactWords(stack) }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || depth >= causesMax ? {} : { cause: redactError(cause, depth + 1) }),
  };
}

/** Words of an error, of any length. What may be a key of somebody is taken for one, unless it is the name that a carrier gave a thing. */
export function redactWords(text: string): string {
  const named = /\b(?![A-Z]{2}[0-9a-f]{32}\b)(?=\w*\d)(?=\w*[A-Za-z])\w{24,}/g;
  return masked(text.replace(named, hidden));
}

function describe(value: unknown): string {
  try {
    return JSON.stringify(redactValue(value)) ?? String(value);
  } catch {
    return 'Something that cannot be written down.';
  }
}

/** A document in a carrier's markup: what is said is left out, verbs and attributes stay. */
export function redactMarkup(xml: string): string {
  const silent = xml.replace(/(<(Say|Speak|Prompt)\b[^>]*>)([\s\S]*?)(<\/\2>)/g, `$1${hidden}$4`);
  const masked = silent
    .replace(/(\/(?:media|carrier)\/[^\s"'<>?]*\/)[\w.~-]{16,}/g, `$1${hidden}`)
    .replace(/\b(att_[0-9a-f]{6})[0-9a-f]+(?:\.[0-9a-f]+)?/g, `$1${hidden}`);
  return maskDigits(masked.length > 4_000 ? `${masked.slice(0, 4_000)}…` : masked);
}

/** Of a run of digits that may be a number of somebody, the last two stay. */
function maskDigits(text: string): string {
  return text.replace(/\+?\d[\d\s().-]{6,}\d/g, (found) => {
    const digits = found.replace(/\D/g, '');
    // Times and dates are no numbers of people.
    if (digits.length < 8 || /^\d{4}-\d{2}-\d{2}/.test(found)) return found;
    return `${found.startsWith('+') ? '+' : ''}${'•'.repeat(4)}${digits.slice(-2)}`;
  });
}
