/**
 * Run as a child: dials, talks and records as fast as it can, and writes one JSON line for everything that the store has returned as done.
 * Somebody else kills it.
 */
import { writeSync } from 'node:fs';
import type { CallId, CampaignId } from '#bridge/contract/ids.ts';
import { addAttempt, addCampaign, addLead, ending, leadChange, openTestStore, phoneNumber, segment } from '../../support/store.ts';

const [, , dataDir = '', round = '0'] = process.argv;
const store = await openTestStore({ dataDir });
const tell = (line: Readonly<Record<string, unknown>>): void => {
  const text = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let written = 0; written < text.length; ) {
    try {
      written += writeSync(1, text, written);
    } catch (error) {
      // The reader is slow and the pipe is full; a slow machine shows it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
};

const callId = `call_round_${round}` as CallId;
const recording = store.recordings.open(callId, 'rehearsal');
let frames = 0;
setInterval(() => {
  for (let index = 0; index < 5; index += 1, frames += 1) {
    const frame = Buffer.alloc(640);
    for (let at = 0; at < 640; at += 4) frame.writeUInt32LE(frames, at);
    recording.append(frame);
  }
  tell({ kind: 'recorded', file: recording.file, durationMs: store.recordings.durationMs(recording.file) ?? 0 });
}, 20);

const campaign = store.campaigns.list()[0] ?? addCampaign(store);
const phases = ['submitting', 'accepted', 'ringing', 'answered'] as const;

function dialOne(index: number, campaignId: CampaignId): void {
  const number = phoneNumber(Number(round) * 100_000 + index);
  const lead = addLead(store, { ...campaign, id: campaignId }, number);
  tell({ kind: 'lead', id: lead.id });
  const attempt = addAttempt(store, { campaign, lead });
  tell({ kind: 'attempt', id: attempt.id, phase: 'intent' });
  for (const phase of phases) {
    store.attempts.update(attempt.id, { phase });
    tell({ kind: 'attempt', id: attempt.id, phase });
  }
  for (let line = 0; line < 3; line += 1) {
    const said = segment(`line ${line} of ${index}`, { id: `segment_${round}_${index}_${line}` as ReturnType<typeof segment>['id'] });
    store.transcripts.save(attempt.id, said);
    tell({ kind: 'segment', attempt: attempt.id, id: said.id });
  }
  if (index % 3 === 0) return;
  store.attempts.end(attempt.id, ending(), leadChange());
  tell({ kind: 'attempt', id: attempt.id, phase: 'ended' });
}

for (let index = 0; ; index += 1) {
  dialOne(index, campaign.id);
  // Let the recording have its turn.
  await new Promise((resolve) => setImmediate(resolve));
}
