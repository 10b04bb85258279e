import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Agent } from '#bridge/contract/agents.ts';
import type { Call } from '#bridge/contract/calls.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { operatorFileOf } from '#bridge/store/operator-file.ts';
import type { AttemptRecord } from '#bridge/store/records.ts';

export interface EvidenceSources {
  readonly call: Call;
  readonly attempt: AttemptRecord;
  /** The version of the agent that spoke. */
  readonly agent: Agent | null;
  /** Full path of the recording; null when there is none. */
  readonly recordingPath: string | null;
  readonly nowMs: number;
}

/**
 * All that can be shown about one call, in one document: what was agreed to, what was decided, what was said, and a SHA-256 of every
 * part and of the recordings, so that a later change shows. The hash of a part is that of its JSON without spaces, in UTF-8, with the
 * fields in the order in which they stand here.
 *
 * @throws {BridgeError} `state/conflict` while the call goes on: evidence does not change any more
 */
export async function evidence(sources: EvidenceSources): Promise<string> {
  const { call, attempt, agent } = sources;
  if (call.state !== 'ended')
    throw new BridgeError('state/conflict', 'The call goes on still. Evidence can be exported once it has ended.');
  const { transcript, hops, costs, toolCalls, turns, marks, nudges, involvements, recording: _address, ...summary } = call;
  const parts = {
    call: summary,
    consent: attempt.consent,
    compliance: {
      decision: attempt.compliance,
      world: attempt.world,
      dialledAt: isoOrNull(attempt.submittedAtMs),
      disclosurePlayedAt: call.disclosurePlayedAt,
    },
    agent,
    variables: attempt.variables,
    transcript,
    hops,
    marks,
    nudges,
    involvements,
    toolCalls,
    turns,
    costs,
    recording: sources.recordingPath === null ? null : await fingerprint(sources.recordingPath),
    // An operator's own voice, where somebody took the call over.
    operatorRecording: sources.recordingPath === null ? null : await fingerprint(operatorFileOf(sources.recordingPath)),
  };
  const manifest = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, sha256(JSON.stringify(part))]));
  return JSON.stringify(
    {
      kind: 'ringside.evidence',
      version: 1,
      createdAt: new Date(sources.nowMs).toISOString(),
      parts,
      manifest: { algorithm: 'SHA-256', parts: manifest },
    },
    null,
    2,
  );
}

async function fingerprint(path: string): Promise<{ fileName: string; bytes: number; sha256: string } | null> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return { fileName: basename(path), bytes: (await stat(path)).size, sha256: hash.digest('hex') };
  } catch {
    // Deleted since, as retention asks.
    return null;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
