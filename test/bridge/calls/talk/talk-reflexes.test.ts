import { describe, expect, expectTypeOf, it } from 'vitest';
import { voiceEvents } from '#bridge/calls/talk/talk-reflexes.ts';
import type { FlowSpeech } from '#bridge/calls/voice/speech.ts';
import type { FlowEvent } from '#bridge/domain/call-flow.ts';

type Parts = Parameters<typeof voiceEvents>[0];
type Reflexes = Parameters<typeof voiceEvents>[1];

describe('a fixed sentence that was heard', () => {
  it('moves the flow on in its own way', () => {
    const flow: FlowEvent['type'][] = [];
    const reflexes = { dispatch: (event: FlowEvent) => flow.push(event.type) } as Partial<Reflexes> as Reflexes;
    const events = voiceEvents({ events: {}, sinceAnswerMs: (ms: number) => ms } as Partial<Parts> as Parts, reflexes);
    for (const what of ['disclosure', 'greeting', 'voicemail', 'farewell', 'opt-out-farewell'] as const) events.fixedHeard(what);
    expect(flow).toEqual(['disclosure.played', 'greeting.played', 'message.played', 'farewell.played', 'farewell.played']);
  });

  it('is none when it only bridges a wait, which would end a call that is about to say goodbye', () => {
    expectTypeOf<ReturnType<typeof voiceEvents>['fixedHeard']>().parameter(0).toEqualTypeOf<FlowSpeech>();
    expectTypeOf<Extract<FlowSpeech, 'one-moment'>>().toBeNever();
  });
});
