import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Call } from '#bridge/contract/calls.ts';
import type { CallId } from '#bridge/contract/ids.ts';
import type { OperationInput } from '#bridge/contract/operations.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { SimCall } from '#bridge/rehearsal/carriers/sim.ts';
import type { Voices } from '#bridge/rehearsal/person.ts';
import type { RehearsalWorld } from '#bridge/rehearsal/world.ts';
import { numbersFrom, openWorldRig, type ShortPerson, shortAgent, until, violationsIn } from '../bridge-rig.ts';
import { openBrowser } from './browser.ts';
import { microphoneFlags } from './microphone.ts';
import { type RunningRingside, startRingside } from './ringside.ts';

export interface PersonStageOptions {
  /** What the operators' microphones hear. @param folder where to write it @returns the path of a WAV file */
  readonly microphone: (folder: string) => Promise<string>;
  readonly understands?: Voices['recognise'];
}

/** The built Ringside in a process of its own, simulated services in this one, and a browser whose microphone plays a file. */
export interface PersonStage extends AsyncDisposable {
  readonly world: RehearsalWorld;
  readonly ringside: RunningRingside;
  readonly browser: Browser;
  /** Somebody at a number of their own. */
  number(person: ShortPerson): string;
  /** @returns once they have picked up */
  dial(carrier: CarrierName, person: ShortPerson, input?: Partial<OperationInput<'calls.dial'>>): Promise<Call>;
  view(call: { readonly id: CallId }): Promise<Call>;
  /** Every leg that rang at this number. */
  rings(number: string): readonly SimCall[];
  /** The leg of whoever is at this number, as the carrier sees it. @throws before there is one that was answered */
  leg(number: string): SimCall & { readonly heard: Uint8Array; readonly answeredAtMs: number };
  /** @returns once its last words are in; hung up where it still goes on */
  over(call: { readonly id: CallId }): Promise<Call>;
  /** Everything that was done against a protocol since this was last asked, in words. */
  violations(): readonly string[];
  /** Nobody is on the line any more, and what was done against a protocol so far is forgotten: before the second try of a test. */
  clear(): Promise<void>;
}

export async function openPersonStage({ microphone, understands }: PersonStageOptions): Promise<PersonStage> {
  const people = new Map<string, ShortPerson>();
  const nextNumber = numbersFrom(600);
  const services = await openWorldRig({
    people: (number) => people.get(number) ?? null,
    ...(understands === undefined ? {} : { understands }),
  });
  const ringside = await startRingside({ dataDir: join(services.folder, 'data'), env: services.env });
  const browser = await openBrowser(microphoneFlags(await microphone(services.folder)));
  const { world } = services;
  const { id: agentId } = await ringside.invoke('agents.create', shortAgent);
  const legs = (to: string) => [...world.twilio.calls(), ...world.plivo.calls()].filter((leg) => leg.to === to);
  const view: PersonStage['view'] = ({ id }) => ringside.invoke('calls.get', { id });
  let told = 0;
  const stage: PersonStage = {
    world,
    ringside,
    browser,
    view,
    number(person) {
      const number = nextNumber();
      people.set(number, { giveUpMs: 100_000, ...person });
      return number;
    },
    async dial(carrier, person, input = {}) {
      const to = stage.number(person);
      const call = await ringside.invoke('calls.dial', {
        world: 'real',
        compliance: 'off',
        from: '+12025550100',
        answeringMachine: 'off',
        ringSeconds: 10,
        maxCallSeconds: 90,
        agentId,
        carrier,
        to,
        ...input,
      });
      await until('the answer', () => legs(to)[0]?.answeredAtMs);
      return call;
    },
    rings: legs,
    leg(number) {
      const [found] = legs(number);
      if (!found?.heard || found.answeredAtMs === null) throw new Error('nobody has heard anything there');
      return found as ReturnType<PersonStage['leg']>;
    },
    async over(call) {
      // It may have ended by itself.
      await ringside.invoke('calls.hangUp', { id: call.id }).catch(() => undefined);
      return await until('the end of a call', async () => {
        const now = await view(call);
        return now.state === 'ended' && now.transcript.every(({ final }) => final) ? now : null;
      });
    },
    violations() {
      const all = violationsIn(world);
      const fresh = all.slice(told);
      told = all.length;
      return fresh;
    },
    async clear() {
      for (const call of await ringside.invoke('calls.list', { live: true })) await stage.over(call);
      stage.violations();
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await ringside.stop();
      await services.close();
    },
  };
  return stage;
}
