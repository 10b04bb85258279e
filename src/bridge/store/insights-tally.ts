import type { EndCause } from '#bridge/contract/diagnosis.ts';
import type { AgentId } from '#bridge/contract/ids.ts';
import type { Insights } from '#bridge/contract/insights.ts';
import type { AnswerType, Disposition, Outcome, Rung } from '#bridge/contract/words.ts';
import { endCauses } from '../domain/end-cause.ts';
import { Clocks, isPerson, isWon } from '../domain/insights.ts';

/** What is counted of a call that was dialled. */
export interface DialledCall {
  readonly atMs: number;
  readonly isAnswered: 0 | 1;
  readonly answerType: AnswerType | null;
  readonly outcome: Outcome | null;
  readonly disposition: Disposition | null;
  readonly rung: Rung | null;
  readonly endCause: EndCause | null;
  readonly leadZone: string | null;
  readonly agentId: AgentId;
  readonly version: number;
  readonly agentName: string;
  readonly personInvolved: 0 | 1;
  readonly talkMs: number;
  readonly costMicros: number;
}

type Writable<Figures> = { -readonly [Name in keyof Figures]: Figures[Name] };
type Counted = Writable<Omit<Insights['days'][number], 'day'>>;
type Agent = Omit<Insights['agents'][number], 'averagePoints'>;

export type CallFigures = Pick<Insights, 'days' | 'hours' | 'outcomes' | 'dispositions' | 'rungs' | 'ends'> & {
  readonly totals: Omit<Insights['totals'], 'voiceChanged'>;
  /** The newest call first. */
  readonly agents: readonly Agent[];
};

interface AgentCounted extends Counted, Readonly<Pick<Agent, 'agentId' | 'version' | 'name'>> {
  newestAtMs: number;
}

/** Sums up calls one by one. */
export class InsightsTally {
  readonly #totals = { ...none(), talkMs: 0, personInvolved: 0 };
  readonly #days: (Counted & { readonly day: string })[] = [];
  readonly #hours = Array.from({ length: 24 }, (_, hour) => ({ hour, dialled: 0, people: 0 }));
  readonly #outcomes = new Map<Outcome, number>();
  readonly #dispositions = new Map<Disposition, number>();
  readonly #rungs = new Map<Rung, number>();
  readonly #ends = new Map<EndCause, number>();
  readonly #agents = new Map<string, AgentCounted>();
  readonly #clocks = new Clocks();

  /** @param day as `2026-11-01` @param calls all that were dialled on it */
  addDay(day: string, calls: readonly DialledCall[]): void {
    const counted = { day, ...none() };
    this.#days.push(counted);
    for (const call of calls) this.#add(call, counted);
  }

  get figures(): CallFigures {
    return {
      totals: this.#totals,
      days: this.#days,
      hours: this.#hours,
      outcomes: mostFirst(this.#outcomes).map(([outcome, calls]) => ({ outcome, calls })),
      dispositions: mostFirst(this.#dispositions).map(([disposition, calls]) => ({ disposition, calls })),
      rungs: mostFirst(this.#rungs).map(([rung, calls]) => ({ rung, calls })),
      ends: mostFirst(this.#ends).map(([cause, calls]) => ({ cause, fault: endCauses[cause].fault, words: endCauses[cause].words, calls })),
      agents: [...this.#agents.values()]
        .sort((a, b) => b.newestAtMs - a.newestAtMs || b.version - a.version)
        .map(({ newestAtMs: _newest, ...agent }) => agent),
    };
  }

  #add(call: DialledCall, day: Counted): void {
    const isOfPerson = call.isAnswered === 1 && isPerson(call);
    for (const figures of [this.#totals, day, this.#agent(call)]) count(figures, call, isOfPerson);
    this.#totals.talkMs += call.talkMs;
    this.#totals.personInvolved += call.personInvolved;
    countOne(this.#outcomes, call.outcome);
    countOne(this.#dispositions, call.disposition);
    countOne(this.#rungs, call.rung);
    countOne(this.#ends, call.endCause);
    this.#addHour(call, isOfPerson);
  }

  #addHour({ leadZone, atMs }: DialledCall, isOfPerson: boolean): void {
    const at = leadZone === null ? null : this.#clocks.hourAt(leadZone, atMs);
    const hour = at === null ? undefined : this.#hours[at];
    if (!hour) return;
    hour.dialled += 1;
    if (isOfPerson) hour.people += 1;
  }

  #agent({ agentId, version, agentName, atMs }: DialledCall): Counted {
    const key = agentVersionKey(agentId, version);
    let agent = this.#agents.get(key);
    if (!agent) {
      agent = { agentId, name: agentName, version, newestAtMs: atMs, ...none() };
      this.#agents.set(key, agent);
    }
    agent.newestAtMs = Math.max(agent.newestAtMs, atMs);
    return agent;
  }
}

export const agentVersionKey = (agentId: AgentId, version: number): string => `${agentId} ${version}`;

/** The most frequent first; what is as frequent by name. */
function mostFirst<Name extends string>(counts: ReadonlyMap<Name, number>): readonly (readonly [Name, number])[] {
  return [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a.localeCompare(b));
}

function none(): Counted {
  return { dialled: 0, answered: 0, people: 0, won: 0, optOuts: 0, costMicros: 0 };
}

function count(figures: Counted, call: DialledCall, isOfPerson: boolean): void {
  figures.dialled += 1;
  figures.answered += call.isAnswered;
  if (isOfPerson) figures.people += 1;
  if (isWon(call.disposition)) figures.won += 1;
  if (call.disposition === 'do-not-call') figures.optOuts += 1;
  figures.costMicros += call.costMicros;
}

function countOne<Name>(counts: Map<Name, number>, name: Name | null): void {
  if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
}
