import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallId } from '#bridge/contract/ids.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SocketFault } from '#bridge/rehearsal/carriers/faults.ts';
import type { Fault } from '#bridge/rehearsal/openai/faults.ts';
import { type BridgeRig, numbersFrom, openBridgeRig, type ShortPerson } from '#test/support/bridge-rig.ts';
import { openBrowser, openConsolePage, openScreen } from '#test/support/e2e/browser.ts';
import { type RunningRingside, startFresh } from '#test/support/e2e/ringside.ts';
import { type FaultProxy, startFaultProxy } from '#test/support/fault-proxy.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');

describe('the line, with no key at all', () => {
  let browser: Browser;
  let ringside: RunningRingside & AsyncDisposable;
  beforeAll(async () => {
    [browser, ringside] = await Promise.all([openBrowser(), startFresh()]);
  });
  afterAll(async () => {
    await browser.close();
    await ringside[Symbol.asyncDispose]();
  });

  it('is proven in the rehearsal world by a click, and can be copied as text', async () => {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openScreen(page, 'Line');
    await page.getByRole('button', { name: 'Rehearsal' }).click();
    await page.getByRole('button', { name: 'Prove the line' }).click();
    await page.getByRole('status').getByText('Works', { exact: true }).waitFor();
    await page.getByText('The line over Twilio works, audio included.').first().waitFor();
    await page.getByRole('button', { name: 'Copy as text' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const text = await page.evaluate('navigator.clipboard.readText()');
    expect(text).toContain('Ringside line proof');
    expect(text).toMatch(/ 1\. ok +Twilio takes the credentials/);
    await context.close();
    expect(complaints).toEqual([]);
  });
});

/** Talks a little and waits: long enough for whatever comes in place of the AI. */
const talks: ShortPerson = {
  moves: [
    { kind: 'say', text: 'Hello?' },
    { kind: 'listen', pauseMs: 900 },
    { kind: 'say', text: 'Yes, that sounds good.' },
    { kind: 'wait', ms: 6_000 },
    { kind: 'hang-up' },
  ],
};

/** What a carrier does on the media socket of a call. */
const faultsOfCarriers = {
  'never opens': ['never-opens'],
  'closes after a second': [{ cutAfterMs: 1_000 }],
  'another protocol': ['silent', { send: 'garbage', afterMs: 0 }],
} as const satisfies Record<string, readonly SocketFault['act'][]>;

describe('what broke for others', () => {
  let browser: Browser;
  let proxy: FaultProxy;
  let rig: BridgeRig;
  let page: Page;
  const number = numbersFrom(600);
  /** Calls in which a carrier did something, all at the same time. */
  const broke = new Map<string, CallId>();
  const showBroken = (carrier: CarrierName, name: keyof typeof faultsOfCarriers) => show(broke.get(`${carrier} ${name}`) as CallId);
  beforeAll(async () => {
    browser = await openBrowser();
    proxy = await startFaultProxy('none');
    rig = await openBridgeRig({ env: { RINGSIDE_PUBLIC_URL: proxy.url }, host: { rendererDir }, people: () => talks });
    proxy.target = rig.bridge.ingress.url;
    const { console, token } = rig.bridge;
    ({ page } = await openConsolePage(browser, `${console.url}/#token=${token}`));
    // What went well before is what the others are measured by.
    await Promise.all((['twilio', 'plivo'] as const).map((carrier) => rig.callThrough(number(), carrier)));
    await Promise.all(
      (['twilio', 'plivo'] as const).flatMap((carrier) =>
        Object.entries(faultsOfCarriers).map(async ([name, acts]) => broke.set(`${carrier} ${name}`, await atCarrier(carrier, acts))),
      ),
    );
  }, 150_000);
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    proxy.fault = 'none';
    // A call that follows one with a broken AI is spared it; after a proof it is not.
    await prove();
  });

  const prove = async () => {
    await page.goto(`${rig.bridge.console.url}/#/line`);
    await page.getByRole('button', { name: /Prove (the line|again)/ }).click();
    await page.getByRole('button', { name: 'Prove again' }).and(page.locator(':not([aria-busy])')).waitFor();
  };
  const broken = (title: RegExp) => page.getByRole('status').getByText(title).waitFor();
  const show = async (id: CallId) => {
    await page.goto(`${rig.bridge.console.url}/#/review/${id}`);
    await page
      .getByText('Whose doing')
      .or(page.getByText('Slowest step'))
      .or(page.getByText(/broke off/))
      .first()
      .waitFor();
  };
  const call = async (carrier: CarrierName, before: (to: string) => void): Promise<CallId> => {
    const to = number();
    before(to);
    return (await rig.callThrough(to, carrier)).id;
  };
  const says = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const atCarrier = (carrier: CarrierName, acts: readonly SocketFault['act'][]) =>
    call(carrier, (to) => {
      for (const act of acts) rig.sim(carrier).fault({ on: 'socket', act, to, times: 9 });
    });
  const withAi = async <Result>(fault: Fault, work: () => Promise<Result>): Promise<Result> => {
    const lift = rig.world.openai.fault({ fault });
    try {
      return await work();
    } finally {
      lift();
    }
  };
  const callWithAi = (fault: Fault) => withAi(fault, () => call('twilio', () => undefined));

  it('is a tunnel that passes HTTPS and refuses the WebSocket upgrade', async () => {
    proxy.fault = 'no-upgrades';
    await prove();
    await broken(/Broken at step \d+: WebSockets from outside reach us/);
    await says(/does not carry WebSockets/);
    const id = await call('twilio', () => undefined);
    proxy.fault = 'none';
    await show(id);
    await says('The carrier never opened the media socket, so the voice of the carrier spoke.');
    await says('The network');
    await prove();
    await broken(/^Works$/);
  });

  it('is a campaign that would start over such a line, and asks first', async () => {
    proxy.fault = 'no-upgrades';
    const id = await rig.campaign('twilio', [number()], { compliance: { hours: 'off', consent: 'off' } });
    await page.goto(`${rig.bridge.console.url}/#/campaigns/${id}/edit/check`);
    await page.getByRole('button', { name: 'Start calling' }).click();
    const alert = page.getByRole('alert', { name: 'The line is not proven' });
    await alert.getByText(/Not started: the line breaks at step \d+ of \d+, WebSockets from outside reach us/).waitFor();
    await alert
      .getByText(/does not carry WebSockets/)
      .first()
      .waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Open the line proof');
    expect((await rig.invoke('campaigns.get', { id })).state).toBe('draft');
    proxy.fault = 'none';
    await alert.getByRole('button', { name: 'Start anyway' }).click();
    await expect.poll(async () => (await rig.invoke('campaigns.get', { id })).state).toMatch(/running|completed/);
  });

  it.each(['twilio', 'plivo'] as const)('is %s that gets the document and never opens the socket', async (carrier) => {
    await showBroken(carrier, 'never opens');
    await says('The carrier never opened the media socket, so the voice of the carrier spoke.');
    await says('The network');
    await says(/may not pass WebSockets/);
    await page.getByRole('listitem').filter({ hasText: 'Media socket' }).getByText('never came').waitFor();
    await says(/than in the last good call/);
  });

  it.each(['twilio', 'plivo'] as const)('is %s whose socket closes after a second', async (carrier) => {
    await showBroken(carrier, 'closes after a second');
    await says(/The connection to the carrier broke off in mid-call/);
  });

  it.each(['twilio', 'plivo'] as const)('is %s that speaks another protocol on the socket', async (carrier) => {
    await showBroken(carrier, 'another protocol');
    await says(/what came through it is not the protocol of this carrier/);
    await says('The carrier');
  });

  it.each(['Twilio', 'Plivo'] as const)('is the same of %s on the owner’s own phone, which the proof rings at its end', async (title) => {
    const ownPhone = number();
    const ring = async (act: SocketFault['act']) => {
      rig.sim(title === 'Twilio' ? 'twilio' : 'plivo').fault({ on: 'socket', act, to: ownPhone });
      await page.goto(`${rig.bridge.console.url}/#/line`);
      await page.getByRole('button', { name: title, exact: true }).click();
      await page.getByLabel('Your own phone, with country code').fill(ownPhone);
      await page.getByRole('button', { name: 'Prove, and ring my phone' }).click();
      await page.getByRole('button', { name: 'Prove again' }).and(page.locator(':not([aria-busy])')).waitFor({ timeout: 60_000 });
      await broken(/Broken at step \d+: (The AI speaks|Your phone rings)/);
    };
    await ring('never-opens');
    await says('The carrier got its document and never opened the socket.');
    await page.getByRole('link', { name: /Line: “.*” failed/ }).waitFor();
    await ring({ cutAfterMs: 1_000 });
    await says(/The socket closed after \d\.\d s, in mid-call/);
  });

  it('is proven in the world that is set up, however early a person presses', async () => {
    const { console: served, token } = rig.bridge;
    const { page: fresh, context } = await openConsolePage(browser, `${served.url}/#token=${token}`);
    // What is set up is known late.
    await fresh.routeWebSocket(/\/live$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const isLate = /"(?:setup\.status|line\.proofs)"/.test(String(message));
        setTimeout(() => server.send(message), isLate ? 3_000 : 0);
      });
    });
    await fresh.goto(`${served.url}/#/line`);
    await fresh.reload();
    await fresh.getByRole('button', { name: 'Plivo', exact: true }).click();
    await fresh.getByRole('button', { name: /^Prove (the line|again)$/ }).click();
    await fresh.getByRole('button', { name: 'Prove again' }).and(fresh.locator(':not([aria-busy])')).waitFor();
    await fresh.getByRole('status').getByText('Works', { exact: true }).waitFor();
    expect((await rig.invoke('line.proofs', {}))[0]).toMatchObject({ carrier: 'plivo', world: 'real' });
    await context.close();
  });

  it('is an AI that cannot be reached', async () => {
    await show(await callWithAi({ kind: 'refuse' }));
    await says(/No connection to the AI service was had/);
    await says('The AI service');
    await withAi({ kind: 'refuse' }, prove);
    await broken(/Broken at step \d+: The AI can be reached/);
    await says(/The connection to OpenAI was cut/);
  });

  it('is an AI that takes the connection and hangs', async () => {
    await show(await callWithAi({ kind: 'hang-upgrade' }));
    await says(/No connection to the AI service was had/);
    await withAi({ kind: 'hang-upgrade' }, prove);
    await broken(/Broken at step \d+: The AI can be reached/);
    await says('The AI takes the connection and stays silent.');
  });

  it('is an AI that does not take the key', async () => {
    await show(await callWithAi({ kind: 'upgrade-status', status: 401 }));
    await says(/The AI service did not accept the session/);
    await says('A setting');
    await withAi({ kind: 'upgrade-status', status: 401 }, prove);
    await broken(/Broken at step \d+: The AI can be reached/);
    await says(/OpenAI does not accept the key/);
    // Calls spare their callees a key that was just refused; a person who has mended it is not kept waiting.
    await prove();
    await broken(/^Works$/);
  });

  it('is an AI whose socket breaks in mid-handshake', async () => {
    await show(await callWithAi({ kind: 'close', code: 1006, afterMs: 0 }));
    await says(/The AI service .*so the voice of the carrier spoke/);
    await withAi({ kind: 'close', code: 1006, afterMs: 0 }, prove);
    await broken(/Broken at step \d+: The AI (can be reached|takes our settings)/);
    await says(/was cut \(1006\)/);
  });

  it('is ws:// where the AI speaks wss://', async () => {
    // Whoever speaks TLS answers plain text with an alert.
    const tls = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(Buffer.from([21, 3, 1, 0, 2, 2, 70]))));
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const { port } = tls.address() as AddressInfo;
    await using other = await openBridgeRig({ env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` }, host: { rendererDir } });
    const { page: its, context } = await openConsolePage(browser, `${other.bridge.console.url}/#token=${other.bridge.token}`);
    await openScreen(its, 'Line');
    await its.getByRole('button', { name: 'Prove the line' }).click();
    await its
      .getByRole('status')
      .getByText(/Broken at step \d+: The AI can be reached/)
      .waitFor();
    await its
      .getByText(/it speaks TLS, and was asked without/)
      .first()
      .waitFor();
    await its
      .getByText(/https:\/\//)
      .first()
      .waitFor();
    await context.close();
    tls.close();
  });

  it('is a reply that takes seconds, and names the hop that took them', async () => {
    // Calls have met enough of a broken AI to spare it; a proof that works lets them try it again at once.
    await prove();
    await broken(/^Works$/);
    await show(await callWithAi({ kind: 'slow-first-audio', ms: 4_000 }));
    await says(/A reply took \d+\.\d s, because the AI service was slow; in the last good call/);
    await says('Greeting ready');
    await withAi({ kind: 'slow-first-audio', ms: 5_000 }, prove);
    await broken(/Broken at step \d+: The AI speaks/);
    await says(/slow to answer/);
  });
});
