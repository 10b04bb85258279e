import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AttentionRule } from '#bridge/contract/attention.ts';
import type { Call, CallClip, CallSummary, DialInput, Mark, Nudge } from '#bridge/contract/calls.ts';
import type { Campaign } from '#bridge/contract/campaigns.ts';
import type { AttemptId, CallClipId, CallId, CampaignId, MarkId, NudgeId } from '#bridge/contract/ids.ts';
import type { OperationInput } from '#bridge/contract/operations.ts';
import type { AnswerType, CarrierName, Disposition, Role, World } from '#bridge/contract/words.ts';
import type { Carrier } from '../carriers/carrier.ts';
import type { DayFigures, Peaks, TagCount } from '../store/reader.ts';
import type { Answered } from './record/call-review.ts';
import type { Transfers } from './transfer/transfers.ts';

/** Calls as the console sees them. Every method throws {@link BridgeError} `not-found` for an unknown id. */
export interface Calls {
  /** Handing calls to people on phones. */
  readonly transfers: Transfers;
  /** One call outside any campaign, through the same gate. Resolves when the carrier has taken it. @throws `gate/refused`, `carrier/*` */
  dial(input: DialInput): Promise<Call>;
  get(id: CallId): Call;
  /** Newest first. */
  list(query: OperationInput<'calls.list'>): Promise<readonly CallSummary[]>;
  count(filter: OperationInput<'calls.count'>): Promise<number>;
  /** Everything that has not ended, newest first. */
  live(): readonly CallSummary[];
  hangUp(id: CallId, session: Session): Promise<Call>;
  /** Who picked up, whatever the machine thinks. @throws `state/conflict` when nobody did */
  correctVerdict(id: CallId, session: Session, answerType: AnswerType): Call;
  /** Nothing of the call is deleted until it is let go. */
  setLegalHold(id: CallId, session: Session, on: boolean, reason: string | null): Call;
  /** @param offsetMs from the answer; now when null */
  mark(id: CallId, session: Session, note: string | null, offsetMs: number | null): Mark;
  sendDigits(id: CallId, digits: string): Promise<void>;
  setDisposition(id: CallId, disposition: Disposition, note: string | null): Call;
  /** @throws `state/conflict` while it goes on */
  setTags(id: CallId, tags: readonly string[]): Call;
  /** Every tag in use, the most used first. @param world null for both */
  tags(world: World | null): Promise<readonly TagCount[]>;
  /** @throws `state/conflict` while it goes on, and when it was never answered; `input/invalid` for a question that is not on its card */
  score(id: CallId, session: Session, answers: readonly Answered[]): Call;
  /** @throws `not-found` without a recording, `input/invalid` beyond its end, `state/conflict` while it goes on */
  addClip(id: CallId, session: Session, clip: Pick<CallClip, 'fromMs' | 'toMs' | 'note'>): CallClip;
  /** @throws `not-found` */
  removeClip(id: CallId, clip: CallClipId): void;
  removeMark(id: CallId, mark: MarkId): void;
  /** Hear a live call; without a hearer only to show how loud it is. @throws `state/conflict` when it is not live @returns a function that stops it */
  listen(id: CallId, listener: AudioListener, hearer: Hearer | null): () => void;
  /** What asks for a person on it needs none, nor anything more of that kind. */
  notNeeded(id: CallId): void;
  /** The rule asks for a person again as it did at first, on all calls of this campaign. @throws `not-found` */
  resetAttention(id: CampaignId, rule: AttentionRule): Campaign;
  /** @throws `state/held` with `heldBy`, `state/conflict` when it is not live or about to end */
  takeOver(id: CallId, session: Session): Call;
  /** @throws `state/conflict` when nobody holds it */
  askForCall(id: CallId, session: Session, note: string | null): void;
  /** @throws `state/held` when this session does not hold it, `state/no-ai` */
  giveBack(id: CallId, session: Session, how: { readonly note: string | null; readonly open: 'bridge' | 'wait' }): Call;
  coach(id: CallId, session: Session, text: string): Nudge;
  /** @throws `state/conflict` when it was used already */
  withdrawNudge(id: CallId, nudge: NudgeId): Nudge;
  say(id: CallId, session: Session, text: string, when: 'gap' | 'now'): void;
  /** Open the microphone of the session that holds the call. @param ended told once, when the call is not its any more @throws `state/conflict` when it does not hold it */
  openMicrophone(id: CallId, session: Session, ended: () => void): Microphone;
  /** Its console is gone: what it held goes back to the AI. */
  sessionGone(session: Session): void;
  /** Full path of a call's recording on disk, or null. It may still grow. */
  recordingPath(id: CallId): string | null;
  /** Picture of a call's recording, as far as it goes at this moment. @throws `not-found` when nothing was recorded */
  peaks(id: CallId, bucketMs: number): Promise<Peaks>;
  /** Of the calls that were dialled since then, those that go on included. @param sinceMs epoch milliseconds */
  figures(world: World, sinceMs: number): Promise<DayFigures>;
  liveCount(): number;
  /** Say goodbye on every live call and end it; after `limitMs` hang up what is left. */
  land(limitMs: number): Promise<void>;
}

/** Who asks: one console, or the scripts over HTTP, which are all one. */
export interface Session {
  readonly id: string;
  /** Of the operator who sits there. */
  readonly name: string;
  readonly role: Role;
}

/** The microphone of an operator who holds a call. Nothing of it throws; what comes after the call was given back goes nowhere. */
export interface Microphone {
  /** @param counter goes up by one each 20 ms @param bytes 160 bytes of mu-law, valid during the call */
  frame(counter: number, bytes: Uint8Array): void;
  /** The console is there still, and silent. */
  ping(): void;
  close(): void;
}

/** Who hears a call: one object for each console, however many times it listens. */
export interface Hearer {
  readonly name: string;
  /** Of the session; absent where nobody could speak. */
  readonly id?: string;
}

export interface AudioListener {
  /** Once, before anything else. */
  begun?(past: AudioPast): void;
  /**
   * @param side 1 the callee, 2 our side; ours comes some frames before it is heard
   * @param bytes 160 bytes of mu-law, valid during the call
   * @param number of the frame, by 20 ms from the beginning of the call's recording; what lies between two numbers is silence
   */
  frame(side: 1 | 2, bytes: Uint8Array, number: number): void;
  ended(): void;
}

/** What was heard on a running call so far; its last seconds from memory, whatever is older is in the recording's file. */
export interface AudioPast {
  /** Number of the frame that the ear hears at this moment. */
  now(): number;
  /** Number behind the newest frame of a side. */
  end(side: 1 | 2): number;
  /** @param out 160 bytes; silence where nothing was heard @returns false when it is too old to be in memory */
  read(side: 1 | 2, number: number, out: Uint8Array): boolean;
}

/** The public side's way into the calls. */
export interface PublicDoors {
  /** Whose webhook this is. Null when the ticket is not ours, or is for another carrier. */
  webhookTarget(carrier: CarrierName, ticket: string): { readonly attempt: AttemptId; readonly carrier: Carrier } | null;
  /** Whose media socket this is; does not use the token up. Null when it is unknown, used or too old. */
  mediaTarget(carrier: CarrierName, token: string): MediaTarget | null;
}

export interface MediaTarget {
  readonly attempt: AttemptId;
  readonly carrier: Carrier;
  /** What the socket carries; audio when absent. */
  readonly kind?: 'stream' | 'relay';
  /** Use the token up. @returns false when somebody was faster */
  claim(): boolean;
  /** Hand over the socket, once it is upgraded. */
  accept(socket: WebSocket, underlying: Duplex): void;
}
