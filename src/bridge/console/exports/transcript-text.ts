import type { Call, Involvement, Segment } from '#bridge/contract/calls.ts';
import type { CallDiagnosis } from '#bridge/contract/diagnosis.ts';
import type { Speaker } from '#bridge/contract/words.ts';

/** Names of the voices, as a reader of a transcript expects them. */
const voices: Readonly<Record<Speaker, string>> = { lead: 'Callee', ai: 'AI', operator: 'Operator', system: 'System' };

/**
 * The transcript as WebVTT, a cue for each segment; times count from the answer, as those of the recording do.
 * @see https://www.w3.org/TR/webvtt1/
 */
export function webVtt(call: Call): string {
  const cues = spoken(call).map(
    (segment) =>
      `${vttTime(segment.startMs)} --> ${vttTime(Math.max(segment.endMs, segment.startMs + 1))}\n<v ${voices[segment.speaker]}>${vttText(heardOf(segment))}\n`,
  );
  return `WEBVTT\n\n${cues.join('\n')}`;
}

/** Why a call ended; `fault` names whose doing it was, and is null when nobody did anything wrong. */
export type Ending = Pick<CallDiagnosis, 'cause' | 'fault' | 'verdict'>;

/** The transcript as a person reads it, a line for each segment under a few lines about the call. */
export function plainText(call: Call, { cause, fault, verdict }: Ending): string {
  const head = [
    `Call ${call.id}`,
    `World: ${call.world}`,
    `Carrier: ${call.carrier}`,
    `To: ${call.to}${call.leadName ? ` (${call.leadName})` : ''}`,
    `From: ${call.from}`,
    `Started: ${call.startedAt}`,
    ...(call.answeredAt ? [`Answered: ${call.answeredAt}`] : []),
    ...(call.endedAt ? [`Ended: ${call.endedAt}`] : []),
    ...(call.outcome ? [`Outcome: ${call.outcome}`] : []),
    ...(call.disposition ? [`Disposition: ${call.disposition}`] : []),
    ...(call.endedReason ? [`Reason: ${oneLine(call.endedReason)}`] : []),
    ...(cause ? [`Cause: ${cause}`, ...(fault ? [`Whose doing: ${fault}`] : []), `Diagnosis: ${oneLine(verdict)}`] : []),
    ...(call.compliance.hours === 'off' ? ['Calling hours were switched off for this call.'] : []),
    ...(call.compliance.consent === 'off' ? ['The consent check was switched off for this call.'] : []),
    ...(call.note ? [`Note: ${oneLine(call.note)}`] : []),
    ...(call.tags ? [`Tags: ${call.tags.map(oneLine).join('; ')}`] : []),
    ...(call.score?.scoredBy
      ? [
          `Score: ${call.score.points ?? 'not all answered'}${call.score.points === null ? '' : ' of 100'}, by ${oneLine(call.score.scoredBy)}`,
        ]
      : []),
  ];
  const lines = spoken(call).map(
    (segment) =>
      `[${clockTime(segment.startMs)}] ${voices[segment.speaker]}: ${oneLine(heardOf(segment))}${segment.interrupted ? ' (interrupted)' : ''}`,
  );
  const people = call.involvements.map(peopleLine);
  const who = people.length > 0 ? `\nPeople on the call:\n${people.join('\n')}\n` : '';
  return `${head.join('\n')}\n\n${lines.length > 0 ? lines.join('\n') : 'Nothing was said.'}\n${who}`;
}

const deeds: Readonly<Record<Involvement['action'], string>> = {
  listened: 'listened',
  coached: 'sent the AI a hint',
  said: 'had the AI say something',
  'took-over': 'took the call over',
  'gave-back': 'gave the call back',
  'stepped-back': 'stepped back',
  reclaimed: 'lost the call to the AI',
  transferred: 'transferred the call',
  marked: 'set a mark',
  'hung-up': 'hung up',
  corrected: 'told who picked up',
};

function peopleLine({ who, action, startMs, endMs, detail }: Involvement): string {
  const until = endMs !== null && endMs > startMs ? `-${clockTime(endMs)}` : '';
  return `[${clockTime(startMs)}${until}] ${oneLine(who)} ${deeds[action]}${detail ? `: ${oneLine(detail)}` : ''}`;
}

/** Without what is still being said: nobody knows yet how much of it will be heard. */
function spoken(call: Call): readonly Segment[] {
  return call.transcript.filter((segment) => segment.final && heardOf(segment).trim() !== '').toSorted((a, b) => a.startMs - b.startMs);
}

/** What reached the callee's ear; the rest of the sentence was never said to anybody. */
function heardOf(segment: Segment): string {
  return segment.heardText ?? segment.text;
}

/** As `00:01:02.345`. */
function vttTime(ms: number): string {
  const safeMs = Math.max(0, Math.round(ms));
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${pad(Math.floor(safeMs / 3_600_000), 2)}:${pad(Math.floor(safeMs / 60_000) % 60, 2)}:${pad(Math.floor(safeMs / 1000) % 60, 2)}.${pad(safeMs % 1000, 3)}`;
}

/** As `01:02`, for people. */
function clockTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A blank line would end the cue, `-->` would begin another, and angle brackets are tags. */
function vttText(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
