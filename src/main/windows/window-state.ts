import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';

const stored = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stored>;

/** The size that the window had, when it still lies on a screen. @param workAreas of all screens, in the same pixels */
export function readWindowState(file: string, workAreas: readonly Rectangle[]): WindowState | null {
  try {
    const state = stored.parse(JSON.parse(readFileSync(file, 'utf8')));
    const isSeen = workAreas.some(
      (area) =>
        state.x < area.x + area.width - 100 &&
        state.x + state.width > area.x + 100 &&
        state.y >= area.y - 10 &&
        state.y < area.y + area.height - 100,
    );
    return isSeen ? state : null;
  } catch {
    // There was none yet, or it is not ours any more.
    return null;
  }
}

/** Write down the window's place whenever it comes to rest. */
export function rememberWindowState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | null = null;
  const write = () => {
    timer = null;
    if (window.isDestroyed()) return;
    const state: WindowState = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(state));
    } catch {
      // The next start opens in the usual size.
    }
  };
  const later = () => {
    timer ??= setTimeout(write, 400);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', () => {
    if (timer) clearTimeout(timer);
    write();
  });
}
