/** Conversions between columns and values that every table uses. */

/** Epoch milliseconds to the contract's ISO string. */
export function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoOf(atMs);
}

/** A JSON column. We wrote it ourselves, so its shape is trusted. */
export function fromJson<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}

export function fromJsonOrNull<Value>(text: string | null): Value | null {
  return text === null ? null : fromJson<Value>(text);
}

export function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
