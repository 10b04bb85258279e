import type { Person } from '../person.ts';
import type { Leg } from './leg.ts';
import type { LegRecording } from './recording.ts';
import { Scope } from './scope.ts';
import type { Hangup, MediaFigures, SimCall, SimEvent } from './sim.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface CallOrigin {
  readonly id: string;
  readonly requestId: string;
  readonly from: string;
  readonly to: string;
  readonly direction: SimCall['direction'];
  readonly parentId: string | null;
  readonly createdAtMs: number;
  readonly person: Person;
}

/** A call while it is being carried; what both carriers keep about it. */
export class CallRecord implements SimCall {
  readonly id: string;
  readonly requestId: string;
  readonly from: string;
  readonly to: string;
  readonly direction: SimCall['direction'];
  readonly parentId: string | null;
  readonly createdAtMs: number;
  readonly person: Person;
  startedAtMs: number | null = null;
  ringingAtMs: number | null = null;
  answeredAtMs: number | null = null;
  endedAtMs: number | null = null;
  status = 'queued';
  hangup: Hangup | null = null;
  readonly history: SimEvent[] = [];
  readonly media: Mutable<MediaFigures> = {
    framesToBridge: 0,
    framesFromBridge: 0,
    bytesFromBridge: 0,
    holes: 0,
    maxQueuedMs: 0,
    firstFrameToBridgeAtMs: null,
    firstFrameFromBridgeAtMs: null,
  };
  /** Ends when the call does. */
  readonly scope: Scope;
  /** Ends when what the call runs is replaced by something else, and with the call. */
  documentScope: Scope;
  leg: Leg | null = null;
  /** Who gets the keys that the person presses. */
  keySink: ((digit: string) => void) | null = null;
  readonly recordings: LegRecording[] = [];

  constructor(origin: CallOrigin, world: Scope) {
    this.id = origin.id;
    this.requestId = origin.requestId;
    this.from = origin.from;
    this.to = origin.to;
    this.direction = origin.direction;
    this.parentId = origin.parentId;
    this.createdAtMs = origin.createdAtMs;
    this.person = origin.person;
    this.scope = new Scope(world);
    this.documentScope = new Scope(this.scope);
  }

  get heard(): Uint8Array | null {
    return this.leg?.heard?.bytes() ?? null;
  }

  get said(): Uint8Array | null {
    return this.leg?.said?.bytes() ?? null;
  }

  get isOver(): boolean {
    return this.endedAtMs !== null;
  }

  /** Whole seconds from the answer to the end, begun ones counted; 0 when nobody answered. */
  get durationS(): number {
    if (this.answeredAtMs === null || this.endedAtMs === null) return 0;
    return Math.ceil((this.endedAtMs - this.answeredAtMs) / 1000);
  }

  /** Stop what the call runs now. @returns the scope of what it runs next */
  replaceDocument(): Scope {
    this.documentScope.end();
    this.documentScope = new Scope(this.scope);
    return this.documentScope;
  }
}
