import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Segment } from '#bridge/contract/calls.ts';
import { segmentId } from '#bridge/contract/ids.ts';
import { type Exported, operations } from '#bridge/contract/operations.ts';
import { aCall, anAttempt } from '#test/support/fake-calls.ts';
import { closeAll, invoke, openConsole } from './open-console.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-exports-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

const segment = (startMs: number, text: string, change: Partial<Segment> = {}): Segment => ({
  id: segmentId.parse(`seg_${startMs}`),
  speaker: 'ai',
  text,
  startMs,
  endMs: startMs + 1_500,
  final: true,
  ...change,
});

const transcript = [
  segment(61_000, 'Yes <please> & thanks', { speaker: 'lead' }),
  segment(0, 'Hello,\n\nthis is --> Ann'),
  segment(3_600_001, 'I can tell you more about', { heardText: 'I can tell', interrupted: true, endMs: 3_600_001 }),
  segment(5_000, '  '),
];

async function exported(format: string, change = {}) {
  const opened = await openConsole();
  const call = opened.calls.put(aCall({ transcript, ...change }));
  opened.store.attemptRows.set(call.id, anAttempt());
  const run = async () => {
    const reply = await invoke(opened.console, 'calls.export', { id: call.id, format });
    return { reply, file: reply.status === 200 ? (JSON.parse(Buffer.from(reply.body, 'latin1').toString()).result as Exported) : null };
  };
  return { ...opened, call, run, ...(await run()) };
}

describe('a call as a file', () => {
  it('is WebVTT, with times from the answer and the words that were heard', async () => {
    const isBeingSaid = segment(3_700_000, 'and there is', { final: false });
    const { file } = await exported('vtt', { transcript: [...transcript, isBeingSaid] });
    expect(file).toMatchObject({ fileName: 'call-call_1.vtt', mediaType: 'text/vtt', encoding: 'utf8' });
    expect(file?.content).toBe(
      [
        'WEBVTT',
        '',
        '00:00:00.000 --> 00:00:01.500',
        '<v AI>Hello, this is --&gt; Ann',
        '',
        '00:01:01.000 --> 00:01:02.500',
        '<v Callee>Yes &lt;please&gt; &amp; thanks',
        '',
        '01:00:00.001 --> 01:00:00.002',
        '<v AI>I can tell',
        '',
      ].join('\n'),
    );
  });

  it('is text that a person can read', async () => {
    const { file } = await exported('txt', { compliance: { hours: 'off', consent: 'enforce' } });
    expect(file?.content).toContain(
      '[00:00] AI: Hello, this is --> Ann\n[01:01] Callee: Yes <please> & thanks\n[60:00] AI: I can tell (interrupted)\n',
    );
    expect(file?.content).toContain('Calling hours were switched off');
    expect(file?.content).toContain(
      'Cause: network-cut\nWhose doing: network\nDiagnosis: The connection to the carrier broke off in mid-call.\n',
    );
    expect((await exported('txt', { transcript: [] })).file?.content).toContain('Nothing was said.');
  });

  it('is JSON of the whole call', async () => {
    const { file, call } = await exported('json');
    expect(operations['calls.get'].output.parse(JSON.parse(file?.content ?? ''))).toEqual(call);
    expect(JSON.parse(file?.content ?? '').ending).toMatchObject({ cause: 'network-cut', fault: 'network' });
  });

  it('is evidence, whose every part can be checked', async () => {
    const { calls, store, call, run } = await exported('evidence');
    store.agentRows.push({
      id: call.agentId,
      version: 1,
      name: 'Ann',
      instructions: 'Be kind',
      greeting: 'Hello',
      disclosure: 'I am an AI',
      createdAt: call.startedAt,
      updatedAt: call.startedAt,
    });
    const path = join(folder, 'a.wav');
    writeFileSync(path, 'sound');
    writeFileSync(join(folder, 'a.operator.wav'), 'person');
    calls.recordings.set(call.id, path);
    const { file } = await run();
    const document = JSON.parse(file?.content ?? '');
    expect(document).toMatchObject({ kind: 'ringside.evidence', version: 1, createdAt: expect.any(String) });
    expect(Object.keys(document.manifest.parts)).toEqual(Object.keys(document.parts));
    for (const [name, part] of Object.entries(document.parts)) {
      expect([name, createHash('sha256').update(JSON.stringify(part)).digest('hex')]).toEqual([name, document.manifest.parts[name]]);
    }
    expect(document.parts).toMatchObject({
      consent: { basis: 'written' },
      compliance: { decision: { hours: 'off', consent: 'enforce' }, world: 'rehearsal', dialledAt: '1970-01-01T00:00:01.000Z' },
      agent: { version: 1, disclosure: 'I am an AI' },
      variables: { firstName: 'Ada' },
      recording: { fileName: 'a.wav', bytes: 5, sha256: createHash('sha256').update('sound').digest('hex') },
      operatorRecording: { fileName: 'a.operator.wav', bytes: 6, sha256: createHash('sha256').update('person').digest('hex') },
    });
    expect(document.parts.transcript).toHaveLength(4);
  });

  it('is no evidence while the call goes on', async () => {
    const { reply } = await exported('evidence', { state: 'live', endedAt: null });
    expect([reply.status, reply.json().error?.code]).toEqual([409, 'state/conflict']);
  });

  it('does not exist for an unknown call', async () => {
    const { console } = await openConsole();
    for (const format of ['json', 'vtt', 'txt', 'evidence']) {
      expect((await invoke(console, 'calls.export', { id: 'call_9', format })).status).toBe(404);
    }
    expect((await invoke(console, 'calls.export', { id: 'call_9', format: 'pdf' })).status).toBe(400);
  });
});

describe('a search', () => {
  it('is asked in the words of the store', async () => {
    const { console, store } = await openConsole();
    const filters = { world: 'real', since: '2026-01-02', until: '2026-01-03T00:00:00+01:00', disposition: 'sale' };
    await invoke(console, 'search.transcripts', { query: 'price', filters, order: 'best', cursor: 'seg_1', limit: 5 });
    expect(store.searches).toEqual([
      {
        query: 'price',
        order: 'best',
        limit: 5,
        after: 'seg_1',
        world: 'real',
        disposition: 'sale',
        sinceMs: Date.parse('2026-01-02T00:00:00Z'),
        untilMs: Date.parse('2026-01-02T23:00:00Z'),
      },
    ]);
  });
});
