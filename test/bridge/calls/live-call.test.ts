import { describe, expect, it } from 'vitest';
import { CallStage, clipBytes, clipMs } from '../../support/call-stage.ts';

describe('a call', () => {
  it('says disclosure and greeting at once, then lets the AI answer', async () => {
    await using stage = await CallStage.open();
    const stream = await stage.connect();
    expect(stream.firstMs(clipBytes.disclosure)).toBe(2_100);
    expect(stage.session.all('auto')).toEqual([]);
    await stage.pass(clipMs.disclosure + clipMs.greeting);
    expect(stream.heardMs()).toBe(clipMs.disclosure + clipMs.greeting);
    expect(stage.session.all('auto')).toEqual([{ what: 'auto', on: true }]);
    expect(stage.session.all('spoken').map(({ text }) => text)).toEqual([
      'This is an automated call by an AI of Roofers.',
      'Hello Grace, do you have a minute?',
    ]);
    expect(stage.view.disclosurePlayedAt).not.toBeNull();
    stage.end();
    expect(stage.view).toMatchObject({ outcome: 'completed', disposition: 'hung-up-early', endedBy: 'lead' });
  });
});
