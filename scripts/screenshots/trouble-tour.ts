import type { Browser } from 'playwright-core';
import { openBridgeRig, type ShortPerson, until } from '../../test/support/bridge-rig.ts';
import { startFaultProxy } from '../../test/support/fault-proxy.ts';
import { openCamera } from './camera.ts';

const listen = { kind: 'listen', pauseMs: 700 } as const;
const say = (text: string) => ({ kind: 'say', text }) as const;
/** Goes on talking for some minutes, so that all the windows find the call alive. */
const smallTalk = [
  'We moved here in the spring, and I have not looked at it since.',
  'The boiler is about nine years old, I believe.',
  'It makes a noise in the morning.',
  'My neighbour had the same, and it was the pump.',
  'I would have to ask my wife about the day.',
  'And who would come, one man or two?',
  'We had somebody here last year, he was very friendly.',
  'The kitchen is fine, it is only the bathroom.',
];
const talksOn = [...smallTalk, ...smallTalk, ...smallTalk].flatMap((text) => [listen, say(text), { kind: 'wait', ms: 3_000 } as const]);

/** Who answers, by the order in which they are called. */
const people: readonly (ShortPerson & { readonly name: string; readonly city: string })[] = [
  {
    name: 'Marlene',
    city: 'New York',
    moves: [
      say('Hello?'),
      listen,
      say('Can I speak to a real person, please?'),
      listen,
      say('I would like to speak to a human.'),
      listen,
      say('No, please let me talk to a person.'),
      ...talksOn,
    ],
  },
  { name: 'Robert', city: 'Boston', moves: [say('Hello?'), listen, say('What does it cost?'), ...talksOn] },
  { name: 'Helen', city: 'New York', moves: [say('Hello?'), listen, say('Yes, that sounds good.'), ...talksOn] },
  { name: 'Curtis', city: 'Albany', moves: [say('Hello?'), listen, say('Who is this, please?'), ...talksOn] },
  { name: 'Denise', city: 'Boston', moves: [say('Hello?'), listen, say('I want my money back, this is a complaint.'), ...talksOn] },
  { name: 'Walter', city: 'Newark', moves: [say('Hello?'), ...talksOn] },
];

/** What goes wrong, against simulated services in this process: calls that need a person, a line that breaks, a call with a cause. */
export async function troubleTour(browser: Browser, rendererDir: string, folder: string): Promise<void> {
  const numberOf = (at: number) => `+121255507${String(at).padStart(2, '0')}`;
  await using proxy = await startFaultProxy('none');
  await using rig = await openBridgeRig({
    env: { RINGSIDE_PUBLIC_URL: proxy.url },
    host: { rendererDir },
    people: (number) => people.find((_, at) => numberOf(at) === number) ?? null,
  });
  proxy.target = rig.bridge.ingress.url;
  await rig.invoke('settings.update', { operatorName: 'Dana' });
  await using camera = await openCamera(browser, `${rig.bridge.console.url}/#token=${rig.bridge.token}`, folder);
  const { picture, pause } = camera;
  await rig.warmUp();

  const id = await rig.campaign('twilio', [], {
    name: 'November checks',
    maxCallSeconds: 300,
    lines: people.length,
    budgetMicros: 20_000_000,
  });
  const rows = people.map(({ name, city }, at) => `${numberOf(at)},${name},${city},America/New_York`);
  // More people than lines: the campaign runs for as long as it is looked at.
  for (let at = people.length; at < 20; at++) rows.push(`${numberOf(at)},Lead ${at + 1},New York,America/New_York`);
  await rig.invoke('leads.import', { campaignId: id, csv: `phone,firstName,city,timeZone\n${rows.join('\n')}\n` });
  await rig.invoke('campaigns.start', { id, anyway: true });
  const needy = await until(
    'a call that needs a person',
    async () => (await rig.invoke('calls.list', { live: true })).find(({ attention }) => attention?.level === 'act'),
    120_000,
  );
  await picture('board-needs', `/board/${needy.id}`);
  await picture('campaign-real', `/campaigns/${id}`);
  await picture('campaign-pause', null, (page) => page.getByRole('button', { name: /^Pause/ }).click());
  await picture('board-duty', `/board/${needy.id}`, async (page) => {
    await page.getByRole('button', { name: /off duty/i }).click();
  });
  await picture('board-transfer', null, async (page) => {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
    await page.getByRole('button', { name: /^Transfer/ }).click();
  });
  await picture('board-hang-up', null, async (page) => {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(200);
    await page.getByRole('button', { name: /^Hang up/ }).click();
  });
  await rig.invoke('campaigns.stop', { id });
  for (const call of await rig.invoke('calls.list', { live: true })) await rig.invoke('calls.hangUp', { id: call.id });

  proxy.fault = 'no-upgrades';
  await rig.invoke('line.prove', { carrier: 'twilio', world: 'real' });
  await picture('line-broken', '/line');
  const broken = await rig.callThrough(numberOf(90), 'twilio');
  await pause(500);
  await picture('review-diagnosis', `/review/${broken.id}`);
  await picture('review-wire', null, async (page) => {
    await page.getByRole('button', { name: 'See what passed on the wire' }).click();
    await page.getByRole('button', { name: 'Ask Twilio' }).click();
  });
}
