import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ConsoleSettingsKeeper } from './console/setup-handlers.ts';
import { BridgeError } from './contract/errors.ts';
import type { OperationInput } from './contract/operations.ts';
import { type ConsoleSettings, consoleSettings } from './contract/settings.ts';
import { standardScorecard } from './domain/score.ts';
import { replaceFile } from './replace-file.ts';

/** What a person has set in the console, in `settings.json` of the data folder. */
export class ConsoleSettingsFile implements ConsoleSettingsKeeper {
  readonly #path: string;
  #settings: ConsoleSettings;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, settings: ConsoleSettings) {
    this.#path = path;
    this.#settings = settings;
  }

  /** A file that is missing counts as nothing set; so does each part of it that does not fit, and the log says so. */
  static async open(dataDir: string, log: Logger): Promise<ConsoleSettingsFile> {
    const path = join(dataDir, 'settings.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    return new ConsoleSettingsFile(path, text === null ? standardSettings() : read(text, log));
  }

  get(): ConsoleSettings {
    return this.#settings;
  }

  /** Durable when it resolves. @throws {BridgeError} `store/unavailable`; nothing has changed then */
  update(change: OperationInput<'settings.update'>): Promise<ConsoleSettings> {
    const changed = this.#last.then(async () => {
      const { operatorName = this.#settings.operatorName, defaults = {}, spending = {}, retention = {}, scorecard } = change;
      const given = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
      const settings = consoleSettings.parse({
        operatorName: operatorName.trim() || standardSettings().operatorName,
        defaults: { ...this.#settings.defaults, ...given(defaults) },
        spending: { ...this.#settings.spending, ...given(spending) },
        scorecard: scorecard ?? this.#settings.scorecard,
        retention: { ...this.#settings.retention, ...given(retention) },
      });
      try {
        await replaceFile(this.#path, `${JSON.stringify(settings, null, 2)}\n`);
      } catch (error) {
        throw new BridgeError('store/unavailable', `The settings could not be saved: ${this.#path} cannot be written. Make it writable.`, {
          cause: error,
        });
      }
      this.#settings = settings;
      return settings;
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }
}

function read(text: string, log: Logger): ConsoleSettings {
  const standard = standardSettings();
  const given = jsonOf(text);
  const fitting = (shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>>, values: unknown) =>
    Object.fromEntries(
      Object.entries(shape).flatMap(([name, schema]) => {
        const parsed = schema.safeParse((values as Readonly<Record<string, unknown>> | null | undefined)?.[name]);
        return parsed.success ? [[name, parsed.data]] : [];
      }),
    );
  // Files of earlier builds say nothing of some.
  const { spending, scorecard, retention } = standard;
  const withNewer = typeof given === 'object' && given !== null ? { spending, scorecard, retention, ...given } : given;
  const whole = consoleSettings.safeParse(withNewer);
  if (whole.success) return whole.data;
  log.warn('settings.json does not hold what it should; what does not fit counts as not set');
  const part = <Name extends 'defaults' | 'spending' | 'retention'>(name: Name) => ({
    ...standard[name],
    ...fitting(consoleSettings.shape[name].shape, (given as Readonly<Record<string, unknown>> | null | undefined)?.[name]),
  });
  const { operatorName, scorecard: card } = consoleSettings.shape;
  return consoleSettings.parse({
    operatorName: standard.operatorName,
    scorecard,
    ...fitting({ operatorName, scorecard: card }, given),
    defaults: part('defaults'),
    spending: part('spending'),
    retention: part('retention'),
  });
}

/** As long as nobody has set anything. The same as for a campaign that names nothing. */
function standardSettings(): ConsoleSettings {
  return {
    operatorName: systemUser(),
    defaults: {
      carrier: 'twilio',
      fromNumbers: [],
      region: 'US',
      lines: 3,
      ringSeconds: 25,
      maxCallSeconds: 300,
      budgetMicros: null,
      window: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '20:00' },
    },
    spending: { dayBudgetMicros: null },
    scorecard: [...standardScorecard],
    retention: { recordingDays: null, transcriptDays: null, personalDays: null },
  };
}

/** A user may have no name: some containers run as a number. */
function systemUser(): string {
  try {
    return userInfo().username.slice(0, 80) || 'Operator';
  } catch {
    return 'Operator';
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
