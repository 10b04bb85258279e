import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { LineProof } from '#bridge/contract/line.ts';
import { ProofFile } from '#bridge/proof-file.ts';
import { temporaryFolder } from '#test/support/store.ts';

const log = pino({ level: 'silent' });
const proof = (id: string): LineProof => ({
  id,
  ok: true,
  carrier: 'twilio',
  world: 'real',
  from: null,
  quick: false,
  at: '2026-11-23T15:00:00.000Z',
  ms: 900,
  summary: 'It works.',
  steps: [{ name: 'speech:ElevenLabs’ voice', title: 'A voice', ok: true, skipped: false, ms: 4, startMs: 0, result: 'Good.' }],
});

describe('the file of proofs', () => {
  it('gives the next run of the program what this one kept last', async () => {
    await using folder = await temporaryFolder();
    const file = await ProofFile.open(folder.path, log);
    file.keep([proof('one')]);
    file.keep([proof('two'), proof('one')]);
    await file.close();
    expect((await ProofFile.open(folder.path, log)).earlier).toEqual([proof('two'), proof('one')]);
    expect((await stat(join(folder.path, 'line-proofs.json'))).mode & 0o777).toBe(0o600);
  });

  it('counts as empty when it cannot be read, and is written anew', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'line-proofs.json'), '[{"id": 1');
    const file = await ProofFile.open(folder.path, log);
    expect(file.earlier).toEqual([]);
    file.keep([proof('one')]);
    await file.close();
    expect(await readFile(join(folder.path, 'line-proofs.json'), 'utf8')).toContain('"one"');
  });
});
