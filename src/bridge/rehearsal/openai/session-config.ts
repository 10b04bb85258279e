import type { SessionUpdate, TranscriptionUpdate } from './schemas.ts';
import { ProtocolError } from './wire.ts';

type Update<Key extends keyof SessionUpdate> = NonNullable<SessionUpdate[Key]>;
type InputUpdate = NonNullable<Update<'audio'>['input']>;
type OutputUpdate = NonNullable<Update<'audio'>['output']>;

export type AudioFormat = NonNullable<InputUpdate['format']>;
export type Voice = NonNullable<OutputUpdate['voice']>;
export type SimTool = Update<'tools'>[number];

export interface ServerVad {
  readonly type: 'server_vad';
  readonly threshold: number;
  readonly prefix_padding_ms: number;
  readonly silence_duration_ms: number;
  readonly create_response: boolean;
  readonly interrupt_response: boolean;
  readonly idle_timeout_ms: number | null;
}
export interface SemanticVad {
  readonly type: 'semantic_vad';
  readonly eagerness: 'low' | 'medium' | 'high' | 'auto';
  readonly create_response: boolean;
  readonly interrupt_response: boolean;
}

/** The whole effective configuration of a session, as `session.created` and `session.updated` show it. */
export interface SessionConfig {
  readonly type: 'realtime';
  readonly object: 'realtime.session';
  readonly id: string;
  readonly model: string;
  readonly expires_at: number;
  readonly output_modalities: readonly ('audio' | 'text')[];
  readonly instructions: string;
  readonly audio: {
    readonly input: {
      readonly format: AudioFormat;
      readonly noise_reduction: InputUpdate['noise_reduction'] | null;
      readonly transcription: NonNullable<InputUpdate['transcription']> | null;
      readonly turn_detection: ServerVad | SemanticVad | null;
    };
    readonly output: { readonly format: AudioFormat; readonly voice: Voice; readonly speed: number };
  };
  readonly tools: readonly SimTool[];
  readonly tool_choice: Update<'tool_choice'>;
  readonly max_output_tokens: Update<'max_output_tokens'>;
  readonly truncation: Update<'truncation'>;
  readonly tracing: NonNullable<SessionUpdate['tracing']> | null;
  readonly prompt: NonNullable<SessionUpdate['prompt']> | null;
  readonly include: Update<'include'> | null;
  readonly reasoning?: Update<'reasoning'>;
  readonly parallel_tool_calls?: boolean;
}

const SERVER_VAD: ServerVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  create_response: true,
  interrupt_response: true,
  idle_timeout_ms: null,
};
const SEMANTIC_VAD: SemanticVad = { type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true };

/** What a session is before anybody configures it; note the 24 kHz PCM on both sides. */
export function defaultConfig(id: string, model: string, expiresAtS: number): SessionConfig {
  return {
    type: 'realtime',
    object: 'realtime.session',
    id,
    model,
    expires_at: expiresAtS,
    output_modalities: ['audio'],
    instructions: '',
    audio: {
      input: { format: { type: 'audio/pcm', rate: 24_000 }, noise_reduction: null, transcription: null, turn_detection: SERVER_VAD },
      output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin', speed: 1 },
    },
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    truncation: 'auto',
    tracing: null,
    prompt: null,
    include: null,
  };
}

/** A session that only listens, as one that never answers. */
export function transcriptionConfig(id: string, expiresAtS: number): SessionConfig {
  return neverAnswering(defaultConfig(id, '', expiresAtS));
}

/** Apply a valid update to a session that only listens. @throws {ProtocolError} */
export function mergeTranscription(current: SessionConfig, update: TranscriptionUpdate): SessionConfig {
  return neverAnswering(mergeConfig(current, { ...update, type: 'realtime' }, { audioWasSpoken: false, responseIsActive: false }));
}

/** What such a session says of itself. */
export function shownTranscription({ id, expires_at, audio, include }: SessionConfig): Readonly<Record<string, unknown>> {
  const { turn_detection: turn, ...input } = audio.input;
  let shown: object | null = turn;
  if (turn) {
    const { create_response: _, interrupt_response: __, ...rest } = turn;
    shown = rest;
  }
  return {
    type: 'transcription',
    object: 'realtime.transcription_session',
    id,
    expires_at,
    audio: { input: { ...input, turn_detection: shown } },
    include,
  };
}

function neverAnswering(config: SessionConfig): SessionConfig {
  const turn = config.audio.input.turn_detection;
  if (!turn) return config;
  const silent = { ...turn, create_response: false, interrupt_response: false };
  return { ...config, audio: { ...config.audio, input: { ...config.audio.input, turn_detection: silent } } };
}

/** What happened in the session so far, as far as it limits what may change. */
export interface ConfigLimits {
  readonly audioWasSpoken: boolean;
  readonly responseIsActive: boolean;
}

/**
 * Apply a valid update. Fields that are absent keep their value; settings of turn detection survive as long as its type does.
 * @throws {ProtocolError} when the update is not possible now; nothing has changed then
 */
export function mergeConfig(current: SessionConfig, update: SessionUpdate, limits: ConfigLimits): SessionConfig {
  const { model, audio, tracing, prompt, ...rest } = update;
  if (model !== undefined && model !== current.model) {
    throw new ProtocolError('invalid_value', 'The model of a session cannot be changed.', 'session.model');
  }
  if (current.tracing !== null && tracing !== undefined && JSON.stringify(tracing) !== JSON.stringify(current.tracing)) {
    throw new ProtocolError('invalid_value', 'Tracing cannot be changed once it is enabled.', 'session.tracing');
  }
  const merged: SessionConfig = {
    ...current,
    ...(withoutUndefined(rest) as Omit<SessionUpdate, 'model' | 'audio' | 'tracing' | 'prompt'>),
    tracing: tracing === undefined ? current.tracing : tracing,
    prompt: prompt === undefined ? current.prompt : prompt,
    audio: {
      input: mergeInput(current.audio.input, audio?.input),
      output: { ...current.audio.output, ...(withoutUndefined(audio?.output ?? {}) as Partial<SessionConfig['audio']['output']>) },
    },
  } as SessionConfig;
  check(current, merged, limits);
  return merged;
}

function mergeInput(current: SessionConfig['audio']['input'], update: InputUpdate | undefined): SessionConfig['audio']['input'] {
  if (!update) return current;
  const { turn_detection: turn, ...rest } = update;
  let turnDetection = current.turn_detection;
  if (turn === null) turnDetection = null;
  else if (turn?.type === 'server_vad') {
    const base = turnDetection?.type === 'server_vad' ? turnDetection : SERVER_VAD;
    turnDetection = { ...base, ...(withoutUndefined(turn) as Partial<ServerVad>) };
  } else if (turn?.type === 'semantic_vad') {
    const base = turnDetection?.type === 'semantic_vad' ? turnDetection : SEMANTIC_VAD;
    turnDetection = { ...base, ...(withoutUndefined(turn) as Partial<SemanticVad>) };
  }
  return { ...current, ...(withoutUndefined(rest) as Partial<SessionConfig['audio']['input']>), turn_detection: turnDetection };
}

function check(before: SessionConfig, after: SessionConfig, limits: ConfigLimits): void {
  if (limits.audioWasSpoken && JSON.stringify(before.audio.output.voice) !== JSON.stringify(after.audio.output.voice)) {
    const message = "Cannot update a conversation's voice if assistant audio is present.";
    throw new ProtocolError('cannot_update_voice', message, 'session.audio.output.voice');
  }
  if (limits.responseIsActive && before.audio.output.speed !== after.audio.output.speed) {
    throw new ProtocolError('invalid_value', 'The speed can only be changed between turns.', 'session.audio.output.speed');
  }
  const { transcription, turn_detection: turn } = after.audio.input;
  if (transcription?.model === 'gpt-realtime-whisper') {
    const at = 'session.audio.input.transcription';
    if (turn !== null) throw new ProtocolError('invalid_value', 'gpt-realtime-whisper needs turn_detection null.', `${at}.model`);
    if (transcription.prompt !== undefined)
      throw new ProtocolError('invalid_value', 'gpt-realtime-whisper takes no prompt.', `${at}.prompt`);
  }
  const choice = after.tool_choice;
  if (typeof choice === 'object' && choice.type === 'function') {
    const known = after.tools.some((tool) => tool.type === 'function' && tool.name === choice.name);
    if (!known) throw new ProtocolError('invalid_value', `Tool choice '${choice.name}' is not among the tools.`, 'session.tool_choice');
  }
}

function withoutUndefined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
