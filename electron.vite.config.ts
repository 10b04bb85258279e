import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

/**
 * Builds the desktop app: main and its preload, and the renderer that Electron and an ordinary browser both show. The bridge is built by
 * vite.config.ts, one file out per file in, and main imports what comes of it.
 */
/** The bridge's own build stands beside main's: `#bridge/x.ts` is `../bridge/x.js` there. */
const builtBridge: Plugin = {
  name: 'built-bridge',
  enforce: 'pre',
  resolveId: (source) =>
    source.startsWith('#bridge/') ? { id: `../bridge/${source.slice(8).replace(/\.ts$/, '.js')}`, external: true } : null,
};

export default defineConfig({
  main: {
    plugins: [builtBridge],
    build: {
      outDir: 'out/main',
      sourcemap: true,
      // The part that is used comes along; the bridge in the same process has its own.
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: { index: 'src/main/index.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      // A sandboxed preload is one CommonJS file.
      rolldownOptions: { input: { preload: 'src/main/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: { outDir: 'out/renderer', minify: true, sourcemap: true, rolldownOptions: { input: 'src/renderer/index.html' } },
  },
});
