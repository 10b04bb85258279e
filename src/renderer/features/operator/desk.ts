import { createStore } from 'zustand/vanilla';
import type { CallSummary } from '#bridge/contract/calls.ts';
import type { Talk } from '../../client/audio-channels.ts';
import { type Client, OperationError } from '../../client/client.ts';
import type { LiveStore } from '../../client/live-store.ts';
import type { Microphone } from './audio/microphone.ts';

/** Frames of 20 ms between two signs of life of a microphone that is silent on purpose. */
const pingFrames = 25;

/** The call on which this person speaks. */
export interface Mine {
  readonly callId: string;
  /** `taking`: the bridge has not answered yet; `live`: the lead hears this person; `giving`: the call goes back. */
  readonly state: 'taking' | 'live' | 'giving';
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

export interface DeskState {
  readonly mine: Mine | null;
  readonly isMuted: boolean;
  /** Space is held. */
  readonly isPressed: boolean;
  /** Somebody else would like to have the call. */
  readonly asked: { readonly by: string; readonly note: string | null } | null;
  /** The call went away without this person's doing; why. It stays until it is put away. */
  readonly lost: { readonly callId: string; readonly reason: string } | null;
  readonly problem: string | null;
  /** What the AI will be told with the call. */
  readonly note: string;
}

/** What the desk needs of the ear: the call that this person speaks on is heard. */
export interface Ear {
  speakOn(callId: string | null): void;
}

const free = { mine: null, isMuted: false, isPressed: false, asked: null, note: '' } as const;

/** A person's place on the line: takes a call from the AI, puts the microphone on it, and gives it back. One call at a time. */
export class Desk {
  readonly store = createStore<DeskState>(() => ({ ...free, lost: null, problem: null }));
  /** Every call in which this window had a hand. */
  readonly acted = new Set<string>();
  readonly #client: Client;
  readonly #live: LiveStore;
  readonly #microphone: Microphone;
  readonly #ear: Ear;
  readonly #endings: (() => void)[];
  #talk: Talk | null = null;
  /** Tells a takeover from the one before it. */
  #generation = 0;
  #session: string | null = null;
  #silentFrames = 0;
  /** The feed has shown the call as this person's. */
  #isConfirmed = false;

  constructor(parts: { readonly client: Client; readonly live: LiveStore; readonly microphone: Microphone; readonly ear: Ear }) {
    this.#client = parts.client;
    this.#live = parts.live;
    this.#microphone = parts.microphone;
    this.#ear = parts.ear;
    this.#microphone.onHeard = (_level, frame) => this.#heard(frame);
    this.#endings = [
      this.#live.subscribe((state) => this.#follow(state.calls)),
      this.#client.subscribe((event) => {
        if (event.type === 'call.asked' && event.callId === this.store.getState().mine?.callId)
          this.store.setState({ asked: { by: event.by, note: event.note } });
      }),
      this.#client.onConnection(() => {
        if (this.#client.connection().state !== 'lost') return;
        this.#session = null;
        this.#dropped('The connection to Ringside broke off. The AI takes the call back by itself.');
      }),
      this.#microphone.store.subscribe(({ state, problem, preferences }, before) => {
        if (state === 'off' && before.state !== 'off') void this.#micGone(problem);
        if (preferences.mode !== before.preferences.mode) this.#gate();
      }),
    ];
  }

  /** Whether this window has the call. */
  holds(call: { readonly id: string; readonly holder: CallSummary['holder'] }): boolean {
    const { mine } = this.store.getState();
    if (mine?.callId === call.id && mine.state !== 'giving') return true;
    return call.holder?.kind === 'operator' && call.holder.console !== null && call.holder.console === this.#session;
  }

  /** Speak on this call from now on. The one that was held before goes back to the AI. */
  async takeOver(callId: string): Promise<void> {
    const before = this.store.getState().mine;
    if (before?.callId === callId && before.state !== 'giving') return;
    const generation = ++this.#generation;
    this.#talk?.stop();
    this.#isConfirmed = false;
    this.store.setState({ ...free, mine: { callId, state: 'taking', sinceMs: Date.now() }, lost: null, problem: null });
    this.acted.add(callId);
    this.#ear.speakOn(callId);
    const answer = this.#client.invoke('calls.takeOver', { id: callId });
    // Asked for at once, behind the takeover on the same socket: the first words wait for nothing more.
    this.#speak(callId, generation);
    this.#gate();
    try {
      const call = await answer;
      if (generation !== this.#generation) return;
      this.#session = call.holder?.console ?? this.#session;
      const { mine } = this.store.getState();
      if (mine?.callId === callId) this.store.setState({ mine: { ...mine, state: 'live' } });
      this.#follow(this.#live.getState().calls);
      if (this.#talk === null) this.#speak(callId, generation);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#free();
      this.store.setState({ problem: takeOverProblem(error) });
    }
  }

  /** The AI goes on, with a line that joins up, and knows the note. */
  async giveBack(): Promise<void> {
    await this.#return('bridge');
  }

  /** The microphone is off at once and the lead has the word. */
  async stepBack(): Promise<void> {
    await this.#return('wait');
  }

  /** What the AI is told with the call. */
  setNote(note: string): void {
    this.store.setState({ note });
  }

  mute(isMuted: boolean): void {
    this.store.setState({ isMuted });
    this.#gate();
  }

  /** Space goes down or up. */
  press(isPressed: boolean): void {
    if (this.store.getState().isPressed === isPressed) return;
    this.store.setState({ isPressed });
    this.#gate();
  }

  /** The news was read. */
  putAway(): void {
    this.store.setState({ lost: null, problem: null, asked: null });
  }

  close(): void {
    for (const end of this.#endings) end();
    this.#free();
  }

  async #return(open: 'bridge' | 'wait'): Promise<void> {
    const { mine, note } = this.store.getState();
    if (!mine || mine.state === 'giving') return;
    const generation = ++this.#generation;
    const { callId } = mine;
    this.#microphone.gate(false);
    this.store.setState({ mine: { ...mine, state: 'giving' }, problem: null });
    const told = open === 'bridge' && note.trim() !== '' ? { note: note.trim() } : {};
    try {
      await this.#client.invoke('calls.giveBack', { id: callId, open, ...told });
      if (generation === this.#generation) this.#free();
    } catch (error) {
      if (generation !== this.#generation) return;
      const isOver = this.#live.getState().calls.get(callId)?.state === 'ended';
      const isGone = error instanceof OperationError && (error.code === 'state/held' || error.code === 'not-found');
      if (isOver || isGone) {
        this.#free();
        return;
      }
      // Nobody else has it: this person stays on the line.
      this.store.setState({
        mine: { ...mine, state: 'live' },
        problem: `${error instanceof Error ? error.message : String(error)} You are still on the line.`,
      });
      if (this.#talk === null) this.#speak(callId, generation);
      this.#gate();
    }
  }

  #speak(callId: string, generation: number): void {
    const talk = this.#client.speak(callId, {
      opened: () => {},
      ended: (reason) => {
        if (this.#talk !== talk) return;
        this.#talk = null;
        const { mine } = this.store.getState();
        // Refused because the takeover is not through yet: its answer opens the line. Ended later: the feed tells who has the call.
        if (generation === this.#generation && mine?.state === 'live' && reason !== null) this.store.setState({ problem: reason });
      },
    });
    this.#talk = talk;
  }

  #heard(frame: Uint8Array | null): void {
    if (!this.#talk) return;
    if (frame) {
      this.#silentFrames = 0;
      this.#talk.frame(frame);
      return;
    }
    this.#silentFrames += 1;
    if (this.#silentFrames % pingFrames === 1) this.#talk.ping();
  }

  #gate(): void {
    const { mine, isMuted, isPressed } = this.store.getState();
    const { mode } = this.#microphone.store.getState().preferences;
    const speaks = mine !== null && mine.state !== 'giving' && (isPressed || (mode === 'open' && !isMuted));
    this.#microphone.gate(speaks);
  }

  /** The bridge's word counts: whoever has lost the call is told. */
  #follow(calls: ReadonlyMap<string, CallSummary>): void {
    const { mine } = this.store.getState();
    if (mine?.state !== 'live') return;
    const call = calls.get(mine.callId);
    if (!call && !this.#isConfirmed) return;
    if (!call || call.state === 'ended') {
      this.#free();
      return;
    }
    const { holder } = call;
    if (holder?.kind === 'operator' && holder.console === this.#session) this.#isConfirmed = true;
    // What the feed told before the takeover is no loss of it.
    if (holder === null || !this.#isConfirmed || (holder.kind === 'operator' && holder.console === this.#session)) return;
    if (holder.kind === 'ai') this.#dropped('The AI took the call back by itself.');
    else if (holder.kind === 'operator') this.#dropped(`${holder.name ?? 'Somebody else'} took the call over.`);
    // Handed to a colleague: what this person wanted.
    else this.#free();
  }

  async #micGone(problem: string | null): Promise<void> {
    if (this.store.getState().mine === null) return;
    await this.stepBack();
    this.store.setState({ problem: problem ?? 'You went off duty, so the AI has the call again.' });
  }

  #dropped(reason: string): void {
    const { mine } = this.store.getState();
    if (!mine) return;
    const { callId } = mine;
    this.#generation += 1;
    this.#free();
    this.store.setState({ lost: { callId, reason } });
  }

  #free(): void {
    const talk = this.#talk;
    this.#talk = null;
    talk?.stop();
    this.#microphone.gate(false);
    this.#ear.speakOn(null);
    this.store.setState(free);
  }
}

function takeOverProblem(error: unknown): string {
  if (error instanceof OperationError && error.code === 'state/held') {
    const { heldBy } = (error.details ?? {}) as { readonly heldBy?: unknown };
    return typeof heldBy === 'string' ? `${heldBy} has this call. You can ask for it.` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
