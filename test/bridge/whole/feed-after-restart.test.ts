import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openBridgeRig, type Told, until } from '#test/support/bridge-rig.ts';

vi.setConfig({ testTimeout: 60_000 });

it('gives a console that comes back after a restart, with a number alone, a snapshot and never events of the wrong run', async () => {
  await using rig = await openBridgeRig();
  const id = await rig.campaign('twilio', ['+12025550101']);
  const before = (await until('news', () => rig.feed.filter(({ seq }) => seq !== undefined).at(-1)))?.seq ?? 0;
  await rig.restart();
  // More than before, so that the number alone could be one of this run.
  for (let count = 0; count < 20; count++) await rig.invoke('campaigns.update', { id, name: `Name ${count}` });
  const heard: Told[] = [];
  const live = new WebSocket(`${rig.bridge.console.url.replace(/^http/, 'ws')}/live`, [`ringside.${rig.bridge.token}`]);
  live.on('message', (data) => heard.push(JSON.parse(String(data)) as Told));
  live.on('open', () => live.send(JSON.stringify({ type: 'resume', seq: before })));
  await until('an answer', () => heard[0]);
  expect(heard.map(({ type }) => type)).toEqual(['snapshot']);
  expect(heard[0]?.seq).toBeGreaterThan(before);
  expect(heard[0]?.campaigns).toMatchObject([{ id, name: 'Name 19' }]);
  await rig.invoke('campaigns.update', { id, name: 'The last' });
  await until('the next', () => heard.length > 1);
  expect(heard[1]).toMatchObject({ type: 'campaign.changed', seq: (heard[0]?.seq ?? 0) + 1 });
  live.terminate();
});
