import { app, Menu, type MenuItemConstructorOptions, shell } from 'electron';

/** The application's menu. @param go opens a screen of the window @param dataDir the folder of everything that is kept */
export function buildMenu(go: (path: string) => void, dataDir: string): Menu {
  const isMac = process.platform === 'darwin';
  const screens: readonly (readonly [name: string, path: string])[] = [
    ['Board', '/board'],
    ['Campaigns', '/campaigns'],
    ['Agents', '/agents'],
    ['Review', '/review'],
    ['Setup', '/setup'],
    ['Settings', '/settings'],
  ];
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        { id: 'new-campaign', label: 'New campaign', accelerator: 'CmdOrCtrl+N', click: () => go('/campaigns/new') },
        { id: 'data-folder', label: 'Open the data folder', click: () => void shell.openPath(dataDir) },
        { type: 'separator' },
        isMac ? { role: 'close' } : { id: 'quit', label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => app.quit() },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...screens.map(([label, path], index) => ({
          id: `go${path}`,
          label,
          accelerator: `CmdOrCtrl+${index + 1}`,
          click: () => go(path),
        })),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  return Menu.buildFromTemplate(template);
}
