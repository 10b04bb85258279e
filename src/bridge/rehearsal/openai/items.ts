import type { Item } from './conversation.ts';
import type { Json } from './wire.ts';

/** An item with the audio that the service kept of it, as `conversation.item.retrieved` shows it. */
export function retrieved(item: Item): Json {
  if (item.audio.length === 0) return structuredClone(item.wire);
  const type = item.wire.role === 'assistant' ? 'output_audio' : 'input_audio';
  const whole = Buffer.concat(item.audio);
  // Ours is kept as 8 kHz mu-law.
  const audio = item.truncatedAtMs === null ? whole : whole.subarray(0, item.truncatedAtMs * 8);
  const [content] = item.wire.content as readonly Json[];
  return { ...structuredClone(item.wire), content: [{ ...content, type, audio: audio.toString('base64') }] };
}
