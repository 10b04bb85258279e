import { contextBridge, ipcRenderer } from 'electron';

/** What of the page's window the preload needs; the types of the DOM belong to the renderer. */
declare const window: {
  readonly location: { readonly origin: string };
  postMessage(message: string, origin: string, ports: readonly unknown[]): void;
};

/**
 * The one channel between the page and the main process: the page asks for a port and gets it as a window message. Everything else, the
 * bridge's operations, feed and audio, travels through that port and is checked on the other side.
 */
contextBridge.exposeInMainWorld('ringside', { connect: () => ipcRenderer.send('ringside:connect') });

ipcRenderer.on('ringside:port', (event) => {
  window.postMessage('ringside:port', window.location.origin, event.ports);
});
