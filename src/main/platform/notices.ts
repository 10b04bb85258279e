import { Notification } from 'electron';
import type { CallSummary } from '#bridge/contract/calls.ts';

/** Native notifications for calls that need a person: one per call and reason; a click opens the call. */
export class Notices {
  readonly #open: (callId: CallSummary['id']) => void;
  readonly #shown = new Map<string, { readonly reason: string; readonly notice: Notification }>();

  constructor(open: (callId: CallSummary['id']) => void) {
    this.#open = open;
  }

  callChanged(call: Pick<CallSummary, 'id' | 'state' | 'leadName' | 'attention' | 'world'>): void {
    const { attention } = call;
    if (call.state === 'ended' || attention?.level !== 'act') {
      this.#shown.get(call.id)?.notice.close();
      this.#shown.delete(call.id);
      return;
    }
    if (this.#shown.get(call.id)?.reason === attention.reason || !Notification.isSupported()) return;
    this.#shown.get(call.id)?.notice.close();
    const notice = new Notification({
      title: `${call.world === 'rehearsal' ? 'Rehearsal: ' : ''}${call.leadName ?? 'A call'} needs a person`,
      body: attention.reason,
      urgency: 'critical',
    });
    notice.on('click', () => this.#open(call.id));
    notice.show();
    this.#shown.set(call.id, { reason: attention.reason, notice });
  }

  close(): void {
    for (const { notice } of this.#shown.values()) notice.close();
    this.#shown.clear();
  }
}
