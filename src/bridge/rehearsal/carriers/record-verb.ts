import { FRAME_MS, SILENCE } from '#bridge/media/g711.ts';
import type { CallRecord } from './call-record.ts';
import type { Exchange } from './exchange.ts';
import type { Leg } from './leg.ts';
import { playClip } from './leg-verbs.ts';
import { Scope } from './scope.ts';
import { BEEP } from './tones.ts';

/**
 * Record what the person says until a key, a silence or the longest length ends it.
 * @returns the key that ended it or an empty text; null when the call ended or runs something else
 */
export async function recordVerb<Call extends CallRecord>(
  exchange: Exchange<Call>,
  call: Call,
  leg: Leg,
  attributes: Readonly<Record<string, string>>,
  scope: Scope,
  defaults: { readonly silenceS: number; readonly maxS: number; readonly keys: string } = {
    silenceS: 5,
    maxS: 3_600,
    keys: '1234567890*#',
  },
): Promise<string | null> {
  if (attributes.playBeep !== 'false') await playClip(leg, BEEP, scope);
  if (scope.ended) return null;
  const length = new Scope(scope);
  const mostSilent = (Number(attributes.timeout ?? defaults.silenceS) * 1000) / FRAME_MS;
  const keys = attributes.finishOnKey ?? defaults.keys;
  let pressed = '';
  let silent = 0;
  const listen = (voice: Uint8Array): void => {
    silent = voice.every((byte) => byte === SILENCE) ? silent + 1 : 0;
    if (silent >= mostSilent) length.end();
  };
  leg.recorders.add(listen);
  call.keySink = (digit) => {
    if (!keys.includes(digit)) return;
    pressed = digit;
    length.end();
  };
  await length.sleep(exchange.clock, Number(attributes.maxLength ?? defaults.maxS) * 1000);
  length.end();
  leg.recorders.delete(listen);
  call.keySink = null;
  return scope.ended ? null : pressed;
}
