/** A frame that was recognised: its clip (the clip's text) and its place in it. */
export interface HeardFrame {
  readonly clip: string;
  readonly frameIndex: number;
  readonly frames: number;
}

/** So much of a word must have arrived for it to be understood. */
const SHARE_OF_WORD = 0.6;

interface Run {
  readonly clip: string;
  readonly frames: number;
  readonly heard: Set<number>;
  last: number;
}

/**
 * The words in what arrived of known clips, in order. Each word has a share of its clip by its length; of a clip that came through in
 * part only the words that came through are there. A clip that starts again is heard twice.
 */
export function wordsHeard(places: Iterable<HeardFrame | null>): string {
  const runs: Run[] = [];
  for (const place of places) {
    if (!place) continue;
    const run = runs.at(-1);
    if (run && run.clip === place.clip && place.frameIndex > run.last) {
      run.heard.add(place.frameIndex);
      run.last = place.frameIndex;
    } else {
      runs.push({ clip: place.clip, frames: place.frames, heard: new Set([place.frameIndex]), last: place.frameIndex });
    }
  }
  return runs
    .map(wordsOf)
    .filter((words) => words !== '')
    .join(' ');
}

function wordsOf({ clip, frames, heard }: Run): string {
  return wordSpans(clip, frames)
    .filter(({ from, to }) => {
      const first = Math.floor(from);
      const last = Math.max(first + 1, Math.ceil(to));
      let count = 0;
      for (let frame = first; frame < last; frame++) if (heard.has(frame)) count++;
      return count / (last - first) >= SHARE_OF_WORD;
    })
    .map(({ word }) => word)
    .join(' ');
}

/** Where each word of a text lies, when the text takes `length` of something: by its letters, a blank counting as one. */
export function wordSpans(text: string, length: number): { readonly word: string; readonly from: number; readonly to: number }[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const total = words.reduce((sum, word) => sum + word.length + 1, 0);
  let at = 0;
  return words.map((word) => {
    const from = (at / total) * length;
    at += word.length + 1;
    return { word, from, to: (at / total) * length };
  });
}
