import { ToolCalls } from '../tool-calls.ts';
import type { NestedEvent } from './wire.ts';

export interface DelegationsParts {
  toolCalled(call: { readonly id: string; readonly name: string; readonly arguments: string }): void;
  /** Hand a result to the model behind the voice. */
  sendOutput(callId: string, output: string): void;
  /** Let it go on. */
  sendGoOn(): void;
  /** It has begun to work. */
  began(): void;
  /** It has finished one of its answers. @param wantsTools it waits for results, and has nothing to say yet */
  ended(wantsTools: boolean): void;
  failed(): void;
  usage(model: string, usage: NonNullable<NonNullable<NestedEvent['response']>['usage']>): void;
}

/** What the model behind the voice does: it is told of by its own events, wrapped into ours, and waits for results until it is told to go on. */
export class Delegations {
  readonly #parts: DelegationsParts;
  readonly #calls = new ToolCalls();
  readonly #responseOf = new Map<string, string>();
  readonly #wanting = new Set<string>();
  #lastResponse = '';

  constructor(parts: DelegationsParts) {
    this.#parts = parts;
  }

  created(delegation: string, response: string | null): void {
    if (response !== null) this.#remember(delegation, response);
    this.#parts.began();
  }

  /** One of the wrapped events. @param delegation null when the service cannot tell which */
  event(delegation: string | null, event: NestedEvent): void {
    switch (event.type) {
      case 'response.created':
        if (event.response?.id) this.#remember(delegation ?? '', event.response.id);
        this.#parts.began();
        return;
      case 'response.output_item.done':
        this.#item(this.#response(delegation), event.item);
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#over(event.response?.id ?? this.#response(delegation), event);
        return;
      default:
        return;
    }
  }

  toolResult(callId: string, result: string, thenAnswer: boolean): void {
    const answered = this.#calls.answered(callId, thenAnswer);
    if (!answered) return;
    this.#parts.sendOutput(callId, result);
    if (answered.goOn) this.#goOn();
  }

  #item(response: string, item: NestedEvent['item']): void {
    if (item?.type !== 'function_call' || !item.call_id || !item.name) return;
    if (!this.#calls.called(item.call_id, response)) return;
    this.#wanting.add(response);
    this.#parts.toolCalled({ id: item.call_id, name: item.name, arguments: item.arguments ?? '{}' });
  }

  #over(response: string, event: NestedEvent): void {
    if (event.response?.usage) this.#parts.usage(event.response.model ?? '', event.response.usage);
    const goOn = this.#calls.responseOver(response);
    const wanted = this.#wanting.delete(response);
    if (event.type === 'response.completed') this.#parts.ended(wanted);
    else this.#parts.failed();
    if (goOn) this.#goOn();
  }

  #goOn(): void {
    this.#parts.began();
    this.#parts.sendGoOn();
  }

  #remember(delegation: string, response: string): void {
    this.#lastResponse = response;
    this.#responseOf.delete(delegation);
    this.#responseOf.set(delegation, response);
    const [oldest] = this.#responseOf.keys();
    if (this.#responseOf.size > 50 && oldest !== undefined) this.#responseOf.delete(oldest);
  }

  #response(delegation: string | null): string {
    return (delegation === null ? undefined : this.#responseOf.get(delegation)) ?? this.#lastResponse;
  }
}
