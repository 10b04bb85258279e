import { afterEach, describe, expect, it } from 'vitest';
import { Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

async function answering(): Promise<string> {
  talk = await Talk.start();
  await talk.ready();
  talk.session.answer(null);
  await talk.peer.next('response.create');
  return talk.peer.active ?? '';
}

const outputs = () =>
  talk.peer
    .all('conversation.item.create')
    .map(({ item }) => item)
    .filter(({ type }) => type === 'function_call_output')
    .map(({ call_id, output }) => ({ call_id, output }));

describe('a wish of the model', () => {
  it('is told once, answered once, and the model goes on when its answer is over', async () => {
    const response = await answering();
    talk.peer.call(response, 'call_1', 'schedule_callback', { when_text: 'Tuesday' });
    await talk.heard.until(() => talk.heard.calls.length === 1);
    expect(talk.heard.calls).toEqual([{ id: 'call_1', name: 'schedule_callback', arguments: '{"when_text":"Tuesday"}' }]);
    talk.session.toolResult('call_1', '{"ok":true}', true);
    talk.session.toolResult('call_1', '{"ok":false}', true);
    talk.session.toolResult('call_9', '{"ok":false}', true);
    await talk.settle();
    expect(outputs()).toEqual([{ call_id: 'call_1', output: '{"ok":true}' }]);
    expect(talk.peer.all('response.create')).toHaveLength(1);
    const item = {
      type: 'function_call',
      id: 'item_f',
      status: 'completed',
      name: 'schedule_callback',
      call_id: 'call_1',
      arguments: '{}',
    };
    talk.peer.done(response, { output: [item] });
    await talk.peer.next('response.create');
    await talk.settle();
    expect(talk.peer.all('response.create')).toHaveLength(2);
    expect(talk.heard.calls).toHaveLength(1);
    expect(talk.heard.troubles).toHaveLength(2);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('goes on once, after all wishes of the same answer have theirs', async () => {
    const response = await answering();
    talk.peer.call(response, 'call_1', 'end_call', {});
    talk.peer.call(response, 'call_2', 'mark_opt_out', {});
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    talk.session.toolResult('call_1', '{}', true);
    await talk.settle();
    expect(talk.peer.all('response.create')).toHaveLength(1);
    talk.session.toolResult('call_2', '{}', false);
    await talk.peer.next('response.create');
    await talk.settle();
    expect(talk.peer.all('response.create')).toHaveLength(2);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('may be noted in silence', async () => {
    const response = await answering();
    talk.heard.onTool = ({ id }) => talk.session.toolResult(id, '{}', false);
    talk.peer.call(response, 'call_1', 'end_call', {});
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    await talk.settle();
    expect(outputs()).toHaveLength(1);
    expect(talk.peer.all('response.create')).toHaveLength(1);
  });

  it('is found in the end of the answer when its own event was lost', async () => {
    const response = await answering();
    const item = { type: 'function_call', id: 'item_f', status: 'completed', name: 'end_call', call_id: 'call_1', arguments: '{}' };
    talk.peer.done(response, { output: [item] });
    await talk.heard.until(() => talk.heard.calls.length === 1);
  });

  it('is answered as cancelled when the callee cut it off in the middle', async () => {
    const response = await answering();
    talk.peer.call(response, 'call_1', 'end_call', {}, 'incomplete');
    await talk.settle();
    expect(talk.heard.calls).toEqual([]);
    expect(outputs()).toEqual([{ call_id: 'call_1', output: '{"cancelled":true}' }]);
  });

  it('is answered for a tool that hangs, so that the model does not fall silent', async () => {
    const response = await answering();
    talk.peer.call(response, 'call_1', 'transfer_to_human', {});
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    talk.clock.advance(15_000);
    await talk.peer.next('response.create');
    expect(outputs()).toEqual([{ call_id: 'call_1', output: expect.stringContaining('too long') }]);
  });
});
