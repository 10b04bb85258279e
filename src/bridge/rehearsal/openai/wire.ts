import type { z } from 'zod';

/** A JSON object as it goes over the socket. */
export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the service answers with an `error` event. Nothing of the request that caused it is applied. */
export class ProtocolError extends Error {
  readonly code: string;
  readonly param: string | null;
  readonly type: string;

  constructor(code: string, message: string, param: string | null = null, type = 'invalid_request_error') {
    super(message);
    this.code = code;
    this.param = param;
    this.type = type;
  }
}

/** `session.tools[0].name` */
export function paramOf(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  return value;
}

/** The first thing wrong with an event, in the service's words. Unknown names come first: they are what a stale dialect shows. */
export function errorFromIssues(issues: readonly z.core.$ZodIssue[], input: unknown): ProtocolError {
  const unknownKey = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknownKey?.code === 'unrecognized_keys') {
    const param = paramOf([...unknownKey.path, unknownKey.keys[0] ?? '']);
    return new ProtocolError('unknown_parameter', `Unknown parameter: '${param}'.`, param);
  }
  const issue = issues[0];
  if (!issue) return new ProtocolError('invalid_value', 'Invalid event.');
  const param = paramOf(issue.path);
  if (valueAt(input, issue.path) === undefined) {
    return new ProtocolError('missing_required_parameter', `Missing required parameter: '${param}'.`, param);
  }
  return new ProtocolError('invalid_value', `Invalid value for '${param}': ${issue.message}`, param);
}
