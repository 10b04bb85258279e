import type { InitialItem, SessionStartEvent } from 'openai/resources/live/live';
import type { HistoryLine, SessionRequest } from '../engine.ts';

export const defaultModel = 'gpt-live-1';
/** Thinks behind the voice and calls our tools. */
export const backendModel = 'gpt-5.6-terra';
const defaultVoice = 'marin';
const backendTokens = 1_024;
/** Messages that a session takes along at its start. */
const historyMost = 128;

/** Voices that the Live service has; the others of an agent are of another service. @see https://developers.openai.com/api/docs/guides/voice-websockets */
const voices: ReadonlySet<string> = new Set(
  (
    'alloy ash ballad beacon bossa cedar cinder coral delta echo gleam marin meridian quartz ripple sage shida shimmer stone tempo verse ' +
    'vesper willow'
  ).split(' '),
);

const silent = 'Stay silent and only listen until you are told that you may speak. What you are told to say meanwhile, you say.';

/** The first message of a session; most of it cannot be changed afterwards. Both directions are 8 kHz mu-law, as the phone has it. */
export function sessionStart(eventId: string, request: SessionRequest, model: string, auto: boolean): SessionStartEvent {
  return {
    type: 'session.start',
    event_id: eventId,
    session: {
      model,
      instructions: voiceInstructions(request, auto),
      ...(request.history && request.history.length > 0 ? { input: request.history.slice(-historyMost).map(itemOf) } : {}),
      audio: { format: { type: 'audio/pcmu', rate: 8_000 }, output: { voice: voiceOf(request.voice) } },
      delegation: {
        type: 'responses',
        responses: {
          model: backendModel,
          instructions: backendInstructions(request),
          tools: request.tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters })),
          parallel_tool_calls: false,
          max_output_tokens: backendTokens,
          reasoning: { effort: 'low' },
        },
      },
    },
  };
}

function itemOf({ role, text }: HistoryLine): InitialItem {
  switch (role) {
    case 'ai':
      return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
    case 'callee':
      return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
    case 'context':
      return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] };
  }
}

/** The model of an agent is the one of another engine, unless it is one of these. */
export function modelOf(model: string | null): string {
  return model?.startsWith('gpt-live') ? model : defaultModel;
}

function voiceInstructions(request: SessionRequest, auto: boolean): string {
  const parts = [request.instructions];
  if (request.language) parts.push(`Speak ${request.language} unless the person speaks another language.`);
  parts.push('When the person begins to speak, stop at once and listen. A short "mhm" of theirs is no interruption.');
  if (request.tools.length > 0) {
    const purposes = request.tools.map(({ description }) => `- ${description}`).join('\n');
    parts.push(
      `You cannot act by yourself: delegate, at once and without asking back, whenever one of these applies.\n${purposes}\n` +
        'Never say that something is done before the result has come back.',
    );
  }
  if (!auto) parts.push(silent);
  return parts.join('\n\n');
}

function backendInstructions(request: SessionRequest): string {
  return [
    request.instructions,
    'You act for a voice that is on the phone with the person. Call the tool that fits what the person has just said; do not ask back. ' +
      'Then answer with one short sentence for the voice to say.',
  ].join('\n\n');
}

function voiceOf(voice: string | null): string | { id: string } {
  if (voice?.startsWith('voice_')) return { id: voice };
  return voice !== null && voices.has(voice) ? voice : defaultVoice;
}

export const holdText = silent;
export const releaseText = 'You may speak again. Answer the person when they have spoken; do not greet again.';
export const stopText = 'Stop speaking now and wait for the person.';
