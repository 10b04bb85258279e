import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { NoteExchange } from '#bridge/contract/diagnosis.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { AttemptId, CallId, CampaignId, LeadId } from '#bridge/contract/ids.ts';
import type { CarrierName, Outcome, World } from '#bridge/contract/words.ts';
import type { CallDocument, CallLinks, Carrier, CarrierHost } from '../carriers/carrier.ts';
import { wallClock } from '../domain/callback-time.ts';
import { planOf, type Step } from '../domain/ladder-plan.ts';
import { fillTemplate } from '../domain/variables.ts';
import { FrameTurns } from '../media/frame-turns.ts';
import { Pacer } from '../media/pacer.ts';
import type { AttemptRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { OpenVoiceDetector } from './call-ear.ts';
import type { CallScript } from './call-script.ts';
import type { CallSurroundings } from './call-surroundings.ts';
import type { MediaTarget, PublicDoors } from './calls.ts';
import { MediaTokens, Tickets } from './dial/tickets.ts';
import { type CallOwner, LiveCall } from './live-call.ts';
import { RecordingPump } from './record/recorder.ts';
import { TransferDesk } from './transfer/transfer-desk.ts';
import { ClipShelf } from './voice/clip-shelf.ts';
import { instructionsFor, speechesFor } from './voice/speech.ts';
import type { VoiceChoice } from './voice/voice-parts.ts';
import type { SpokenTexts, WorldAdapters, Worlds } from './worlds.ts';

export interface EndedAttempt {
  readonly attemptId: AttemptId;
  readonly campaignId: CampaignId | null;
  readonly leadId: LeadId | null;
  readonly outcome: Outcome;
  readonly stopsCampaign: string | null;
}

export interface CallDeskParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: Publish;
  readonly worlds: Worlds;
  readonly texts: SpokenTexts;
  readonly note?: NoteExchange | undefined;
  /** Keeps tickets valid across restarts. */
  readonly ticketSecret: string;
  readonly random: () => number;
  /** Hears on this machine when somebody speaks. */
  readonly openDetector?: OpenVoiceDetector | undefined;
}

/** Every call in memory, and the ways in which the outside finds its own: tickets in webhooks, tokens in media sockets. */
export class CallDesk implements PublicDoors {
  readonly parts: CallDeskParts;
  readonly transfers: TransferDesk;
  readonly #calls = new Map<AttemptId, LiveCall>();
  readonly #byCall = new Map<CallId, LiveCall>();
  readonly #tickets: Tickets;
  readonly #tokens: MediaTokens;
  readonly #around: CallSurroundings;
  readonly #owner: CallOwner;
  readonly #pacer: Pacer;
  readonly #pump: RecordingPump;
  readonly #endedListeners = new Set<(ended: EndedAttempt) => void>();
  readonly #goneListeners = new Set<() => void>();

  constructor(parts: CallDeskParts) {
    this.parts = parts;
    const { store, clock, log, publish, random } = parts;
    this.#tickets = new Tickets(parts.ticketSecret);
    this.#tokens = new MediaTokens(clock);
    this.#pacer = new Pacer({
      clock,
      onTrouble: (playout, error) => {
        const call = [...this.#calls.values()].find((candidate) => candidate.plays(playout));
        log.error(
          { attempt: call?.record.id, error: error instanceof Error ? error.message : 'unknown' },
          'sending audio failed; the call is ended',
        );
        call?.hangUp('bridge', 'sending audio failed');
      },
    });
    this.#pump = new RecordingPump(clock, (error) => log.error({ err: error }, 'a piece of a recording is lost'));
    this.#around = {
      store,
      clock,
      log,
      publish,
      random,
      pacer: this.#pacer,
      turns: new FrameTurns((error) => log.error({ err: error }, 'a frame of a call could not be listened to'), clock),
      pump: this.#pump,
      shelf: new ClipShelf(store.clips),
      note: parts.note,
      openDetector: parts.openDetector,
    };
    this.transfers = new TransferDesk({
      store,
      clock,
      publish,
      log,
      worlds: parts.worlds,
      pacer: this.#pacer,
      shelf: this.#around.shelf,
      linksFor: (leg, withMedia) => this.#linksFor(leg, withMedia),
      call: (id) => this.#liveCall(id).transfer,
    });
    this.#owner = {
      changed: ({ record, transfer }) => this.transfers.look(record.callId, transfer),
      personFor: ({ record, script }) => this.transfers.personFor(record.callId, record.to, script.agent),
      transferWanted: ({ record, transfer }, wish) => this.transfers.wanted(record.callId, transfer, wish),
      linksFor: (call, withMedia) => this.#linksFor(call.record, withMedia, call.isRelay),
      ended: (call, outcome, stopsCampaign) => {
        this.#tokens.revoke(call.record.id);
        this.transfers.callOver(call.record.callId);
        const { id: attemptId, campaignId, leadId } = call.record;
        for (const listener of this.#endedListeners) {
          try {
            listener({ attemptId, campaignId, leadId, outcome, stopsCampaign });
          } catch (error) {
            log.error({ err: error, attempt: attemptId }, 'somebody who waits for the end of calls failed');
          }
        }
      },
      gone: (call) => {
        this.#calls.delete(call.record.id);
        this.#byCall.delete(call.record.callId);
        for (const listener of this.#goneListeners) listener();
      },
    };
  }

  /** Calls in memory: those that go on, and those whose last words are still coming in. */
  get all(): readonly LiveCall[] {
    return [...this.#calls.values()];
  }

  get(attempt: AttemptId): LiveCall | null {
    return this.#calls.get(attempt) ?? null;
  }

  byCall(call: CallId): LiveCall | null {
    return this.#byCall.get(call) ?? null;
  }

  onEnded(listener: (ended: EndedAttempt) => void): () => void {
    this.#endedListeners.add(listener);
    return () => this.#endedListeners.delete(listener);
  }

  onGone(listener: () => void): () => void {
    this.#goneListeners.add(listener);
    return () => this.#goneListeners.delete(listener);
  }

  /** Take an attempt into memory: fresh from its intent, or left open by another run of this program. */
  adopt(record: AttemptRecord, adapters: WorldAdapters): LiveCall {
    const known = this.#calls.get(record.id);
    if (known) return known;
    const call = new LiveCall(record, this.#scriptFor(record, adapters), this.#around, this.#owner);
    this.#calls.set(record.id, call);
    this.#byCall.set(record.callId, call);
    return call;
  }

  linksFor(record: AttemptRecord): CallLinks {
    return this.#linksFor(record, false);
  }

  hostFor(world: World, carrier: CarrierName, publicOrigin: () => string | null): CarrierHost {
    const { note } = this.parts;
    return {
      publicOrigin,
      ...(note && { note }),
      attemptOf: (ticket) => this.#tickets.read(ticket, carrier),
      documentFor: (attempt, moment) => {
        const forLeg = this.transfers.documentFor(attempt, world, moment);
        if (forLeg) return forLeg;
        const call = this.#find(attempt, world);
        if (!call) return { document: { kind: 'hang-up' } satisfies CallDocument, links: { webhookBase: '', ticket: '', mediaUrl: null } };
        return call.documentFor(moment);
      },
      onLegEvent: (event) => {
        // Who is in memory needs no look into the store for second legs.
        if (this.#calls.has(event.attempt) || !this.transfers.onLegEvent(world, event)) this.#find(event.attempt, world)?.onLegEvent(event);
      },
    };
  }

  webhookTarget(carrier: CarrierName, ticket: string): ReturnType<PublicDoors['webhookTarget']> {
    const attempt = this.#tickets.read(ticket, carrier);
    if (attempt === null) return null;
    const second = this.transfers.carrierOf(attempt);
    if (second) return { attempt, carrier: second };
    const call = this.#calls.get(attempt);
    const record = call?.record ?? this.parts.store.attempts.get(attempt) ?? this.parts.store.transferLegs.get(attempt);
    if (record?.carrier !== carrier) return null;
    // The account's token may have been changed since: the carrier signs what it tells of this call with the one it was dialled with.
    const adapter = call?.script.carrier ?? this.parts.worlds.get(record.world)?.carrier(carrier);
    return adapter ? { attempt, carrier: adapter } : null;
  }

  mediaTarget(carrier: CarrierName, token: string): MediaTarget | null {
    const attempt = this.#tokens.look(token, carrier);
    const second = attempt === null ? null : this.transfers.carrierOf(attempt);
    if (attempt !== null && second)
      return {
        attempt,
        carrier: second,
        claim: () => this.#tokens.use(token),
        accept: (socket, underlying) => this.transfers.attach(attempt, socket, underlying),
      };
    const call = attempt === null ? null : this.#calls.get(attempt);
    if (!call || call.over) return null;
    return {
      attempt: call.record.id,
      carrier: call.script.carrier,
      ...(call.isRelay ? { kind: 'relay' as const } : {}),
      claim: () => this.#tokens.use(token),
      accept: (socket: WebSocket, underlying: Duplex) => call.acceptMedia(socket, underlying),
    };
  }

  close(): void {
    this.transfers.close();
    this.#pacer.close();
    this.#pump.close();
  }

  #liveCall(id: CallId): LiveCall {
    const call = this.#byCall.get(id);
    if (call && !call.over) return call;
    if (!call && !this.parts.store.attempts.byCall(id)) throw new BridgeError('not-found', `There is no call ${id}.`);
    throw new BridgeError('state/conflict', 'The call is over already.');
  }

  /** In memory, or on disk from another run of this program. */
  #find(attempt: AttemptId, world: World): LiveCall | null {
    const known = this.#calls.get(attempt);
    if (known) return known.record.world === world ? known : null;
    const record = this.parts.store.attempts.get(attempt);
    const adapters = this.parts.worlds.get(world);
    if (!record || record.world !== world || record.phase === 'ended' || !adapters) return null;
    return this.adopt(record, adapters);
  }

  #linksFor(record: Pick<AttemptRecord, 'id' | 'carrier' | 'world'>, withMedia: boolean, isRelay = false): CallLinks {
    const origin = this.parts.worlds.get(record.world)?.publicOrigin() ?? '';
    return {
      webhookBase: `${origin}/carrier/${record.carrier}`,
      ticket: this.#tickets.issue(record.id, record.carrier),
      mediaUrl: withMedia
        ? `${origin.replace(/^http/, 'ws')}/media/${isRelay ? 'relay' : record.carrier}/${this.#tokens.issue(record.id, record.carrier)}`
        : null,
    };
  }

  /** Colleagues can be asked for by name, too; an agent that may not transfer knows nobody. */
  #withColleagues(agent: Agent): Agent {
    const people = this.transfers.colleagues().filter(({ canTakeTransfers }) => canTakeTransfers);
    const transferTo = [...(agent.tools?.transferTo ?? []), ...people.map(({ name, number }) => ({ name, number }))];
    return { ...agent, tools: { ...agent.tools, transferTo: agent.transferPolicy === 'never' ? [] : transferTo } };
  }

  #scriptFor(record: AttemptRecord, adapters: WorldAdapters): CallScript {
    const { store, texts, clock } = this.parts;
    const lead = record.leadId === null ? null : store.leads.get(record.leadId);
    const agent = store.agents.get(record.agentId, record.agentVersion) ?? store.agents.get(record.agentId);
    if (!agent) throw new BridgeError('not-found', `There is no agent ${record.agentId}.`);
    const carrier = adapters.carrier(record.carrier);
    if (!carrier) throw new BridgeError('settings/missing', adapters.notConfigured(record.carrier) ?? `${record.carrier} is not set up.`);
    const fill = (text: string) => fillTemplate(text, record.variables).text;
    const choice = choiceFor(record, adapters, carrier, () => this.transfers.hasPersonFor(record.to, agent));
    return {
      agent,
      carrier,
      engine: adapters.engine,
      choice,
      transcription: adapters.transcription ?? null,
      callerId: record.from,
      speeches: speechesFor(agent, fill),
      instructions: instructionsFor(agent, fill, agent.tools?.callback ? wallClock(lead?.timeZones ?? [], clock.nowMs()) : null),
      tools: texts.tools(this.#withColleagues(agent)),
      announcement: texts.announcement(filled(agent, fill)),
      callbackOffer: record.ladder.includes('human') ? texts.callback(filled(agent, fill)) : null,
      brokeOff: texts.apology(agent.language, 'broke-off'),
      notReached: texts.apology(agent.language, 'not-reached'),
      optedOut: texts.optedOut(agent.language),
      retry: record.campaignId === null ? {} : (store.campaigns.get(record.campaignId)?.retry ?? {}),
      leadAttempts: lead?.attempts ?? 1,
    };
  }
}

/** Who may speak on a call. @param hasPerson somebody of ours could be rung */
function choiceFor(
  { ladder, callBudgetMicros }: AttemptRecord,
  { speakers }: WorldAdapters,
  carrier: Carrier,
  hasPerson: () => boolean,
): VoiceChoice {
  // The announcement is the net below all others, whether or not it was chosen.
  const plan = planOf([...ladder, 'announcement'], callBudgetMicros);
  const { engines, health, mind } = speakers;
  const isUsableBelow = (step: Step) => {
    if (step === 'announcement') return true;
    if (step === 'human') return hasPerson();
    if (mind === null || !health.look(step).ok) return false;
    return step === 'turn-based' || (step === 'relay' && carrier.openRelay !== undefined);
  };
  return { plan, engines, health, mind, isUsableBelow };
}

/** The agent as one lead hears it. */
function filled(agent: Agent, fill: (text: string) => string): Agent {
  return {
    ...agent,
    greeting: fill(agent.greeting),
    ...(agent.disclosure === undefined ? {} : { disclosure: fill(agent.disclosure) }),
    ...(agent.announcement === undefined ? {} : { announcement: fill(agent.announcement) }),
  };
}
