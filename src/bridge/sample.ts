import type { CarrierName } from './contract/words.ts';

/** The bundled sample: one agent, one campaign over each carrier, six people each. */
export const sampleAgent = {
  name: 'Mia, plumbing check',
  instructions: [
    'You are Mia, the AI assistant of Northside Plumbing. You call {{firstName}} in {{city | your city}} to offer a free check of pipes and boiler.',
    'If they are interested, ask for a day and a time, repeat it, and book it. If they are busy, use schedule_callback. If they ask for a person, use transfer_to_human.',
  ].join('\n'),
  disclosure:
    'Hello, this is Mia, an AI assistant calling for Northside Plumbing. This call is recorded. To stop these calls, say stop calling, or press 9.',
  greeting: 'Hi {{firstName}}, we offer our customers a free check of pipes and boiler this month. Would that interest you?',
  voice: 'marin',
  language: 'en-US',
  turnDetection: { type: 'server_vad', threshold: 0.6, prefixPaddingMs: 300, silenceMs: 500 },
} as const;

export interface SampleCampaign {
  readonly carrier: CarrierName;
  readonly name: string;
  /** File name below `resources/rehearsal`. */
  readonly leads: string;
}

export const sampleCampaigns: readonly SampleCampaign[] = [
  { carrier: 'twilio', name: 'Sample over Twilio', leads: 'twilio-leads.csv' },
  { carrier: 'plivo', name: 'Sample over Plivo', leads: 'plivo-leads.csv' },
];

/** Rules that let the sample run at any hour, once per lead, within two minutes. */
export const sampleRules = {
  world: 'rehearsal',
  lines: 6,
  callsPerSecond: 2,
  ringSeconds: 12,
  maxCallSeconds: 90,
  answeringMachine: 'hang-up',
  compliance: { hours: 'off', consent: 'enforce' },
  retry: Object.fromEntries(
    ['no-answer', 'busy', 'rejected', 'voicemail', 'congestion', 'carrier-error', 'hung-up-early'].map((kind) => [
      kind,
      { delaysMinutes: [], maxAttempts: 1 },
    ]),
  ),
} as const;
