/**
 * The layer check: which folder of the bridge may import which other.
 * The first entry of each rule is the folder, the rest is all that it may see besides itself and `contract`.
 */
const bridge = 'src/bridge';

/** @type {Record<string, string[]>} */
const mayImport = {
  contract: [],
  domain: [],
  media: [],
  'carriers/twilio': ['carriers/[^/]+\\.ts$', 'media'],
  'carriers/plivo': ['carriers/[^/]+\\.ts$', 'media'],
  'engines/openai-realtime': ['engines/[^/]+\\.ts$', 'media'],
  'engines/openai-transcription': ['engines/[^/]+\\.ts$', 'engines/openai-realtime', 'media'],
  'engines/openai-live': ['engines/[^/]+\\.ts$', 'engines/openai-realtime', 'media'],
  'engines/relay': ['engines/[^/]+\\.ts$'],
  'engines/turn-based': ['engines/[^/]+\\.ts$'],
  'engines/cascade': ['engines/[^/]+\\.ts$', 'media'],
  'engines/announcement': ['engines/[^/]+\\.ts$', 'media'],
  'tunnel/fixed-url': ['tunnel/[^/]+\\.ts$', 'media'],
  'tunnel/ngrok': ['tunnel/[^/]+\\.ts$', 'media'],
  rehearsal: ['media'],
  store: ['domain'],
  calls: ['domain', 'media', 'store', 'carriers/[^/]+\\.ts$', 'engines/[^/]+\\.ts$', 'tunnel/[^/]+\\.ts$'],
  campaigns: ['calls', 'domain', 'store'],
  'line-proof': ['domain', 'media', 'carriers/[^/]+\\.ts$', 'engines/[^/]+\\.ts$', 'tunnel/[^/]+\\.ts$'],
  ingress: ['calls', 'carriers/[^/]+\\.ts$', 'engines/[^/]+\\.ts$', 'tunnel/[^/]+\\.ts$'],
  console: ['campaigns', 'calls', 'line-proof', 'domain', 'store'],
};

const layers = Object.entries(mayImport).map(([folder, others]) => ({
  name: `layer-${folder.replace('/', '-')}`,
  comment: `${folder} may import only itself, contract${others.length > 0 ? `, ${others.join(', ')}` : ''}`,
  severity: 'error',
  from: { path: `^${bridge}/${folder}/` },
  to: {
    path: '^(src|test|bench)/',
    pathNot: [
      folder === 'contract' ? `^${bridge}/contract/` : `^${bridge}/(${folder}|contract)/`,
      ...others.map((other) => `^${bridge}/${other}`),
    ],
  },
}));

/** The interfaces (carrier.ts, engine.ts, tunnel.ts and what stands beside them) see no adapter. */
const interfaces = ['carriers', 'engines', 'tunnel'].map((folder) => ({
  name: `interface-${folder}`,
  severity: 'error',
  from: { path: `^${bridge}/${folder}/[^/]+\\.ts$` },
  to: { path: '^(src|test|bench)/', pathNot: [`^${bridge}/${folder}/[^/]+\\.ts$`, `^${bridge}/contract/`, `^${bridge}/media/`] },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...interfaces,
    {
      name: 'renderer-alone',
      comment: 'the renderer sees the contract, as types; nothing else of ours, of Node or of Electron',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^(src|test|bench)/', pathNot: '^src/(renderer/|bridge/contract/)' },
    },
    {
      name: 'renderer-contract-types',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/bridge/contract/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-no-platform',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-in-main',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/' },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'preload-only-electron',
      severity: 'error',
      from: { path: '^src/main/preload.ts$' },
      to: { pathNot: 'node_modules/electron/' },
    },
    {
      name: 'main-starts-the-bridge',
      comment: 'main hands the bridge what the platform gives, and knows nothing of its inside',
      severity: 'error',
      from: { path: '^src/main/' },
      to: { path: '^src/bridge/', pathNot: '^src/bridge/(contract/|[^/]+\\.ts$|tunnel/helper-process\\.ts$)' },
    },
    {
      name: 'contract-only-zod',
      severity: 'error',
      from: { path: `^${bridge}/contract/` },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
    },
    {
      name: 'pure',
      comment: 'domain and media do no I/O',
      severity: 'error',
      from: { path: `^${bridge}/(domain|media)/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sql-in-store',
      severity: 'error',
      from: { path: '^src/', pathNot: `^${bridge}/store/` },
      to: { path: 'node_modules/better-sqlite3' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'src-needs-no-test', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    { name: 'resolvable', severity: 'error', from: { path: '^(src|test|bench)/' }, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // CSS, fonts and worklets are the bundler's business.
    exclude: { path: '\\.(css|svg)$|\\?url' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'],
    },
  },
};
