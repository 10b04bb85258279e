import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type LineProof, lineProof } from './contract/line.ts';
import type { ProofShelf } from './line-proof/line-parts.ts';
import { replaceFile } from './replace-file.ts';

const saved = z.array(lineProof);

/** The last proofs of the line, in `line-proofs.json` of the data folder. They hold no secret: they are what the console shows. */
export class ProofFile implements ProofShelf {
  readonly earlier: readonly LineProof[];
  readonly #path: string;
  readonly #log: Logger;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, earlier: readonly LineProof[], log: Logger) {
    this.#path = path;
    this.earlier = earlier;
    this.#log = log;
  }

  /** A file that cannot be read counts as none: the next proof replaces it. */
  static async open(dataDir: string, log: Logger): Promise<ProofFile> {
    const path = join(dataDir, 'line-proofs.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    return new ProofFile(path, text === null ? [] : read(text), log);
  }

  keep(proofs: readonly LineProof[]): void {
    const text = `${JSON.stringify(proofs)}\n`;
    this.#last = this.#last
      .then(() => replaceFile(this.#path, text))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'the proofs of the line could not be saved'));
  }

  /** Resolves when everything is on the disk. */
  close(): Promise<void> {
    return this.#last;
  }
}

function read(text: string): readonly LineProof[] {
  try {
    return saved.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
