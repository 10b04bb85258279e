import type { ComponentType } from 'react';
import { lazy } from 'react';

/** A screen of the rail. Each is its own piece of code, fetched when it is first opened. */
export interface Screen {
  readonly path: string;
  readonly name: string;
  readonly key: string;
  readonly Component: ComponentType;
}

export const screens: readonly Screen[] = [
  {
    path: '/board',
    name: 'Board',
    key: 'G B',
    Component: lazy(async () => ({ default: (await import('../features/live-board/BoardScreen.tsx')).BoardScreen })),
  },
  {
    path: '/campaigns',
    name: 'Campaigns',
    key: 'G C',
    Component: lazy(async () => ({ default: (await import('../features/campaign-board/CampaignsScreen.tsx')).CampaignsScreen })),
  },
  {
    path: '/agents',
    name: 'Agents',
    key: 'G A',
    Component: lazy(async () => ({ default: (await import('../features/agents/AgentsScreen.tsx')).AgentsScreen })),
  },
  {
    path: '/review',
    name: 'Review',
    key: 'G R',
    Component: lazy(async () => ({ default: (await import('../features/review/ReviewScreen.tsx')).ReviewScreen })),
  },
  {
    path: '/setup',
    name: 'Setup',
    key: 'G S',
    Component: lazy(async () => ({ default: (await import('../features/settings/SetupScreen.tsx')).SetupScreen })),
  },
  {
    path: '/line',
    name: 'Line',
    key: 'G L',
    Component: lazy(async () => ({ default: (await import('../features/line-proof/LineProofScreen.tsx')).LineProofScreen })),
  },
  {
    path: '/settings',
    name: 'Settings',
    key: 'G E',
    Component: lazy(async () => ({ default: (await import('../features/settings/SettingsScreen.tsx')).SettingsScreen })),
  },
];
