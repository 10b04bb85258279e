import { BridgeError } from '#bridge/contract/errors.ts';
import type { OwnedNumber } from '#bridge/contract/setup.ts';
import type { Phone } from '#bridge/contract/values.ts';
import type { CarrierName } from '#bridge/contract/words.ts';
import type { Carrier } from '../../carriers/carrier.ts';
import type { CarrierAccount } from '../../carriers/mirror.ts';
import type { Finding } from '../../domain/line-proof.ts';
import { bad, seconds } from '../run-steps.ts';

/** Webhooks bear times, and rules look at the clock: from here on both go wrong. */
const clockMaxMs = 60_000;
/** Less does not pay for the first call. */
const balanceMinMicros = 500_000;

const pages = {
  twilio: {
    keys: 'https://console.twilio.com/us1/account/keys-credentials/api-keys',
    money: 'https://console.twilio.com/us1/billing/manage-billing/billing-overview',
    numbers: 'https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
  },
  plivo: {
    keys: 'https://cx.plivo.com/home',
    money: 'https://cx.plivo.com/billing',
    numbers: 'https://cx.plivo.com/phone-numbers',
  },
} as const satisfies Record<CarrierName, object>;

export const carrierTitles: Readonly<Record<CarrierName, string>> = { twilio: 'Twilio', plivo: 'Plivo' };

/** What the account says of itself, asked once for all steps that need it. */
export class AccountSteps {
  readonly #carrier: Carrier | null;
  readonly #name: CarrierName;
  readonly #from: Phone | null;
  #account: Promise<CarrierAccount> | null = null;
  #numbers: Promise<readonly OwnedNumber[]> | null = null;

  constructor(name: CarrierName, carrier: Carrier | null, from: Phone | null) {
    this.#name = name;
    this.#carrier = carrier;
    this.#from = from;
  }

  account(): Promise<CarrierAccount> {
    this.#account ??= this.#carrier?.account() ?? Promise.reject(new BridgeError('settings/missing', `${this.#title} is not set up.`));
    return this.#account;
  }

  async credentials(): Promise<Finding> {
    if (!this.#carrier)
      return this.#setUp(`${this.#title} is not set up.`, 'Nothing is saved for it.', 'Enter its credentials in Setup.', true);
    try {
      const { name, barred } = await this.account();
      if (barred !== null) {
        const cure = `Ask ${this.#title} why, or use another account.`;
        return {
          ...bad(`The account is ${barred}.`, `${this.#title} lets an account in this state place no calls.`, cure),
          ...this.#page('money'),
        };
      }
      return { kind: 'good', result: name === null ? 'The account accepts them.' : `The account "${name}" accepts them.` };
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      if (error.code === 'carrier/credentials') {
        const cause = 'The account id or the auth token is wrong, or the token was changed at the carrier.';
        return this.#setUp(error.message, cause, 'Copy both from the carrier’s console again and save them in Setup.', true);
      }
      const cure = `Check the connection to the internet, and the status page of ${this.#title}.`;
      return bad(error.message, `${this.#title} cannot be asked from this computer.`, cure, false);
    }
  }

  async callerNumber(): Promise<Finding> {
    const numbers = await this.numbers();
    const able = numbers.filter(({ canCall }) => canCall).map(({ number }) => number);
    const from = this.#from;
    if (from === null) {
      const [first] = able;
      if (first !== undefined)
        return { kind: 'good', result: `${able.length === 1 ? 'One number' : `${able.length} numbers`} of the account can call.` };
      const result = 'The account owns no number that can call.';
      return {
        ...bad(result, `${this.#title} shows callees only numbers of the account.`, 'Buy a number with voice.', false),
        ...this.#page('numbers'),
      };
    }
    const owned = numbers.find(({ number }) => number === from);
    if (owned?.canCall) return { kind: 'good', result: `${from} belongs to the account and can call.` };
    if (owned) {
      return this.#choose(`${from} belongs to the account and cannot call.`, 'It was bought without voice.', able, true);
    }
    if (await this.#carrier?.isVerified(from)) return { kind: 'good', result: `${from} is verified as a caller id of the account.` };
    return this.#choose(
      `${from} does not belong to the account.`,
      `${this.#title} refuses calls that show a number of somebody else.`,
      able,
      // An account without any number may be one that does not tell.
      numbers.length > 0,
    );
  }

  async balance(): Promise<Finding> {
    const { balanceMicros, isTrial } = await this.account();
    const dollars = balanceMicros === null ? null : `${balanceMicros < 0 ? '-' : ''}$${(Math.abs(balanceMicros) / 1_000_000).toFixed(2)}`;
    if (balanceMicros !== null && balanceMicros < balanceMinMicros) {
      const result = `The balance is ${dollars}.`;
      return { ...bad(result, 'The account has no credit left for calls.', `Add credit at ${this.#title}.`), ...this.#page('money') };
    }
    if (isTrial) {
      const cause = `This is a trial account. It calls verified numbers only, for ten minutes at most, and says a notice of ${this.#title} first.`;
      return {
        ...bad('The account is on trial.', cause, 'Verify the numbers that you call, or upgrade the account.', false),
        ...this.#page('money'),
      };
    }
    return {
      kind: 'good',
      result: dollars === null ? 'The account is billed afterwards, or does not tell its balance.' : `The balance is ${dollars}.`,
    };
  }

  async clock(): Promise<Finding> {
    const { clockAheadMs } = await this.account();
    if (clockAheadMs === null) return { kind: 'needless', result: `${this.#title} did not tell its time.` };
    const offMs = Math.abs(clockAheadMs);
    const way = clockAheadMs > 0 ? 'ahead of' : 'behind';
    if (offMs <= clockMaxMs)
      return { kind: 'good', result: offMs < 2_000 ? 'It agrees with the carrier’s.' : `It is ${seconds(offMs)} ${way} the carrier’s.` };
    const much = offMs < 120_000 ? seconds(offMs) : `${Math.round(offMs / 60_000)} minutes`;
    const cause = 'Calling hours, retries and the times in every record would be wrong by as much.';
    return bad(
      `This computer’s clock is ${much} ${way} the carrier’s.`,
      cause,
      'Switch on the automatic time in the settings of this computer.',
      false,
    );
  }

  numbers(): Promise<readonly OwnedNumber[]> {
    this.#numbers ??= this.#carrier?.ownedNumbers() ?? Promise.resolve([]);
    return this.#numbers;
  }

  get #title(): string {
    return carrierTitles[this.#name];
  }

  #page(which: 'keys' | 'money' | 'numbers') {
    return { action: { kind: 'open-page', url: pages[this.#name][which] } as const };
  }

  #setUp(result: string, cause: string, cure: string, isCertain: boolean): Finding {
    return { kind: 'bad', result, cause, cure, isCertain, action: { kind: 'open-setup', provider: this.#name } };
  }

  #choose(result: string, cause: string, numbers: Phone[], isCertain: boolean): Finding {
    const cure = numbers.length > 0 ? 'Choose a number of the account.' : 'Buy a number with voice at the carrier.';
    return { kind: 'bad', result, cause, cure, isCertain, action: { kind: 'choose-caller-number', numbers } };
  }
}
