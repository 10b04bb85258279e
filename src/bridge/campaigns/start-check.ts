import type { Agent } from '#bridge/contract/agents.ts';
import type { Campaign, StartBlocker } from '#bridge/contract/campaigns.ts';
import type { LeadId } from '#bridge/contract/ids.ts';
import type { CampaignState, RefusalName } from '#bridge/contract/words.ts';
import { type DayMoney, decideAll, roomOfDay } from '#bridge/domain/gate.ts';
import { needsPerson } from '#bridge/domain/lead-blocker.ts';
import { missingVariables } from '#bridge/domain/variables.ts';
import type { Dialer } from '../calls/dial/dialer.ts';
import type { LeadRecord } from '../store/records.ts';
import type { CampaignTotals, Store } from '../store/store.ts';
import { clearMoment, type DialMoment, type DialPlan, gateFacts, planOf, variablesOf } from './dial-plan.ts';
import { ofTheMoment, openHours } from './preview.ts';

/** Leads looked at before others get their turn on the processor. */
const pageLeads = 50;

export interface StartCheckParts {
  readonly campaign: Campaign;
  /** Null when it is gone. */
  readonly agent: Agent | null;
  readonly store: Store;
  readonly dialer: Dialer;
  readonly nowMs: number;
}

/**
 * What stands between a campaign and its start, and what is worth knowing before it, in the order in which a person would settle it. It
 * looks at every lead, so it takes its time with many, and lets others go first.
 */
export async function checkStart({ campaign, agent, store, dialer, nowMs }: StartCheckParts): Promise<readonly StartBlocker[]> {
  const totals = store.campaigns.totals(campaign.id);
  const found: StartBlocker[] = [...stateProblems(campaign, totals)];
  if (campaign.fromNumbers.length === 0) found.push(blocker('no-caller-number', 'There is no number to call from. Add one.', 'basics'));
  if (agent === null) {
    found.push(blocker('no-agent', 'Its agent is gone. Choose another one.', 'agent'));
    return found;
  }
  const plan = planOf(campaign, agent, dialer);
  found.push(...limitProblems(plan, totals), ...dayProblems(plan, dialer.day(campaign.world, nowMs)));
  const missing = dialer.notConfigured(campaign.world, campaign.carrier);
  if (missing !== null) found.push(blocker('not-configured', missing, 'setup'));
  // Whatever else is wrong with the limits would be wrong with each lead again.
  const leads = await leadProblems(plan, store, nowMs);
  found.push(...leads.filter(({ name }) => !found.some((other) => other.name === name)));
  return found;
}

function stateProblems({ state }: Campaign, totals: CampaignTotals): readonly StartBlocker[] {
  const no = cannotStart[state];
  if (no !== null) return [blocker('state', no, 'basics')];
  const counts = Object.values(totals.leads);
  if (counts.every((count) => count === 0)) return [blocker('no-leads', 'It has no leads. Import a list.', 'people')];
  const left = (totals.leads.ready ?? 0) + (totals.leads.waiting ?? 0);
  if (left === 0) return [blocker('no-leads-left', 'Every lead has been dealt with. Import more leads.', 'people')];
  return [];
}

const cannotStart: Readonly<Record<CampaignState, string | null>> = {
  draft: null,
  paused: null,
  completed: null,
  running: 'It is running already.',
  stopped: 'It was stopped for good. Duplicate it, and start the copy.',
};

function limitProblems(plan: DialPlan, totals: CampaignTotals): readonly StartBlocker[] {
  const { budgetMicros } = plan.campaign;
  const found: StartBlocker[] = [];
  if (openHours(plan) === 0) {
    const message = 'Its calling hours never meet the hours in which the law allows calls. Change them.';
    found.push(blocker('outside-campaign-hours', message, 'schedule'));
  }
  if (budgetMicros !== undefined && budgetMicros - totals.spentMicros < plan.reserveMicros) {
    const left = dollars(Math.max(0, budgetMicros - totals.spentMicros));
    const message = `${left} of the budget is left, and one call may cost ${dollars(plan.reserveMicros)}. Raise the budget, or let calls be shorter.`;
    found.push(blocker('budget', message, 'schedule'));
  }
  return found;
}

function dayProblems({ reserveMicros }: DialPlan, day: DayMoney | null): readonly StartBlocker[] {
  if (day === null) return [];
  const { budgetMicros, spentMicros, heldMicros } = day;
  switch (roomOfDay(day, reserveMicros)) {
    case 'enough':
      return [];
    case 'never': {
      const message = `One call may cost ${dollars(reserveMicros)}, and all calls of a day ${dollars(budgetMicros)}. Raise the budget of a day in the settings, or let calls be shorter.`;
      return [blocker('budget-per-day', message, 'schedule')];
    }
    case 'used-up': {
      const message = `${dollars(spentMicros + heldMicros)} of ${dollars(budgetMicros)} that today may cost is spent or held for calls under way. Nobody is called until there is room, or until tomorrow.`;
      return [{ ...blocker('budget-per-day', message, 'schedule'), blocks: false }];
    }
  }
}

async function leadProblems(plan: DialPlan, store: Store, nowMs: number): Promise<readonly StartBlocker[]> {
  const moment = clearMoment(nowMs);
  const lacking = new Map<string, number>();
  const refused = new Map<RefusalName, number>();
  let leads = 0;
  let someoneIsCalled = false;
  for (let after: LeadId | undefined; ; ) {
    const page = store.leads.list({ campaignId: plan.campaign.id, limit: pageLeads, ...(after === undefined ? {} : { after }) });
    for (const lead of page) {
      if (lead.state === 'done' || lead.state === 'dialling' || lead.state === 'suppressed') continue;
      leads += 1;
      for (const name of missingVariables(plan.templates, variablesOf(lead))) lacking.set(name, (lacking.get(name) ?? 0) + 1);
      // One who is called is enough; it takes many questions to find out.
      if (someoneIsCalled) continue;
      const no = standing(plan, lead, moment, store);
      if (no === null) someoneIsCalled = true;
      else refused.set(no, (refused.get(no) ?? 0) + 1);
    }
    after = page.at(-1)?.id;
    if (page.length < pageLeads) break;
    await new Promise((resume) => setImmediate(resume));
  }
  const found = [...lacking].map(([name, count]) => lacks(name, count, leads));
  if (leads === 0 || someoneIsCalled || found.some(({ blocks }) => blocks)) return found;
  return [...found, nobody(refused)];
}

/** The first no that does not pass by itself; null when the lead will be called, now or later. */
function standing(plan: DialPlan, lead: LeadRecord, moment: DialMoment, store: Store): RefusalName | null {
  const facts = { ...gateFacts(plan, lead, moment, store), campaignRunning: true };
  const no = decideAll(facts).find((refusal) => !ofTheMoment.has(refusal.name) && (refusal.final || needsPerson(refusal)));
  return no?.name ?? null;
}

function lacks(name: string, count: number, leads: number): StartBlocker {
  if (count === leads) {
    const message = `No lead has a value for {{${name}}}. Correct the name, add the column, or give a default: {{${name} | ...}}.`;
    return blocker('missing-variables', message, 'agent');
  }
  const who = count === 1 ? '1 lead has' : `${count.toLocaleString('en-US')} of ${leads.toLocaleString('en-US')} leads have`;
  const message = `${who} no value for {{${name}}} and will not be called. Add it, or give a default: {{${name} | ...}}.`;
  return { ...blocker('missing-variables', message, 'agent'), blocks: false };
}

function nobody(refused: ReadonlyMap<RefusalName, number>): StartBlocker {
  const counts = [...refused].sort(([, one], [, other]) => other - one);
  const [first] = counts;
  const list = counts.map(([name, count]) => `${count.toLocaleString('en-US')} ${words[name].are}`).join(', ');
  return blocker('all-refused', `Nobody would be called: ${list}.`, first ? words[first[0]].step : 'people');
}

/** How many leads "are", and where that is settled. */
const words: Readonly<Record<RefusalName, { readonly are: string; readonly step: StartBlocker['step'] }>> = {
  suppressed: { are: 'on the do-not-call list', step: 'people' },
  'no-consent': { are: 'without a record of consent', step: 'people' },
  'zone-unknown': { are: 'in an unknown time zone', step: 'people' },
  'invalid-number': { are: 'with a number that cannot be called', step: 'people' },
  'attempts-exhausted': { are: 'called as often as allowed', step: 'schedule' },
  'unknown-outcome': { are: 'with a call whose end is not known', step: 'people' },
  'country-not-allowed': { are: 'in a country that is not allowed', step: 'schedule' },
  'outside-hours': { are: 'outside the legal hours', step: 'schedule' },
  'outside-campaign-hours': { are: 'outside the calling hours', step: 'schedule' },
  'missing-variables': { are: 'without a value that the agent says', step: 'agent' },
  'no-caller-number': { are: 'without a number to call from', step: 'basics' },
  budget: { are: 'beyond the budget', step: 'schedule' },
  'budget-per-day': { are: 'beyond the budget of the day', step: 'schedule' },
  'nobody-at-desk': { are: 'waiting for somebody on duty', step: 'schedule' },
  'minimum-gap': { are: 'called a short while ago', step: 'schedule' },
  'attempts-per-day': { are: 'called too often today', step: 'schedule' },
  'already-dialling': { are: 'on the phone', step: 'people' },
  'campaign-not-running': { are: 'waiting for the start', step: 'basics' },
  'not-configured': { are: 'waiting for the setup', step: 'setup' },
  reconciling: { are: "waiting for the carrier's records", step: 'setup' },
  'no-line': { are: 'waiting for a line', step: 'schedule' },
  pacing: { are: 'waiting for their turn', step: 'schedule' },
};

function blocker(name: string, message: string, step: StartBlocker['step']): StartBlocker {
  return { name, message, step, blocks: true };
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(2)}`;
}
