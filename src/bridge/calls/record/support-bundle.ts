import { strToU8, zipSync } from 'fflate';
import type { Clock } from '#bridge/contract/clock.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { Exported } from '#bridge/contract/operations.ts';
import { redactText, redactValue } from '../../domain/redact.ts';
import type { ExchangeRing } from '../../store/exchange-ring.ts';
import type { Store } from '../../store/store.ts';
import type { Calls } from '../calls.ts';
import type { DiagnosisDesk } from './diagnosis-desk.ts';

/** Without a call of their own choice, so many of the newest are packed. */
const callsMax = 20;
/** For a call of their own choice the carrier is asked too, and not waited for longer. */
const carrierMs = 5_000;
/** Of the log, its end. */
const logMaxBytes = 512 * 1024;

export interface BundleParts {
  readonly calls: Pick<Calls, 'get'>;
  readonly store: Pick<Store, 'attempts'>;
  readonly ring: Pick<ExchangeRing, 'attempts'>;
  readonly diagnosis: DiagnosisDesk;
  readonly clock: Clock;
  /** What is set up, without any secret; the version; what the machine is. */
  about(): Readonly<Record<string, unknown>>;
  /** The proofs of the line that are kept, newest first. */
  proofs(): readonly unknown[];
  /** The end of the log; null when it goes somewhere else. */
  log(maxBytes: number): Promise<string | null>;
}

/** One zip of all that helps somebody else to understand what went wrong. Every part is redacted on its way in. */
export async function supportBundle(parts: BundleParts, callId: CallId | null): Promise<Exported> {
  const { ring, store, diagnosis, clock } = parts;
  const chosen = callId === null ? ring.attempts(callsMax).flatMap((id) => store.attempts.get(id)?.callId ?? []) : [callId];
  const files: Record<string, Uint8Array> = { 'about.json': json(parts.about()), 'proofs.json': json(parts.proofs()) };
  for (const id of chosen) {
    const folder = `calls/${id}`;
    const { transcript, marks, note, lastLine, leadName, leadPlace, to, from, nudges, tags, score, clips, ...call } = parts.calls.get(id);
    const talk = transcript.map(({ speaker, startMs, endMs, interrupted }) => ({ speaker, startMs, endMs, interrupted }));
    files[`${folder}/call.json`] = json({
      ...call,
      to,
      from,
      talk,
      nudges: nudges.length,
      marks: marks.length,
      clips: clips?.length ?? 0,
    });
    files[`${folder}/diagnosis.json`] = json(await diagnosis.diagnose(id));
    files[`${folder}/exchange.json`] = json(diagnosis.exchanges(id));
    if (callId !== null) files[`${folder}/carrier.json`] = json(await carrierView(parts, id));
  }
  const log = await parts.log(logMaxBytes);
  if (log !== null) files['log.txt'] = strToU8(log.split('\n').map(redactLine).join('\n'));
  const at = new Date(clock.nowMs()).toISOString();
  return {
    fileName: `ringside-support-${at.slice(0, 19).replaceAll(':', '-')}.zip`,
    mediaType: 'application/zip',
    content: Buffer.from(zipSync(files, { level: 6 })).toString('base64'),
    encoding: 'base64',
  };
}

/** What the carrier says of it, or why that is not known. */
async function carrierView({ diagnosis, clock }: BundleParts, id: CallId): Promise<unknown> {
  const late = Promise.withResolvers<unknown>();
  const cancel = clock.after(carrierMs, () => late.resolve({ unknown: 'The carrier did not answer in time.' }));
  const asked = diagnosis.carrierView(id).catch((error: unknown) => ({ unknown: error instanceof Error ? error.message : 'It failed.' }));
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    cancel();
  }
}

function json(value: unknown): Uint8Array {
  return strToU8(`${JSON.stringify(redactValue(value), null, 2)}\n`);
}

/** A line of the log is JSON; what is not is text. */
function redactLine(line: string): string {
  try {
    return JSON.stringify(redactValue(JSON.parse(line)));
  } catch {
    return redactText(line);
  }
}
