import { registerHooks } from 'node:module';

/** The real process that holds the tunnel, with a library that a test plays in place of ngrok's. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@ngrok/ngrok'
      ? { url: new URL('./ngrok-library-fake.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
await import('#bridge/tunnel/ngrok/ngrok-worker.ts');
