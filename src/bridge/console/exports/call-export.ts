import type { Calls } from '#bridge/calls/calls.ts';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallDiagnosis } from '#bridge/contract/diagnosis.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { Exported, OperationInput } from '#bridge/contract/operations.ts';
import type { Store } from '#bridge/store/store.ts';
import { evidence } from './evidence.ts';
import { type Ending, plainText, webVtt } from './transcript-text.ts';

/** One call as a file. @throws {BridgeError} `not-found`; `state/conflict` for evidence of a call that goes on */
export async function exportCall(
  { id, format }: OperationInput<'calls.export'>,
  from: {
    readonly calls: Calls;
    readonly store: Store;
    readonly clock: Clock;
    diagnose(id: CallId): Promise<CallDiagnosis>;
  },
): Promise<Exported> {
  const { calls, store, clock } = from;
  const call = calls.get(id);
  const file = (extension: string, mediaType: string, content: string): Exported => ({
    fileName: `call-${id}${extension}`,
    mediaType,
    content,
    encoding: 'utf8',
  });
  switch (format) {
    case 'json':
      return file('.json', 'application/json', `${JSON.stringify({ ...call, ending: await endingOf(from, id) }, null, 2)}\n`);
    case 'vtt':
      return file('.vtt', 'text/vtt', webVtt(call));
    case 'txt':
      return file('.txt', 'text/plain', plainText(call, await endingOf(from, id)));
    case 'evidence': {
      const attempt = store.attempts.byCall(id);
      if (!attempt) throw new BridgeError('not-found', 'There is no such call.');
      const agent = store.agents.get(attempt.agentId, attempt.agentVersion);
      const text = await evidence({ call, attempt, agent, recordingPath: calls.recordingPath(id), nowMs: clock.nowMs() });
      return file('-evidence.json', 'application/json', `${text}\n`);
    }
  }
}

/** Why it ended and whose doing that was, in the words that the page of the call uses. */
async function endingOf({ diagnose }: { diagnose(id: CallId): Promise<CallDiagnosis> }, id: CallId): Promise<Ending> {
  const { cause, fault, verdict } = await diagnose(id);
  return { cause, fault, verdict };
}
