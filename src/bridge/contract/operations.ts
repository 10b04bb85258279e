import { z } from 'zod';
import { agent, agentChange, agentDraft } from './agents.ts';
import { attentionRule } from './attention.ts';
import { call, callClip, callSummary, dialInput, mark, nudge, tag } from './calls.ts';
import { campaign, campaignChange, campaignDraft, campaignHealth, campaignPreview, startBlocker } from './campaigns.ts';
import { colleague, colleagueDraft } from './colleagues.ts';
import { provider, providerStatus } from './credentials.ts';
import { callDiagnosis, carrierView, endCause, exchange } from './diagnosis.ts';
import {
  agentId,
  callClipId,
  callId,
  campaignId,
  colleagueId,
  criterionId,
  markId,
  nudgeId,
  segmentId,
  suppressionId,
  transferRequestId,
} from './ids.ts';
import { insights, insightsQuery } from './insights.ts';
import { lead, leadImport, leadImportResult, leadQuery, rejectedRow, suppression, suppressionReason } from './leads.ts';
import { lineHealth, lineProof, proofInput, tunnelStatus } from './line.ts';
import { scoreAnswer } from './scores.ts';
import { consoleSettings, settingsChange } from './settings.ts';
import { dataUsage, ownedNumber, setupStatus } from './setup.ts';
import { cursor, durationMs, instant, instantInput, limit, micros, phone } from './values.ts';
import { answerType, carrierName, disposition, outcome, rung, world } from './words.ts';

const nothing = z.object({});
const done = z.object({ ok: z.literal(true) });

export const searchHit = z.object({
  callId,
  segmentId,
  world,
  startMs: z.int(),
  /** The words around the find, with `[` and `]` around each match. */
  snippet: z.string(),
  /** Smaller is better; 0 when ordered by time. */
  rank: z.number(),
});

export const exported = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  /** The whole file. Binary formats are base64. */
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']),
});

const callFilters = {
  campaignId: campaignId.optional(),
  live: z.boolean().optional(),
  world: world.optional(),
  since: instantInput.optional(),
  until: instantInput.optional(),
  outcome: outcome.optional(),
  disposition: disposition.optional(),
  rung: rung.optional(),
  /** Why it ended. */
  cause: endCause.optional(),
  /** Whether a person was on the call. */
  personInvolved: z.boolean().optional(),
  minTalkMs: durationMs.optional(),
  maxTalkMs: durationMs.optional(),
  tag: tag.optional(),
  /** Whether a person has scored it, to the last answer. */
  scored: z.boolean().optional(),
  /** Part of the lead's name or number. */
  search: z.string().max(120).optional(),
};

/** Every operation of the console, declared once; three doors (preload, WebSocket, HTTP) lead to the same record. */
export const operations = {
  'agents.create': { input: agentDraft, output: agent },
  'agents.update': { input: agentChange, output: agent },
  'agents.list': { input: nothing, output: z.array(agent) },
  /** All versions, newest first. */
  'agents.versions': { input: z.object({ id: agentId }), output: z.array(agent) },
  'agents.get': { input: z.object({ id: agentId, version: z.int().min(1).optional() }), output: agent },

  'campaigns.create': { input: campaignDraft, output: campaign },
  'campaigns.update': { input: campaignChange, output: campaign },
  'campaigns.get': { input: z.object({ id: campaignId }), output: campaign },
  'campaigns.list': { input: z.object({ world: world.optional() }), output: z.array(campaign) },
  'campaigns.preview': { input: z.object({ id: campaignId }), output: campaignPreview },
  /**
   * In the real world the line is proven first, quickly. @throws `line/not-proven`, with the proof in `details`, when no call can work
   * @property anyway start all the same
   */
  'campaigns.start': { input: z.object({ id: campaignId, anyway: z.boolean().optional() }), output: campaign },
  'campaigns.pause': { input: z.object({ id: campaignId, reason: z.string().max(300).optional() }), output: campaign },
  'campaigns.resume': { input: z.object({ id: campaignId }), output: campaign },
  'campaigns.stop': { input: z.object({ id: campaignId }), output: campaign },
  'campaigns.health': { input: z.object({ id: campaignId }), output: campaignHealth },
  /** A new draft with the same settings, without the leads. */
  'campaigns.duplicate': { input: z.object({ id: campaignId, name: z.string().trim().min(1).max(120).optional() }), output: campaign },
  /** Only a draft that has never dialled anybody. */
  'campaigns.remove': { input: z.object({ id: campaignId }), output: done },
  /** What stands between it and its start, and what is worth knowing before it. It can start when none of it blocks. */
  'campaigns.check': { input: z.object({ id: campaignId }), output: z.array(startBlocker) },
  /** What it had cost at each moment, oldest first; at most 200 points. */
  'campaigns.spending': { input: z.object({ id: campaignId }), output: z.array(z.object({ at: instant, costMicros: micros })) },
  'campaigns.export': { input: z.object({ id: campaignId, format: z.enum(['csv', 'json']) }), output: exported },

  'leads.import': { input: leadImport, output: leadImportResult },
  'leads.list': { input: leadQuery, output: z.array(lead) },
  /**
   * Take out everything that tells of whoever has this number, in every campaign and both worlds. Calls under a legal hold (`held`) stay.
   * On the list of numbers never to be called it stays. @throws `state/conflict` while it is being called
   * @property dryRun look only; nothing is erased
   */
  'leads.erase': {
    input: z.object({ number: phone, dryRun: z.boolean().default(false) }),
    output: z.object({ calls: z.int(), recordings: z.int(), leads: z.int(), held: z.int() }),
  },

  /** @property reason one of ours, or any words: those are kept as where it came from, and the reason is `manual` */
  'suppressions.add': {
    input: z.object({
      numbers: z.array(phone).min(1).max(10_000),
      reason: z.union([suppressionReason, z.string().trim().min(1).max(300)]),
      source: z.string().max(300).optional(),
      world: world.default('real'),
    }),
    output: z.object({ added: z.int(), alreadyThere: z.int() }),
  },
  'suppressions.list': {
    input: z.object({ world: world.optional(), search: z.string().max(120).optional(), cursor: cursor.optional(), limit }),
    output: z.array(suppression),
  },
  'suppressions.remove': {
    input: z.object({ id: suppressionId, reason: z.string().min(1).max(300).default('no reason given') }),
    output: done,
  },
  'suppressions.import': {
    input: z
      .object({
        /** The file's text. */
        csv: z.string().max(104_857_600).optional(),
        /** Or the file itself, on the machine where the bridge runs. */
        path: z.string().max(4096).optional(),
        reason: suppressionReason.default('registry'),
        defaultRegion: z.string().length(2).default('US'),
        world: world.default('real'),
      })
      .refine((input) => (input.csv === undefined) !== (input.path === undefined), { path: ['csv'], message: 'give either csv or path' }),
    output: z.object({ added: z.int(), alreadyThere: z.int(), rejected: z.array(rejectedRow) }),
  },

  'calls.dial': { input: dialInput, output: call },
  'calls.list': { input: z.object({ ...callFilters, cursor: cursor.optional(), limit }), output: z.array(callSummary) },
  'calls.count': { input: z.object(callFilters), output: z.object({ count: z.int() }) },
  /** Loudness of a recording for its picture: one value per bucket and side, 0 to 255. */
  'calls.peaks': {
    input: z.object({ id: callId, bucketMs: z.int().min(5).max(1000).default(20) }),
    output: z.object({ durationMs: z.int(), bucketMs: z.int(), lead: z.array(z.int()), ours: z.array(z.int()) }),
  },
  /** An address for an element that cannot send headers, below the console's own; bound to this call, and good for ten minutes. */
  'recordings.ticket': { input: z.object({ id: callId }), output: z.object({ url: z.string() }) },
  'calls.get': { input: z.object({ id: callId }), output: call },
  'calls.hangUp': { input: z.object({ id: callId }), output: call },
  /**
   * Who picked up, by a person who knows better than the machine; stands from then on. A live call goes on accordingly; of one that is over
   * only the record changes. @throws `state/conflict` when it has not been answered
   */
  'calls.correctVerdict': { input: z.object({ id: callId, answerType }), output: call },
  /** @property on false lets go of it: from then on its data is deleted as that of any other call */
  'calls.setLegalHold': {
    input: z.object({ id: callId, on: z.boolean(), reason: z.string().trim().max(500).optional() }),
    output: call,
  },
  /** @property offsetMs from the answer; now when absent */
  'calls.mark': {
    input: z.object({ id: callId, note: z.string().max(500).optional(), offsetMs: z.int().nonnegative().optional() }),
    output: mark,
  },
  /** One that was set by mistake. */
  'calls.removeMark': { input: z.object({ id: callId, markId }), output: done },
  /**
   * The operator of this session speaks from now on, and the AI is silent. A call that this session held before goes back to the AI.
   * Harmless on a call that it holds already. @throws `state/held` with `heldBy` when somebody else holds it, `state/conflict` when it is
   * about to end
   */
  'calls.takeOver': { input: z.object({ id: callId, console: z.string().max(80).optional() }), output: call },
  /** Tells who holds the call that this session would like to have it. */
  'calls.askForCall': { input: z.object({ id: callId, note: z.string().max(300).optional() }), output: done },
  /**
   * The AI has the call again, and knows what both have said. @throws `state/held` when this session does not hold it, `state/no-ai`
   * @property note one line for the AI
   * @property open `bridge`: it says a sentence that goes on from there; `wait`: the lead has the word
   */
  'calls.giveBack': {
    input: z.object({ id: callId, note: z.string().max(500).optional(), open: z.enum(['bridge', 'wait']).default('bridge') }),
    output: call,
  },
  /**
   * What asks for a person on this call needs none: it is hidden, and its rule says nothing more on this call. In the campaign the rule
   * needs more of a reason each time, see `attentionTuning`.
   */
  'attention.notNeeded': { input: z.object({ callId }), output: done },
  /** In this campaign the rule asks for a person as it did at first; calls that go on follow at once. */
  'attention.reset': { input: z.object({ campaignId, rule: attentionRule }), output: campaign },
  /** A hint that only the AI reads. */
  'calls.coach': { input: z.object({ id: callId, text: z.string().trim().min(1).max(500) }), output: nudge },
  /** @throws `state/conflict` when it was used already */
  'calls.withdrawNudge': { input: z.object({ id: callId, nudgeId }), output: nudge },
  /** The AI says these words. @property when `gap`: when nobody speaks; `now`: at once, in the middle of its own sentence */
  'calls.say': {
    input: z.object({ id: callId, text: z.string().trim().min(1).max(500), when: z.enum(['gap', 'now']).default('gap') }),
    output: done,
  },
  'calls.sendDigits': { input: z.object({ id: callId, digits: z.string().regex(/^[0-9*#wW]{1,32}$/) }), output: done },
  'calls.setDisposition': { input: z.object({ id: callId, disposition, note: z.string().max(2_000).optional() }), output: call },
  /** All of its tags. @throws `state/conflict` while the call goes on */
  'calls.setTags': { input: z.object({ id: callId, tags: z.array(tag).max(20) }), output: call },
  /** Every tag in use, the most used first. */
  'calls.tags': { input: z.object({ world: world.optional() }), output: z.array(z.object({ tag, calls: z.int() })) },
  /**
   * Answers to questions of the scorecard; those that are not named stay as they are, null takes an answer back.
   * @throws `state/conflict` while the call goes on, and when it was never answered; `input/invalid` for a question that is not on its card
   */
  'calls.score': {
    input: z.object({
      id: callId,
      answers: z
        .array(z.object({ criterionId, answer: scoreAnswer.nullable() }))
        .min(1)
        .max(30),
    }),
    output: call,
  },
  /** Keep a stretch of the recording by name. @throws `not-found` without a recording, `input/invalid` beyond its end */
  'calls.clip': {
    input: z
      .object({ id: callId, fromMs: z.int().nonnegative(), toMs: z.int(), note: z.string().trim().max(200).optional() })
      .refine(({ fromMs, toMs }) => toMs - fromMs >= 200, { path: ['toMs'], message: 'must be at least 200 ms after fromMs' }),
    output: callClip,
  },
  'calls.removeClip': { input: z.object({ id: callId, clipId: callClipId }), output: done },
  /** Which step of the path failed or was slow, beside the last good call, and whose doing it was. */
  'calls.diagnose': { input: z.object({ id: callId }), output: callDiagnosis },
  /** What passed between us and the services, redacted; kept of the last 200 calls. */
  'calls.exchanges': { input: z.object({ id: callId }), output: z.array(exchange) },
  /** Asks the carrier for its own records of the call. */
  'calls.carrierView': { input: z.object({ id: callId }), output: carrierView },
  /** A zip for whoever helps: settings without secrets, paths, exchanges, the end of the log. Of one call, or of the newest ones. */
  'support.bundle': { input: z.object({ callId: callId.optional() }), output: exported },
  'calls.export': { input: z.object({ id: callId, format: z.enum(['json', 'vtt', 'txt', 'evidence']) }), output: exported },

  /**
   * Hand the call to somebody on a phone. @throws `state/conflict` when it cannot be handed over now, or nobody can take it;
   * `state/held` when another session holds it
   * @property to a number, or a colleague's id
   * @property kind `cold`: their phone rings and takes the line; `warm`: they hear what it is about and take it with a key
   * @property briefing what they hear first; made from the call when absent
   * @property holdSound the lead hears a soft sound while the phone rings
   */
  'calls.transfer': {
    input: z.object({
      id: callId,
      to: z.union([phone, colleagueId]),
      kind: z.enum(['cold', 'warm']).default('warm'),
      briefing: z.string().trim().min(1).max(1_000).optional(),
      holdSound: z.boolean().default(false),
    }),
    output: call,
  },
  /**
   * Nobody is rung any more, and the lead comes back. A colleague who is on the line beside the operator who holds the call is let go.
   * @throws `state/conflict` when a colleague has the lead alone after a warm one, or there is none; `state/held` when another session
   * holds the call
   */
  'calls.cancelTransfer': { input: z.object({ id: callId }), output: call },
  /** @property to another target than the AI named @throws `state/conflict` when the request is over */
  'calls.answerTransferRequest': {
    input: z.object({ id: callId, requestId: transferRequestId, ok: z.boolean(), to: z.union([phone, colleagueId]).optional() }),
    output: call,
  },

  /** To whom a call can be handed. */
  'colleagues.list': { input: nothing, output: z.array(colleague) },
  /** With an id, that one is changed; without, it is new. */
  'colleagues.save': { input: colleagueDraft, output: colleague },
  'colleagues.remove': { input: z.object({ id: colleagueId }), output: done },

  'search.transcripts': {
    input: z.object({
      query: z.string().min(1).max(300),
      filters: z
        .object({
          campaignId: campaignId.optional(),
          world: world.optional(),
          since: instantInput.optional(),
          until: instantInput.optional(),
          disposition: disposition.optional(),
        })
        .optional(),
      /** `best` weighs the newest 20,000 matches against each other. */
      order: z.enum(['newest', 'best']).default('newest'),
      cursor: cursor.optional(),
      limit,
    }),
    output: z.array(searchHit),
  },

  'rehearsal.startSample': { input: nothing, output: z.object({ campaigns: z.array(campaign) }) },
  /** Whom an agent can be rehearsed with. */
  'rehearsal.people': { input: nothing, output: z.array(z.object({ name: z.string(), number: phone, description: z.string() })) },

  /**
   * Since midnight on this machine's clock. `budgetMicros` is that of all running campaigns together, null when one of them has none;
   * `dayBudgetMicros` is what the day may cost (`settings.spending`), null without a limit and in rehearsal.
   */
  'overview.today': {
    input: z.object({ world: world.default('real') }),
    output: z.object({
      spentMicros: micros,
      budgetMicros: micros.nullable(),
      dayBudgetMicros: micros.nullable(),
      calls: z.int(),
      answered: z.int(),
      talkMs: durationMs,
    }),
  },

  /** What became of the calls of some days, added up. */
  'insights.get': { input: insightsQuery, output: insights },

  'settings.get': { input: nothing, output: consoleSettings },
  'settings.update': { input: settingsChange, output: consoleSettings },
  'data.usage': { input: nothing, output: dataUsage },

  'tunnel.status': { input: nothing, output: tunnelStatus },
  /** Give up what is there and open anew; answers within ten seconds, whatever came of it. */
  'tunnel.restart': { input: nothing, output: tunnelStatus },
  /** Walk the whole path between here and a phone, and name the first step that fails. Rings nobody unless `ringOwner` is given. */
  'line.prove': { input: proofInput, output: lineProof },
  /** Proofs since the start of this program, newest first. */
  'line.proofs': { input: nothing, output: z.array(lineProof) },
  'line.health': { input: nothing, output: lineHealth },

  'setup.status': { input: nothing, output: setupStatus },
  /** Kept in the system's keychain where there is one; they take effect at once. `values` are named in `credentials.ts`. */
  'setup.saveCredentials': {
    input: z.object({ provider, values: z.record(z.string().max(80), z.string().max(4_000)) }),
    output: providerStatus,
  },
  'setup.removeCredentials': { input: z.object({ provider }), output: providerStatus },
  'setup.numbers': { input: z.object({ carrier: carrierName }), output: z.array(ownedNumber) },
  'setup.testCredentials': {
    input: z.object({ provider, carrier: carrierName.optional() }),
    output: z.object({ ok: z.boolean(), ms: z.int(), message: z.string(), cure: z.string().nullable() }),
  },
} satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type OperationInput<Name extends OperationName> = z.output<Operations[Name]['input']>;
export type OperationOutput<Name extends OperationName> = z.output<Operations[Name]['output']>;
export type SearchHit = z.infer<typeof searchHit>;
export type Exported = z.infer<typeof exported>;
