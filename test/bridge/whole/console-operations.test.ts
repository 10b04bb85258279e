import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { feedEvent } from '#bridge/contract/feed.ts';
import { operations } from '#bridge/contract/operations.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { type OpenApiDocument, openApiCheck } from '#test/support/open-api-check.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let rig: BridgeRig;
const asked = new Set<string>();
/** Answers that are not as the console's own description says. */
const misdescribed: string[] = [];
const number = numbersFrom(100);
const prepare = async () => {
  rig = await openBridgeRig();
  const { invoke, ask } = rig;
  const problemsOf = openApiCheck((await (await rig.http('/api')).json()) as OpenApiDocument);
  // Every question of this file is written down: at its end, none may be missing. Every answer is held against the served description.
  Object.assign(rig, {
    invoke: (name: keyof typeof operations, input: object) => {
      asked.add(name);
      return invoke.call(rig, name, input);
    },
    ask: async (name: keyof typeof operations, input: object) => {
      const answer = await ask.call(rig, name, input);
      const { status, result, error } = answer;
      misdescribed.push(...problemsOf(name, status, status === 200 ? { result } : { error }));
      return answer;
    },
  });
};
beforeAll(prepare);
beforeSecondTry(async () => {
  await rig[Symbol.asyncDispose]();
  await prepare();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  expect(misdescribed).toEqual([]);
});

describe('the console of a running bridge', () => {
  it('describes itself: an OpenAPI 3.1 document with every operation, whose references all lead somewhere', async () => {
    const document = (await (await rig.http('/api')).json()) as OpenApiDocument & {
      paths: Record<string, { post?: { operationId: string; requestBody: unknown; responses: Record<string, unknown> } }>;
      security: unknown[];
    };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.security).toEqual([{ token: [] }]);
    for (const name of Object.keys(operations)) {
      const { post } = document.paths[`/api/${name}`] ?? {};
      expect(post?.operationId, name).toBe(name);
      expect(Object.keys(post?.responses ?? {}), name).toEqual(
        expect.arrayContaining(['200', '400', '401', '403', '404', '409', '422', '500', '503']),
      );
    }
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\//);
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, reference).toBeDefined();
    }
    expect(text).not.toContain(rig.bridge.token);
    const problemsOf = openApiCheck(document);
    expect(problemsOf('calls.count', 200, { result: { count: 'many', more: 1 } })).toHaveLength(2);
    expect(problemsOf('calls.count', 404, { error: { code: 'nowhere', message: 'x' } })).toHaveLength(1);
    expect(problemsOf('calls.count', 418, {})).toHaveLength(1);
  });

  it('does every operation of its contract over HTTP', async () => {
    const agent = await rig.invoke('agents.create', {
      name: 'Mia',
      instructions: 'Offer {{firstName}} a check.',
      greeting: 'Hello {{firstName}}.',
      disclosure: 'This is an AI.',
    });
    expect(await rig.invoke('agents.update', { id: agent.id, name: 'Mia the second' })).toMatchObject({ version: 2 });
    expect(await rig.invoke('agents.list', {})).toHaveLength(1);
    expect(await rig.invoke('agents.get', { id: agent.id, version: 1 })).toMatchObject({ name: 'Mia' });
    expect((await rig.invoke('agents.versions', { id: agent.id })).map(({ version }) => version)).toEqual([2, 1]);

    const shared = { agentId: agent.id, carrier: 'twilio', fromNumbers: ['+12025550100'], compliance: { hours: 'off', consent: 'off' } };
    const campaign = await rig.invoke('campaigns.create', { ...shared, name: 'Spring' });
    const { id } = campaign;
    expect(campaign).toMatchObject({ state: 'draft', world: 'real' });
    expect(await rig.invoke('campaigns.update', { id, name: 'Summer', ringSeconds: 10 })).toMatchObject({ name: 'Summer' });
    expect(await rig.invoke('campaigns.list', {})).toHaveLength(1);
    expect(await rig.invoke('campaigns.get', { id })).toMatchObject({ id });
    expect((await rig.invoke('campaigns.check', { id })).map(({ name, step }) => [name, step])).toEqual([['no-leads', 'people']]);
    const copy = await rig.invoke('campaigns.duplicate', { id });
    expect(copy).toMatchObject({ state: 'draft', name: 'Summer (copy)', ringSeconds: 10 });
    expect(await rig.invoke('campaigns.remove', { id: copy.id })).toEqual({ ok: true });
    expect(await rig.ask('campaigns.get', { id: copy.id })).toMatchObject({ status: 404 });
    const suppressed = number();
    const csv = `Phone;First name\n${number()};Ada\n${suppressed};Bob\nnot a number;Cy\n`;
    expect(await rig.invoke('leads.import', { campaignId: id, csv })).toMatchObject({ imported: 2, rejectedCount: 1, delimiter: ';' });
    expect(await rig.invoke('leads.list', { campaignId: id })).toHaveLength(2);

    expect(await rig.invoke('suppressions.add', { numbers: [suppressed], reason: 'manual' })).toEqual({ added: 1, alreadyThere: 0 });
    expect(await rig.invoke('suppressions.import', { csv: `number\n${number()}\n` })).toMatchObject({ added: 1 });
    const list = await rig.invoke('suppressions.list', { world: 'real' });
    expect(list).toHaveLength(2);
    expect(await rig.invoke('suppressions.list', { world: 'real', search: suppressed.slice(-8) })).toHaveLength(1);
    expect(await rig.invoke('leads.list', { campaignId: id, search: 'ada' })).toHaveLength(1);
    const erased = number();
    await rig.invoke('leads.import', { campaignId: id, csv: `phone\n${erased}\n` });
    expect(await rig.invoke('leads.erase', { number: erased })).toEqual({ calls: 0, recordings: 0, leads: 1, held: 0 });
    const byLetter = number();
    await rig.invoke('suppressions.add', { numbers: [byLetter], reason: 'asked by letter' });
    const [written] = await rig.invoke('suppressions.list', { search: byLetter });
    expect(written).toMatchObject({ reason: 'manual', source: 'asked by letter' });
    expect(await rig.invoke('suppressions.remove', { id: written?.id })).toEqual({ ok: true });
    const registry = list.find(({ reason }) => reason === 'registry');
    expect(await rig.invoke('suppressions.remove', { id: registry?.id, reason: 'a test' })).toEqual({ ok: true });

    expect(await rig.invoke('campaigns.preview', { id })).toMatchObject({
      leads: 2,
      willDial: 1,
      refusals: [{ name: 'suppressed', count: 1 }],
    });
    expect(await rig.invoke('campaigns.check', { id })).toEqual([]);
    expect(await rig.invoke('campaigns.start', { id })).toMatchObject({ state: 'running' });
    // A pause would call it off, and put the lead off, as long as the carrier has not heard of it.
    await until('a call that is on its way', async () => (await rig.invoke('calls.list', { live: true }))[0]?.carrierCallId);
    expect(await rig.invoke('campaigns.pause', { id, reason: 'lunch' })).toMatchObject({ state: 'paused', stateReason: 'lunch' });
    expect(await rig.invoke('campaigns.health', { id })).toMatchObject({ state: 'paused' });
    expect(await rig.invoke('campaigns.resume', { id })).toMatchObject({ state: 'running' });
    const live = await until('a live call', async () =>
      (await rig.invoke('calls.list', { live: true })).find(({ state }) => state === 'live'),
    );
    expect(await rig.invoke('calls.mark', { id: live.id, note: 'here' })).toMatchObject({ note: 'here' });
    expect(await rig.invoke('calls.sendDigits', { id: live.id, digits: '12#' })).toEqual({ ok: true });
    await until('words', async () =>
      (await rig.invoke('calls.get', { id: live.id })).transcript.some(({ speaker, final }) => speaker === 'ai' && final),
    );
    await rig.invoke('calls.hangUp', { id: live.id });
    const call = await rig.over(live.id);
    expect(call).toMatchObject({ endedBy: 'operator', marks: [{ note: 'here' }], agentName: 'Mia the second', attemptNumber: 1 });
    const filter = { campaignId: id, live: false, search: 'ada', minTalkMs: 1, personInvolved: false, until: new Date().toISOString() };
    expect((await rig.invoke('calls.list', filter)).map((one) => one.id)).toEqual([call.id]);
    expect(await rig.invoke('calls.count', filter)).toEqual({ count: 1 });
    const peaks = await rig.invoke('calls.peaks', { id: call.id, bucketMs: 50 });
    expect(peaks).toMatchObject({ bucketMs: 50, durationMs: call.recording?.durationMs });
    expect(peaks.lead).toHaveLength(peaks.ours.length);
    expect(Math.max(...peaks.ours)).toBeGreaterThan(10);
    expect((await rig.invoke('campaigns.spending', { id })).at(-1)?.costMicros).toBeGreaterThan(0);
    expect(await rig.invoke('calls.setDisposition', { id: call.id, disposition: 'interested', note: 'by hand' })).toMatchObject({
      disposition: 'interested',
      note: 'by hand',
    });
    expect(await rig.invoke('calls.setTags', { id: call.id, tags: ['Roof', 'roof'] })).toMatchObject({ tags: ['Roof'] });
    expect(await rig.invoke('calls.tags', { world: 'real' })).toEqual([{ tag: 'Roof', calls: 1 }]);
    expect((await rig.invoke('calls.list', { tag: 'ROOF' })).map((one) => one.id)).toEqual([call.id]);
    const { score } = await rig.invoke('calls.get', { id: call.id });
    const answers = score?.items.map(({ id: criterionId }) => ({ criterionId, answer: 'yes' as const })) ?? [];
    expect(await rig.invoke('calls.score', { id: call.id, answers })).toMatchObject({ points: 100, score: { points: 100 } });
    expect((await rig.invoke('calls.list', { scored: true })).map((one) => one.id)).toEqual([call.id]);
    const clip = await rig.invoke('calls.clip', { id: call.id, fromMs: 100, toMs: 600, note: 'the beginning' });
    expect((await rig.invoke('calls.get', { id: call.id })).clips).toEqual([clip]);
    const ticket = await rig.invoke('recordings.ticket', { id: call.id });
    const cut = await fetch(`${rig.bridge.console.url}${ticket.url}&fromMs=100&toMs=600`);
    expect((await cut.arrayBuffer()).byteLength).toBe(44 + (500 * 8_000 * 4) / 1_000);
    const mark = await rig.invoke('calls.mark', { id: call.id, offsetMs: 100, note: 'a slip' });
    expect((await rig.invoke('calls.get', { id: call.id })).marks).toContainEqual(mark);
    expect(await rig.invoke('calls.removeMark', { id: call.id, markId: mark.id })).toEqual({ ok: true });
    expect((await rig.invoke('calls.get', { id: call.id })).marks).not.toContainEqual(mark);
    expect(await rig.invoke('calls.removeClip', { id: call.id, clipId: clip.id })).toEqual({ ok: true });
    const insights = await rig.invoke('insights.get', {
      campaignId: id,
      since: new Date(Date.now() - 86_400_000).toISOString(),
      until: new Date(Date.now() + 1_000).toISOString(),
    });
    expect(insights).toMatchObject({
      totals: { dialled: 1, answered: 1, won: 1 },
      scores: { averagePoints: 100 },
      tags: [{ tag: 'Roof' }],
    });
    for (const format of ['json', 'vtt', 'txt', 'evidence'] as const) {
      expect((await rig.invoke('calls.export', { id: call.id, format })).content.length, format).toBeGreaterThan(10);
    }
    const other = await rig.campaign('plivo', [number(), number()], { lines: 1 });
    await rig.invoke('campaigns.start', { id: other });
    expect(await rig.invoke('campaigns.stop', { id: other })).toMatchObject({ state: 'stopped' });
    for (const format of ['csv', 'json'] as const) {
      const { content } = await rig.invoke('campaigns.export', { id, format });
      for (const word of ['Ada', 'Roof', '100']) expect(content, format).toContain(word);
    }

    const dialled = await rig.invoke('calls.dial', {
      to: number(),
      agentId: agent.id,
      carrier: 'plivo',
      from: '+12025550101',
      compliance: 'off',
      variables: { firstName: 'Dee' },
    });
    const second = await rig.over(dialled.id);
    expect(await rig.invoke('calls.get', { id: second.id })).toMatchObject({ compliance: { hours: 'off', consent: 'off' } });
    // What a person does on a live call has tests of its own; on one that is over, each of them says so.
    const onCall = { id: second.id };
    const onlyLive: readonly (readonly [keyof typeof operations, object])[] = [
      ['calls.takeOver', onCall],
      ['calls.askForCall', onCall],
      ['calls.giveBack', onCall],
      ['calls.coach', { ...onCall, text: 'Be brief.' }],
      ['calls.withdrawNudge', { ...onCall, nudgeId: 'nudge_none' }],
      ['calls.say', { ...onCall, text: 'One moment.' }],
      ['calls.transfer', { ...onCall, to: number() }],
      ['calls.cancelTransfer', onCall],
      ['calls.answerTransferRequest', { ...onCall, requestId: 'transfer_none', ok: false }],
    ];
    for (const [name, input] of onlyLive) {
      asked.add(name);
      const { status, error } = await rig.ask(name, input);
      expect([404, 409], `${name}: ${error?.message}`).toContain(status);
      expect(error.message, name).toMatch(/\.$/);
    }
    expect(await rig.invoke('calls.correctVerdict', { ...onCall, answerType: 'screener' })).toMatchObject({
      answerType: 'screener',
      answerReason: 'corrected by an operator',
      disposition: second.disposition,
      involvements: [expect.objectContaining({ action: 'corrected', detail: 'screener' })],
    });
    expect(await rig.invoke('calls.setLegalHold', { ...onCall, on: true, reason: 'a dispute' })).toMatchObject({
      legalHold: { reason: 'a dispute', since: expect.any(String) },
    });
    expect(await rig.invoke('leads.erase', { number: second.to })).toEqual({ calls: 0, recordings: 0, leads: 0, held: 1 });
    expect(await rig.invoke('calls.setLegalHold', { ...onCall, on: false })).toMatchObject({ legalHold: null });
    expect((await rig.ask('attention.notNeeded', { callId: second.id })).status).toBeLessThan(500);
    asked.add('attention.notNeeded');
    expect(await rig.invoke('attention.reset', { campaignId: id, rule: 'silence' })).toMatchObject({ id });
    expect(await rig.invoke('calls.diagnose', onCall)).toMatchObject({ callId: second.id, firstMissing: null });
    expect(await rig.invoke('calls.exchanges', onCall)).not.toEqual([]);
    expect(await rig.invoke('calls.carrierView', onCall)).toMatchObject({ at: expect.any(String) });
    expect(await rig.invoke('support.bundle', { callId: second.id })).toMatchObject({ fileName: expect.stringMatching(/\.zip$/) });
    const colleague = await rig.invoke('colleagues.save', { name: 'Cora', number: number(), onDuty: true });
    expect(await rig.invoke('colleagues.list', {})).toMatchObject([{ id: colleague.id, name: 'Cora' }]);
    expect(await rig.invoke('colleagues.remove', { id: colleague.id })).toEqual({ ok: true });
    const hits = await rig.invoke('search.transcripts', { query: 'AI', filters: { world: 'real' } });
    expect(hits.map(({ callId }) => callId)).toContain(second.id);

    expect(await rig.invoke('setup.status', {})).toMatchObject({ canCallForReal: true, publicUrl: rig.bridge.publicUrl });
    for (const provider of ['twilio', 'plivo', 'openai'] as const) {
      expect(await rig.invoke('setup.testCredentials', { provider }), provider).toMatchObject({ ok: true, cure: null });
    }
    expect(await rig.invoke('tunnel.status', {})).toMatchObject({ provider: 'fixed', state: 'up' });
    expect(await rig.invoke('tunnel.restart', {})).toMatchObject({ provider: 'fixed', state: 'up' });
    expect(await rig.invoke('line.prove', { carrier: 'twilio', quick: true })).toMatchObject({ ok: true });
    expect(await rig.invoke('line.proofs', {})).not.toEqual([]);
    expect(await rig.invoke('line.health', {})).toMatchObject({ step: null });
    expect(await rig.invoke('setup.numbers', { carrier: 'plivo' })).toHaveLength(rig.world.addresses.callerNumbers.length);
    const deepgram = { provider: 'deepgram', values: { apiKey: 'key-of-a-test' } };
    expect(await rig.invoke('setup.saveCredentials', deepgram)).toMatchObject({ configured: true, source: 'data-folder' });
    expect(await rig.invoke('setup.removeCredentials', { provider: 'deepgram' })).toMatchObject({ configured: false, source: 'none' });
    expect(await rig.invoke('settings.update', { operatorName: 'Ann' })).toMatchObject({ operatorName: 'Ann' });
    expect(await rig.invoke('settings.get', {})).toMatchObject({ operatorName: 'Ann', defaults: { carrier: 'twilio' } });
    const today = await rig.invoke('overview.today', {});
    expect(today.answered).toBeGreaterThan(1);
    expect(today.spentMicros).toBeGreaterThan(call.costMicros);
    const usage = await rig.invoke('data.usage', {});
    expect(usage).toMatchObject({ dataDir: rig.dataDir, leads: 4 });
    expect(usage.recordingsBytes).toBeGreaterThan(usage.recordings * 44);
    expect(await rig.invoke('rehearsal.people', {})).toHaveLength(12);
    const sample = await rig.invoke('rehearsal.startSample', {});
    expect(sample.campaigns.map(({ state, world }) => [state, world])).toEqual([
      ['running', 'rehearsal'],
      ['running', 'rehearsal'],
    ]);
    expect(await rig.ask('rehearsal.startSample', {})).toMatchObject({ status: 409, error: { code: 'state/conflict' } });
    for (const { id: started } of sample.campaigns) await rig.invoke('campaigns.stop', { id: started });
    const { url } = await rig.invoke('recordings.ticket', { id: second.id });
    expect((await fetch(`${rig.bridge.console.url}${url}`)).status).toBe(200);
    expect(Object.keys(operations).filter((name) => !asked.has(name))).toEqual([]);
    expect(misdescribed).toEqual([]);
    const told = rig.feed.filter(({ seq }) => seq !== undefined);
    expect(told.filter((event) => !feedEvent.safeParse(event).success)).toEqual([]);
    expect(told.slice(1).map(({ seq }, index) => seq - (told[index]?.seq ?? 0))).toEqual(told.slice(1).map(() => 1));
    expect(rig.violations()).toEqual([]);
  });

  it('gives 400 with each offending field, 401 without its token, 404 for what there is not', async () => {
    expect(await rig.ask('agents.create', { name: '', greeting: 7 })).toMatchObject({
      status: 400,
      error: {
        code: 'input/invalid',
        details: expect.arrayContaining([
          expect.objectContaining({ field: 'instructions' }),
          expect.objectContaining({ field: 'greeting' }),
        ]),
      },
    });
    expect((await fetch(`${rig.bridge.console.url}/api/calls.list`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await rig.http('/api/calls.list', { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } })).status).toBe(
      403,
    );
    expect(await rig.ask('calls.get', { id: 'call_none' })).toMatchObject({ status: 404 });
    expect((await rig.http('/api/no.such', { method: 'POST', body: '{}' })).status).toBe(404);
  });

  it('refuses a call whose greeting names variables that nobody gave, by name, and rings nobody', async () => {
    const agentId = await rig.agent({ greeting: 'Hello {{firstName}} of {{company}}.' });
    const to = number();
    const input = { to, agentId, carrier: 'twilio', from: '+12025550100', compliance: 'off', variables: { firstName: 'Ada' } };
    const { status, error } = await rig.ask('calls.dial', input);
    expect({ status, error }).toMatchObject({ status: 422, error: { code: 'gate/refused', details: { refusal: 'missing-variables' } } });
    expect(error.message).toContain('{{company}}');
    expect(rig.ringsAt(to)).toEqual([]);
  });

  it('refuses a call beyond what a day may cost, by name, and rings nobody until more is allowed', async () => {
    const agentId = await rig.agent();
    const to = number();
    const input = { to, agentId, carrier: 'twilio', from: '+12025550100', compliance: 'off' };
    await rig.invoke('settings.update', { spending: { dayBudgetMicros: 1_000 } });
    const { status, error } = await rig.ask('calls.dial', input);
    expect({ status, error }).toMatchObject({ status: 422, error: { code: 'gate/refused', details: { refusal: 'budget-per-day' } } });
    expect(rig.ringsAt(to)).toEqual([]);
    expect(await rig.invoke('overview.today', {})).toMatchObject({ dayBudgetMicros: 1_000 });
    await rig.invoke('settings.update', { spending: { dayBudgetMicros: null } });
    expect((await rig.ask('calls.dial', input)).status).toBe(200);
    expect(rig.ringsAt(to)).toHaveLength(1);
  });

  it('holds back the leads of a campaign that lack a variable, and says which', async () => {
    const agentId = await rig.agent({ greeting: 'Hello {{nickname}}.' });
    const to = number();
    const id = await rig.campaign('twilio', [to], { agentId });
    expect(await rig.invoke('campaigns.preview', { id })).toMatchObject({
      willDial: 0,
      refusals: [{ name: 'missing-variables', count: 1 }],
    });
    await rig.invoke('campaigns.start', { id });
    const lead = await until('the blocker', async () => (await rig.invoke('leads.list', { campaignId: id }))[0]);
    expect(lead.blocker).toMatchObject({ name: 'missing-variables', message: expect.stringContaining('{{nickname}}') });
    expect(rig.ringsAt(to)).toEqual([]);
  });

  it.each([
    ['a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR\u0000\u0000'],
    ['a web page', '<!doctype html><html><body><p>Hello, no list here</p></body></html>'],
    ['a letter', 'Dear Sir or Madam,\n\nplease find my numbers attached.\n\nKind regards'],
    ['nothing', ''],
  ])('says of a CSV that is %s what is wrong with it, and imports nothing', async (_what, csv) => {
    const id = await rig.campaign('twilio', [number()]);
    const { status, error } = await rig.ask('leads.import', { campaignId: id, csv });
    expect({ status, code: error?.code }).toEqual({ status: 400, code: 'input/invalid' });
    expect(error.message).toMatch(/file|column|row|CSV|list/i);
    expect(await rig.invoke('leads.list', { campaignId: id })).toHaveLength(1);
  });
});

describe('a bridge without credentials', () => {
  it('refuses to start a real campaign and to place a real call, naming the variables, and still rehearses', async () => {
    await using bare = await openBridgeRig({ env: { TWILIO_AUTH_TOKEN: '', PLIVO_AUTH_ID: '', PLIVO_AUTH_TOKEN: '', OPENAI_API_KEY: '' } });
    for (const [carrier, variables] of [
      ['twilio', ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN']],
      ['plivo', ['PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN']],
    ] as const) {
      const id = await bare.campaign(carrier, [number()]);
      const { status, error } = await bare.ask('campaigns.start', { id });
      expect({ status, code: error.code }).toEqual({ status: 409, code: 'settings/missing' });
      for (const name of variables) expect(error.message).toContain(name);
      expect(await bare.invoke('campaigns.get', { id })).toMatchObject({ state: 'draft' });
      const agentId = await bare.agent();
      const dial = await bare.ask('calls.dial', { to: number(), agentId, carrier, from: '+12025550100', compliance: 'off' });
      expect(dial).toMatchObject({ status: 422, error: { details: { refusal: 'not-configured' } } });
    }
    const status = await bare.invoke('setup.status', {});
    expect(status).toMatchObject({ canCallForReal: false, canRehearse: true });
    expect(status.nextSteps.join(' ')).toContain('npm run rehearse');
    expect(status.providers.find(({ provider }) => provider === 'twilio')).toMatchObject({
      configured: false,
      missing: ['TWILIO_AUTH_TOKEN'],
    });
    expect([...bare.world.twilio.calls(), ...bare.world.plivo.calls()]).toEqual([]);
  });
});
