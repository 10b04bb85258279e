import type { EngineHandlers } from './engine.ts';

const nothing = () => undefined;

/** Makes nothing of all that a session tells. Who wants to know little of it puts that little in the place of these. */
export const deafHandlers: EngineHandlers = {
  connected: nothing,
  ready: nothing,
  audio: nothing,
  utteranceText: nothing,
  audioDone: nothing,
  answering: nothing,
  answered: nothing,
  speechStarted: nothing,
  speechStopped: nothing,
  turnCommitted: nothing,
  turnText: nothing,
  toolCalled: nothing,
  usage: nothing,
  expiresAt: nothing,
  failed: nothing,
  trouble: nothing,
};
