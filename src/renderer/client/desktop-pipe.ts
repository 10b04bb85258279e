import type { OpenPipe } from './pipe.ts';

/** What the preload gives to the page, and all that it gives. */
export interface DesktopBridge {
  /** Ask for a new port to the bridge; it comes as a window message `ringside:port`. */
  connect(): void;
}

declare global {
  interface Window {
    readonly ringside?: DesktopBridge;
  }
}

/** A port that has not come by then was lost on its way, as happens to a page that is just being loaded again. */
const askAgainMs = 2_000;

/** The desktop app's port to the bridge in the main process; the same messages as on the live socket. */
export function desktopPipe(desktop: DesktopBridge): OpenPipe {
  return (on) => {
    let port: MessagePort | null = null;
    const arrived = (event: MessageEvent<unknown>) => {
      const given = event.ports[0];
      if (event.source !== window || event.data !== 'ringside:port' || !given) return;
      window.clearInterval(asking);
      // Asked for twice, and both came.
      if (port) return given.close();
      port = given;
      port.onmessage = ({ data }: MessageEvent<string | Uint8Array | null>) => {
        if (typeof data === 'string') on.text(data);
        else if (data !== null) on.bytes(data);
        else {
          end();
          on.closed(false);
        }
      };
      port.start();
      on.opened();
    };
    const end = () => {
      window.clearInterval(asking);
      window.removeEventListener('message', arrived);
    };
    window.addEventListener('message', arrived);
    const asking = window.setInterval(() => desktop.connect(), askAgainMs);
    desktop.connect();
    return {
      send: (message) => port?.postMessage(message),
      close: () => {
        end();
        port?.close();
      },
    };
  };
}
