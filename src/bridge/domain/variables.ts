/**
 * `{{firstName}}` in a disclosure, greeting or prompt stands for a lead's column; `{{firstName | there}}` says what to use when the lead
 * has none. Values are data: they are cleaned, capped, and never read for further variables.
 */

/** Long enough for a name, a company or a note; short enough that a cell cannot take over a prompt. */
const MAX_VALUE_CHARS = 500;
const VARIABLE = /\{\{\s*([\p{L}_][\p{L}\p{N}_ .-]{0,79}?)\s*(?:\|\s*([^{}]{0,200}?)\s*)?\}\}/gu;
/** Control characters (line breaks included), direction marks, zero-width characters, tags, byte order mark. */
const UNSEEN = /[\p{Cc}\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]+/gu;

export interface Variable {
  readonly name: string;
  /** Text to use when the lead has no such value; null when there is none. */
  readonly fallback: string | null;
}

export interface Filled {
  readonly text: string;
  /** Names that have neither a value nor a default, each once; they are left out of the text. */
  readonly missing: readonly string[];
}

/** The variables of a template in their order, each name once. */
export function findVariables(template: string): readonly Variable[] {
  const found = new Map<string, Variable>();
  for (const match of template.matchAll(VARIABLE)) {
    const name = match[1] ?? '';
    if (!found.has(name)) found.set(name, { name, fallback: match[2] ?? null });
  }
  return [...found.values()];
}

/** A value as it may be spoken or shown to a model: one line, no control characters, at most 500 characters. */
export function cleanValue(value: string): string {
  const text = value
    .slice(0, MAX_VALUE_CHARS * 4)
    .replace(UNSEEN, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return text.length <= MAX_VALUE_CHARS ? text : [...text].slice(0, MAX_VALUE_CHARS).join('').trimEnd();
}

/** Put a lead's values into a template. `{{first_name}}` finds `firstName` and `First Name`; a blank value is as good as none. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): Filled {
  const look = lookUp(values);
  const missing = new Set<string>();
  const text = template.replace(VARIABLE, (_whole, name: string, fallback: string | undefined) => {
    const value = look(name);
    if (value !== null) return value;
    if (fallback !== undefined) return cleanValue(fallback);
    missing.add(name);
    return '';
  });
  return { text, missing: [...missing] };
}

/** Names that any of the templates asks for and these values cannot give. */
export function missingVariables(
  templates: readonly (string | null | undefined)[],
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const look = lookUp(values);
  const missing = new Set<string>();
  for (const template of templates) {
    if (!template?.includes('{{')) continue;
    for (const match of template.matchAll(VARIABLE)) {
      const name = match[1] ?? '';
      if (match[2] === undefined && look(name) === null) missing.add(name);
    }
  }
  return [...missing];
}

/** Lower case letters and digits only: how headers and variable names are compared. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function lookUp(values: Readonly<Record<string, string>>): (name: string) => string | null {
  let normalised: Map<string, string> | null = null;
  return (name) => {
    if (Object.hasOwn(values, name)) {
      const value = cleanValue(values[name] ?? '');
      if (value !== '') return value;
    }
    if (!normalised) {
      normalised = new Map();
      for (const [key, value] of Object.entries(values)) {
        const clean = cleanValue(value);
        if (clean !== '' && !normalised.has(normaliseName(key))) normalised.set(normaliseName(key), clean);
      }
    }
    return normalised.get(normaliseName(name)) ?? null;
  };
}
