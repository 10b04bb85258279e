import { resolve } from 'node:path';
import { Duty } from '#bridge/calls/person/duty.ts';
import { LiveFeed } from '#bridge/console/live-feed.ts';
import { startConsole } from '#bridge/console/start-console.ts';
import type { Call } from '#bridge/contract/calls.ts';
import { systemClock } from '#bridge/system-clock.ts';
import { aConsoleSetup, FakeCalls, FakeCampaigns, FakeSettings, FakeStore, fakeRehearsal, silentLog } from '#test/support/fake-calls.ts';
import { fakeDiagnosis } from '#test/support/fake-diagnosis.ts';
import { fakeLine } from '#test/support/fake-line.ts';

const token = 'made-up';

export interface MadeUpConsole extends AsyncDisposable {
  readonly calls: FakeCalls;
  /** Lets a browser in. */
  readonly address: string;
  /** As if Ringside had stopped; may be called more than once. */
  close(): Promise<void>;
}

/** The real console side and the real page; only the calls and campaigns are made up, so that a board can be had that takes long to come about. */
export async function startMadeUpConsole({
  calls,
  campaigns = new FakeCampaigns(),
}: {
  readonly calls: readonly Call[];
  readonly campaigns?: FakeCampaigns;
}): Promise<MadeUpConsole> {
  const fakes = new FakeCalls();
  for (const call of calls) fakes.put(call);
  const side = await startConsole({
    port: 0,
    token,
    calls: fakes,
    campaigns,
    duty: new Duty(),
    store: new FakeStore().asStore(),
    feed: new LiveFeed({ clock: systemClock }),
    line: fakeLine,
    diagnosis: fakeDiagnosis,
    setup: aConsoleSetup(),
    settings: new FakeSettings(),
    rehearsal: fakeRehearsal,
    rendererDir: resolve(import.meta.dirname, '../../../out/renderer'),
    clock: systemClock,
    log: silentLog,
    version: '0.0.0',
  });
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= side.close();
    return closing;
  };
  return { calls: fakes, address: `${side.url}/#token=${token}`, close, [Symbol.asyncDispose]: close };
}
