import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { app, type BrowserWindow, dialog, type MessagePortMain } from 'electron';
import type { Logger } from 'pino';
import { type ChosenList, type DesktopMessage, type DesktopRequest, desktopRequest } from '#bridge/contract/desktop.ts';
import { listHead } from '#bridge/list-head.ts';

export interface DesktopActions {
  readonly quitNow: () => void;
  readonly stay: () => void;
  /** A recording as the console side serves it. @param url begins with `/recordings/`, and bears a ticket */
  readonly recording: (url: string) => Promise<Response>;
}

type Saving = Extract<DesktopRequest, { type: 'desktop.save' | 'desktop.save-recording' }>;

/** What the page asks of the desktop itself: which file to read, where to save one, and how to quit. Everything else on the port belongs to the bridge. */
export class DesktopDesk {
  readonly #actions: DesktopActions;
  readonly #log: Logger;
  readonly #ports = new Set<MessagePortMain>();

  constructor(actions: DesktopActions, log: Logger) {
    this.#actions = actions;
    this.#log = log;
  }

  attach(port: MessagePortMain): void {
    this.#ports.add(port);
    port.on('close', () => this.#ports.delete(port));
  }

  tell(message: DesktopMessage): void {
    for (const port of this.#ports) port.postMessage(JSON.stringify(message));
  }

  /** @returns whether the message was for the desktop */
  take(text: string, port: MessagePortMain, window: BrowserWindow): boolean {
    // Cheap to tell: the bridge's own messages never begin like this.
    if (!text.startsWith('{"type":"desktop.')) return false;
    const parsed = desktopRequest.safeParse(JSON.parse(text));
    if (!parsed.success) {
      this.#log.warn('The page asked the desktop for something that it does not know');
      return true;
    }
    void this.#do(parsed.data, port, window);
    return true;
  }

  async #do(request: DesktopRequest, port: MessagePortMain, window: BrowserWindow): Promise<void> {
    switch (request.type) {
      case 'desktop.quit-now':
        this.#actions.quitNow();
        return;
      case 'desktop.stay':
        this.#actions.stay();
        return;
      case 'desktop.save':
      case 'desktop.save-recording': {
        const answer = await this.#file(request, window);
        port.postMessage(JSON.stringify({ type: 'desktop.answer', id: request.id, ...answer } satisfies DesktopMessage));
        return;
      }
      case 'desktop.choose-list': {
        const answer = await this.#list(window);
        port.postMessage(JSON.stringify({ type: 'desktop.list', id: request.id, ...answer } satisfies DesktopMessage));
      }
    }
  }

  async #list(window: BrowserWindow): Promise<{ list: ChosenList | null; problem: string | null }> {
    try {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile'],
        filters: [
          { name: 'Lists', extensions: ['csv', 'tsv', 'txt'] },
          { name: 'All files', extensions: ['*'] },
        ],
      });
      const [path] = filePaths;
      if (canceled || path === undefined) return { list: null, problem: null };
      return { list: { path, name: basename(path), head: await listHead(path) }, problem: null };
    } catch (error) {
      this.#log.warn({ err: error }, 'A list that was chosen could not be read');
      return { list: null, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #file(request: Saving, window: BrowserWindow): Promise<{ path: string | null; problem: string | null }> {
    try {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: join(app.getPath('downloads'), basename(request.fileName)),
      });
      if (canceled || !filePath) return { path: null, problem: null };
      if (request.type === 'desktop.save') await writeFile(filePath, Buffer.from(request.content, request.encoding));
      else await this.#keepRecording(request.url, filePath);
      return { path: filePath, problem: null };
    } catch (error) {
      this.#log.error({ err: error }, 'A file could not be read or written');
      return { path: null, problem: `The file could not be written: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async #keepRecording(url: string, filePath: string): Promise<void> {
    const { ok, status, body } = await this.#actions.recording(url);
    if (!ok || body === null) throw new Error(`the recording was answered with ${status}.`);
    try {
      await pipeline(Readable.fromWeb(body), createWriteStream(filePath));
    } catch (error) {
      // Half a recording looks like a whole one.
      await rm(filePath, { force: true });
      throw error;
    }
  }
}
