import { z } from 'zod';

/** What somebody pastes brings spaces and line ends along. */
const pasted = (pattern: RegExp, message: string) => z.string().trim().regex(pattern, message);

const printable = /^[\x21-\x7e]{8,512}$/;
const token = pasted(printable, 'must be the whole token: 8 or more printable characters without spaces');
const apiKey = pasted(printable, 'must be the whole key: 8 or more printable characters without spaces');

/** An account's name at its carrier. The letters in front tell it from a key of the same account. */
const accountSid = pasted(/^AC[A-Za-z0-9]{10,62}$/, 'must be the account SID: it begins with AC (an API key begins with SK)');
const authId = pasted(/^[A-Za-z0-9]{10,64}$/, 'must be the auth ID: letters and digits, as MAXXXXXXXXXXXXXXXXXX');
const domain = pasted(/^(?=.{4,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be a host name alone, as bridge.ngrok.app');

const publicOrigin = z
  .string()
  .trim()
  .refine(
    (text) => /^https:\/\/[^/?#@\s\\]+\/*$/i.test(text) && URL.canParse(text),
    'must be an https address without a path, as https://tunnel.example.com',
  )
  .transform((text) => new URL(text).origin);

/**
 * What each provider is told, by name: what `setup.saveCredentials` takes as `values`, and what a form asks for. An empty field counts as
 * not given. None of these values ever comes out again.
 */
export const credentials = {
  twilio: z.strictObject({ accountSid, authToken: token }),
  plivo: z.strictObject({ authId, authToken: token }),
  openai: z.strictObject({ apiKey }),
  /** `domain`: the fixed address of the account, where it has one. */
  ngrok: z.strictObject({ authToken: token, domain: domain.optional() }),
  deepgram: z.strictObject({ apiKey }),
  elevenlabs: z.strictObject({ apiKey }),
  cartesia: z.strictObject({ apiKey }),
  /** No secret, and a way in all the same: the https address that leads to the public side, when no tunnel is opened. */
  'public-url': z.strictObject({ url: publicOrigin }),
} as const;

export const provider = z.enum(['twilio', 'plivo', 'openai', 'ngrok', 'deepgram', 'elevenlabs', 'cartesia', 'public-url']);
export type Provider = z.infer<typeof provider>;

/** The values of one provider, by the names in {@link credentials}. Secrets are in here: never log it. */
export type CredentialValues = Readonly<Record<string, string>>;

/** Where saved credentials are kept: encrypted by the system's keychain, in a file that only this user may read, or nowhere. */
export const vaultKind = z.enum(['keychain', 'file', 'none']);
export type VaultKind = z.infer<typeof vaultKind>;

export const providerStatus = z.object({
  provider,
  configured: z.boolean(),
  /** Names of the settings that are missing, as environment variables. */
  missing: z.array(z.string()),
  /** Where the value comes from. The environment goes first. */
  source: z.enum(['environment', 'keychain', 'data-folder', 'none']),
  /** The last four characters of the key, so that a person can tell which one it is. */
  endsIn: z.string().nullable(),
});
export type ProviderStatus = z.infer<typeof providerStatus>;

export const vaultStatus = z.object({
  kind: vaultKind,
  /** What a person should know about that place, and what could not be read from it. */
  message: z.string(),
});
export type VaultStatus = z.infer<typeof vaultStatus>;
