import pino from 'pino';
import type { AgentDraft } from '#bridge/contract/agents.ts';
import type { AttemptId, CallId, SegmentId } from '#bridge/contract/ids.ts';
import { openStore } from '#bridge/store/open-store.ts';
import type { AttemptDraft } from '#bridge/store/records.ts';
import { number } from './rig/number.ts';

/** Fills a data folder with calls of the past: `seed-store.ts FOLDER CALLS SEGMENTS-PER-CALL`. */
const [dataDir = '', callsText = '', segmentsText = ''] = process.argv.slice(2);
const calls = Number(callsText);
const segments = Number(segmentsText);
/** So many calls in one transaction. */
const batch = 500;
const firstAtMs = Date.parse('2026-01-05T09:00:00Z');
const betweenCallsMs = 20_000;

/** A vocabulary in which, as in a language, the first words are said all the time and the last hardly ever. */
const syllables = ['ba', 'den', 'ro', 'mi', 'tal', 'ven', 'so', 'lu', 'kar', 'ti', 'po', 'ran', 'ge', 'nu', 'fel', 'ha'];
const vocabulary = Array.from({ length: 4_000 }, (_, at) =>
  [at % 16, Math.floor(at / 16) % 16, Math.floor(at / 256) % 16].map((place) => syllables[place]).join(''),
);
let seed = 7;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};
const word = () => vocabulary[Math.floor(vocabulary.length * random() ** 3)] ?? '';

const store = await openStore({ dataDir, now: () => firstAtMs, log: pino({ level: 'silent' }) });
const draft: AgentDraft = { name: 'Mia', instructions: 'Be short.', greeting: 'Hello.' };
const agent = store.agents.create(draft);
for (let from = 0; from < calls; from += batch) {
  store.transaction(() => {
    for (let call = from; call < Math.min(calls, from + batch); call++) add(call);
  });
}
await store.close();

function add(call: number): void {
  const id = `att_${call.toString(36).padStart(8, '0')}` as AttemptId;
  const createdAtMs = firstAtMs + call * betweenCallsMs;
  const attempt: AttemptDraft = {
    id,
    callId: `call_${call.toString(36).padStart(8, '0')}` as CallId,
    campaignId: null,
    leadId: null,
    leadName: null,
    agentId: agent.id,
    agentVersion: agent.version,
    agentName: agent.name,
    leadZone: null,
    leadPlace: null,
    world: 'real',
    carrier: 'twilio',
    to: number(1_000_000 + call),
    from: '+12125550100',
    ladder: ['realtime'],
    variables: {},
    callBudgetMicros: null,
    compliance: { hours: 'off', consent: 'off' },
    consent: null,
    ringTimeoutMs: 25_000,
    maxCallMs: 300_000,
    answeringMachine: 'off',
    recordAtCarrier: false,
    reservedMicros: 0,
    deadlineAtMs: createdAtMs + 600_000,
    createdAtMs,
  };
  store.attempts.intend(attempt, () => null);
  for (let at = 0; at < segments; at++) {
    const text = Array.from({ length: 8 + Math.floor(random() * 8) }, word).join(' ');
    const startMs = at * 4_000;
    const speaker = at % 2 === 0 ? 'ai' : 'lead';
    store.transcripts.save(id, { id: `seg_${call}_${at}` as SegmentId, speaker, text, startMs, endMs: startMs + 3_500, final: true });
  }
  const talkMs = segments * 4_000;
  const ending = { outcome: 'completed', disposition: 'talked', answerType: null, hangupCause: null, endedBy: 'lead' } as const;
  const money = { talkMs, costMicros: 20_000, endedReason: 'the lead hung up', endedAtMs: createdAtMs + talkMs };
  store.attempts.end(id, { ...ending, ...money }, null);
}
