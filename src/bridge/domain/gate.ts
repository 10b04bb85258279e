import type { CallingWindow, Compliance } from '#bridge/contract/campaigns.ts';
import type { Consent } from '#bridge/contract/leads.ts';
import type { LeadState, RefusalName, World } from '#bridge/contract/words.ts';
import { hoursState, intersectHours, legalHours, type WeeklyHours, type WindowState, weeklyHours } from './hours.ts';

/** A named no. A value inside; it becomes the error `gate/refused` only at the door. */
export interface Refusal {
  readonly name: RefusalName;
  /** A sentence for a person: what stands in the way and what would clear it. */
  readonly message: string;
  /** When it clears by itself, epoch milliseconds; null when a person has to do something, or when it never clears. */
  readonly clearsAtMs: number | null;
  /** It will never clear for this lead. */
  readonly final: boolean;
}

/** Money of one day, of all campaigns and calls of the real world together. */
export interface DayMoney {
  readonly budgetMicros: number;
  /** By what was dialled on this day. */
  readonly spentMicros: number;
  /** What the calls under way may cost beyond that. */
  readonly heldMicros: number;
  /** The midnight at which the next day begins, epoch milliseconds. */
  readonly endsAtMs: number;
}

/** Whether a day has room for the worst case of one more call; `never`: not even one that has cost nothing yet has. */
export function roomOfDay({ budgetMicros, spentMicros, heldMicros }: DayMoney, reserveMicros: number): 'enough' | 'used-up' | 'never' {
  if (reserveMicros > budgetMicros) return 'never';
  return spentMicros + heldMicros + reserveMicros > budgetMicros ? 'used-up' : 'enough';
}

/** What the one who wants to dial knows. */
export interface GateContext {
  readonly nowMs: number;
  readonly ringTimeoutMs: number;
  /** False for a call outside any campaign: campaign state, lines, pacing, budget and attempt limits do not apply then. */
  readonly inCampaign: boolean;
  /** What is missing before this world can be dialled in, in words; null when nothing is. */
  readonly notConfigured: string | null;
  readonly reconciling: boolean;
  /** Country of the number, ISO 3166 alpha-2, and those allowed; null allows every country. */
  readonly country: string | null;
  readonly countries: readonly string[] | null;
  /** Why this number cannot be dialled at all (not valid, premium rate), in words. */
  readonly numberProblem: string | null;
  readonly maxAttempts: number | null;
  /** Attempts to one number within 24 hours, over all campaigns of the world. */
  readonly maxAttempts24h: number | null;
  /** Least time between two attempts to one number, over all campaigns of the world. */
  readonly minimumGapMs: number;
  readonly consent: Consent | null;
  readonly compliance: Compliance;
  /** IANA zones the callee may be in; the window must be open in all of them. */
  readonly timeZones: readonly string[];
  readonly window: CallingWindow | null;
  readonly fromNumber: string | null;
  /** Variables that disclosure, greeting or instructions name and the lead lacks. */
  readonly missingVariables: readonly string[];
  readonly budgetMicros: number | null;
  readonly reserveMicros: number;
  /** Null when no day has a limit. */
  readonly day: DayMoney | null;
  /** The campaign dials only while somebody is on duty. */
  readonly needsDesk: boolean;
  readonly isSomeoneOnDuty: boolean;
  readonly lines: number | null;
  /** When the next call may start, by the calls-per-second limit. */
  readonly pacedUntilMs: number | null;
}

/** What the store knows that bears on dialling one number now; read in the transaction that writes the intent. */
export interface StoredFacts {
  readonly campaignRunning: boolean;
  readonly leadState: LeadState | null;
  /** Attempts of this lead that count against its limit. */
  readonly leadAttempts: number;
  readonly leadNextAttemptAtMs: number | null;
  readonly suppression: { readonly reason: string } | null;
  /** An open attempt of this lead or of this number, `unknown` ones apart. */
  readonly openAttempt: boolean;
  readonly unknownAttempt: boolean;
  /** Attempts to this number in its world that rang or may have rung, in the last 24 hours. */
  readonly numberAttempts24h: number;
  readonly numberLastAttemptAtMs: number | null;
  readonly openInCampaign: number;
  readonly spentMicros: number;
  readonly reservedMicros: number;
}

/** Everything the gate looks at. The gate itself is pure. */
export interface GateFacts extends GateContext, StoredFacts {}

/** An attempt to one number at most so often, over all campaigns of the world; nobody is bothered in rehearsal. */
export function numberLimits(world: World): { readonly maxAttempts24h: number | null; readonly minimumGapMs: number } {
  // Three a day is the strictest limit of the states (Florida, Oklahoma).
  return world === 'real' ? { maxAttempts24h: 3, minimumGapMs: 2 * 3_600_000 } : { maxAttempts24h: null, minimumGapMs: 0 };
}

/** More candidate zones than this say as little as none. */
const MAX_ZONES = 3;
/** A call must not only be dialled but answered inside the hours. */
const ANSWER_MARGIN_MS = 60_000;
const DAY_MS = 86_400_000;
/** Attempts leave the last 24 hours one by one; it is not worth counting them more often than this. */
const RECOUNT_MS = 60_000;

type Rule = (facts: GateFacts) => Refusal | null;

/** One rule for each name: a new name does not compile until it has its rule. Their order here is the order in which they are asked. */
const rules: Readonly<Record<RefusalName, Rule>> = {
  'campaign-not-running': (facts) =>
    facts.inCampaign && !facts.campaignRunning
      ? refusal('campaign-not-running', 'The campaign is not running. Start or resume it.', { clearsAtMs: null })
      : null,
  'not-configured': (facts) => (facts.notConfigured === null ? null : refusal('not-configured', facts.notConfigured, { clearsAtMs: null })),
  reconciling: (facts) =>
    facts.reconciling
      ? refusal('reconciling', "The carrier's records are being compared with ours; dialling goes on by itself after that.", {
          clearsAtMs: null,
        })
      : null,
  'invalid-number': (facts) =>
    facts.numberProblem === null
      ? null
      : refusal('invalid-number', `This number cannot be dialled: ${facts.numberProblem}.`, { final: true }),
  'country-not-allowed': (facts) =>
    facts.countries === null || (facts.country !== null && facts.countries.includes(facts.country))
      ? null
      : refusal('country-not-allowed', `The campaign does not dial ${facts.country ?? 'numbers of no country'}. Allow the country first.`, {
          clearsAtMs: null,
        }),
  suppressed: (facts) => {
    if (facts.suppression)
      return refusal('suppressed', `The number is on the do-not-call list (${facts.suppression.reason}).`, { final: true });
    return facts.leadState === 'suppressed' ? refusal('suppressed', 'The lead has asked not to be called.', { final: true }) : null;
  },
  'already-dialling': (facts) =>
    facts.openAttempt || facts.leadState === 'dialling'
      ? refusal('already-dialling', 'A call to this number is under way. It clears when that call has ended.', { clearsAtMs: null })
      : null,
  'unknown-outcome': (facts) =>
    facts.unknownAttempt || facts.leadState === 'unknown'
      ? refusal('unknown-outcome', 'An earlier call may have rung and its end is not known. Look at that call and decide.', {
          clearsAtMs: null,
        })
      : null,
  'attempts-exhausted': (facts) => {
    if (facts.leadState === 'done') return refusal('attempts-exhausted', 'The lead is done.', { final: true });
    return facts.inCampaign && facts.maxAttempts !== null && facts.leadAttempts >= facts.maxAttempts
      ? refusal('attempts-exhausted', `All ${facts.maxAttempts} attempts have been made.`, { final: true })
      : null;
  },
  'minimum-gap': (facts) => {
    const ownMs = facts.inCampaign ? (facts.leadNextAttemptAtMs ?? 0) : 0;
    const gapMs = facts.numberLastAttemptAtMs === null ? 0 : facts.numberLastAttemptAtMs + facts.minimumGapMs;
    const clearsAtMs = Math.max(ownMs, gapMs);
    return clearsAtMs > facts.nowMs
      ? refusal('minimum-gap', 'The number was tried or put off a short while ago; its next time has not come.', { clearsAtMs })
      : null;
  },
  'attempts-per-day': (facts) =>
    facts.maxAttempts24h !== null && facts.numberAttempts24h >= facts.maxAttempts24h
      ? refusal(
          'attempts-per-day',
          `The number was tried ${facts.numberAttempts24h} times within 24 hours; ${facts.maxAttempts24h} are allowed.`,
          {
            clearsAtMs: Math.max((facts.numberLastAttemptAtMs ?? 0) + DAY_MS, facts.nowMs + RECOUNT_MS),
          },
        )
      : null,
  'no-consent': (facts) =>
    facts.compliance.consent === 'enforce' && facts.consent === null
      ? refusal('no-consent', 'There is no record of consent to a call by an artificial voice. Import the lead with its consent.', {
          clearsAtMs: null,
        })
      : null,
  'zone-unknown': (facts) =>
    facts.compliance.hours === 'enforce' && !isZoneKnown(facts)
      ? refusal('zone-unknown', "The lead's time zone cannot be told from the number. Give a time zone or a state in the lead's row.", {
          clearsAtMs: null,
        })
      : null,
  'outside-hours': (facts) => {
    if (facts.compliance.hours === 'off' || !isZoneKnown(facts)) return null;
    const state = hoursAt(facts, legalHours(facts.country));
    return state.open
      ? null
      : refusal('outside-hours', "It is outside the hours that the law allows on the lead's own clock.", { clearsAtMs: state.opensAtMs });
  },
  'outside-campaign-hours': (facts) => {
    if (facts.compliance.hours === 'off' || facts.window === null || !isZoneKnown(facts)) return null;
    const state = hoursAt(facts, intersectHours(legalHours(facts.country), weeklyHours(facts.window)));
    if (state.open) return null;
    return state.opensAtMs === null
      ? refusal('outside-campaign-hours', "The campaign's calling hours never meet the legal hours on the lead's own clock. Change them.", {
          clearsAtMs: null,
        })
      : refusal('outside-campaign-hours', "It is outside the campaign's calling hours on the lead's own clock.", {
          clearsAtMs: state.opensAtMs,
        });
  },
  'no-caller-number': (facts) =>
    facts.fromNumber === null
      ? refusal('no-caller-number', 'There is no number to call from. Add one to the campaign.', { clearsAtMs: null })
      : null,
  'missing-variables': (facts) =>
    facts.missingVariables.length > 0
      ? refusal(
          'missing-variables',
          `The agent needs ${facts.missingVariables.map((name) => `{{${name}}}`).join(', ')}, which the lead lacks.`,
          {
            clearsAtMs: null,
          },
        )
      : null,
  budget: (facts) =>
    facts.inCampaign && facts.budgetMicros !== null && facts.spentMicros + facts.reservedMicros + facts.reserveMicros > facts.budgetMicros
      ? refusal('budget', 'The worst case of one more call would go beyond the budget. Raise the budget.', { clearsAtMs: null })
      : null,
  'budget-per-day': ({ day, reserveMicros }) => {
    if (day === null) return null;
    switch (roomOfDay(day, reserveMicros)) {
      case 'enough':
        return null;
      case 'used-up':
        return refusal('budget-per-day', "Today's budget does not carry one more call at its dearest; raise it in the settings, or wait.", {
          clearsAtMs: day.endsAtMs,
        });
      case 'never':
        return refusal('budget-per-day', 'The budget of a day does not carry a single call at its dearest; raise it in the settings.', {
          clearsAtMs: null,
        });
    }
  },
  'nobody-at-desk': (facts) =>
    facts.inCampaign && facts.needsDesk && !facts.isSomeoneOnDuty
      ? refusal('nobody-at-desk', 'Nobody is on duty; this campaign dials only while somebody is. Go on duty at a console.', {
          clearsAtMs: null,
        })
      : null,
  'no-line': (facts) =>
    facts.inCampaign && facts.lines !== null && facts.openInCampaign >= facts.lines
      ? refusal('no-line', `All ${facts.lines} lines are in use. It clears when a call ends.`, { clearsAtMs: null })
      : null,
  pacing: (facts) =>
    facts.inCampaign && facts.pacedUntilMs !== null && facts.pacedUntilMs > facts.nowMs
      ? refusal('pacing', 'The next call has to wait for the calls-per-second limit.', { clearsAtMs: facts.pacedUntilMs })
      : null,
};

const ordered = Object.values(rules);

/**
 * The first no, in the order cheapest and most final first; null lets the call go out. Asked when a lead is picked and again in the
 * transaction that writes the intent. Nothing switches suppressions off; `compliance` switches off its own rules and no other.
 */
export function decide(facts: GateFacts): Refusal | null {
  for (const rule of ordered) {
    const no = rule(facts);
    if (no) return no;
  }
  return null;
}

/** Every no there is, in the same order: for previews and for "why not now". */
export function decideAll(facts: GateFacts): readonly Refusal[] {
  return ordered.map((rule) => rule(facts)).filter((no) => no !== null);
}

function isZoneKnown(facts: GateFacts): boolean {
  return facts.timeZones.length > 0 && facts.timeZones.length <= MAX_ZONES;
}

function hoursAt(facts: GateFacts, hours: WeeklyHours): WindowState {
  return hoursState({ hours, zones: facts.timeZones, nowMs: facts.nowMs, marginMs: facts.ringTimeoutMs + ANSWER_MARGIN_MS });
}

function refusal(name: RefusalName, message: string, end: { readonly clearsAtMs: number | null } | { readonly final: true }): Refusal {
  return 'final' in end ? { name, message, clearsAtMs: null, final: true } : { name, message, clearsAtMs: end.clearsAtMs, final: false };
}
