import type { Finding } from '../../domain/line-proof.ts';
import type { Machine } from '../line-parts.ts';
import { bad } from '../run-steps.ts';

/** An hour of a recorded call takes 115 MB. */
const freeMinBytes = 1_000_000_000;

export async function diskStep(machine: Machine): Promise<Finding> {
  try {
    await machine.tryDisk();
    return { kind: 'good', result: 'It can be written.' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return bad(`Nothing can be written (${code}).`, 'The disk is full.', 'Make room on the disk.');
    return bad(
      `Nothing can be written (${code}).`,
      'This user may not write there, or the disk is read-only.',
      'Check the rights of the data folder.',
    );
  }
}

export async function databaseStep(machine: Machine): Promise<Finding> {
  try {
    await machine.tryDatabase();
    return { kind: 'good', result: 'It answers.' };
  } catch {
    return bad(
      'It does not answer.',
      'The database file is locked, gone or damaged.',
      'Close other programs that use the data folder, then restart Ringside.',
    );
  }
}

export async function freeSpaceStep(machine: Machine): Promise<Finding> {
  const bytes = await machine.freeBytes();
  const room = bytes >= 10_000_000_000 ? `${Math.round(bytes / 1e9)} GB` : `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= freeMinBytes) return { kind: 'good', result: `${room} are free.` };
  return bad(
    `Only ${room} are free.`,
    'Recordings take about 115 MB an hour of calls.',
    'Make room on the disk, or shorten how long recordings are kept.',
    bytes < 100_000_000,
  );
}

export function powerStep(machine: Machine): Finding {
  const power = machine.power();
  if (!power) return { kind: 'needless', result: 'Nobody here can tell; a server does not sleep.' };
  const held = power.keepsAwake ? 'it stays awake while calls go on' : 'it may fall asleep';
  return { kind: 'good', result: power.onBattery ? `On battery; ${held}.` : `Plugged in; ${held}.` };
}
