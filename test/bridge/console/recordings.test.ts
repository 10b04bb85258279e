import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRange } from '#bridge/console/byte-range.ts';
import { fittingHead } from '#bridge/console/wav-header.ts';
import { callId } from '#bridge/contract/ids.ts';
import { aCall } from '#test/support/fake-calls.ts';
import { ask, closeAll, openConsole, token, until } from './open-console.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-recordings-'));
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

/** A WAV file whose head promises `said` bytes of audio and that holds `held`. */
function wav(held: number, said = held): Buffer {
  const file = Buffer.alloc(44 + held);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + said, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(said, 40);
  for (let index = 0; index < held; index++) file[44 + index] = index % 251;
  return file;
}

async function recorded(content: Buffer) {
  const opened = await openConsole();
  const { id } = opened.calls.put(aCall());
  const path = join(folder, 'a.wav');
  writeFileSync(path, content);
  opened.calls.recordings.set(id, path);
  const get = (headers: Record<string, string> = {}, method = 'GET') => ask(opened.console, `/recordings/${id}.wav`, { headers, method });
  return { ...opened, path, get };
}

describe('a recording', () => {
  it("is served with the operator's own voice apart, where there is one, whole and in part", async () => {
    const { console, calls } = await openConsole();
    const { id } = calls.put(aCall());
    calls.recordings.set(id, join(folder, 'a.wav'));
    writeFileSync(join(folder, 'a.wav'), wav(100));
    const get = (headers: Record<string, string> = {}) => ask(console, `/recordings/${id}.operator.wav`, { headers });
    expect((await get()).status).toBe(404);
    const file = wav(202);
    writeFileSync(join(folder, 'a.operator.wav'), Buffer.concat([file, Buffer.alloc(1)]));
    const whole = await get();
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({ 'content-length': '246', 'content-disposition': `inline; filename="${id}.operator.wav"` });
    const part = await get({ range: 'bytes=100-199' });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 100-199/246']);
    expect(Buffer.from(part.body, 'latin1').equals(file.subarray(100, 200))).toBe(true);
  });

  it('is served whole', async () => {
    const file = wav(10_000);
    const { get } = await recorded(file);
    const reply = await get();
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'content-type': 'audio/wav', 'content-length': '10044', 'accept-ranges': 'bytes' });
    expect(Buffer.from(reply.body, 'latin1').equals(file)).toBe(true);
  });

  it.each([
    ['bytes=0-43', 0, 43],
    ['bytes=100-199', 100, 199],
    ['bytes=10000-', 10_000, 10_043],
    ['bytes=-44', 10_000, 10_043],
    ['bytes=-99999', 0, 10_043],
    ['bytes=10043-10043', 10_043, 10_043],
    ['bytes=9000-99999', 9_000, 10_043],
    ['Bytes = 1 - 2', null, null],
    ['bytes= 1 - 2', 1, 2],
  ])('is served in part: %s', async (range, first, last) => {
    const file = wav(10_000);
    const { get } = await recorded(file);
    const reply = await get({ range });
    if (first === null || last === null) {
      expect(reply.status).toBe(200);
      return;
    }
    expect(reply.status).toBe(206);
    expect(reply.headers['content-range']).toBe(`bytes ${first}-${last}/10044`);
    expect(reply.headers['content-length']).toBe(String(last - first + 1));
    expect(Buffer.from(reply.body, 'latin1').equals(file.subarray(first, last + 1))).toBe(true);
  });

  it.each(['bytes=10044-', 'bytes=99999-100000', 'bytes=-0'])('has no such part: %s', async (range) => {
    const { get } = await recorded(wav(10_000));
    const reply = await get({ range });
    expect([reply.status, reply.headers['content-range'], reply.body]).toEqual([416, 'bytes */10044', '']);
  });

  it.each(['bytes=5-1', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', ''])(
    'ignores what is no range, or more than one: %s',
    async (range) => {
      const { get } = await recorded(wav(100));
      expect((await get({ range })).status).toBe(200);
    },
  );

  it('tells its length and nothing else to HEAD', async () => {
    const { get } = await recorded(wav(10_000));
    const whole = await get({}, 'HEAD');
    expect([whole.status, whole.headers['content-length'], whole.body]).toEqual([200, '10044', '']);
    const part = await get({ range: 'bytes=0-9' }, 'HEAD');
    expect([part.status, part.headers['content-length'], part.headers['content-range']]).toEqual([206, '10', 'bytes 0-9/10044']);
  });

  it('is served with a head that fits while it grows', async () => {
    const { get, path } = await recorded(wav(4_000, 1_600));
    const first = Buffer.from((await get()).body, 'latin1');
    expect(first.equals(wav(4_000))).toBe(true);
    const odd = Buffer.alloc(403, 7);
    appendFileSync(path, odd);
    const second = Buffer.from((await get()).body, 'latin1');
    expect([second.length, second.readUInt32LE(4), second.readUInt32LE(40)]).toEqual([44 + 4_400, 36 + 4_400, 4_400]);
    const middle = await get({ range: 'bytes=2-47' });
    expect(Buffer.from(middle.body, 'latin1').equals(second.subarray(2, 48))).toBe(true);
    const inHead = await get({ range: 'bytes=2-9' });
    expect(Buffer.from(inHead.body, 'latin1').equals(second.subarray(2, 10))).toBe(true);
  });

  it('is served anew, not in part, to who has an older state of it', async () => {
    const { get, path } = await recorded(wav(4_000));
    const tag = String((await get()).headers.etag);
    expect((await get({ range: 'bytes=0-9', 'if-range': tag })).status).toBe(206);
    appendFileSync(path, Buffer.alloc(400));
    expect((await get({ range: 'bytes=0-9', 'if-range': tag })).status).toBe(200);
  });

  it('is not there for an unknown call, a call without one, or a deleted file', async () => {
    const { console, calls, get, path } = await recorded(wav(100));
    rmSync(path);
    expect([(await get()).status, (await get()).json().error?.code]).toEqual([404, 'not-found']);
    calls.put(aCall({ id: callId.parse('call_2') }));
    expect((await ask(console, '/recordings/call_2.wav')).status).toBe(404);
    expect((await ask(console, '/recordings/call_3.wav')).status).toBe(404);
    expect((await ask(console, '/recordings/..%2f..%2fetc%2fpasswd.wav')).status).toBe(404);
  });

  it('leaves no file open when the listener goes away', async () => {
    const { console, path } = await recorded(wav(20_000_000));
    const openFiles = async () => {
      const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
      return links.filter((link) => link === path).length;
    };
    const socket = connect(console.port, '127.0.0.1', () =>
      socket.write(`GET /recordings/call_1.wav HTTP/1.1\r\nHost: 127.0.0.1:${console.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`),
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    let open = 1;
    await until(() => {
      void openFiles().then((count) => {
        open = count;
      });
      return open === 0;
    });
  });
});

describe('a range', () => {
  it('never leaves the file', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.string(), fc.option(fc.nat(20_000)), fc.option(fc.nat(20_000)), (size, noise, from, to) => {
        for (const header of [noise, `bytes=${from ?? ''}-${to ?? ''}`, `bytes=${noise}`]) {
          const range = parseRange(header, size);
          if (range.kind !== 'part') continue;
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeGreaterThanOrEqual(range.first);
          expect(range.last).toBeLessThan(size);
        }
      }),
    );
  });

  it('head is mended only in what is a WAV file', () => {
    expect(fittingHead(Buffer.from('no file of sound at all'), 100)).toBe(null);
    expect(fittingHead(wav(0).subarray(0, 20), 100)).toBe(null);
    expect(fittingHead(wav(100), 144)).toBe(null);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 512 }), fc.nat(), (bytes, size) => void fittingHead(Buffer.from(bytes), size)));
  });
});

describe('a stretch of a recording', () => {
  /** One second of two channels: 32,000 bytes. */
  const second = 32_000;
  const stretch = async (file: Buffer, query: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { console, calls } = await recorded(file);
    const [id] = calls.recordings.keys();
    return ask(console, `/recordings/${id}.wav?${query}`, { headers, method });
  };

  it('is a whole file of its own', async () => {
    const file = wav(3 * second);
    const reply = await stretch(file, 'fromMs=500&toMs=1250');
    expect(reply.status).toBe(200);
    const cut = Buffer.from(reply.body, 'latin1');
    expect(cut.length).toBe(44 + 24_000);
    expect([cut.readUInt32LE(4), cut.readUInt16LE(22), cut.readUInt32LE(24), cut.readUInt32LE(40)]).toEqual([
      36 + 24_000,
      2,
      8_000,
      24_000,
    ]);
    expect(cut.subarray(44).equals(file.subarray(44 + 16_000, 44 + 40_000))).toBe(true);
    expect(reply.headers['content-disposition']).toBe('inline');
  });

  it('is served in parts, and its head alone', async () => {
    const file = wav(3 * second);
    const part = await stretch(file, 'fromMs=500&toMs=1250', { range: 'bytes=40-47' });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 40-47/24044']);
    const bytes = Buffer.from(part.body, 'latin1');
    expect(bytes.readUInt32LE(0)).toBe(24_000);
    expect(bytes.subarray(4).equals(file.subarray(44 + 16_000, 44 + 16_004))).toBe(true);
    const head = await stretch(file, 'toMs=1000', {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, String(44 + second), '']);
  });

  it('reaches to the end where none is named', async () => {
    const file = wav(3 * second);
    const cut = Buffer.from((await stretch(file, 'fromMs=2500')).body, 'latin1');
    expect(cut.subarray(44).equals(file.subarray(44 + 2.5 * second))).toBe(true);
  });

  it.each([
    ['fromMs=x', 'fromMs'],
    ['fromMs=-1', 'fromMs'],
    ['fromMs=1.5', 'fromMs'],
    ['fromMs=500&toMs=500', 'toMs'],
    ['fromMs=500&toMs=', 'toMs'],
    ['fromMs=3000', 'fromMs'],
    ['fromMs=0&toMs=3001', 'toMs'],
  ])('is refused for %s, and the field is named', async (query, field) => {
    const reply = await stretch(wav(3 * second), query);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: 'input/invalid', details: [{ field }] } });
  });

  it('is opened by the ticket of its call, and by nothing behind it', async () => {
    const { console, calls } = await recorded(wav(second));
    const [id] = calls.recordings.keys();
    const { result } = JSON.parse((await ask(console, '/api/recordings.ticket', { method: 'POST', body: JSON.stringify({ id }) })).body);
    const open = async (more: string) => (await ask(console, `${result.url}${more}`, { withToken: false })).status;
    expect(await open('&fromMs=100&toMs=200')).toBe(200);
    expect(await open('&fromMs=100&other=1')).toBe(401);
    expect(await open('x&fromMs=100')).toBe(401);
  });
});
