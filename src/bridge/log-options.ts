import { redactError, redactWords } from './domain/redact.ts';

/** How the log writes errors down, whoever writes them: a library's own words may hold a key, or the number of somebody. */
export const logOptions = {
  base: null,
  serializers: {
    err: redactError,
    error: (error: unknown) => (typeof error === 'string' ? redactWords(error) : redactError(error)),
  },
} as const;
