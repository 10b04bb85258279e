import { loadVoiceActivity } from '#bridge/media/fvad.ts';
import { Ear } from '../openai/ear.ts';
import type { Voices } from '../person.ts';
import type { Leg } from './leg.ts';
import type { Scope } from './scope.ts';

export type Recognise = Voices['recognise'];

export interface RecogniserEvents {
  /** Somebody has begun to speak. */
  began(): void;
  /** What was said, when it is over; empty for noise. */
  said(words: string): void;
}

/**
 * The carrier's own recogniser on what a person says: it understands the clips of the rehearsal's voices, frame by frame.
 * @param silenceMs after which it takes a turn for over
 */
export async function listenTo(leg: Leg, recognise: Recognise, silenceMs: number, scope: Scope, events: RecogniserEvents): Promise<void> {
  const open = await loadVoiceActivity();
  if (scope.ended) return;
  const ear = new Ear(open(), recognise, {
    speechStarted: () => events.began(),
    speechStopped: (_endMs, turn) => events.said(turn.words),
  });
  const detection = {
    type: 'server_vad',
    threshold: 0.6,
    prefix_padding_ms: 300,
    silence_duration_ms: silenceMs,
    create_response: false,
    interrupt_response: false,
    idle_timeout_ms: null,
  } as const;
  ear.configure({ type: 'audio/pcmu' }, detection);
  const hear = (voice: Uint8Array): void => ear.append(Uint8Array.from(voice));
  leg.recorders.add(hear);
  scope.onEnd(() => {
    leg.recorders.delete(hear);
    ear.close();
  });
}
