import type { DialInput } from '#bridge/contract/calls.ts';
import type { SetupStatus } from '#bridge/contract/setup.ts';
import type { CarrierName, LadderStep } from '#bridge/contract/words.ts';
import type { OperationRequest } from '../../client/operations.ts';
import { carrierWords } from '../../ui/format.ts';
import { type AgentFields, textFields } from './agent-fields.ts';
import { missingNames } from './template.ts';

/** A number that the simulated accounts may call from; the bundled sample uses it too. */
export const rehearsalNumber = '+12025550100';

type Values = Readonly<Record<string, string>>;

/** A person's values: the lead's of the preview, under the person's own name and number. */
export function valuesFor(lead: Values, person: { readonly name: string; readonly number: string } | null): Values {
  if (person === null) return lead;
  const [firstName = person.name, ...rest] = person.name.split(' ');
  return { ...lead, firstName, lastName: rest.join(' '), phone: person.number };
}

/** What the gate would refuse the call over: names that a text asks for and nobody gives. */
export const missingFor = (fields: AgentFields, values: Values): readonly string[] =>
  missingNames(
    textFields.map((field) => fields[field]),
    values,
  );

/** Blank values are left out, so that a fallback is used. */
const given = (values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => value.trim() !== '' && name.length <= 80));

interface Trial {
  readonly agentId: DialInput['agentId'];
  readonly carrier: CarrierName;
  readonly to: string;
  readonly values: Values;
}

/** Nobody is called in the rehearsal, so hours do not matter. @param ladder the bridge's own where none is given */
export function rehearsalCall({ agentId, carrier, to, values }: Trial, ladder?: readonly LadderStep[]): OperationRequest<'calls.dial'> {
  return {
    world: 'rehearsal',
    agentId,
    carrier,
    to,
    from: rehearsalNumber,
    variables: given(values),
    compliance: { hours: 'off', consent: 'enforce' },
    consent: { basis: 'rehearsal' },
    ...(ladder ? { ladder: [...ladder] } : {}),
  };
}

/** The owner asks to be called, now: that is a consent, and any hour is fine. */
export function ownCall({ agentId, carrier, to, values }: Trial, from: string): OperationRequest<'calls.dial'> {
  return {
    world: 'real',
    agentId,
    carrier,
    to,
    from,
    variables: given(values),
    compliance: { hours: 'off', consent: 'enforce' },
    consent: { basis: 'own phone', source: 'Call me, in the console' },
  };
}

/** Why no real call can be made over this carrier, in words; null when one can. */
export function whyNoRealCall(status: SetupStatus | undefined, carrier: CarrierName): string | null {
  if (!status) return 'The set-up is being read.';
  const has = (name: string) => status.providers.some(({ provider, configured }) => provider === name && configured);
  if (!has(carrier)) return `${carrierWords[carrier]} is not set up.`;
  if (status.publicUrl === null) return 'There is no public address yet, so the carrier could not reach Ringside.';
  return null;
}
