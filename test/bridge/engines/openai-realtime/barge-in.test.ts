import { afterEach, describe, expect, it } from 'vitest';
import { sound } from '#test/support/realtime-server.ts';
import { Talk } from '#test/support/realtime-talk.ts';

let talk: Talk;
afterEach(async () => {
  await talk?.stop();
});

/** An answer in progress of which `ms` have come. */
async function speaking(ms: number, auto = false): Promise<{ response: string; item: string }> {
  talk = await Talk.start();
  await talk.ready();
  if (auto) talk.session.setAutoAnswer(true);
  talk.session.answer(null);
  await talk.peer.next('response.create');
  const response = talk.peer.active ?? '';
  const item = talk.peer.beginItem(response);
  talk.peer.words(response, item, 'Of course, I can ');
  talk.peer.audio(response, item, sound(ms));
  await talk.heard.until(() => talk.heard.audioOf(item).length === ms * 8);
  return { response, item };
}

/** What was sent to stop and cut, in order. */
function cuts(): readonly unknown[] {
  return talk.peer.received.flatMap(({ type, ...event }): object[] => {
    if (type === 'response.cancel') return [{ cancel: event.response_id }];
    if (type === 'conversation.item.truncate') return [{ cut: event.item_id, at: event.audio_end_ms }];
    if (type === 'conversation.item.delete') return [{ delete: event.item_id }];
    return [];
  });
}

describe('when the callee speaks over us', () => {
  it('stops the answer, cuts it at what was heard, and hands on no more of it', async () => {
    const { response, item } = await speaking(1_000);
    talk.session.interrupt(item, 420.7);
    talk.peer.audio(response, item, sound(200));
    await talk.heard.until(() => talk.heard.answers.length === 1);
    talk.peer.audio(response, item, sound(200));
    await talk.settle();
    expect(cuts()).toEqual([{ cancel: response }, { cut: item, at: 420 }]);
    expect(talk.heard.audioOf(item)).toHaveLength(8_000);
    expect(talk.heard.answers).toEqual([{ status: 'cancelled', detail: 'client_cancelled' }]);
    expect(talk.heard.log).toContain(`audio done ${item}`);
    expect(talk.heard.texts.get(item)).toEqual({ text: 'Of course, I can ', final: true });
    expect(talk.peer.refusals).toEqual([]);
  });

  it('never cuts beyond the sound that came', async () => {
    const { response, item } = await speaking(300);
    talk.session.interrupt(item, 5_000);
    await talk.settle();
    expect(cuts()).toEqual([{ cancel: response }, { cut: item, at: 300 }]);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('deletes an answer of which nothing was heard', async () => {
    const { response, item } = await speaking(300);
    talk.session.interrupt(item, 0.4);
    talk.session.interrupt(item, 0);
    await talk.settle();
    expect(cuts()).toEqual([{ cancel: response }, { delete: item }]);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('deletes what was queued behind, finished or not, and leaves what was heard before', async () => {
    const { response, item } = await speaking(300);
    talk.peer.endItem(response, item, 'Of course, I can help.');
    const second = talk.peer.beginItem(response);
    talk.peer.audio(response, second, sound(500));
    talk.peer.endItem(response, second, 'On Tuesday.');
    const third = talk.peer.beginItem(response);
    talk.peer.audio(response, third, sound(100));
    await talk.heard.until(() => talk.heard.audioOf(third).length === 800);
    talk.session.interrupt(second, 100);
    talk.session.interrupt(third, 0);
    await talk.settle();
    expect(cuts()).toEqual([{ cancel: response }, { cut: second, at: 100 }, { delete: third }]);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('cuts an answer that was generated long ago and still plays, without cancelling anything', async () => {
    const { response, item } = await speaking(4_000);
    talk.peer.endItem(response, item, 'A long sentence.');
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    talk.session.interrupt(item, 1_500);
    await talk.settle();
    expect(cuts()).toEqual([{ cut: item, at: 1_500 }]);
  });

  it('cuts nothing of an answer that was heard to its end', async () => {
    const { response, item } = await speaking(400);
    talk.peer.endItem(response, item, 'Good.');
    talk.peer.done(response);
    await talk.heard.until(() => talk.heard.answers.length === 1);
    talk.session.interrupt(item, 400);
    talk.session.interrupt('item_unknown', 100);
    await talk.settle();
    expect(cuts()).toEqual([]);
  });

  it('does not cancel what the service has stopped by itself', async () => {
    const { response, item } = await speaking(800, true);
    talk.heard.onSpeech = () => talk.session.interrupt(item, 200);
    talk.peer.send({ type: 'input_audio_buffer.speech_started', item_id: 'item_u', audio_start_ms: 100 });
    talk.peer.done(response, { status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } });
    await talk.heard.until(() => talk.heard.answers.length === 1);
    await talk.settle();
    expect(cuts()).toEqual([{ cut: item, at: 200 }]);
    expect(talk.heard.answers).toEqual([{ status: 'cancelled', detail: 'turn_detected' }]);
  });

  it('cancels an answer before its first sound, and one that was only asked for', async () => {
    talk = await Talk.start({ creates: false });
    await talk.ready();
    talk.session.answer(null);
    const create = await talk.peer.next('response.create');
    talk.session.interrupt(null, 0);
    await talk.settle();
    expect(cuts()).toEqual([]);
    const response = talk.peer.created(create);
    const item = talk.peer.beginItem(response);
    talk.peer.audio(response, item, sound(100));
    await talk.heard.until(() => talk.heard.answers.length === 1);
    await talk.settle();
    expect(cuts()).toEqual([{ cancel: response }, { delete: item }]);
    expect(talk.heard.utterances).toEqual([]);
    expect(talk.peer.refusals).toEqual([]);
  });

  it('takes no harm from a cancel that comes too late', async () => {
    const { response, item } = await speaking(400);
    // Done on the service's side, not yet known on ours.
    talk.peer.active = null;
    talk.session.interrupt(item, 100);
    await talk.settle();
    expect(talk.peer.refusals).toEqual(['response_cancel_not_active']);
    talk.peer.done(response);
    talk.session.answer(null);
    await talk.peer.next('response.create');
    expect(talk.heard.failure).toBeNull();
    expect(talk.heard.troubles).toEqual([]);
  });

  it('makes an estimate of the cost when the session ends in mid-sentence', async () => {
    await speaking(5_000);
    talk.session.close();
    expect(talk.heard.costs).toEqual([
      expect.objectContaining({ kind: 'realtime-in', estimated: true }),
      { kind: 'realtime-out', micros: 100 * 64, detail: 'gpt-realtime-2.1: about 100 audio tokens', estimated: true },
    ]);
  });
});
