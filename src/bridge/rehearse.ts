import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import type { Call } from './contract/calls.ts';
import { BridgeError } from './contract/errors.ts';
import type { OperationInput, OperationName, OperationOutput } from './contract/operations.ts';
import { createBridge } from './create-bridge.ts';
import { cast } from './rehearsal/people/cast.ts';
import { colleagueNumber, roleAt } from './rehearsal/people/directory.ts';
import { type RehearsedCall, rehearsalReport } from './rehearse-report.ts';
import { sampleAgent, sampleCampaigns, sampleRules } from './sample.ts';
import { readSettings } from './settings.ts';

/** Past this, something hangs; a healthy run takes about one minute. */
const limitMs = 115_000;
const callerNumbers = ['+12025550100', '+12025550101'];

/**
 * The bundled sample campaign from end to end, through the console's own door, in the rehearsal world. Needs no key and no network.
 * @returns 0 when every lead ended as its script says
 */
async function rehearse(): Promise<number> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const settings = readSettings(process.env);
  // Rehearsals keep away from real data, unless somebody names the folder.
  const dataDir = process.env.RINGSIDE_DATA_DIR ? settings.dataDir : join(settings.dataDir, 'rehearsal');
  const token = randomBytes(16).toString('hex');
  const log = pino({ level: process.env.RINGSIDE_LOG ?? 'warn' }, pino.destination({ dest: 2, sync: true }));
  say('REHEARSAL: simulated carriers, simulated people, a simulated AI. Nobody is really called.');
  const bridge = await createBridge(
    {
      ...settings,
      dataDir,
      consoleToken: token,
      consolePort: 0,
      ingressPort: 0,
      twilio: null,
      plivo: null,
      publicUrl: null,
      openai: { ...settings.openai, apiKey: null },
    },
    log,
  );
  try {
    const invoke = async <Name extends OperationName>(
      name: Name,
      input: Partial<OperationInput<Name>> | object,
    ): Promise<OperationOutput<Name>> => {
      const response = await fetch(`${bridge.console.url}/api/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as { result?: OperationOutput<Name>; error?: { code: string; message: string } };
      if (answer.result === undefined) throw new Error(`${name}: ${answer.error?.message ?? response.status}`);
      return answer.result;
    };
    const agent = await invoke('agents.create', {
      ...sampleAgent,
      tools: { endCall: true, callback: true, optOut: true, transferTo: [{ name: 'Dana', number: colleagueNumber }] },
    });
    const campaigns = await Promise.all(
      sampleCampaigns.map(async ({ carrier, name, leads }) => {
        const { id } = await invoke('campaigns.create', { ...sampleRules, name, agentId: agent.id, carrier, fromNumbers: callerNumbers });
        const path = fileURLToPath(new URL(`../../resources/rehearsal/${leads}`, import.meta.url));
        const { imported } = await invoke('leads.import', { campaignId: id, path });
        say(`${name}: ${imported} leads imported`);
        return id;
      }),
    );
    const watching = watch(bridge.console.url, token, say);
    const startedAtMs = Date.now();
    for (const id of campaigns) await invoke('campaigns.start', { id });
    const finished = await until(
      async () => (await Promise.all(campaigns.map((id) => invoke('campaigns.get', { id })))).every(({ state }) => state === 'completed'),
      limitMs,
    );
    // The last words of the last call may still be on their way to the disk.
    await new Promise((resume) => setTimeout(resume, 3_500));
    watching.close();
    const calls: RehearsedCall[] = [];
    for (const id of campaigns) {
      for (const summary of await invoke('calls.list', { campaignId: id, limit: 100 })) {
        calls.push({ call: await invoke('calls.get', { id: summary.id }), script: cast[roleAt(summary.to)] });
      }
    }
    const { text, allAsScripted } = rehearsalReport(calls, {
      seconds: (Date.now() - startedAtMs) / 1_000,
      recordings: join(dataDir, 'recordings', 'rehearsal'),
    });
    say(text);
    if (!finished) say('The campaigns did not end in time.');
    return finished && allAsScripted && calls.length === 12 ? 0 : 1;
  } finally {
    bridge.stopDialling();
    await bridge.land(0);
    await bridge.close();
  }
}

function watch(consoleUrl: string, token: string, say: (text: string) => void): { close(): void } {
  const socket = new WebSocket(`${consoleUrl.replace(/^http/, 'ws')}/live`, [`ringside.${token}`]);
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

async function until(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + withinMs;
  while (Date.now() < deadlineMs) {
    if (await condition()) return true;
    await new Promise((resume) => setTimeout(resume, 300));
  }
  return false;
}

rehearse().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `The rehearsal could not be run: ${error instanceof BridgeError || error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
