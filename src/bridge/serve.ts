import pino from 'pino';
import { createBridge } from './create-bridge.ts';
import { logOptions } from './log-options.ts';
import { serve } from './serve-command.ts';

/** Entry for plain Node: the bridge without a window. */

// The log goes to stderr, because stdout is for whoever started us; what is still in its buffer is written at the end.
const destination = pino.destination({ dest: 2, sync: false });

// Whoever read our output has gone: that is no reason to drop calls.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const code = await serve({
  args: process.argv.slice(2),
  env: process.env,
  createBridge,
  openLog: (level) => {
    const log = pino({ ...logOptions, level }, destination);
    // A slip in one call must not end the others.
    process.on('unhandledRejection', (error) => log.error({ err: error }, 'Something failed and nobody was waiting for it'));
    return log;
  },
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  onSignal: (listener) => {
    process.on('SIGINT', listener);
    process.on('SIGTERM', listener);
    return () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    };
  },
});
try {
  destination.flushSync();
} catch {
  // Nothing was ever logged, or nobody reads it any more.
}
process.exit(code);
