import { Agent, fetch, type RequestInit, type Response } from 'undici';

/** Between two turns a connection stays open: a new one costs the callee two round trips of silence. */
const idleMs = 30_000;

const agent = new Agent({ keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs * 2 });

/** Ask over a connection that is kept for the next question. */
export function ask(url: string, request: RequestInit): Promise<Response> {
  return fetch(url, { ...request, redirect: 'error', dispatcher: agent });
}
