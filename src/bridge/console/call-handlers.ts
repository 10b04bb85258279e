import type { OperationName } from '#bridge/contract/operations.ts';
import type { SearchQuery } from '#bridge/store/reader.ts';
import { done } from './answers.ts';
import type { DiagnosisOperation } from './diagnosis-handlers.ts';
import type { Handlers } from './dispatch.ts';
import { exportCall } from './exports/call-export.ts';
import type { HandlerDeps } from './handlers.ts';
import type { TransferOperation } from './transfer-handlers.ts';

type Names = Exclude<
  Extract<OperationName, `calls.${string}` | `search.${string}` | `attention.${string}`>,
  TransferOperation | DiagnosisOperation
>;

/** Calls, live and past, and what was said on them. */
export function callHandlers({ calls, store, clock, diagnosis }: HandlerDeps): Pick<Handlers, Names> {
  return {
    'calls.dial': (input) => calls.dial(input),
    'calls.list': async (query) => [...(await calls.list(query))],
    'calls.count': async (filter) => ({ count: await calls.count(filter) }),
    'calls.peaks': async ({ id, bucketMs }) => {
      const { durationMs, lead, ours } = await calls.peaks(id, bucketMs);
      return { durationMs, bucketMs, lead: [...lead], ours: [...ours] };
    },
    'calls.get': ({ id }) => calls.get(id),
    'calls.hangUp': ({ id }, { session }) => calls.hangUp(id, session),
    'calls.correctVerdict': ({ id, answerType }, { session }) => calls.correctVerdict(id, session, answerType),
    'calls.setLegalHold': ({ id, on, reason }, { session }) => calls.setLegalHold(id, session, on, reason || null),
    'calls.mark': ({ id, note, offsetMs }, { session }) => calls.mark(id, session, note ?? null, offsetMs ?? null),
    'attention.notNeeded': ({ callId }) => {
      calls.notNeeded(callId);
      return done;
    },
    'attention.reset': ({ campaignId, rule }) => calls.resetAttention(campaignId, rule),
    'calls.takeOver': ({ id }, { session }) => calls.takeOver(id, session),
    'calls.askForCall': ({ id, note }, { session }) => {
      calls.askForCall(id, session, note ?? null);
      return done;
    },
    'calls.giveBack': ({ id, note, open }, { session }) => calls.giveBack(id, session, { note: note ?? null, open }),
    'calls.coach': ({ id, text }, { session }) => calls.coach(id, session, text),
    'calls.withdrawNudge': ({ id, nudgeId }) => calls.withdrawNudge(id, nudgeId),
    'calls.say': ({ id, text, when }, { session }) => {
      calls.say(id, session, text, when);
      return done;
    },
    'calls.sendDigits': async ({ id, digits }) => {
      await calls.sendDigits(id, digits);
      return done;
    },
    'calls.setDisposition': ({ id, disposition, note }) => calls.setDisposition(id, disposition, note ?? null),
    'calls.setTags': ({ id, tags }) => calls.setTags(id, tags),
    'calls.tags': async ({ world }) => [...(await calls.tags(world ?? null))],
    'calls.score': ({ id, answers }, { session }) => calls.score(id, session, answers),
    'calls.clip': ({ id, fromMs, toMs, note }, { session }) => calls.addClip(id, session, { fromMs, toMs, note: note || null }),
    'calls.removeMark': ({ id, markId }) => {
      calls.removeMark(id, markId);
      return done;
    },
    'calls.removeClip': ({ id, clipId }) => {
      calls.removeClip(id, clipId);
      return done;
    },
    'calls.export': (input) => exportCall(input, { calls, store, clock, diagnose: (id) => diagnosis.diagnose(id) }),

    'search.transcripts': ({ query, filters = {}, order, cursor, limit }) => {
      const { campaignId, world, disposition, since, until } = filters;
      const asked: SearchQuery = {
        query,
        order,
        limit,
        ...(campaignId ? { campaignId } : {}),
        ...(world ? { world } : {}),
        ...(disposition ? { disposition } : {}),
        ...(since ? { sinceMs: Date.parse(since) } : {}),
        ...(until ? { untilMs: Date.parse(until) } : {}),
        ...(cursor ? { after: cursor } : {}),
      };
      return store.search.transcripts(asked);
    },
  };
}
