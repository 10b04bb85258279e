import type { Move } from '#bridge/rehearsal/people/conversation.ts';

/** How long somebody holds each step, ms. */
export const stepMs = 240;
const lowestHz = 400;
const apartHz = 30;

/** Somebody whose pitch goes a step up every 240 ms from the answer on: whoever hears it knows when it was said. @param count at most 80, so that it fits a phone */
export function pitchSteps(count: number): readonly Move[] {
  return Array.from({ length: count }, (_, step) => ({ kind: 'beep', hz: lowestHz + step * apartHz, ms: stepMs }));
}

/** The step that a pitch is; null for anything in between. */
export function stepOf(hz: number): number | null {
  const step = Math.round((hz - lowestHz) / apartHz);
  return step < 0 || Math.abs(lowestHz + step * apartHz - hz) > apartHz / 4 ? null : step;
}
