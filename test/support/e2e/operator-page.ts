import type { BrowserContext, Page } from 'playwright-core';
import type { Call } from '#bridge/contract/calls.ts';
import { openConsolePage } from './browser.ts';
import { ownMicrophone, watchMicrophone } from './microphone.ts';
import type { PersonStage } from './person-stage.ts';

interface Presses {
  readonly pressed: { readonly key: string; readonly atMs: number }[];
}

/** A console in the browser and whoever sits there: by keys alone. */
export class OperatorPage implements AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];

  /** @param script runs in the page before everything else @param ownHz a tone that no other page's microphone hears */
  static async open({ browser, ringside }: PersonStage, script?: () => void, ownHz?: number): Promise<OperatorPage> {
    const { page, context, complaints } = await openConsolePage(browser, ringside.address);
    await watchMicrophone(page);
    await page.addInitScript(() => {
      const pressed: { key: string; atMs: number }[] = [];
      Object.assign(window, { pressed });
      // The time of the press itself, whatever the page did until it got here.
      const note = ({ key, timeStamp }: KeyboardEvent) => pressed.push({ key, atMs: Date.now() - (performance.now() - timeStamp) });
      addEventListener('keydown', note, { capture: true });
    });
    if (ownHz !== undefined) await ownMicrophone(page, ownHz);
    if (script) await page.addInitScript(script);
    await page.reload();
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    return new OperatorPage(page, context, complaints);
  }

  constructor(page: Page, context: BrowserContext, complaints: readonly string[]) {
    this.page = page;
    this.context = context;
    this.complaints = complaints;
  }

  get open() {
    return this.page.getByRole('complementary', { name: /^Open call/ });
  }

  get strip() {
    return this.page.getByRole('region', { name: 'You are live' });
  }

  async openCall({ id }: Pick<Call, 'id'>): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, `/board/${id}`);
    await this.open.waitFor();
    await this.page.waitForURL((url) => url.hash.includes(id));
  }

  async goOnDuty(): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: 'Off duty', exact: true }).waitFor();
    await page.keyboard.press('o');
    // A board that has just come may take the focus to its own first button.
    await page.getByRole('button', { name: 'Go on duty' }).press('Enter');
    await page.getByRole('button', { name: 'On duty', exact: true }).waitFor();
    await page.getByText('It is not on any line.').waitFor();
    await page.getByRole('dialog').press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  /** A button of the open call, and with it its key, can be pressed: a page may know a moment later than the line that somebody is there. */
  async acts(name: RegExp): Promise<void> {
    await this.open.getByRole('button', { name, disabled: false }).waitFor();
  }

  /** @returns when the key went down in the page, epoch ms */
  async press(key: string): Promise<number> {
    await this.page.keyboard.press(key);
    return await this.page.evaluate(() => (window as unknown as Presses).pressed.at(-1)?.atMs ?? Number.NaN);
  }

  /** The key, and the strip that says so. @returns when the key went down */
  async takeOver(): Promise<number> {
    await this.acts(/Take over/);
    const atMs = await this.press('t');
    await this.strip.getByText(/You are live with/).waitFor();
    return atMs;
  }

  /** @param key `b` gives it back with a line that joins up, `Escape` lets the lead speak first @returns when the key went down */
  async leave(key: 'b' | 'Escape'): Promise<number> {
    const atMs = await this.press(key);
    await this.strip.waitFor({ state: 'detached' });
    return atMs;
  }

  /** Through the dialog: to a number, as a person types it. */
  async transferTo(number: string, kind: 'warm' | 'cold'): Promise<void> {
    await this.acts(/^Transfer/);
    // What had the focus on the call before would take the key.
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.page.keyboard.press('x');
    await this.page.getByLabel('Number to transfer to').fill(number);
    await this.page.getByRole('button', { name: kind === 'warm' ? 'Warm' : 'Cold', exact: true }).click();
    await this.page.getByRole('button', { name: kind === 'warm' ? 'Call them' : 'Put through' }).click();
    if (kind === 'cold') await this.page.getByRole('button', { name: 'Put through' }).click();
    await this.page.getByLabel('Number to transfer to').waitFor({ state: 'detached' });
  }

  /** The program behind the page dies, without a word. */
  async crash(): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    // Nobody is left to answer.
    void session.send('Page.crash').catch(() => undefined);
    await this.page.waitForEvent('crash');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}
