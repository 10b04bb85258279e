import { EventEmitter } from 'node:events';
import { cdp } from './cdp.ts';
import { strict } from './codec.ts';

type SchemeHandler = (request: Request) => Promise<Response> | Response;

/**
 * The app's own schemes. Chromium cannot be taught one from outside, so `app://host/path` is `http://host.app.localhost/path` in the page,
 * answered before it leaves the browser; main sees the scheme's own addresses throughout.
 */
export const schemes = new Map<string, SchemeHandler>();

export function toHttp(address: string): string {
  const parts = /^([\w-]+):\/\/([^/]*)(.*)$/.exec(address);
  return parts && schemes.has(parts[1] ?? '') ? `http://${parts[2]}.${parts[1]}.localhost${parts[3]}` : address;
}

export function fromHttp(address: string): string {
  const parts = /^http:\/\/([^/]+)\.([\w-]+)\.localhost(\/.*)?$/.exec(address);
  return parts && schemes.has(parts[2] ?? '') ? `${parts[2]}://${parts[1]}${parts[3] ?? '/'}` : address;
}

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: () => {},
  handle: (scheme: string, handler: SchemeHandler) => {
    schemes.set(scheme, handler);
  },
  unhandle: (scheme: string) => {
    schemes.delete(scheme);
  },
  isProtocolHandled: (scheme: string) => schemes.has(scheme),
});

type PermissionHandler = (
  contents: unknown,
  permission: string,
  answer: (isGranted: boolean) => void,
  details: { readonly requestingUrl: string; readonly mediaTypes: readonly string[]; readonly isMainFrame: boolean },
) => void;

const permissions = [
  ['media', 'microphone', ['audio']],
  ['media', 'camera', ['video']],
  ['notifications', 'notifications', []],
  ['clipboard-read', 'clipboard-read', []],
  ['geolocation', 'geolocation', []],
] as const;

class Session extends EventEmitter {
  #handler: PermissionHandler | null = null;

  setPermissionRequestHandler(handler: PermissionHandler): void {
    this.#handler = handler;
  }

  setPermissionCheckHandler(): void {}

  setSpellCheckerEnabled(): void {}

  /** Ask the handler for each permission and give Chromium its answers, once per load. */
  async applyPermissions(contents: unknown, origin: string): Promise<void> {
    for (const [permission, name, mediaTypes] of permissions) {
      const isGranted = await new Promise<boolean>((answer) => {
        if (!this.#handler) answer(true);
        else this.#handler(contents, permission, answer, { requestingUrl: fromHttp(`${origin}/`), mediaTypes, isMainFrame: true });
      });
      const setting = isGranted ? 'granted' : 'denied';
      await cdp.send('Browser.setPermission', { permission: { name }, setting, origin }).catch(() => {});
    }
  }
}

export const defaultSession = new Session();
