/**
 * Every 20 ms of audio in a bench carry a mark inside their 160 bytes: whose they are, which they are and when they were sent, so that the
 * other end can tell how long they took and whether one is missing. Whatever stands between passes mu-law on without looking at it.
 */
export const blockBytes = 160;
/** The mark fills 24 bytes, which are exactly 32 characters of base64. */
export const markBytes = 24;
export const markCharacters = 32;
const magic = 0x52534231;

export interface Block {
  call: number;
  /** What the AI says, counted by its session; 0 for the callee. */
  utterance: number;
  index: number;
  /** Rendered for later: when it was sent means nothing. */
  clip: boolean;
  sentAtMs: number;
}

export function writeBlock(target: Buffer, at: number, block: Block): void {
  target.writeUInt32BE(magic, at);
  target.writeUInt16BE(block.call, at + 4);
  target.writeUInt16BE(block.utterance, at + 6);
  target.writeUInt32BE(block.index, at + 8);
  target.writeUInt32BE(block.clip ? 1 : 0, at + 12);
  target.writeDoubleBE(block.sentAtMs, at + 16);
}

/** @param into reused, so that nothing is allocated for each frame @returns whether there is a mark */
export function readBlock(source: Buffer, at: number, into: Block): boolean {
  if (source.readUInt32BE(at) !== magic) return false;
  into.call = source.readUInt16BE(at + 4);
  into.utterance = source.readUInt16BE(at + 6);
  into.index = source.readUInt32BE(at + 8);
  into.clip = source.readUInt32BE(at + 12) === 1;
  into.sentAtMs = source.readDoubleBE(at + 16);
  return true;
}

export function emptyBlock(): Block {
  return { call: 0, utterance: 0, index: 0, clip: false, sentAtMs: 0 };
}
