import { defineConfig } from 'vite';

/** Builds the headless bridge for plain Node: one file out per file in, so that worker entries keep their places. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: {
      input: [
        'src/bridge/serve.ts',
        'src/bridge/rehearse.ts',
        'src/bridge/campaigns/import/import-worker.ts',
        'src/bridge/rehearsal/voices/flite-worker.ts',
        'src/bridge/rehearsal/world-worker.ts',
        'src/bridge/store/search-worker.ts',
      ],
      output: { format: 'es', preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
    },
  },
});
