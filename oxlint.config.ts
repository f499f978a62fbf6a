import { defineConfig, type OxlintOverride } from 'oxlint';

/** What every step that talks to the outside is made of. */
const edges = ['domain', 'settings', 'arm', 'slack', 'store', 'time'];

/**
 * What each room of the product may import besides itself; a room is a folder of `shared/`, a file that lies loose in
 * it, or `functions`. Types count as well. docs/architecture.md says what lives where.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  text: [],
  time: [],
  log: [],
  'retry-after': [],
  redact: ['text'],
  domain: ['text', 'time', 'retry-after'],
  explain: ['domain', 'text'],
  settings: ['domain', 'text', 'time'],
  'sign-in': ['time'],
  arm: ['domain', 'sign-in', 'text', 'time', 'retry-after'],
  slack: ['domain', 'explain', 'text', 'time', 'retry-after'],
  store: ['domain', 'settings', 'sign-in', 'text', 'time'],
  health: ['domain', 'settings', 'time'],
  calls: ['domain', 'arm', 'store', 'time'],
  delivery: ['domain', 'slack', 'store', 'settings', 'log', 'time'],
  requests: ['domain', 'store', 'settings', 'text', 'time'],
  tick: [...edges, 'explain', 'calls', 'delivery', 'requests', 'log'],
  doctor: [...edges, 'calls', 'delivery', 'requests', 'sign-in', 'health', 'redact', 'text'],
  app: [...edges, 'calls', 'requests', 'tick', 'doctor', 'sign-in', 'health', 'redact', 'log'],
  functions: ['app', 'requests', 'domain', 'explain', 'store', 'settings', 'redact', 'log', 'time'],
};

/** Which rooms may import what reaches the outside. */
const mayReach: Readonly<Record<string, readonly string[]>> = {
  '@azure/functions': ['functions'],
  '@azure/data-tables': ['store', 'settings'],
  '@azure/identity': ['sign-in'],
  '@azure/msal-node': ['sign-in'],
  '@azure/core-auth': ['sign-in'],
  '@azure/core-rest-pipeline': ['sign-in', 'arm', 'store'],
  '@slack/webhook': ['slack'],
  'node:http*': [],
  'node:fs*': [],
};

const rooms = Object.keys(mayImport);
const loose = new Set(['text', 'time', 'log', 'retry-after', 'redact', 'health', 'app']);
const filesOf = (room: string): string =>
  room === 'functions'
    ? 'functions/**'
    : loose.has(room)
      ? `shared/${room}.ts`
      : `shared/${room}/**`;
const pathsTo = (room: string): readonly string[] =>
  loose.has(room) ? [`**/shared/${room}.ts`, `../${room}.ts`] : [`**/${room}/**`];

const directions = rooms.map((room): OxlintOverride => {
  const others = rooms.filter((other) => other !== room && !mayImport[room]?.includes(other));
  const outside = Object.keys(mayReach).filter((name) => !mayReach[name]?.includes(room));
  const group: [string, ...string[]] = [
    '**/local/**',
    '**/test/**',
    ...others.flatMap(pathsTo),
    ...outside,
  ];
  const message = `The table in oxlint.config.ts says what ${room} may import.`;
  return {
    files: [filesOf(room)],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
  };
});

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'vitest'],
  options: { typeAware: true },
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  env: { node: true, es2024: true },
  ignorePatterns: ['dist', '.local', 'node_modules', 'test/client/api.ts'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/consistent-return': 'off',
    'typescript/consistent-type-imports': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-unassigned-import': 'off',
    'oxc/no-map-spread': 'off',
    'no-await-in-loop': 'off',
    'no-console': 'off',
    eqeqeq: 'error',
  },
  overrides: [
    ...directions,
    {
      files: ['local/arm/**', 'local/slack/**', 'local/host/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                group: ['**/shared/**', '**/functions/**', '**/test/**'],
                message:
                  'What plays Azure and Slack is written apart from the product, or it would share its mistakes.',
              },
            ],
          },
        ],
      },
    },
    {
      files: ['test/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: [
              {
                name: 'node:fs',
                importNames: ['glob', 'globSync', 'readdir', 'readdirSync'],
                message:
                  "What else lies in a user's folder is none of a test's business: trackedFiles in test/support/checkout.ts.",
              },
            ],
          },
        ],
      },
    },
  ],
});
