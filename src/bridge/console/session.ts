import type { Session } from '#bridge/calls/calls.ts';
import type { ConsoleSettingsKeeper } from './setup-handlers.ts';

const nobodyNamed = 'Operator';

/** Whoever sits at a console; everybody who can reach this machine's console is its owner today. */
export function sessionOf(id: string, settings: ConsoleSettingsKeeper): Session {
  return {
    id,
    role: 'owner',
    get name() {
      return settings.get().operatorName.trim() || nobodyNamed;
    },
  };
}
