import { type FromWorker, toWorker } from './messages.ts';

/**
 * Holds the ngrok session, in a process of its own: a connection that hangs in ngrok's library blocks every later one of its process, and
 * nothing but the end of the process frees it. Ends with its parent.
 */

/** Electron's utility processes speak through this port, forked Node processes through `process` itself. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;

const tell = (message: FromWorker) => {
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message, () => undefined);
};

function take(data: unknown): void {
  const parsed = toWorker.safeParse(data);
  if (parsed.success) void open(parsed.data).catch(fail);
}

async function open({ authToken, domain, port }: { authToken: string; domain: string | null; port: number }): Promise<void> {
  const { default: ngrok } = await import('@ngrok/ngrok');
  let isUp = false;
  let region: string | null = null;
  const listener = await ngrok.forward({
    addr: `127.0.0.1:${port}`,
    proto: 'http',
    schemes: ['https'],
    authtoken: authToken,
    ...(domain === null ? {} : { domain }),
    onStatusChange: (status: string) => {
      if (isUp) tell({ type: 'session', state: status === 'connected' ? 'connected' : 'closed' });
    },
    onLogEvent: (text: string) => {
      region ??= /\bregion["=: ]+([a-z]{2,3}(?:-[a-z]+-\d)?)\b/i.exec(text)?.[1] ?? null;
    },
  });
  const url = listener.url();
  if (url === null) throw new Error('ngrok opened a tunnel without an address');
  isUp = true;
  tell({ type: 'up', url, region: region ?? regionIn(url) });
}

/** Addresses of other regions than the first bear theirs: `name.eu.ngrok.io`. */
function regionIn(url: string): string | null {
  return /\.(us|eu|ap|au|sa|jp|in|us-cal-1)\.ngrok(?:-free)?\.(?:io|app|dev)$/.exec(new URL(url).hostname)?.[1] ?? null;
}

function fail(error: unknown): void {
  const code = error instanceof Error && 'errorCode' in error && typeof error.errorCode === 'string' ? error.errorCode : null;
  tell({ type: 'failed', code, message: (error instanceof Error ? error.message : String(error)).slice(0, 2_000) });
}

if (parentPort) parentPort.on('message', ({ data }) => take(data));
else {
  process.on('message', take);
  process.on('disconnect', () => process.exit(0));
}
