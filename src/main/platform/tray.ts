import { app, Menu, nativeImage, Tray } from 'electron';

export interface TrayActions {
  readonly show: () => void;
  readonly quit: () => void;
}

/** What the tray or the dock says while a campaign runs or somebody is on the line. */
export class RunningMark {
  readonly #icon: string;
  readonly #actions: TrayActions;
  #tray: Tray | null = null;
  #words = '';

  /** @param icon a small picture file */
  constructor(icon: string, actions: TrayActions) {
    this.#icon = icon;
    this.#actions = actions;
  }

  /** @param words null when nothing goes on @param calls that are live now */
  set(words: string | null, calls: number): void {
    if (process.platform === 'darwin') app.dock?.setBadge(calls === 0 ? '' : String(calls));
    if (words === null) {
      this.close();
      return;
    }
    if (!this.#tray) {
      this.#tray = new Tray(nativeImage.createFromPath(this.#icon));
      this.#tray.on('click', this.#actions.show);
    }
    if (words === this.#words) return;
    this.#words = words;
    this.#tray.setToolTip(`Ringside: ${words}`);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words, enabled: false },
        { type: 'separator' },
        { label: 'Open Ringside', click: this.#actions.show },
        { label: 'Quit', click: this.#actions.quit },
      ]),
    );
  }

  close(): void {
    this.#tray?.destroy();
    this.#tray = null;
    this.#words = '';
  }
}
