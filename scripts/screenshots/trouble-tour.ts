import type { Browser, Page } from 'playwright-core';
import { openBridgeRig, type ShortPerson, until } from '../../test/support/bridge-rig.ts';
import { startFaultProxy } from '../../test/support/fault-proxy.ts';
import { openCamera } from './camera.ts';

const listen = { kind: 'listen', pauseMs: 700 } as const;
const say = (text: string) => ({ kind: 'say', text }) as const;
/** A slow machine needs its time for the pictures of one call. Below the longest call of the campaign, which ends it otherwise. */
const patienceMs = 280_000;
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

const leads = 20;
/** How many calls may end while they are pictured. */
const needyTries = 3;

async function closePopover(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
}

/** What goes wrong, against simulated services in this process: calls that need a person, a line that breaks, a call with a cause. */
export async function troubleTour(browser: Browser, rendererDir: string, folder: string): Promise<void> {
  const numberOf = (at: number) => `+121255507${String(at).padStart(2, '0')}`;
  await using proxy = await startFaultProxy('none');
  await using rig = await openBridgeRig({
    env: { RINGSIDE_PUBLIC_URL: proxy.url },
    host: { rendererDir },
    people: (number) => {
      // Whoever is called when one of the first has hung up talks as they did.
      const at = Array.from({ length: leads }, (_, lead) => numberOf(lead)).indexOf(number);
      const person = people[at % people.length];
      return person ? { giveUpMs: patienceMs, ...person } : null;
    },
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
  for (let at = people.length; at < leads; at++) rows.push(`${numberOf(at)},Lead ${at + 1},New York,America/New_York`);
  await rig.invoke('leads.import', { campaignId: id, csv: `phone,firstName,city,timeZone\n${rows.join('\n')}\n` });
  await rig.invoke('campaigns.start', { id, anyway: true });
  const live = async () => (await rig.invoke('calls.list', { live: true })).filter(({ state }) => state === 'live');
  /** The picture of a call that needs a person; of another one when it ends before all the windows have it. */
  const ofNeedy = async (name: string, prepare?: (page: Page) => Promise<void>, after?: (page: Page) => Promise<void>) => {
    for (let tries = 1; ; tries++) {
      const needy = await until(
        'a call that needs a person',
        async () => (await live()).find(({ attention }) => attention?.level === 'act'),
        120_000,
      );
      const problem = await picture(name, `/board/${needy.id}`, prepare, after).catch((error: unknown) => ({ error }));
      if ((await live()).some(({ id: other }) => other === needy.id)) {
        if (problem) throw problem.error;
        return;
      }
      if (tries === needyTries) throw new Error(`The calls ended before they could be pictured: ${name}`);
    }
  };
  await ofNeedy('board-needs');
  await picture('campaign-real', `/campaigns/${id}`);
  await picture('campaign-pause', null, (page) => page.getByRole('button', { name: /^Pause/ }).click());
  for (const [name, button] of [
    ['board-duty', /off duty/i],
    ['board-transfer', /^Transfer/],
    ['board-hang-up', /^Hang up/],
  ] as const) {
    await ofNeedy(name, (page) => page.getByRole('button', { name: button }).click({ timeout: 10_000 }), closePopover);
  }
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
