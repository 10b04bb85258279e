import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentId } from '#bridge/contract/ids.ts';
import { type BridgeRig, openBridgeRig, until } from '#test/support/bridge-rig.ts';
import { openBrowser, openConsolePage } from '#test/support/e2e/browser.ts';
import { watchShown } from '#test/support/e2e/shown.ts';
import { beforeSecondTry } from '#test/support/second-try.ts';

const rendererDir = join(import.meta.dirname, '../../out/renderer');
const ownPhone = '+12125550742';

describe('an agent', () => {
  let browser: Browser;
  let rig: BridgeRig;
  let page: Page;
  let id: AgentId;
  const complaints: string[] = [];
  beforeAll(async () => {
    const moves = [{ kind: 'say', text: 'Hello?' }, { kind: 'wait', ms: 6_000 }, { kind: 'hang-up' }] as const;
    [browser, rig] = await Promise.all([openBrowser(), openBridgeRig({ host: { rendererDir }, people: () => ({ moves }) })]);
    id = await rig.agent({ greeting: 'We offer {{offer}}.' });
    const opened = await openConsolePage(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`);
    page = opened.page;
    page.on('pageerror', ({ message }) => complaints.push(message));
  });
  afterAll(async () => {
    await browser.close();
    await rig[Symbol.asyncDispose]();
  });
  beforeSecondTry(async () => {
    for (const call of await rig.invoke('calls.list', { live: true })) await rig.invoke('calls.hangUp', { id: call.id }).catch(() => {});
    id = await rig.agent({ greeting: 'We offer {{offer}}.' });
    complaints.length = 0;
    await page.reload();
  });

  const open = (path: string) =>
    page.evaluate((to) => {
      location.hash = to;
    }, path);
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  /** The call whose page the board has opened. */
  const openedCall = async () => {
    await expect.poll(() => page.url()).toMatch(/#\/board\/call_/);
    const callId = /#\/board\/(call_[\w-]+)/.exec(page.url())?.[1];
    return rig.invoke('calls.get', { id: callId });
  };

  it('is given back an earlier version as a new one, and that is taken back too', async () => {
    await rig.invoke('agents.update', { id, greeting: 'We sell {{offer}}.' });
    await open(`/agents/${id}`);
    await button('Versions').click();
    await button(/^Version 2/).waitFor();
    expect(await button('Restore version 2').getAttribute('aria-disabled')).toBe('true');
    await button(/^Version 1/).click();
    await button('Restore version 1').click();
    await page.getByRole('status').getByText('Saved as version 3, the same as version 1.').waitFor();
    expect(await rig.invoke('agents.get', { id })).toMatchObject({ version: 3, greeting: 'We offer {{offer}}.' });
    await button('Undo: back to version 2').click();
    await button(/^Version 4.*In use/).waitFor();
    expect(await rig.invoke('agents.get', { id })).toMatchObject({ version: 4, greeting: 'We sell {{offer}}.' });
    expect((await rig.invoke('agents.versions', { id })).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect(complaints).toEqual([]);
  });

  it('shows what was written from then on, while it is saved and after', async () => {
    await open(`/agents/${id}`);
    const greeting = page.getByRole('textbox', { name: 'Greeting' });
    await greeting.waitFor();
    const shown = await watchShown(page, () => {
      const areas = [...document.querySelectorAll('textarea')];
      return areas.find(({ labels }) => labels[0]?.textContent?.startsWith('Greeting'))?.value ?? '';
    });
    const before = await greeting.inputValue();
    const written = ['We have {{offer}}.', 'We give {{offer}}.', 'We keep {{offer}}.', 'We bring {{offer}}.'];
    for (const text of written) {
      await greeting.fill(text);
      await page.keyboard.press('Control+s');
      await until('it is saved', async () => (await rig.invoke('agents.get', { id })).greeting === text);
      // It is kept now; the page may have a step or two to do with that.
      await button(/^Save/).and(page.locator('[aria-disabled=true]')).waitFor();
    }
    expect(await shown()).toEqual([before, ...written]);
    expect(complaints).toEqual([]);
  });

  it('calls the owner’s own phone with what is on the form, saved first', async () => {
    const rang = rig.ringsAt(ownPhone).length;
    const { version } = await rig.invoke('agents.get', { id });
    await open(`/agents/${id}`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mia the second');
    await button('Call me').click();
    const layer = page.getByRole('dialog', { name: 'Ring your own phone' });
    await layer.getByRole('button', { name: 'Plivo', exact: true }).click();
    await layer.getByLabel('Your number').fill(ownPhone);
    const given = layer.getByLabel('offer', { exact: true });
    if (await given.isVisible()) await given.fill('a free check');
    await layer.getByRole('button', { name: 'Save and ring my phone' }).click();
    const call = await openedCall();
    expect(call).toMatchObject({ world: 'real', carrier: 'plivo', to: ownPhone, agentId: id });
    await until('the phone rings', () => rig.ringsAt(ownPhone)[rang]);
    expect(await rig.invoke('agents.get', { id })).toMatchObject({ name: 'Mia the second', version: version + 1 });
    expect(await rig.over(call.id)).toMatchObject({ outcome: 'completed' });
    expect(rig.ringsAt(ownPhone)).toHaveLength(rang + 1);
    expect(complaints).toEqual([]);
  });

  it('is rehearsed with a simulated person, and nobody is really called', async () => {
    const before = rig.world.twilio.calls().length + rig.world.plivo.calls().length;
    await open(`/agents/${id}`);
    await button('Rehearse').click();
    const layer = page.getByRole('dialog', { name: 'Rehearse with a simulated person' });
    const person = layer.getByRole('radio').first();
    await person.check();
    const given = layer.getByLabel('offer', { exact: true });
    if (await given.isVisible()) await given.fill('a free check');
    await layer.getByRole('button', { name: 'Call them' }).click();
    const call = await openedCall();
    expect(call).toMatchObject({ world: 'rehearsal', agentId: id });
    await page
      .getByText(/Rehearsal/i)
      .first()
      .waitFor();
    await until('somebody speaks', async () => (await rig.invoke('calls.get', { id: call.id })).transcript.length > 0, 40_000);
    expect(rig.world.twilio.calls().length + rig.world.plivo.calls().length).toBe(before);
    await rig.invoke('calls.hangUp', { id: call.id });
    expect(complaints).toEqual([]);
  });
});
