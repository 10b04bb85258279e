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

/** The desktop app's port to the bridge in the main process; the same messages as on the live socket. */
export function desktopPipe(desktop: DesktopBridge): OpenPipe {
  return (on) => {
    let port: MessagePort | null = null;
    const arrived = (event: MessageEvent<unknown>) => {
      const given = event.ports[0];
      if (event.source !== window || event.data !== 'ringside:port' || !given) return;
      window.removeEventListener('message', arrived);
      port = given;
      port.onmessage = ({ data }: MessageEvent<string | Uint8Array | null>) => {
        if (typeof data === 'string') on.text(data);
        else if (data === null) on.closed(false);
        else on.bytes(data);
      };
      port.start();
      on.opened();
    };
    window.addEventListener('message', arrived);
    desktop.connect();
    return {
      send: (message) => port?.postMessage(message),
      close: () => {
        window.removeEventListener('message', arrived);
        port?.close();
      },
    };
  };
}
