import { fork } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { record } from './app.ts';
import { strict } from './codec.ts';

/** The desktop's services are not shown: what was asked of them is written down, and a spec brings the answers of dialogs. */
const asked =
  <Answer>(kind: string, answer: Answer) =>
  async (...args: unknown[]): Promise<Answer> => {
    record.dialogs.push({ kind, options: args.at(-1) });
    return answer;
  };

export const dialog = strict('dialog', {
  showOpenDialog: asked('open', { canceled: true, filePaths: [] as string[] }),
  showSaveDialog: asked('save', { canceled: true, filePath: '' }),
  showMessageBox: asked('message', { response: 0, checkboxChecked: false }),
  showErrorBox: (title: string, content: string) => {
    record.dialogs.push({ kind: 'error', options: { title, content } });
    process.stderr.write(`${title}: ${content}\n`);
  },
});

const key = randomBytes(32);
const hasKeyring = () => process.env.STAND_IN_NO_KEYRING !== '1';

export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: async () => hasKeyring(),
  getSelectedStorageBackend: () => (hasKeyring() ? 'gnome_libsecret' : 'basic_text'),
  encryptStringAsync: async (text: string) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from('v11'), iv, cipher.getAuthTag(), body]);
  },
  decryptStringAsync: async (bytes: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(3, 15));
    decipher.setAuthTag(bytes.subarray(15, 31));
    return { result: decipher.update(bytes.subarray(31), undefined, 'utf8') + decipher.final('utf8'), shouldReEncrypt: false };
  },
});

interface ItemOptions {
  readonly id?: string;
  readonly label?: string;
  readonly click?: (...args: unknown[]) => void;
  readonly submenu?: readonly ItemOptions[];
}

interface Item extends Omit<ItemOptions, 'submenu'> {
  readonly submenu: Menu | undefined;
}

export class Menu {
  static #application: Menu | null = null;
  items: Item[] = [];

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  static buildFromTemplate(template: readonly ItemOptions[]): Menu {
    const menu = new Menu();
    menu.items = template.map(({ submenu, ...options }) => ({
      ...options,
      click: (...args: unknown[]) => options.click?.(...args),
      submenu: submenu ? Menu.buildFromTemplate(submenu) : undefined,
    }));
    return menu;
  }

  getMenuItemById(id: string): Item | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

export class Notification extends EventEmitter {
  static isSupported = (): boolean => true;
  readonly #options: unknown;

  constructor(options: unknown) {
    super();
    this.#options = options;
  }

  show(): void {
    record.notifications.push({ options: this.#options, click: () => void this.emit('click', {}) });
    this.emit('show');
  }

  close(): void {
    this.emit('close');
  }
}

/** A utility process is a forked Node here: what it runs must listen to both. */
export const utilityProcess = strict('utilityProcess', {
  fork: (path: string, args: string[], options: { env?: Record<string, string> }) => {
    const child = fork(path, args, { stdio: 'ignore', env: options.env, execArgv: [] });
    return Object.assign(new EventEmitter(), {
      postMessage: (message: object) => void (child.connected && child.send(message)),
      kill: () => child.kill(),
      on: (event: string, listener: (...values: unknown[]) => void) => child.on(event, listener),
      once: (event: string, listener: (...values: unknown[]) => void) => child.once(event, listener),
    });
  },
});

let lastBlocker = 0;
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: (type: string) => {
    record.blockers.set(++lastBlocker, type);
    return lastBlocker;
  },
  stop: (id: number) => record.blockers.delete(id),
  isStarted: (id: number) => record.blockers.has(id),
});

export const shell = strict('shell', {
  openExternal: async (address: string) => void record.external.push(address),
  openPath: async (path: string) => {
    record.external.push(path);
    return '';
  },
});

export class Tray extends EventEmitter {
  setToolTip(words: string): void {
    record.trays.push({ words });
  }
  setContextMenu(): void {}
  destroy(): void {
    record.trays.push({ words: '' });
  }
}

export const nativeImage = strict('nativeImage', { createFromPath: () => ({ isEmpty: () => false }) });
export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => false });
const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => ({ workArea, workAreaSize: workArea, scaleFactor: 1 }),
  getAllDisplays: () => [{ workArea }],
});
