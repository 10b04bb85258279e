import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { createBridge } from './create-bridge.ts';
import { logOptions } from './log-options.ts';
import { rehearsalReport, rehearsalResult } from './rehearse-report.ts';
import { rehearseSample } from './rehearse-sample.ts';
import { readSettings } from './settings.ts';

/**
 * Entry: the bundled sample campaign from end to end, through the console's own door, in the rehearsal world. Needs no key and no network.
 * @returns 0 when every lead ended as its script says
 */
async function rehearse(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  // For a program, stdout holds the result and nothing else.
  const say = (text: string) => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);
  const settings = readSettings(process.env);
  // Rehearsals keep away from real data, unless somebody names the folder.
  const dataDir = process.env.RINGSIDE_DATA_DIR ? settings.dataDir : join(settings.dataDir, 'rehearsal');
  const log = pino({ ...logOptions, level: process.env.RINGSIDE_LOG ?? 'warn' }, pino.destination({ dest: 2, sync: true }));
  say('REHEARSAL: simulated carriers, simulated people, a simulated AI. Nobody is really called.');
  // Whatever keys there are, this process has none of them.
  const bridge = await createBridge(
    {
      ...settings,
      dataDir,
      consoleToken: randomBytes(16).toString('hex'),
      consolePort: 0,
      ingressPort: 0,
      twilio: null,
      plivo: null,
      publicUrl: null,
      ngrok: null,
      openai: { ...settings.openai, apiKey: null },
      deepgram: { ...settings.deepgram, apiKey: null },
      elevenlabs: { ...settings.elevenlabs, apiKey: null },
      cartesia: { ...settings.cartesia, apiKey: null },
      // What is saved is put behind the environment once more: there is none.
      environment: {},
    },
    log,
  );
  try {
    const { calls, run } = await rehearseSample(bridge, dataDir, say);
    const result = rehearsalResult(calls, run);
    say(rehearsalReport(result, calls));
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    return result.ok ? 0 : 1;
  } finally {
    bridge.stopDialling();
    await bridge.land(0);
    await bridge.close();
  }
}

rehearse(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`The rehearsal could not be run: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
