import { build } from 'esbuild';

/**
 * What is deployed: one minified CommonJS file (CommonJS loads faster, and needs no banner for `require`).
 * `@azure/functions-core` exists only inside the Functions host. Credential code stays behind its dynamic
 * import and runs when a token is first needed.
 */
await build({
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/app.cjs',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  external: ['@azure/functions-core'],
  logLevel: 'warning',
});
