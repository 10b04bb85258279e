import { WebSocket } from 'ws';
import type { CallId } from '#bridge/contract/ids.ts';
import type { RunningRingside } from './ringside.ts';

export interface Listeners extends Disposable {
  /** How many frames of the lead each of them has got. */
  frames(): readonly number[];
}

/** Consoles that hear a call and show nothing: a live socket each. */
export async function openListeners({ consoleUrl, token }: RunningRingside, callId: CallId, count: number): Promise<Listeners> {
  const frames = new Array<number>(count).fill(0);
  const sockets = frames.map((_, index) => {
    const socket = new WebSocket(`${consoleUrl.replace(/^http/, 'ws')}/live`, [`ringside.${token}`]);
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary && data[0] === 1) frames[index] = (frames[index] ?? 0) + 1;
    });
    return socket;
  });
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          socket.once('error', reject);
          socket.once('open', () => {
            socket.send(JSON.stringify({ type: 'audio.open', callId, listen: true, speak: false }));
            resolve();
          });
        }),
    ),
  );
  return {
    frames: () => frames,
    [Symbol.dispose]() {
      for (const socket of sockets) {
        socket.on('error', () => undefined);
        socket.terminate();
      }
    },
  };
}
