import { BridgeError } from '#bridge/contract/errors.ts';
import type { OperationName } from '#bridge/contract/operations.ts';
import type { Handlers } from './dispatch.ts';

const names = [
  'agents.versions',
  'calls.count',
  'calls.peaks',
  'campaigns.check',
  'campaigns.duplicate',
  'campaigns.remove',
  'campaigns.spending',
  'data.usage',
  'overview.today',
  'rehearsal.people',
  'rehearsal.startSample',
] as const satisfies readonly OperationName[];

/** Declared, and not served yet: whoever asks is told so. */
export const unavailableHandlers = Object.fromEntries(
  names.map((name) => [
    name,
    () => {
      throw new BridgeError('unavailable', `${name} is not served by this version.`);
    },
  ]),
) as unknown as Pick<Handlers, (typeof names)[number]>;
