import { defineConfig } from 'vite';

/** Libraries of which the bridge uses a part: only that part comes along, and is held in memory. Their files stand in `packages`. */
const inPart = ['zod', 'libphonenumber-js'];

/**
 * Builds the bridge for plain Node: one file out per file in, so that worker entries keep their places and Electron's main imports the
 * same files that the headless bridge runs. electron.vite.config.ts builds the rest.
 */
export default defineConfig({
  ssr: { noExternal: inPart },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/bridge',
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: {
      input: [
        'src/bridge/create-bridge.ts',
        'src/bridge/serve.ts',
        'src/bridge/settings.ts',
        'src/bridge/file-vault.ts',
        'src/bridge/contract/desktop.ts',
        'src/bridge/list-head.ts',
        'src/bridge/rehearse.ts',
        'src/bridge/campaigns/import/import-worker.ts',
        'src/bridge/rehearsal/voices/flite-worker.ts',
        'src/bridge/rehearsal/world-worker.ts',
        'src/bridge/store/search-worker.ts',
        'src/bridge/tunnel/helper-process.ts',
        'src/bridge/tunnel/ngrok/ngrok-worker.ts',
      ],
      output: {
        format: 'es',
        preserveModules: true,
        preserveModulesRoot: 'src/bridge',
        // A folder of the name node_modules would not be packed.
        entryFileNames: ({ name }) => `${name.replace('node_modules/', 'packages/')}.js`,
      },
    },
  },
});
