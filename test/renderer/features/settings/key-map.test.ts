import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyMap } from '#renderer/features/settings/sections/key-map.ts';

const renderer = join(import.meta.dirname, '../../../../src/renderer');

/** Keys that a screen binds with words of its own, as `useKeys` is given them. */
function bound(): readonly string[] {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !file.endsWith('key-map.ts'),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(renderer, file), 'utf8');
    if (!text.includes('useKeys(')) return [];
    return [...text.matchAll(/\bkeys: '([^']+)',\s*words: '([^']+)'/g)].map(([, keys, words]) => `${keys}: ${words}`);
  });
}

const listed = new Set(keyMap.flatMap(({ keys }) => keys.map((key) => `${key.keys}: ${key.words}`)));

describe('the keyboard map', () => {
  it('has every key of every screen, in the words of the screen', () => {
    expect(bound().filter((key) => !listed.has(key))).toEqual([]);
  });

  it('has no key twice in a group', () => {
    for (const { name, keys } of keyMap) expect([name, new Set(keys.map((key) => key.keys)).size]).toEqual([name, keys.length]);
  });
});
