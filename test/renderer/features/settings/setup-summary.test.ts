import { describe, expect, it } from 'vitest';
import { credentials, type Provider } from '#bridge/contract/credentials.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import { providerGroups } from '#renderer/features/settings/setup/provider-words.ts';
import { abilityOf, nextStepOf, stationsOf } from '#renderer/features/settings/setup/setup-summary.ts';

function status(configured: readonly Provider[], publicUrl: string | null = null): SetupStatus {
  const canCallForReal = publicUrl !== null && (configured.includes('twilio') || configured.includes('plivo'));
  return {
    providers: (Object.keys(credentials) as Provider[]).map((provider) => ({
      provider,
      configured: configured.includes(provider),
      missing: [],
      source: configured.includes(provider) ? 'data-folder' : 'none',
      endsIn: null,
    })),
    vault: { kind: 'file', message: '' },
    publicUrl,
    dataDir: '/data',
    canCallForReal,
    canRehearse: true,
    nextSteps: [],
    version: '0',
  };
}

describe('the set-up', () => {
  it('names one next step after the other until everything is there', () => {
    const steps = [
      status([]),
      status(['plivo']),
      status(['plivo'], 'https://a.example'),
      status(['plivo', 'openai'], 'https://a.example'),
    ].map(nextStepOf);
    expect(steps.map((step) => /carrier, Twilio|public address|OpenAI|campaign/.exec(step)?.[0])).toEqual([
      'carrier, Twilio',
      'public address',
      'OpenAI',
      'campaign',
    ]);
  });

  it('says what can be done now', () => {
    expect(abilityOf(status(['openai']))).toBe('Rehearsal only');
    expect(abilityOf(status(['twilio'], 'https://a.example'))).toBe('Real announcements can be made');
    expect(abilityOf(status(['twilio', 'openai'], 'https://a.example'))).toBe('Real calls can be made');
  });

  it('shows what is there by name', () => {
    expect(stationsOf(status(['twilio', 'plivo'], 'https://a.example')).map(({ words }) => words)).toEqual([
      'Twilio and Plivo',
      'a.example',
      'announcements only',
    ]);
  });

  it('asks every provider for exactly the values that the bridge takes', () => {
    for (const { provider, fields } of providerGroups.flatMap(({ providers }) => providers)) {
      expect(fields.map(({ key }) => key)).toEqual(Object.keys(credentials[provider].shape));
    }
  });
});
