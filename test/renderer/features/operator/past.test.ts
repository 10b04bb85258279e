import { describe, expect, it } from 'vitest';
import { Behind } from '#renderer/features/operator/audio/behind.ts';
import { Stretch } from '#renderer/features/operator/audio/stretch.ts';

describe('how far behind the live sound a listener is', () => {
  it('is nothing before the first jump', () => {
    const behind = new Behind();
    behind.heard(4);
    expect(behind.at(1_000)).toBe(0);
  });

  it('stays the same at the pace of the call, whatever number the frames begin with', () => {
    const behind = new Behind();
    behind.jumped(30_000, 1_000);
    behind.heard(700);
    behind.heard(750);
    expect(behind.at(2_000)).toBe(30_000);
  });

  it('shrinks while half as many frames again come, and ends at live', () => {
    const behind = new Behind();
    behind.jumped(3_000, 0);
    behind.heard(0);
    behind.heard(75);
    expect(behind.at(1_000)).toBe(2_500);
    behind.heard(449);
    expect(behind.at(6_000)).toBe(0);
    expect(behind.at(9_000)).toBe(0);
  });
});

describe('catching up', () => {
  it('makes two seconds of three, at the same pitch and loudness', () => {
    const stretch = new Stretch();
    const out: number[] = [];
    for (let frame = 0; frame < 150; frame++) {
      const samples = Float32Array.from({ length: 160 }, (_, at) => 0.5 * Math.sin((2 * Math.PI * 220 * (frame * 160 + at)) / 8000));
      for (const made of stretch.push(samples)) out.push(...made);
    }
    expect(Math.abs(out.length / 8000 - 2)).toBeLessThan(0.06);
    const crossings = out.filter((value, at) => at > 0 && value >= 0 && (out[at - 1] ?? 0) < 0).length;
    expect(Math.abs(crossings / (out.length / 8000) - 220)).toBeLessThan(8);
    const rms = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / out.length);
    expect(rms).toBeGreaterThan(0.33);
    const steps = out.slice(1).map((value, at) => Math.abs(value - (out[at] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.2);
  });
});
