import { describe, expect, it } from 'vitest';
import { EngineHealth } from '#bridge/engines/health.ts';
import { ManualClock } from '#test/support/manual-clock.ts';

describe('the health of engines', () => {
  it('is shared: what one call meets keeps the next from trying', () => {
    const health = new EngineHealth(new ManualClock());
    expect(health.look('realtime')).toEqual({ ok: true });
    health.failed('openai-realtime', 'OpenAI does not accept the key', true);
    expect(health.look('realtime')).toEqual({ ok: false, reason: 'OpenAI does not accept the key' });
    expect(health.look('live').ok).toBe(true);
    health.close();
  });

  it('forgets what was, when it was tried by itself and works, or has other credentials', () => {
    const health = new EngineHealth(new ManualClock());
    let told = 0;
    health.listen(() => {
      told += 1;
    });
    health.failed('openai-realtime', 'OpenAI does not accept the key', true);
    // The late success of a call that had begun before says nothing.
    health.worked('openai-realtime');
    expect(health.look('realtime').ok).toBe(false);
    health.mended('openai-realtime', 'openai-live');
    expect(health.look('realtime').ok).toBe(true);
    expect(told).toBe(2);
    health.close();
  });

  it('concerns every rung that cannot do without the provider', () => {
    const health = new EngineHealth(new ManualClock());
    health.held('openai-text', 'too many requests', 5_000);
    expect(health.look('relay').ok).toBe(false);
    expect(health.look('turn-based').ok).toBe(false);
    expect(health.look('announcement').ok).toBe(true);
    health.close();
  });

  it('tells when a rung may be tried again, and lets one call do so', () => {
    const clock = new ManualClock();
    const health = new EngineHealth(clock);
    let told = 0;
    health.listen(() => {
      told += 1;
    });
    health.held('openai-live', 'busy', 5_000);
    expect(told).toBe(1);
    clock.advance(5_000);
    expect(told).toBe(2);
    expect(health.look('live').ok).toBe(true);
    health.trying('live');
    expect(health.look('live').ok).toBe(false);
    health.worked('openai-live');
    expect(health.look('live').ok).toBe(true);
    health.close();
  });
});
