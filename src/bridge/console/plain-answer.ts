import { type ErrorBody, statusOf } from '#bridge/contract/errors.ts';

/** A whole HTTP answer, for a socket that no HTTP server writes to any more; the connection ends with it. */
export function plainAnswer(error: ErrorBody): string {
  const body = JSON.stringify({ error });
  return `HTTP/1.1 ${statusOf[error.code]} Refused\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
