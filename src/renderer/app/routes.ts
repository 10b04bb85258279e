import type { ComponentType } from 'react';
import { lazy } from 'react';

/** A screen of the rail. Each is its own piece of code, fetched when it is first opened. */
export interface Screen {
  readonly path: string;
  readonly name: string;
  readonly Component: ComponentType;
}

export const screens: readonly Screen[] = [
  {
    path: '/board',
    name: 'Board',
    Component: lazy(async () => ({ default: (await import('../features/live-board/BoardScreen.tsx')).BoardScreen })),
  },
  {
    path: '/campaigns',
    name: 'Campaigns',
    Component: lazy(async () => ({ default: (await import('../features/campaign-board/CampaignsScreen.tsx')).CampaignsScreen })),
  },
  {
    path: '/agents',
    name: 'Agents',
    Component: lazy(async () => ({ default: (await import('../features/agents/AgentsScreen.tsx')).AgentsScreen })),
  },
  {
    path: '/rehearsal',
    name: 'Rehearsal',
    Component: lazy(async () => ({ default: (await import('../features/rehearsal/RehearsalScreen.tsx')).RehearsalScreen })),
  },
  {
    path: '/review',
    name: 'Review',
    Component: lazy(async () => ({ default: (await import('../features/review/ReviewScreen.tsx')).ReviewScreen })),
  },
  {
    path: '/insights',
    name: 'Insights',
    Component: lazy(async () => ({ default: (await import('../features/insights/InsightsScreen.tsx')).InsightsScreen })),
  },
  {
    path: '/setup',
    name: 'Setup',
    Component: lazy(async () => ({ default: (await import('../features/settings/SetupScreen.tsx')).SetupScreen })),
  },
  {
    path: '/line',
    name: 'Line',
    Component: lazy(async () => ({ default: (await import('../features/line-proof/LineProofScreen.tsx')).LineProofScreen })),
  },
  {
    path: '/settings',
    name: 'Settings',
    Component: lazy(async () => ({ default: (await import('../features/settings/SettingsScreen.tsx')).SettingsScreen })),
  },
];
