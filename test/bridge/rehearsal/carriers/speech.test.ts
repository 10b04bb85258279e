import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonAction, Voices } from '#bridge/rehearsal/person.ts';
import { createVoices } from '#bridge/rehearsal/voices/flite-voices.ts';
import { person, until, xml } from './bridge-double.ts';
import { rig as plivoRig } from './plivo-rig.ts';
import { rig as twilioRig } from './twilio-rig.ts';

let voices: Voices;
let words: Uint8Array;
beforeAll(async () => {
  voices = await createVoices();
  words = await voices.render('Yes please, come on Tuesday.', 'rms');
});
afterAll(() => voices.close());

const recognise = (frame: Uint8Array) => voices.recognise(frame);

/** Says its sentence from this frame on. */
const saysAt =
  (from: number) =>
  (frame: number, _heard: Uint8Array, out: Uint8Array): PersonAction | null => {
    const at = (frame - from) * 160;
    if (at >= 0 && at + 160 <= words.length) out.set(words.subarray(at, at + 160));
    return null;
  };

describe('the recogniser of the simulated Twilio', () => {
  it('understands what was said, stops its prompt, and asks the action', async () => {
    const { sim, bridge, dial } = await twilioRig(person({ tick: saysAt(40) }), { recognise });
    bridge.answer(
      '/answer',
      xml(`<Gather input="dtmf speech" action="/said" timeout="3" speechTimeout="auto"><Say>${'prompt '.repeat(60)}</Say></Gather>`),
    );
    bridge.answer('/said', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/said')[0]?.form).toMatchObject({ SpeechResult: 'Yes please, come on Tuesday.', Confidence: '0.92' });
    expect(bridge.to('/said')[0]?.form.Digits).toBeUndefined();
    expect(sim.violations()).toEqual([]);
  });

  it('asks with nothing after silence, when that is wanted', async () => {
    const { bridge, dial } = await twilioRig(person(), { recognise });
    bridge.answer(
      '/answer',
      xml('<Gather input="dtmf speech" action="/said" timeout="1" speechTimeout="auto" actionOnEmptyResult="true"/>'),
    );
    bridge.answer('/said', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/said')[0]?.form.SpeechResult).toBeUndefined();
  });
});

describe('the recogniser of the simulated Plivo', () => {
  it('understands what was said and asks the action', async () => {
    const { sim, bridge, dial } = await plivoRig(person({ tick: saysAt(40) }), { recognise });
    bridge.answer(
      '/answer',
      xml(
        `<GetInput action="${bridge.url}/said" inputType="dtmf speech" executionTimeout="5" speechEndTimeout="2"><Speak>${'prompt '.repeat(20)}</Speak></GetInput>`,
      ),
    );
    bridge.answer('/said', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null);
    expect(bridge.to('/said')[0]?.form).toMatchObject({ InputType: 'speech', Speech: 'Yes please, come on Tuesday.' });
    expect(sim.violations()).toEqual([]);
  });

  it('goes on behind it after silence, without asking the action', async () => {
    const { bridge, dial } = await plivoRig(person(), { recognise });
    bridge.answer(
      '/answer',
      xml(
        `<GetInput action="${bridge.url}/said" inputType="dtmf speech" executionTimeout="5"/><Redirect method="POST">${bridge.url}/silent</Redirect>`,
      ),
    );
    bridge.answer('/silent', xml('<Hangup/>'));
    const call = await dial();
    await until('the end', () => call.endedAtMs !== null, 12_000);
    expect(bridge.to('/said')).toEqual([]);
    expect(bridge.to('/silent')).toHaveLength(1);
  });
});
