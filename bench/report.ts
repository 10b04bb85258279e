import type { Loads } from './rig/loads.ts';
import type { Past } from './rig/past.ts';

/** One line of the table. */
export interface Row {
  readonly figure: string;
  readonly floor: string;
  readonly ringside: string;
  /** Ratio or difference of the two, or of two states of the same. */
  readonly compared: string;
  readonly target: string;
  /** Null where there is no target. */
  readonly met: boolean | null;
}

/** What a section may use. */
export interface Bench {
  readonly loads: Loads;
  /** The data folder of a bridge that has been at work for years. */
  readonly past: Past;
  /** Short enough for a build server: fewer rounds, shorter windows, smaller stores. */
  readonly quick: boolean;
  /** How often the floor and Ringside take turns. */
  readonly rounds: number;
  readonly soakMs: number;
  say(text: string): void;
}

export interface Section {
  readonly name: string;
  run(bench: Bench): Promise<readonly Row[]>;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
export const mb = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} MB`;
export const times = (value: number): string => `${value.toFixed(2)}x`;
export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
export const signed = (value: number, print: (value: number) => string): string => (value < 0 ? `-${print(-value)}` : `+${print(value)}`);

/** A row without a floor. */
export function alone(figure: string, ringside: string, target: string, met: boolean | null, compared = ''): Row {
  return { figure, floor: '', ringside, compared, target, met };
}

const heads: Row & { readonly mark: string } = {
  figure: 'figure',
  floor: 'floor',
  ringside: 'Ringside',
  compared: 'ratio or difference',
  target: 'target',
  met: null,
  mark: 'met?',
};

export function table(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map((row) => ({ ...row, mark: row.met === null ? '' : row.met ? 'yes' : 'NO' }))].map((row) => [
    row.figure,
    row.floor,
    row.ringside,
    row.compared,
    row.target,
    row.mark,
  ]);
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const print = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd();
  const [head = [], ...body] = lines;
  return [print(head), widths.map((width) => '-'.repeat(width)).join('-|-'), ...body.map(print)].join('\n');
}
