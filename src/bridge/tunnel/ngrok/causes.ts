import type { TunnelTrouble } from '../tunnel.ts';

type Known = Omit<TunnelTrouble, 'code'>;

const tokenPage = 'https://dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'https://dashboard.ngrok.com/domains';
const agentsPage = 'https://dashboard.ngrok.com/agents';
const endpointsPage = 'https://dashboard.ngrok.com/endpoints';
const billingPage = 'https://dashboard.ngrok.com/billing';
const usagePage = 'https://dashboard.ngrok.com/usage';

const lasting = (cause: string, cure: string, openPage: string): Known => ({ cause, cure, openPage, lasting: true });
const passing = (cause: string, cure: string, openPage: string): Known => ({ cause, cure, openPage, lasting: false });

const token = (cause: string) => lasting(cause, 'Copy the authtoken from the ngrok dashboard again and save it in Setup.', tokenPage);
const plan = (cause: string) =>
  lasting(cause, 'Remove the domain in Setup to use the free one of the account, or choose a plan that has it.', billingPage);
const quota = (what: string) =>
  lasting(
    `The ngrok account has used up its ${what} for this month`,
    'Wait for the next month, choose a larger plan, or use a public address of your own.',
    usagePage,
  );

/** @see https://ngrok.com/docs/errors/ */
const byNumber: Readonly<Record<number, Known>> = {
  4018: token('No ngrok authtoken was given'),
  105: token('The ngrok authtoken is not complete: it is not in the form that ngrok gives out'),
  107: token('The ngrok authtoken is wrong, or was revoked'),
  300: token('The ngrok authtoken was revoked'),
  108: passing(
    'The ngrok account already has as many agents online as its plan allows',
    'Stop ngrok on other computers, or end their sessions on the Agents page.',
    agentsPage,
  ),
  103: lasting('The ngrok account is suspended', 'Ask ngrok why, or use another account.', 'https://ngrok.com/support'),
  120: lasting('This version of the ngrok agent is too old', 'Update Ringside.', 'https://ngrok.com/docs/errors/err_ngrok_120/'),
  121: lasting('This version of the ngrok agent is too old', 'Update Ringside.', 'https://ngrok.com/docs/errors/err_ngrok_121/'),
  123: lasting(
    'The e-mail address of the ngrok account is not verified',
    'Click the link in the mail that ngrok sent, then restart the tunnel.',
    'https://dashboard.ngrok.com/user/settings',
  ),
  313: plan('A domain of your own needs a paid ngrok plan'),
  314: plan('This domain needs a paid ngrok plan'),
  401: plan('The ngrok plan does not have what this tunnel needs'),
  320: lasting(
    'The domain is reserved by another ngrok account',
    'Save the domain of this account in Setup, or the token of the other one.',
    domainPage,
  ),
  326: lasting('The domain holds a character that is not allowed', 'Save the domain as the ngrok dashboard shows it.', domainPage),
  9038: lasting('The domain is not a host name alone', 'Save it without https:// and without a slash.', domainPage),
  334: passing(
    'The address is online already: another copy of Ringside or of ngrok uses it',
    'Stop the other one, or end its endpoint on the Endpoints page.',
    endpointsPage,
  ),
  324: passing(
    'The ngrok account has reached its number of endpoints for one agent',
    'Close endpoints that are not needed.',
    endpointsPage,
  ),
  18021: passing('The ngrok account has reached its number of endpoints', 'Close endpoints that are not needed.', endpointsPage),
  15013: lasting('The ngrok account has no domain yet', 'Open the Domains page once: ngrok assigns one there.', domainPage),
  316: lasting(
    'The rules of the ngrok token do not allow this address',
    'Change the token’s access rules, or make a token without any.',
    tokenPage,
  ),
  9040: lasting(
    'ngrok does not accept connections from the address of this network',
    'Use another network, or ask ngrok.',
    'https://ngrok.com/support',
  ),
  // What carriers get to see while the tunnel stands; ngrok may tell the agent too.
  725: quota('bandwidth'),
  726: quota('connections'),
  727: quota('HTTP requests'),
  728: quota('quota'),
  3200: passing('The tunnel is offline', 'Restart the tunnel.', endpointsPage),
  3202: passing(
    'ngrok has stopped passing requests on, because too many failed',
    'Look at the log for what failed, then restart the tunnel.',
    endpointsPage,
  ),
  3004: passing('ngrok got an answer from this computer that it could not read', 'Restart Ringside.', endpointsPage),
  3205: lasting('An address rule of the ngrok account keeps carriers out', 'Remove the rule at ngrok.', endpointsPage),
  8012: passing('ngrok could not reach the public side on this computer', 'Restart Ringside.', endpointsPage),
  6024: passing('ngrok shows its browser warning', 'Carriers never see it; nothing is to be done.', endpointsPage),
};

/** Errors without a number: the network on the way to ngrok. The text is the library's own, and not for a person. */
const byText: readonly (readonly [RegExp, string, string])[] = [
  [
    /tls handshake|certificate|invalid peer|UnknownIssuer/i,
    'Something between here and ngrok opens or breaks its encryption',
    'Use a network without a proxy that opens TLS, or allow connect.ngrok-agent.com there.',
  ],
  [
    /establish tcp|dns|resolve|refused|unreachable|timed? ?out|failed to connect/i,
    'ngrok cannot be reached from this network',
    'Check the connection to the internet, and that a firewall lets connect.ngrok-agent.com:443 through.',
  ],
  [
    /Cannot find module|native binding|ERR_MODULE_NOT_FOUND|ERR_DLOPEN|VCRUNTIME/i,
    'ngrok cannot be loaded on this computer',
    'Install Ringside again; on Windows, install the Visual C++ runtime. A public address of your own works without ngrok.',
  ],
];

/** What an error of ngrok means for a person. @param message the library's own words, in which the code may stand */
export function troubleOf(code: string | null, message: string): TunnelTrouble {
  const name = code ?? /ERR_NGROK_\d+/.exec(message)?.[0] ?? null;
  const known = name === null ? undefined : byNumber[Number(name.replace('ERR_NGROK_', ''))];
  if (known) return { code: name, ...known };
  if (name !== null) {
    const openPage = `https://ngrok.com/docs/errors/${name.toLowerCase()}/`;
    return {
      code: name,
      cause: 'ngrok refused to open the tunnel',
      cure: 'Read what ngrok says about this code.',
      lasting: false,
      openPage,
    };
  }
  const [, cause = 'ngrok could not open the tunnel', cure = 'Restart the tunnel. If it stays so, look into the log.'] =
    byText.find(([pattern]) => pattern.test(message)) ?? [];
  return { code: null, cause, cure, lasting: false, openPage: null };
}

export const silentNetwork: TunnelTrouble = {
  code: null,
  cause: 'ngrok did not answer: the network takes the connection and stays silent',
  cure: 'Check for a firewall, a captive portal or a VPN on the way to connect.ngrok-agent.com:443.',
  lasting: false,
  openPage: null,
};

export const endedByItself: TunnelTrouble = {
  code: null,
  cause: 'The process that holds the tunnel ended',
  cure: 'It is started again by itself. If it stays so, restart Ringside.',
  lasting: false,
  openPage: null,
};

export const connectionLost: TunnelTrouble = {
  code: null,
  cause: 'The connection to ngrok was lost',
  cure: 'It is taken up again by itself as soon as the network allows.',
  lasting: false,
  openPage: null,
};
