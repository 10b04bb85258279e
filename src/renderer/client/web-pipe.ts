import type { OpenPipe } from './pipe.ts';

const tokenKey = 'ringside.token';

/**
 * The console's token: taken out of the address (`#token=...`) at once and kept for this tab alone, so that it is in no history and in no
 * link that somebody copies.
 */
export function takeToken(): string | null {
  const found = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (found) {
    sessionStorage.setItem(tokenKey, decodeURIComponent(found));
    history.replaceState(null, '', `${location.pathname}${location.search}#/board`);
  }
  return sessionStorage.getItem(tokenKey);
}

/** The live socket of an ordinary browser. The token travels as a subprotocol, never in the address. */
export function webPipe(token: string): OpenPipe {
  return (on) => {
    const address = `${location.origin.replace(/^http/, 'ws')}/live`;
    const socket = new WebSocket(address, [`ringside.${token}`]);
    socket.binaryType = 'arraybuffer';
    let wasOpen = false;
    socket.addEventListener('open', () => {
      wasOpen = true;
      on.opened();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') on.text(data);
      else on.bytes(new Uint8Array(data));
    });
    socket.addEventListener('close', () => {
      if (wasOpen) {
        on.closed(false);
        return;
      }
      // A refused upgrade looks like any broken one; a plain request tells them apart.
      void isRefused(token).then((refused) => on.closed(refused));
    });
    return {
      send: (message) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(message as string | Uint8Array<ArrayBuffer>);
      },
      close: () => socket.close(),
    };
  };
}

async function isRefused(token: string): Promise<boolean> {
  try {
    const answer = await fetch('/api', { headers: { authorization: `Bearer ${token}` } });
    return answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  }
}
