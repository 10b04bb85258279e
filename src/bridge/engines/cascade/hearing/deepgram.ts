import { z } from 'zod';
import type { Clock } from '#bridge/contract/clock.ts';
import type { ServiceAccount } from '../accounts.ts';

export interface DeepgramOptions {
  readonly apiKey: string | null;
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** @param path as `/v1/listen` */
export function deepgramUrl({ baseUrl }: ServiceAccount, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(`${baseUrl}${path}`);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** @returns `unknown` for an object of a kind that we do not read */
export function parseMessage<Message>(schema: z.ZodType<Message>, text: string): Message | 'garbage' | 'unknown' {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'garbage';
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  return z.looseObject({ type: z.string() }).safeParse(json).success ? 'unknown' : 'garbage';
}
