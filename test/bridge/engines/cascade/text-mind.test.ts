import { describe, expect, it } from 'vitest';
import type { ThinkingHandlers, ThinkingStage } from '#bridge/engines/cascade/stages.ts';
import { textMindOf } from '#bridge/engines/cascade/text-mind.ts';
import type { TextRequest } from '#bridge/engines/text-mind.ts';

const request: TextRequest = { instructions: '', items: [], note: null, tools: [], safetyIdentifier: 'x' };
const cost = { kind: 'text', micros: 5, detail: '', estimated: true };

function stage(think: (on: ThinkingHandlers) => void): ThinkingStage {
  return {
    name: 'scripted',
    model: 'scripted',
    account: {} as ThinkingStage['account'],
    think(_request, on) {
      queueMicrotask(() => think(on));
      return { abort: () => [cost] };
    },
  };
}
const failing = stage((on) => on.failed({ kind: 'retryable', cause: 'too many requests', cure: null }));
const answering = stage((on) => {
  on.text('Hello');
  on.text(' there.');
  on.call({ id: 'c1', name: 'end_call', arguments: '{}' });
  on.done({ status: 'completed', usage: [cost] });
});

describe('a text model of the cascade, for other engines', () => {
  it('gives an answer whole and in pieces, with what it wants done', async () => {
    const pieces: string[] = [];
    const reply = await textMindOf([answering]).reply(request, (delta) => pieces.push(delta), new AbortController().signal);
    expect(reply).toEqual({ text: 'Hello there.', calls: [{ id: 'c1', name: 'end_call', arguments: '{}' }], usage: [cost] });
    expect(pieces).toEqual(['Hello', ' there.']);
  });

  it('asks the next one when one fails before it has said anything', async () => {
    let retries = 0;
    const onRetry = () => {
      retries += 1;
    };
    const { signal } = new AbortController();
    expect((await textMindOf([failing, answering]).reply(request, () => undefined, signal, onRetry)).text).toBe('Hello there.');
    expect(retries).toBe(1);
    await textMindOf([answering]).reply(request, () => undefined, signal, onRetry);
    await expect(textMindOf([failing]).reply(request, () => undefined, signal, onRetry)).rejects.toThrow('too many requests');
    expect(retries).toBe(1);
  });

  it('waits for the first word of the last one only as long as that one likes', async () => {
    const limits: (number | undefined)[] = [];
    const noting = (next: ThinkingStage): ThinkingStage => ({
      ...next,
      think(asked, on) {
        limits.push(asked.wordLimitMs);
        return next.think(asked, on);
      },
    });
    await textMindOf([noting(failing), noting(answering)]).reply(request, () => undefined, new AbortController().signal);
    expect(limits).toEqual([2_000, undefined]);
  });

  it('does not begin an answer anew that was half spoken', async () => {
    const breaking = stage((on) => {
      on.text('Half');
      on.failed({ kind: 'retryable', cause: 'cut', cure: null });
    });
    await expect(textMindOf([breaking, answering]).reply(request, () => undefined, new AbortController().signal)).rejects.toThrow('cut');
    await expect(textMindOf([]).reply(request, () => undefined, new AbortController().signal)).rejects.toThrow('no text model');
  });

  it('tells what was spent on an answer that nobody waits for', async () => {
    const aborter = new AbortController();
    const reply = textMindOf([stage((on) => on.text('Half'))]).reply(request, () => aborter.abort(), aborter.signal);
    expect((await reply).usage).toEqual([cost]);
  });
});
