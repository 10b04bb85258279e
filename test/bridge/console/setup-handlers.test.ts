import { afterEach, describe, expect, it } from 'vitest';
import type { CredentialValues, Provider } from '#bridge/contract/credentials.ts';
import { aCall } from '#test/support/fake-calls.ts';
import { ask, closeAll, invoke, openConsole } from './open-console.ts';

afterEach(closeAll);

async function opened() {
  const saved: [Provider, CredentialValues][] = [];
  const status = (provider: Provider) => ({ provider, configured: true, missing: [], source: 'data-folder' as const, endsIn: null });
  const stage = await openConsole({
    setup: {
      save: async (provider, values) => {
        saved.push([provider, values]);
        return status(provider);
      },
      remove: async (provider) => ({ ...status(provider), configured: false, source: 'none' }),
      numbers: async () => [{ number: '+15550100001', name: 'Front desk', canCall: true }],
    },
  });
  const save = (provider: string, values: Record<string, string>) => invoke(stage.console, 'setup.saveCredentials', { provider, values });
  return { ...stage, saved, save };
}

describe('saving credentials', () => {
  it('takes what was pasted without the spaces around it', async () => {
    const { save, saved } = await opened();
    const reply = await save('twilio', { accountSid: ' AC0123456789abcdef \n', authToken: '\tsecret-token ' });
    expect(reply.json().result).toMatchObject({ provider: 'twilio', configured: true });
    expect(saved).toEqual([['twilio', { accountSid: 'AC0123456789abcdef', authToken: 'secret-token' }]]);
  });

  it('takes an optional field, and an empty one as none', async () => {
    const { save, saved } = await opened();
    await save('ngrok', { authToken: 'token-0123', domain: '' });
    await save('ngrok', { authToken: 'token-0123', domain: 'bridge.ngrok.app' });
    await save('public-url', { url: 'https://tunnel.example/' });
    expect(saved.map(([, values]) => values)).toEqual([
      { authToken: 'token-0123' },
      { authToken: 'token-0123', domain: 'bridge.ngrok.app' },
      { url: 'https://tunnel.example' },
    ]);
  });

  it.each([
    ['twilio', { accountSid: 'SK0123456789abcdef', authToken: 'secret-token' }, ['values.accountSid']],
    ['twilio', { accountSid: 'AC0123456789abcdef' }, ['values.authToken']],
    ['twilio', { accountSid: 'AC0123456789abcdef', authToken: ' ' }, ['values.authToken']],
    ['plivo', { authId: 'MA 12', authToken: 'short' }, ['values.authId', 'values.authToken']],
    ['openai', { apiKey: 'sk-with spaces in it' }, ['values.apiKey']],
    ['openai', { apiKey: 'sk-0123456789', model: 'x' }, ['values.model']],
    ['ngrok', { authToken: 'token-0123', domain: 'https://x.ngrok.app' }, ['values.domain']],
    ['public-url', { url: 'http://tunnel.example' }, ['values.url']],
    ['public-url', { url: 'https://tunnel.example/path' }, ['values.url']],
    ['bell', {}, ['provider']],
  ])('names each wrong field of %s, and no value', async (provider, values, fields) => {
    const { save, saved } = await opened();
    const reply = await save(provider, values as unknown as Record<string, string>);
    const { error } = reply.json();
    expect([reply.status, error?.code]).toEqual([400, 'input/invalid']);
    expect(((error?.details ?? []) as { field: string }[]).map(({ field }) => field)).toEqual(fields);
    for (const value of Object.values(values)) if (value.length > 4) expect(reply.body).not.toContain(value);
    expect(saved).toEqual([]);
  });

  it('is undone by removing, and numbers are asked of the carrier', async () => {
    const { console } = await opened();
    expect((await invoke(console, 'setup.removeCredentials', { provider: 'twilio' })).json().result).toMatchObject({ configured: false });
    expect((await invoke(console, 'setup.numbers', { carrier: 'plivo' })).json().result).toHaveLength(1);
  });
});

describe('settings', () => {
  it('are got and updated', async () => {
    const { console } = await opened();
    await invoke(console, 'settings.update', { operatorName: 'Ben' });
    expect((await invoke(console, 'settings.get')).json().result).toMatchObject({ operatorName: 'Ben', defaults: { lines: 3 } });
    expect((await invoke(console, 'settings.update', { defaults: { lines: 0 } })).status).toBe(400);
  });
});

describe('the ticket of a recording', () => {
  it('opens that recording without a token, for ten minutes', async () => {
    const { console, calls, clock } = await opened();
    const { id } = calls.put(aCall());
    calls.put(aCall({ id: 'call_2' as typeof id }));
    for (const call of [id, 'call_2' as typeof id]) calls.recordings.set(call, import.meta.filename);
    const { url } = (await invoke(console, 'recordings.ticket', { id })).json().result as { url: string };
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      ask(console, path, { withToken: false, headers, method });
    expect((await get(url)).status).toBe(200);
    expect((await get(url, {}, 'HEAD')).status).toBe(200);
    expect((await get(url, { range: 'bytes=0-9' })).status).toBe(206);
    expect((await get(url.replace('call_1', 'call_2'))).status).toBe(401);
    expect((await get(`${url}x`)).status).toBe(401);
    expect((await get(`/recordings/call_1.wav?ticket=${url.split('ticket=')[1]?.replace(/^./, '9')}`)).status).toBe(401);
    expect((await get(url, { host: 'evil.example' })).status).toBe(403);
    expect((await get(url, {}, 'POST')).status).toBe(401);
    expect((await get(`/api?${url.split('?')[1]}`)).status).toBe(401);
    clock.advance(599_000);
    expect((await get(url)).status).toBe(200);
    clock.advance(1_001);
    expect((await get(url)).status).toBe(401);
  });

  it('is not given where there is no recording', async () => {
    const { console, calls } = await opened();
    calls.put(aCall());
    expect((await invoke(console, 'recordings.ticket', { id: 'call_1' })).status).toBe(404);
    expect((await invoke(console, 'recordings.ticket', { id: 'call_9' })).status).toBe(404);
  });
});
