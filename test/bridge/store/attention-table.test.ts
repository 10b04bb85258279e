import { describe, expect, it, onTestFinished } from 'vitest';
import { addCampaign, openTestStore } from '../../support/store.ts';

describe('what was not needed', () => {
  it('is counted for each rule of each campaign, told with the campaign, and can be taken back', async () => {
    const store = await openTestStore();
    onTestFinished(() => store.close());
    const [one, other] = [addCampaign(store), addCampaign(store)];
    expect(store.campaigns.get(one.id)).not.toHaveProperty('attentionTuning');
    for (let times = 0; times < 6; times++) store.attention.dismiss(one.id, 'price');
    store.attention.dismiss(one.id, 'upset');
    expect(store.attention.dismissals(one.id)).toEqual({ price: 6, upset: 1 });
    expect(store.attention.dismissals(other.id)).toEqual({});
    expect(store.campaigns.get(one.id)?.attentionTuning).toEqual([
      { rule: 'upset', dismissed: 1, effect: 'later' },
      { rule: 'price', dismissed: 6, effect: 'silent' },
    ]);
    store.attention.reset(one.id, 'price');
    expect(store.campaigns.list().map(({ attentionTuning }) => attentionTuning)).toEqual([
      [{ rule: 'upset', dismissed: 1, effect: 'later' }],
      undefined,
    ]);
  });

  it('goes with the campaign', async () => {
    const store = await openTestStore();
    onTestFinished(() => store.close());
    const { id } = addCampaign(store);
    store.attention.dismiss(id, 'price');
    store.campaigns.remove(id);
    expect(store.attention.dismissals(id)).toEqual({});
  });
});
