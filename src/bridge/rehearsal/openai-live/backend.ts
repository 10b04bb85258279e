import type { BrainReply } from '../openai/brain.ts';
import type { Chance } from '../openai/chance.ts';
import { type Json, ProtocolError } from '../openai/wire.ts';

interface OpenCall {
  readonly delegation: string;
  readonly name: string;
  output: string | null;
  /** Puts the output into what the model knows. */
  readonly answer: (output: string) => void;
}

export interface BackendParts {
  readonly chance: Chance;
  readonly model: () => string;
  readonly clockMs: () => number;
  send(event: Json): void;
  /** Its results are there: decide what comes next. */
  goOn(delegation: string): void;
}

/** The Responses model behind the voice: wants tools one after the other, and does nothing further until it is told to. */
export class Backend {
  readonly #parts: BackendParts;
  readonly #calls = new Map<string, OpenCall>();
  #waiting: string | null = null;

  constructor(parts: BackendParts) {
    this.#parts = parts;
  }

  /** Have these done. @param delegation the one that goes on; null for a new one */
  delegate(
    calls: BrainReply['calls'],
    delegation: string | null,
    answerOf: (name: string, argumentsText: string) => (output: string) => void,
  ): void {
    const { chance, send } = this.#parts;
    const id = delegation ?? chance.id('dlg');
    const response = chance.id('resp');
    if (delegation === null) {
      const created = { id, type: 'delegation', target: 'responses', response_id: response };
      send({ type: 'session.delegation.created', offset_ms: Math.round(this.#parts.clockMs()), delegation: created });
    }
    this.#nested(id, { type: 'response.created', response: this.#snapshot(response, 'in_progress') });
    for (const call of calls) {
      const callId = chance.id('call');
      const text = JSON.stringify(call.arguments);
      this.#calls.set(callId, { delegation: id, name: call.name, output: null, answer: answerOf(call.name, text) });
      const item = { id: chance.id('fc'), type: 'function_call', status: 'completed', call_id: callId, name: call.name, arguments: text };
      this.#nested(id, { type: 'response.output_item.done', output_index: 0, item });
    }
    this.#waiting = calls.length > 0 ? id : null;
    this.#nested(id, { type: 'response.completed', response: this.#snapshot(response, 'completed') });
  }

  fail(): void {
    const { chance, send } = this.#parts;
    const id = chance.id('dlg');
    const response = chance.id('resp');
    const created = { id, type: 'delegation', target: 'responses', response_id: response };
    send({ type: 'session.delegation.created', offset_ms: Math.round(this.#parts.clockMs()), delegation: created });
    this.#nested(id, { type: 'response.created', response: this.#snapshot(response, 'in_progress') });
    this.#nested(id, { type: 'response.failed', response: this.#snapshot(response, 'failed') });
  }

  /** @throws {ProtocolError} when nobody waits for it */
  output(callId: string, output: string): void {
    const call = this.#calls.get(callId);
    if (!call)
      throw new ProtocolError('invalid_value', `No tool call found for function call output with call_id ${callId}.`, 'item.call_id');
    if (call.output !== null) throw new ProtocolError('invalid_value', `The call ${callId} has its output already.`, 'item.call_id');
    call.output = output;
    call.answer(output);
  }

  /** @throws {ProtocolError} when an output is missing, or nothing waits */
  create(): void {
    const missing = [...this.#calls].find(([, { output }]) => output === null);
    if (missing) throw new ProtocolError('invalid_value', `No tool output found for function call ${missing[0]}.`, 'input');
    const delegation = this.#waiting;
    if (delegation === null) throw new ProtocolError('invalid_value', 'There is nothing to continue.');
    this.#waiting = null;
    this.#parts.goOn(delegation);
  }

  #nested(delegation: string, event: Json): void {
    this.#parts.send({ type: 'response.event', delegation_id: delegation, event: { sequence_number: 0, ...event } });
  }

  /** Snapshots say nothing of what was made: only the items themselves do. */
  #snapshot(id: string, status: string): Json {
    const usage = { input_tokens: 820, output_tokens: 40, total_tokens: 860, input_tokens_details: { cached_tokens: 512 } };
    return { id, object: 'response', status, model: this.#parts.model(), output: [], ...(status === 'completed' ? { usage } : {}) };
  }
}
