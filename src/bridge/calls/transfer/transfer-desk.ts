import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { Colleague, ColleagueDraft } from '#bridge/contract/colleagues.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { Publish } from '#bridge/contract/feed.ts';
import type { AttemptId, CallId, ColleagueId, TransferId, TransferRequestId } from '#bridge/contract/ids.ts';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import type { CallDocument, CallLinks, Carrier, DocumentMoment, LegEvent } from '../../carriers/carrier.ts';
import type { Pacer } from '../../media/pacer.ts';
import type { Store } from '../../store/store.ts';
import type { Session } from '../calls.ts';
import { newId } from '../new-id.ts';
import type { ClipShelf } from '../voice/clip-shelf.ts';
import type { Worlds } from '../worlds.ts';
import { ColleagueLeg } from './colleague-leg.ts';
import { Colleagues } from './colleagues.ts';
import { TransferLegsLeft } from './transfer-legs-left.ts';
import { type TransferTo, targetOfAi, targetOfOperator } from './transfer-targets.ts';
import { TransferVoice } from './transfer-voice.ts';
import type { AskedBy, TransferableCall } from './transferable-call.ts';
import type { TransferAnswer, TransferOrder, Transfers } from './transfers.ts';
import { WarmTransfer } from './warm-transfer.ts';

/** The AI waits so long for an operator's word; then it offers a callback. */
const askMs = 30_000;

export interface TransferDeskParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly publish: Publish;
  readonly pacer: Pacer;
  readonly shelf: ClipShelf;
  readonly log: Logger;
  readonly worlds: Worlds;
  /** Addresses of a leg of ours, with a media token of its own when it is to have a stream. */
  linksFor(leg: { readonly id: AttemptId; readonly carrier: CarrierName; readonly world: World }, withMedia: boolean): CallLinks;
  /** The call in memory. @throws `not-found`, `state/conflict` when it is over */
  call(id: CallId): TransferableCall;
}

/** What the AI wants, and how it is answered. */
export interface TransferWish {
  /** Whom it named; null when it named nobody. */
  readonly to: string | null;
  readonly reason: string;
  /** It has told the lead already. */
  readonly isAnnounced: boolean;
  /** @param thenAnswer the AI speaks about it */
  reply(result: Readonly<Record<string, unknown>>, thenAnswer: boolean): void;
}

interface Asked {
  readonly call: TransferableCall;
  readonly id: TransferRequestId;
  readonly wish: TransferWish;
  readonly target: TransferTo | null;
  readonly cancelTimer: () => void;
}

const nobody = { ok: false, reason: 'nobody is available; offer a callback' } as const;

/** Every transfer that goes on: who may be rung for whom, and which leg belongs to which. */
export class TransferDesk implements Transfers {
  readonly #parts: TransferDeskParts;
  readonly #colleagues: Colleagues;
  readonly #byCall = new Map<CallId, WarmTransfer>();
  readonly #byLeg = new Map<AttemptId, { readonly transfer: WarmTransfer; readonly carrier: Carrier; readonly world: World }>();
  readonly #asked = new Map<CallId, Asked>();
  /** Whose phone the line of a call itself rings, because no AI was left. */
  readonly #rung = new Map<CallId, { readonly number: string; isDialled: boolean }>();
  readonly #left: TransferLegsLeft;

  constructor(parts: TransferDeskParts) {
    this.#parts = parts;
    const { store, clock, publish, worlds, log } = parts;
    this.#colleagues = new Colleagues({ table: store.colleagues, clock, publish });
    this.#left = new TransferLegsLeft({ table: store.transferLegs, worlds, clock, log, isOurs: (leg) => this.#byLeg.has(leg) });
  }

  colleagues(): Colleague[] {
    return this.#colleagues.list();
  }

  saveColleague(draft: ColleagueDraft): Colleague {
    return this.#colleagues.save(draft);
  }

  removeColleague(id: ColleagueId): void {
    this.#colleagues.remove(id);
  }

  begin(id: CallId, session: Session, { to, kind, briefing, holdSound }: TransferOrder): void {
    const call = this.#parts.call(id);
    const { holderSession } = call;
    if (holderSession !== null && holderSession !== session.id)
      throw new BridgeError('state/held', 'Another operator has this call.', { details: { heldBy: call.holderName } });
    const target = targetOfOperator(to, call.script.agent, this.#colleagues);
    this.#refuseWhenNot(id, call, target);
    if (kind === 'cold') {
      this.#cold(call, target, { kind: 'operator', name: session.name });
      return;
    }
    this.#answer(id, { ...nobody, reason: `the operator is connecting the person to ${target.name}` }, false);
    this.#warm(call, target, { askedBy: { kind: 'operator', name: session.name }, reason: null, briefing, holdSound, isAnnounced: false });
  }

  cancel(id: CallId, session: Session): void {
    const call = this.#parts.call(id);
    const transfer = this.#byCall.get(id);
    const goesOn = transfer && !transfer.isOver && (transfer.state.kind !== 'connected' || transfer.isThreeWay) ? transfer : null;
    if (!goesOn && !call.isDialledOn) throw new BridgeError('state/conflict', 'There is no transfer that can be called off.');
    if (call.holderSession !== null && call.holderSession !== session.id)
      throw new BridgeError('state/held', 'Another operator has this call.', { details: { heldBy: call.holderName } });
    const cause = goesOn?.isThreeWay ? `${session.name} let them go` : `${session.name} called it off`;
    if (goesOn) goesOn.dispatch({ type: 'cancel', cause });
    else call.cancelDial(cause);
  }

  answerRequest(id: CallId, session: Session, { requestId, ok, to }: TransferAnswer): void {
    const call = this.#parts.call(id);
    const asked = this.#asked.get(id);
    if (asked?.id !== requestId) throw new BridgeError('state/conflict', 'The AI does not wait for this answer any more.');
    if (!ok) {
      this.#answer(id, nobody, true);
      return;
    }
    const target = to === null ? asked.target : targetOfOperator(to, call.script.agent, this.#colleagues);
    if (!target) throw new BridgeError('state/conflict', 'Nobody is available. Name somebody.');
    this.#refuseWhenNot(id, call, target);
    const { reason } = asked.wish;
    this.#answer(id, ringing(target), false);
    this.#warm(call, target, { askedBy: { kind: 'ai', name: session.name }, reason, briefing: null, holdSound: true, isAnnounced: false });
  }

  /** The AI asks for a person. */
  wanted(id: CallId, call: TransferableCall, wish: TransferWish): void {
    const { agent } = call.script;
    const policy = agent.transferPolicy ?? 'at-once';
    const goesOn = this.#byCall.get(id);
    if (policy === 'never') wish.reply({ ok: false, reason: 'calls cannot be transferred; offer a callback' }, true);
    else if (goesOn && !goesOn.isOver) wish.reply({ ok: true, note: 'somebody is being rung already' }, false);
    else if (call.obstacle !== null) wish.reply({ ok: false, reason: call.obstacle }, true);
    else if (policy === 'ask') this.#ask(id, call, wish);
    else {
      const target = targetOfAi(agent, wish.to, this.#colleagues);
      if (!target) {
        wish.reply(nobody, true);
        return;
      }
      wish.reply(ringing(target), false);
      const { reason, isAnnounced } = wish;
      this.#warm(call, target, { askedBy: { kind: 'ai', name: null }, reason, briefing: null, holdSound: true, isAnnounced });
    }
  }

  /** Somebody is on duty, and free, who could be rung for a lead of this agent. */
  hasPersonFor(lead: string, agent: Agent): boolean {
    return this.#personFor(lead, agent) !== null;
  }

  /** The same person, whose phone rings for nobody else until the call's line is back or over. */
  personFor(id: CallId, lead: string, agent: Agent): TransferTo | null {
    const person = this.#personFor(lead, agent);
    if (person === null) return null;
    this.#release(id);
    this.#colleagues.reserve(person.number);
    this.#rung.set(id, { number: person.number, isDialled: false });
    return person;
  }

  /** Who has the call, or how far it is, may have changed. */
  look(id: CallId, call: TransferableCall): void {
    const transfer = this.#byCall.get(id);
    const rung = this.#rung.get(id);
    if (rung && call.isDialledOn) rung.isDialled = true;
    else if (rung?.isDialled) this.#release(id);
    if (call.isEnding) this.callOver(id);
    // Somebody has come by themselves. The AI has the call again one day, with no question left open.
    else if (call.holder !== 'ai') this.#answer(id, { ok: true, note: 'somebody of ours has taken the call' }, false);
    if (!transfer || transfer.isOver) return;
    const { state, isPatched, isThreeWay } = transfer;
    if (isThreeWay) return;
    // Somebody has taken the call from the colleague.
    if (isPatched && call.holder !== 'colleague') transfer.dispatch({ type: 'cancel', cause: 'an operator took the call' });
    else if (!isPatched && 'asker' in state && call.holder !== 'colleague' && state.asker !== call.holder)
      transfer.dispatch({ type: call.holder === 'ai' ? 'asker.left' : 'operator.came' });
  }

  /** The lead has left, or is about to. */
  callOver(id: CallId): void {
    this.#release(id);
    this.#forget(id);
    this.#byCall.get(id)?.dispatch({ type: 'lead.left' });
  }

  /** Nobody of ours is there for whoever picks up a leg that another run of this program placed. Never rejects. */
  hangUpLeft(): Promise<void> {
    return this.#left.hangUp();
  }

  /** Null when it is no leg of ours. */
  carrierOf(leg: AttemptId): Carrier | null {
    return this.#byLeg.get(leg)?.carrier ?? null;
  }

  /** @returns null when it is no leg of ours */
  documentFor(leg: AttemptId, world: World, moment: DocumentMoment): { readonly document: CallDocument; readonly links: CallLinks } | null {
    const found = this.#byLeg.get(leg);
    return found?.world === world ? found.transfer.documentFor(moment) : null;
  }

  /** @returns false when it is no leg of ours */
  onLegEvent(world: World, event: LegEvent): boolean {
    const found = this.#byLeg.get(event.attempt);
    if (found?.world === world) {
      found.transfer.onLegEvent(event);
      return true;
    }
    const { transferLegs } = this.#parts.store;
    const stored = transferLegs.get(event.attempt);
    if (!stored) return false;
    // A run of this program that is gone rang it, or it ended long ago.
    if (event.type === 'leg.ended') transferLegs.ended(event.attempt, event.atMs);
    return true;
  }

  attach(leg: AttemptId, socket: WebSocket, underlying: Duplex): void {
    const found = this.#byLeg.get(leg);
    if (found) found.transfer.attach(socket, underlying);
    else socket.close();
  }

  close(): void {
    this.#left.close();
    for (const { cancelTimer } of this.#asked.values()) cancelTimer();
    this.#asked.clear();
    for (const { transfer } of this.#byLeg.values()) transfer.close();
    this.#byLeg.clear();
    this.#byCall.clear();
  }

  #personFor(lead: string, agent: Agent): TransferTo | null {
    const person = targetOfAi(agent, null, this.#colleagues);
    return person?.number === lead ? null : person;
  }

  #release(id: CallId): void {
    const rung = this.#rung.get(id);
    if (!rung) return;
    this.#rung.delete(id);
    this.#colleagues.release(rung.number);
  }

  #refuseWhenNot(id: CallId, call: TransferableCall, target: TransferTo): void {
    if (call.obstacle !== null) throw new BridgeError('state/conflict', call.obstacle);
    const transfer = this.#byCall.get(id);
    if (transfer && !transfer.isOver) throw new BridgeError('state/conflict', 'This call is being transferred already.');
    if (target.number === call.record.to) throw new BridgeError('state/conflict', "This is the lead's own number.");
    if (this.#colleagues.isBusy(target.number)) throw new BridgeError('state/conflict', `${target.name} is on another transferred call.`);
  }

  /** The line itself rings them; our stream leaves it until they have hung up, or have not picked up. */
  #cold(call: TransferableCall, target: TransferTo, askedBy: AskedBy): void {
    if (!call.dialOn(target, askedBy)) throw new BridgeError('state/conflict', 'This call cannot be put through at this moment.');
  }

  #warm(
    call: TransferableCall,
    target: TransferTo,
    order: {
      readonly askedBy: AskedBy;
      readonly reason: string | null;
      readonly briefing: string | null;
      readonly holdSound: boolean;
      readonly isAnnounced: boolean;
    },
  ): void {
    // Nobody can be briefed while the lead waits where no stream of ours is: the line itself rings them.
    if (call.isInTurns) {
      this.#cold(call, target, order.askedBy);
      return;
    }
    const { store, clock, pacer, shelf, log, linksFor } = this.#parts;
    const { record, script } = call;
    const { agent, engine } = script;
    const leg = {
      id: newId<AttemptId>('leg'),
      attemptId: record.id,
      carrier: record.carrier,
      to: target.number,
      from: record.from,
      submittedAtMs: clock.nowMs(),
    };
    const child = log.child({ attempt: record.id, leg: leg.id });
    const voice = new TransferVoice({
      engine,
      shelf,
      world: record.world,
      log: child,
      request: {
        voice: agent.voice ?? null,
        language: agent.language ?? null,
        model: agent.model ?? null,
        safetyIdentifier: record.callId,
      },
      usage: (lines) => call.usage(lines),
    });
    const transfer = new WarmTransfer({
      ...order,
      id: newId<TransferId>('transfer'),
      call,
      target,
      clock,
      log: child,
      voice,
      makeLeg: (hooks) =>
        new ColleagueLeg({
          ...hooks,
          record: leg,
          table: store.transferLegs,
          synced: () => store.synced(),
          carrier: script.carrier,
          clock,
          pacer,
          log: child,
          apology: script.notReached,
          linksFor: (withMedia) => linksFor({ id: leg.id, carrier: record.carrier, world: record.world }, withMedia),
        }),
      gone: () => {
        this.#byLeg.delete(leg.id);
        this.#colleagues.release(target.number);
        if (this.#byCall.get(record.callId) === transfer) this.#byCall.delete(record.callId);
      },
      broke: (error) => child.error({ err: error }, 'something went wrong in a transfer'),
    });
    this.#colleagues.reserve(target.number);
    this.#byLeg.set(leg.id, { transfer, carrier: script.carrier, world: record.world });
    this.#byCall.set(record.callId, transfer);
    transfer.begin();
  }

  #ask(id: CallId, call: TransferableCall, wish: TransferWish): void {
    const { clock } = this.#parts;
    this.#forget(id);
    const target = targetOfAi(call.script.agent, wish.to, this.#colleagues);
    const request = {
      id: newId<TransferRequestId>('request'),
      reason: wish.reason,
      targetName: target?.name ?? null,
      at: new Date(clock.nowMs()).toISOString(),
    };
    this.#asked.set(id, {
      call,
      id: request.id,
      wish,
      target,
      cancelTimer: clock.after(askMs, () => this.#answer(id, nobody, true)),
    });
    call.request(request);
    call.tellWaiting();
    call.holdSound(true);
  }

  /** The AI has its answer. */
  #answer(id: CallId, result: Readonly<Record<string, unknown>>, thenAnswer: boolean): void {
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#forget(id);
    asked.wish.reply(result, thenAnswer);
  }

  #forget(id: CallId): void {
    const asked = this.#asked.get(id);
    if (!asked) return;
    asked.cancelTimer();
    this.#asked.delete(id);
    asked.call.request(null);
    asked.call.holdSound(false);
  }
}

function ringing({ name }: TransferTo) {
  return { ok: true, ringing: name, note: `${name} has not answered yet; stay with the person until then` };
}
