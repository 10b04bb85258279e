import type { MessagePortMain } from 'electron';
import type { Bridge } from '#bridge/bridge.ts';

type MessagePipe = Parameters<Bridge['openConsole']>[0];

/** What the window needs of a port; Electron's own, or a test's. */
export type Port = Pick<MessagePortMain, 'postMessage' | 'start' | 'close'> & {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
};

/**
 * A port of the window as the bridge's message pipe.
 *
 * @param takeText looks at each text first, and returns whether it was for somebody else
 */
export function portPipe(port: Port, takeText: (text: string) => boolean): MessagePipe {
  let isClosed = false;
  const listeners: (() => void)[] = [];
  const closed = () => {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  };
  port.on('close', closed);
  return {
    send: (data) => {
      if (!isClosed) port.postMessage(data);
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        // The page is ours, and still only what the protocol knows goes further.
        if (typeof data === 'string') {
          if (!takeText(data)) listener(data);
        } else if (data instanceof Uint8Array) listener(data);
      });
      port.start();
    },
    onClose: (listener) => {
      listeners.push(listener);
    },
    close: () => {
      if (isClosed) return;
      // The window hears that the port is of no use any more; Chromium tells it nothing when the other end closes.
      port.postMessage(null);
      port.close();
      closed();
    },
    // Electron does not tell what waits in a port.
    bufferedBytes: 0,
  };
}
