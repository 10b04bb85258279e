import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from './app.ts';
import { cdp } from './cdp.ts';
import { pack, unpack } from './codec.ts';
import { ipcMain, MessagePortMain } from './ports.ts';
import { defaultSession, fromHttp, schemes, toHttp } from './schemes.ts';

/** Joins the worlds of the page to main; nobody else can guess the name. */
const nonce = `_s${Math.random().toString(36).slice(2)}`;
const preloadWorld = 'electron-preload';
const pageSource = readFileSync(join(import.meta.dirname, 'page.js'), 'utf8')
  .replace(/^(\/\/.*\n)+/, '')
  .trim()
  .replace(/;$/, '');

interface WindowOptions {
  width?: number;
  height?: number;
  title?: string;
  show?: boolean;
  webPreferences?: { readonly preload?: string; readonly nodeIntegration?: boolean; readonly contextIsolation?: boolean };
}

/** What comes from the page over the binding. */
interface FromPage {
  readonly open?: string;
  readonly port?: string;
  readonly data?: unknown;
  readonly invoke?: number;
  readonly ch?: string;
  readonly args?: unknown[];
  readonly ports?: string[];
}

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: { readonly url: string; readonly method: string; readonly headers: Record<string, string>; readonly postData?: string };
}

type OpenHandler = (details: { readonly url: string; readonly disposition: string }) => { readonly action: 'allow' | 'deny' };

let lastId = 0;
const open = new Map<number, BrowserWindow>();

/** The page of a window: a target of Chromium with the preload in a world of its own. */
export class WebContents extends EventEmitter {
  readonly session = defaultSession;
  readonly id: number;
  readonly ready: Promise<void>;
  targetId = '';
  readonly #window: BrowserWindow;
  readonly #ports = new Map<string, MessagePortMain>();
  /** Loads that main itself asked for: these are no navigation of the page. */
  readonly #asked = new Set<string>();
  #sessionId = '';
  #preloadContext: string | null = null;
  #address = '';
  #openHandler: OpenHandler | null = null;
  #isDestroyed = false;
  #wasShown = false;

  constructor(window: BrowserWindow) {
    super();
    this.#window = window;
    this.id = window.id;
    this.ready = this.#open();
  }

  async loadURL(address: string): Promise<void> {
    await this.ready;
    this.#address = toHttp(address);
    this.#asked.add(this.#address);
    await defaultSession.applyPermissions(this, new URL(this.#address).origin);
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await this.#send('Page.navigate', { url: this.#address });
    if (errorText) throw new Error(`${String(errorText)} loading '${address}'`);
    await loaded;
  }

  reload(): void {
    this.#asked.add(this.#address);
    // A crashed page is only woken by a new navigation.
    void this.#send('Page.navigate', { url: this.#address }).catch(() => {});
  }

  getURL = (): string => fromHttp(this.#address);
  isDestroyed = (): boolean => this.#isDestroyed;
  close = (): void => this.#window.close();

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#push({ ch: channel, args });
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ports = transfer.map((port) => {
      const id = `m${++lastId}`;
      const near = port.peer;
      if (!near) throw new Error('The port has no other end.');
      this.#ports.set(id, near);
      near.remote = (data) => this.#push({ port: id, data });
      return id;
    });
    this.#push({ ch: channel, args: [message], ports });
  }

  async executeJavaScript(expression: string): Promise<unknown> {
    const answer = await this.#send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    const { exceptionDetails, result } = answer as { exceptionDetails?: { text: string }; result: { value: unknown } };
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** For a spec: end the page's process as a crash does. */
  forcefullyCrashRenderer(): void {
    void this.#send('Page.crash').catch(() => {});
  }

  died(): void {
    this.#isDestroyed = true;
    this.#shutPorts();
    this.emit('destroyed');
  }

  #shutPorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #send(method: string, params: Readonly<Record<string, unknown>> = {}) {
    return cdp.send(method, params, this.#sessionId);
  }

  async #open(): Promise<void> {
    const { webPreferences = {}, width = 800, height = 600 } = this.#window.options;
    if (webPreferences.nodeIntegration || webPreferences.contextIsolation === false) {
      throw new Error('The stand-in opens only isolated windows without Node.');
    }
    const target = await cdp.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
    this.targetId = String(target.targetId);
    const attached = await cdp.send('Target.attachToTarget', { targetId: this.targetId, flatten: true });
    this.#sessionId = String(attached.sessionId);
    this.#listen();
    const preload = webPreferences.preload ? readFileSync(webPreferences.preload, 'utf8') : '';
    const intoPage = { source: `(${pageSource})('main','${nonce}')` };
    const intoPreload = {
      source: `if(window===top)(${pageSource})('preload','${nonce}',${JSON.stringify(preload)})`,
      worldName: preloadWorld,
    };
    await Promise.all([
      this.#send('Page.enable'),
      this.#send('Runtime.enable'),
      this.#send('Fetch.enable', { patterns: [{ urlPattern: '*', resourceType: 'Document' }, { urlPattern: 'http://*.localhost/*' }] }),
      this.#send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
      this.#send('Runtime.addBinding', { name: nonce, executionContextName: preloadWorld }),
      this.#send('Page.addScriptToEvaluateOnNewDocument', intoPage),
      this.#send('Page.addScriptToEvaluateOnNewDocument', intoPreload),
    ]);
  }

  #listen(): void {
    const on = <Params>(method: string, listener: (params: Params) => void) => cdp.on(`${this.#sessionId}${method}`, listener);
    on<{ context: { name: string; uniqueId: string; auxData: { frameId: string } } }>('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === preloadWorld && context.auxData.frameId === this.targetId) this.#preloadContext = context.uniqueId;
    });
    on<{ name: string; payload: string }>('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === nonce) void this.#take(unpack(JSON.parse(payload)) as FromPage);
    });
    on('Page.loadEventFired', () => {
      this.emit('did-finish-load');
      if (this.#wasShown) return;
      this.#wasShown = true;
      this.#window.emit('ready-to-show');
    });
    on('Inspector.targetCrashed', () => {
      this.#shutPorts();
      this.emit('render-process-gone', {}, { reason: 'crashed' });
    });
    on<Paused>('Fetch.requestPaused', (paused) => {
      this.#answer(paused).catch((error: unknown) => {
        process.stderr.write(`stand-in: ${String(error)}\n`);
        void this.#send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' }).catch(() => {});
      });
    });
  }

  async #answer({ requestId, frameId, resourceType, request }: Paused): Promise<void> {
    const address = fromHttp(request.url);
    if (resourceType === 'Document' && frameId === this.targetId && !this.#asked.delete(request.url)) {
      let stopped = false;
      const event = {
        url: address,
        preventDefault: () => {
          stopped = true;
        },
      };
      this.emit('will-navigate', event, address);
      if (stopped) {
        await this.#send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        return;
      }
    }
    const handler = schemes.get(address.split(':')[0] ?? '');
    if (!handler || address === request.url) {
      await this.#send('Fetch.continueRequest', { requestId });
      return;
    }
    const given = new Request(address, { method: request.method, headers: request.headers, body: request.postData ?? null });
    const response = await handler(given);
    await this.#send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  async #take(message: FromPage): Promise<void> {
    const frame = { url: fromHttp(this.#address), parent: null };
    const event = {
      sender: this,
      senderFrame: frame,
      ports: [] as MessagePortMain[],
      reply: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
    };
    if (message.open !== undefined) {
      this.#openHandler?.({ url: fromHttp(message.open), disposition: 'foreground-tab' });
      return;
    }
    if (message.port !== undefined) {
      this.#ports.get(message.port)?.deliver(message.data);
      return;
    }
    const channel = message.ch ?? '';
    if (message.invoke !== undefined) {
      try {
        const handler = ipcMain.handlers.get(channel);
        if (!handler) throw new Error(`No handler registered for '${channel}'`);
        this.#push({ reply: message.invoke, v: await handler(event, ...(message.args ?? [])) });
      } catch (error) {
        this.#push({ reply: message.invoke, x: String(error) });
      }
      return;
    }
    event.ports = (message.ports ?? []).map((id) => {
      const port = new MessagePortMain();
      port.remote = (data) => this.#push({ port: id, data });
      this.#ports.set(id, port);
      return port;
    });
    ipcMain.emit(channel, event, ...(message.args ?? []));
  }

  #push(message: unknown): void {
    if (this.#isDestroyed || this.#preloadContext === null) return;
    const expression = `${nonce}recv(${pack(message)})`;
    this.#send('Runtime.evaluate', { expression, uniqueContextId: this.#preloadContext, silent: true }).catch(() => {});
  }
}

export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId;
  readonly options: WindowOptions;
  readonly webContents: WebContents;
  #isVisible: boolean;
  #isGone = false;

  constructor(options: WindowOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.options = options;
    this.#isVisible = options.show !== false;
    open.set(this.id, this);
    this.webContents = new WebContents(this);
    this.webContents.ready.catch((error: unknown) => {
      process.stderr.write(`stand-in: ${String(error)}\n`);
      app.exit(1);
    });
    app.emit('browser-window-created', {}, this);
  }

  static getAllWindows = (): BrowserWindow[] => [...open.values()];
  static fromWebContents = (contents: WebContents): BrowserWindow | null =>
    [...open.values()].find((window) => window.webContents === contents) ?? null;
  static fromId = (id: number): BrowserWindow | null => open.get(id) ?? null;

  loadURL = (address: string): Promise<void> => this.webContents.loadURL(address);
  isDestroyed = (): boolean => this.#isGone;
  isVisible = (): boolean => this.#isVisible;
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => false;
  restore = (): void => {};
  maximize = (): void => {};
  getTitle = (): string => this.options.title ?? '';
  getBounds = () => ({ x: 0, y: 0, width: this.options.width ?? 800, height: this.options.height ?? 600 });
  getNormalBounds = () => this.getBounds();

  show(): void {
    this.#isVisible = true;
    this.emit('show');
  }

  hide(): void {
    this.#isVisible = false;
    this.emit('hide');
  }

  focus(): void {
    this.emit('focus');
  }

  setSize(width: number, height: number): void {
    Object.assign(this.options, { width, height });
    this.emit('resize');
  }

  close(): void {
    if (this.#isGone) return;
    let stopped = false;
    this.emit('close', {
      preventDefault: () => {
        stopped = true;
      },
    });
    if (stopped) app.stay();
    else this.destroy();
  }

  destroy(): void {
    if (this.#isGone) return;
    void this.webContents.ready
      .then(() => cdp.send('Target.closeTarget', { targetId: this.webContents.targetId }))
      .catch(() => {})
      .finally(() => this.died());
  }

  died(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.webContents.died();
    open.delete(this.id);
    this.emit('closed');
    if (open.size === 0 && !app.isQuitting) {
      if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
      else app.quit();
    }
    app.leaveIfDone();
  }
}

app.windows = {
  get size() {
    return open.size;
  },
  closeAll: () => {
    for (const window of open.values()) window.close();
  },
};

export const webContents = {
  getAllWebContents: () => [...open.values()].map((window) => window.webContents),
  fromId: (id: number) => open.get(id)?.webContents,
  fromDevToolsTargetId: (targetId: string) => [...open.values()].find((window) => window.webContents.targetId === targetId)?.webContents,
};
