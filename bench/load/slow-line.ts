import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { nowMs } from './clock.ts';

/**
 * A line to a service that is so many milliseconds away. The round trip of the TCP handshake itself cannot be held back from here, so the
 * first thing that the client says waits for it instead.
 *
 * @returns the port to call in place of the service's own
 */
export async function slowLine(port: number, oneWayMs: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.setNoDelay(true);
    far.setNoDelay(true);
    held(near, far, oneWayMs, 2 * oneWayMs);
    held(far, near, oneWayMs, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What comes from one side reaches the other so much later, in order. */
function held(from: Socket, to: Socket, delayMs: number, firstMs: number): void {
  const waiting: { readonly dueMs: number; readonly action: () => void }[] = [];
  const notBeforeMs = nowMs() + firstMs;
  let scheduled = false;
  const schedule = () => {
    const first = waiting[0];
    if (scheduled || !first) return;
    scheduled = true;
    setTimeout(run, Math.max(0, first.dueMs - nowMs()));
  };
  const run = () => {
    scheduled = false;
    for (let first = waiting[0]; first && first.dueMs <= nowMs(); first = waiting[0]) {
      waiting.shift();
      first.action();
    }
    schedule();
  };
  const later = (action: () => void) => {
    waiting.push({ dueMs: Math.max(notBeforeMs, nowMs()) + delayMs, action });
    schedule();
  };
  from.on('data', (bytes) => later(() => to.writable && to.write(bytes)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(() => to.destroy()));
}
