import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utterances } from '#bridge/engines/openai-realtime/utterances.ts';
import { ToolCalls } from '#bridge/engines/tool-calls.ts';

describe('what was said', () => {
  it('never tells the service to keep more than came, nor twice the same', () => {
    const piece = fc.record({ item: fc.integer({ min: 0, max: 3 }), bytes: fc.integer({ min: 0, max: 9_000 }) });
    const cut = fc.record({ cut: fc.integer({ min: 0, max: 3 }), heardMs: fc.double({ min: -10, max: 5_000, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, cut), { maxLength: 40 }), (course) => {
        const utterances = new Utterances();
        const received = new Map<string, number>();
        const deleted = new Set<string>();
        const keptMs = new Map<string, number>();
        for (const step of course) {
          if ('item' in step) {
            const id = `item_${step.item}`;
            utterances.heard(id, 'resp', 0, step.bytes);
            received.set(id, (received.get(id) ?? 0) + step.bytes);
            continue;
          }
          for (const told of utterances.cut(`item_${step.cut}`, step.heardMs, 'resp')) {
            expect(deleted.has(told.id)).toBe(false);
            if (told.kind === 'delete') deleted.add(told.id);
            else {
              expect(told.audioEndMs).toBeGreaterThan(0);
              expect(Number.isInteger(told.audioEndMs)).toBe(true);
              expect(told.audioEndMs).toBeLessThanOrEqual((received.get(told.id) ?? 0) / 8);
              expect(told.audioEndMs).toBeLessThan(keptMs.get(told.id) ?? Number.POSITIVE_INFINITY);
              keptMs.set(told.id, told.audioEndMs);
            }
          }
        }
      }),
    );
  });

  it('forgets the oldest of many and stays small', () => {
    const utterances = new Utterances();
    for (let index = 0; index < 1_000; index += 1) utterances.heard(`item_${index}`, 'resp', 0, 160);
    expect(utterances.knows('item_0')).toBe(false);
    expect(utterances.knows('item_999')).toBe(true);
    expect(utterances.cut('item_0', 10, null)).toEqual([]);
  });
});

describe('tools in any order', () => {
  it('answers each call once and goes on once, never before its response is over', () => {
    const calls = fc.array(fc.record({ response: fc.integer({ min: 0, max: 2 }), thenAnswer: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat()), (wishes, choices) => {
        const tools = new ToolCalls();
        const open = new Map<string, { response: string; thenAnswer: boolean }>();
        const over = new Set<string>();
        const wentOn: string[] = [];
        const steps: (() => void)[] = [];
        for (const [index, { response, thenAnswer }] of wishes.entries()) {
          const id = `call_${index}`;
          const responseId = `resp_${response}`;
          expect(tools.called(id, responseId)).toBe(true);
          expect(tools.called(id, responseId)).toBe(false);
          open.set(id, { response: responseId, thenAnswer });
          steps.push(() => {
            const answered = tools.answered(id, thenAnswer);
            expect(tools.answered(id, true)).toBeNull();
            open.delete(id);
            if (answered?.goOn) wentOn.push(responseId);
            expect(answered).not.toBeNull();
          });
        }
        for (const response of new Set(wishes.map((wish) => `resp_${wish.response}`))) {
          steps.push(() => {
            over.add(response);
            if (tools.responseOver(response)) wentOn.push(response);
          });
        }
        while (steps.length > 0) {
          const before = wentOn.length;
          const [step] = steps.splice((choices.next().value ?? 0) % steps.length, 1);
          step?.();
          for (const response of wentOn.slice(before)) {
            expect(over.has(response)).toBe(true);
            expect([...open.values()].some((call) => call.response === response)).toBe(false);
          }
        }
        expect(tools.openCount).toBe(0);
        expect(new Set(wentOn).size).toBe(wentOn.length);
        const wanting = new Set(wishes.filter(({ thenAnswer }) => thenAnswer).map(({ response }) => `resp_${response}`));
        expect(new Set(wentOn)).toEqual(wanting);
      }),
    );
  });
});
