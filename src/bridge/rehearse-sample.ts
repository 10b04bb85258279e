import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Bridge } from './bridge.ts';
import type { Call } from './contract/calls.ts';
import type { CampaignId } from './contract/ids.ts';
import type { OperationInput, OperationName, OperationOutput } from './contract/operations.ts';
import { cast } from './rehearsal/people/cast.ts';
import { roleAt } from './rehearsal/people/directory.ts';
import { voicesIn } from './rehearse-recording.ts';
import type { RehearsalRun, RehearsedCall } from './rehearse-report.ts';
import { sampleCampaigns } from './sample.ts';

/** Past this, something hangs; a healthy run takes about one minute. */
const limitMs = 100_000;
const pollMs = 300;
/** The last words of the last call may still be on their way to the disk. */
const settleMs = 3_500;

/** Run both campaigns of the bundled sample side by side through the console of a bridge, to the end. @throws when an operation fails */
export async function rehearseSample(
  bridge: Bridge,
  dataDir: string,
  say: (text: string) => void,
): Promise<{ readonly calls: readonly RehearsedCall[]; readonly run: RehearsalRun }> {
  const console = new ConsoleClient(bridge);
  await stopEarlier(console);
  const watching = watch(bridge, say);
  const startedAtMs = Date.now();
  try {
    const started = await console.invoke('rehearsal.startSample', {});
    const campaigns = started.campaigns.map(({ id }) => id);
    let leads = 0;
    for (const { id, name } of started.campaigns) {
      const health = await console.invoke('campaigns.health', { id });
      const count = Object.values(health.leads).reduce((sum, some) => sum + some, 0);
      say(`${name}: ${count} leads`);
      leads += count;
    }
    const unfinished = await untilDone(console, campaigns);
    await new Promise((resume) => setTimeout(resume, settleMs));
    const calls: RehearsedCall[] = [];
    for (const id of campaigns) calls.push(...(await callsOf(console, id)));
    const seconds = (Date.now() - startedAtMs) / 1_000;
    return { calls, run: { seconds, recordings: join(dataDir, 'recordings', 'rehearsal'), leads, unfinished } };
  } finally {
    watching.close();
  }
}

/** A rehearsal that was broken off goes on at the next start; this one is to be looked at alone. */
async function stopEarlier(console: ConsoleClient): Promise<void> {
  const names = new Set<string>(sampleCampaigns.map(({ name }) => name));
  for (const { id, name, state } of await console.invoke('campaigns.list', { world: 'rehearsal' })) {
    if (names.has(name) && (state === 'running' || state === 'paused')) await console.invoke('campaigns.stop', { id });
  }
}

/** Wait until everybody was called. @returns what kept it from its end, or null */
async function untilDone(console: ConsoleClient, campaigns: readonly CampaignId[]): Promise<string | null> {
  const deadlineMs = Date.now() + limitMs;
  const going = new Set(campaigns);
  while (going.size > 0) {
    for (const id of going) {
      const health = await console.invoke('campaigns.health', { id });
      if (health.state === 'paused') return `A campaign has stopped dialling. ${health.reasons[0]?.message ?? ''}`.trim();
      if (health.state !== 'running') going.delete(id);
    }
    if (Date.now() > deadlineMs) return 'The campaigns did not end in time.';
    if (going.size > 0) await new Promise((resume) => setTimeout(resume, pollMs));
  }
  return null;
}

async function callsOf(console: ConsoleClient, campaignId: CampaignId): Promise<readonly RehearsedCall[]> {
  const summaries = await console.invoke('calls.list', { campaignId, limit: 100 });
  return Promise.all(
    summaries.map(async ({ id, to }) => {
      const call = await console.invoke('calls.get', { id });
      const heard = call.recording === undefined ? null : voicesIn(await console.recording(call.id));
      return { call, script: cast[roleAt(to)], heard };
    }),
  );
}

/** A rehearsal goes in by the same door as every script. */
class ConsoleClient {
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  async invoke<Name extends OperationName>(name: Name, input: Partial<OperationInput<Name>> | object): Promise<OperationOutput<Name>> {
    const response = await fetch(`${this.#bridge.console.url}/api/${name}`, {
      method: 'POST',
      headers: { ...this.#authorization, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as { result?: OperationOutput<Name>; error?: { code: string; message: string } };
    if (answer.result === undefined) throw new Error(`${name}: ${answer.error?.message ?? response.status}`);
    return answer.result;
  }

  async recording(id: Call['id']): Promise<Uint8Array> {
    const response = await fetch(`${this.#bridge.console.url}/recordings/${id}.wav`, { headers: this.#authorization });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
  }

  get #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.#bridge.token}` };
  }
}

function watch(bridge: Bridge, say: (text: string) => void): { close(): void } {
  const socket = new WebSocket(`${bridge.console.url.replace(/^http/, 'ws')}/live`, [`ringside.${bridge.token}`]);
  const told = new Map<string, string>();
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const event = JSON.parse(String(data)) as { type: string; call?: Call };
    if (event.type !== 'call.changed' || !event.call) return;
    const { id, to, state, rung, outcome, disposition } = event.call;
    const line = state === 'ended' ? `ended: ${outcome}, ${disposition}` : `${state}${rung ? ` (${rung})` : ''}`;
    if (told.get(id) === line) return;
    told.set(id, line);
    say(`  ${cast[roleAt(to)].role.padEnd(12)} ${line}`);
  });
  socket.on('error', (error) => say(`  the live feed broke off: ${error.message}`));
  return { close: () => socket.close() };
}
