import type { Browser, Page } from 'playwright-core';
import type { CallId } from '#bridge/contract/ids.ts';
import type { RunningRingside } from '../../test/support/e2e/ringside.ts';
import { openCamera } from './camera.ts';

const settings = ['you', 'defaults', 'spending', 'colleagues', 'scorecard', 'alerts', 'do-not-call', 'data', 'appearance', 'keys'] as const;
const editorSteps = ['basics', 'people', 'agent', 'schedule', 'check'] as const;
const guideSteps = ['world', 'carrier', 'voice', 'way-in', 'prove', 'call'] as const;

/** Every screen of a fresh Ringside without any key, from the first look over the sample campaign to the calls of it. */
export async function rehearsalTour(browser: Browser, ringside: RunningRingside, folder: string): Promise<void> {
  await using camera = await openCamera(browser, ringside.address, folder);
  const { picture, oneByOne, pause } = camera;
  const { invoke } = ringside;
  const live = async () => (await invoke('calls.list', { live: true })).filter(({ state }) => state === 'live');
  await invoke('settings.update', { operatorName: 'Dana' });

  await picture('board-empty', '/board');
  for (const step of guideSteps) await picture(`guide-${step}`, `/setup/guide/${step}`);
  await picture('line-not-proven', '/line');
  await invoke('line.prove', { carrier: 'twilio', world: 'rehearsal' });
  const { campaigns } = await invoke('rehearsal.startSample');
  const [campaign] = campaigns;
  if (!campaign) throw new Error('The sample has no campaign.');
  await pause(14_000);
  await picture('board-running', '/board');
  await picture('board-open', `/board/${(await live())[0]?.id ?? ''}`);
  await picture('campaign', `/campaigns/${campaign.id}`);
  await picture('campaigns', '/campaigns');
  await takeOver();
  while ((await invoke('campaigns.list')).some(({ state }) => state === 'running')) await pause(1_000);

  await picture('board-just-ended', '/board');
  await picture('rehearsal', '/rehearsal');
  await picture('campaign-finished', `/campaigns/${campaign.id}`);
  const draft = await invoke('campaigns.duplicate', { id: campaign.id, name: 'Boiler checks, spring' });
  const csv = 'phone,firstName,city,timeZone\n+12125550111,Olivia,New York,America/New_York\n+1212,Short,,\n+12125550111,Again,,\n';
  await invoke('leads.import', { campaignId: draft.id, csv, consent: { basis: 'customer' } });
  for (const step of editorSteps) await picture(`campaign-edit-${step}`, `/campaigns/${draft.id}/edit/${step}`);
  await picture('campaign-new', '/campaigns/new/basics');
  const [agent] = await invoke('agents.list');
  await invoke('agents.update', {
    id: agent?.id,
    greeting: 'Hi {{firstName}}, we check pipes and boilers for free this month. Shall we come by?',
  });
  await picture('agents', '/agents');
  await picture('agent-new', '/agents/new');
  await picture('agent', `/agents/${agent?.id ?? ''}`);
  await picture('agent-versions', `/agents/${agent?.id ?? ''}/versions`);
  await picture('review', '/review');
  await picture('review-search', '/review/search?q=you');
  await picture('review-search-nothing', '/review/search?q=zebra');
  // A call on which both talk shows more than a long silence.
  const good = ['appointment', 'interested', 'callback-requested', 'not-interested', 'do-not-call'];
  const rank = (disposition: string | null) =>
    disposition !== null && good.includes(disposition) ? good.indexOf(disposition) : good.length;
  const calls = await invoke('calls.list');
  const [reviewed] = calls
    .filter(({ talkMs }) => talkMs > 0)
    .toSorted((a, b) => rank(a.disposition) - rank(b.disposition) || b.talkMs - a.talkMs);
  if (reviewed) await judge(reviewed.id);
  await picture('review-call', `/review/${reviewed?.id ?? ''}`, playSome);
  await picture('insights', '/insights');
  await picture('insights-end', null, scrollDown);
  await picture('insights-nothing', '/insights?since=2026-01-05&until=2026-01-05');
  await picture('setup', '/setup');
  await picture('line', '/line');
  for (const section of settings) await picture(`settings-${section}`, `/settings/${section}`);
  await picture('keys', '/campaigns', (page) => page.keyboard.press('Shift+?'));
  await picture('palette', null, async (page) => {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(400);
    await page.keyboard.press('Control+k');
  });
  await picture('palette-words', null, (page) => page.keyboard.type('plumb', { delay: 60 }));

  /** Only one window may have a call: each takes one, is pictured, and gives it back. */
  /** What a reviewer makes of a call, so that its page and the insights have something to show. */
  async function judge(id: CallId): Promise<void> {
    const { score } = await invoke('calls.get', { id });
    const answers = score?.items.flatMap(({ id: criterionId, by }) => (by === 'record' ? [] : [{ criterionId, answer: 'yes' as const }]));
    if (answers) await invoke('calls.score', { id, answers });
    await invoke('calls.setTags', { id, tags: ['boiler', 'spring'] });
    await invoke('calls.clip', { id, fromMs: 9_000, toMs: 14_000, note: 'How Mia offers the check' });
  }

  async function takeOver(): Promise<void> {
    const [first] = await live();
    if (!first) return;
    await oneByOne(
      'takeover',
      `/board/${first.id}`,
      async (page) => {
        await page.getByRole('button', { name: /off duty/i }).click();
        await page.getByRole('button', { name: 'Go on duty' }).click();
        await page.getByRole('button', { name: /on duty/i }).waitFor();
        await page.getByText('It is not on any line.').waitFor();
        await page.keyboard.press('Escape');
        await page.getByText('You are on duty').waitFor({ state: 'hidden' });
        await page.keyboard.press('t');
        await page.waitForTimeout(1_500);
      },
      async (page) => {
        await page.keyboard.press('b');
        await page.waitForTimeout(700);
      },
    );
  }
}

async function scrollDown(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Figures' }).press('End');
  await page.waitForTimeout(400);
}

async function playSome(page: Page): Promise<void> {
  await page.keyboard.press('Space');
  await page.waitForTimeout(5_000);
  await page.keyboard.press('Space');
}
