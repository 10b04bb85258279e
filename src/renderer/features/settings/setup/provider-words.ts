import type { Provider } from '#bridge/contract/credentials.ts';

export interface ProviderField {
  /** As `setup.saveCredentials` names it. */
  readonly key: string;
  readonly label: string;
  readonly placeholder: string;
  /** Never shown again once it is saved. */
  readonly secret: boolean;
  /** The environment variable that goes before it. */
  readonly variable: string;
  readonly optional?: boolean;
}

export interface ProviderWords {
  readonly provider: Provider;
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  /** Where the values are found. */
  readonly where: string;
  readonly link: { readonly words: string; readonly href: string } | null;
  readonly fields: readonly ProviderField[];
  /** What stops when it is taken away. */
  readonly without: string;
  readonly canTest: boolean;
}

const twilio: ProviderWords = {
  provider: 'twilio',
  name: 'Twilio',
  purpose: 'Places the calls. One carrier is enough.',
  where: 'Account SID and auth token stand on the first page of the console, under "Account info".',
  link: { words: 'Open the Twilio console', href: 'https://console.twilio.com/' },
  fields: [
    { key: 'accountSid', label: 'Account SID', placeholder: 'AC…', secret: false, variable: 'TWILIO_ACCOUNT_SID' },
    { key: 'authToken', label: 'Auth token', placeholder: '', secret: true, variable: 'TWILIO_AUTH_TOKEN' },
  ],
  without: 'Nothing can be called over Twilio then.',
  canTest: true,
};

const plivo: ProviderWords = {
  provider: 'plivo',
  name: 'Plivo',
  purpose: 'Places the calls. One carrier is enough.',
  where: 'Auth ID and auth token stand on the overview page of the console.',
  link: { words: 'Open the Plivo console', href: 'https://console.plivo.com/dashboard/' },
  fields: [
    { key: 'authId', label: 'Auth ID', placeholder: 'MA…', secret: false, variable: 'PLIVO_AUTH_ID' },
    { key: 'authToken', label: 'Auth token', placeholder: '', secret: true, variable: 'PLIVO_AUTH_TOKEN' },
  ],
  without: 'Nothing can be called over Plivo then.',
  canTest: true,
};

const ngrok: ProviderWords = {
  provider: 'ngrok',
  name: 'ngrok tunnel',
  purpose: 'The way in: Ringside opens a tunnel by itself, and the carrier reaches a call through it. A free account is enough.',
  where:
    'The authtoken stands on the page "Your Authtoken". A domain of your own is under "Domains"; without one the free domain of the account is taken.',
  link: { words: 'Open the ngrok dashboard', href: 'https://dashboard.ngrok.com/get-started/your-authtoken' },
  fields: [
    { key: 'authToken', label: 'Authtoken', placeholder: '', secret: true, variable: 'NGROK_AUTHTOKEN' },
    {
      key: 'domain',
      label: 'Domain (optional)',
      placeholder: 'name.ngrok.app',
      secret: false,
      variable: 'RINGSIDE_NGROK_DOMAIN',
      optional: true,
    },
  ],
  without: 'No carrier can reach Ringside then, unless it has a public address of its own.',
  canTest: true,
};

const publicAddress: ProviderWords = {
  provider: 'public-url',
  name: 'Own public address',
  purpose: 'In place of a tunnel: an address that leads to the public side of Ringside on this computer.',
  where:
    'The https address of your tunnel or reverse proxy, without a path. The public side listens on port 4701 unless you chose another.',
  link: null,
  fields: [{ key: 'url', label: 'Address', placeholder: 'https://calls.example.com', secret: false, variable: 'RINGSIDE_PUBLIC_URL' }],
  without: 'No carrier can reach Ringside then, and no real call can be made.',
  canTest: true,
};

const openai: ProviderWords = {
  provider: 'openai',
  name: 'OpenAI',
  purpose: 'Speaks and listens: the Realtime voice. Without it calls are one-way announcements.',
  where: 'Make a key for this computer alone; then it can be taken back alone.',
  link: { words: 'Open the API keys', href: 'https://platform.openai.com/api-keys' },
  fields: [{ key: 'apiKey', label: 'API key', placeholder: 'sk-…', secret: true, variable: 'OPENAI_API_KEY' }],
  without: 'Calls are one-way announcements then.',
  canTest: true,
};

const deepgram: ProviderWords = {
  provider: 'deepgram',
  name: 'Deepgram',
  purpose: 'Hears the callee and has voices, for calls without the Realtime voice.',
  where: 'API keys, in the settings of a project.',
  link: { words: 'Open the Deepgram console', href: 'https://console.deepgram.com/' },
  fields: [{ key: 'apiKey', label: 'API key', placeholder: '', secret: true, variable: 'DEEPGRAM_API_KEY' }],
  without: 'Calls have the Realtime voice or an announcement then, and nothing in between.',
  canTest: true,
};

const elevenlabs: ProviderWords = {
  provider: 'elevenlabs',
  name: 'ElevenLabs',
  purpose: 'Voices, for calls without the Realtime voice.',
  where: 'API keys, in the settings of the account.',
  link: { words: 'Open the API keys', href: 'https://elevenlabs.io/app/settings/api-keys' },
  fields: [{ key: 'apiKey', label: 'API key', placeholder: '', secret: true, variable: 'ELEVENLABS_API_KEY' }],
  without: 'Another voice speaks then.',
  canTest: true,
};

const cartesia: ProviderWords = {
  provider: 'cartesia',
  name: 'Cartesia',
  purpose: 'Voices, for calls without the Realtime voice.',
  where: 'API keys, in the settings of the account.',
  link: { words: 'Open the API keys', href: 'https://play.cartesia.ai/keys' },
  fields: [{ key: 'apiKey', label: 'API key', placeholder: '', secret: true, variable: 'CARTESIA_API_KEY' }],
  without: 'Another voice speaks then.',
  canTest: true,
};

export const wordsOf = { twilio, plivo, ngrok, 'public-url': publicAddress, openai } as const;

/** In the order in which a call needs them. */
export const providerGroups: readonly { readonly name: string; readonly note: string; readonly providers: readonly ProviderWords[] }[] = [
  { name: 'Carrier', note: 'who rings the phone', providers: [twilio, plivo] },
  { name: 'Way in', note: 'how the carrier reaches this computer', providers: [ngrok, publicAddress] },
  { name: 'Voice', note: 'who speaks', providers: [openai] },
  { name: 'Second voice', note: 'who hears and speaks without Realtime', providers: [deepgram, elevenlabs, cartesia] },
];
