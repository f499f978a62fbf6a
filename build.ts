import { build, type BuildOptions } from 'esbuild';

/**
 * What is deployed: the app as one minified CommonJS file, which loads faster than an ES module and needs no
 * banner for `require`. The credential code is most of what there is to load, and is needed only when a token
 * is: it stands in a file of its own beside the app, loaded on first use.
 */
const options: BuildOptions = {
  bundle: true,
  platform: 'node',
  // The oldest that Azure Functions still offers (until 2027-04-30) and that the dependencies take.
  target: 'node22',
  format: 'cjs',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

await Promise.all([
  build({
    ...options,
    entryPoints: ['functions/index.ts'],
    outfile: 'dist/app.cjs',
    // It exists only inside the Functions host.
    external: ['@azure/functions-core'],
    plugins: [
      {
        name: 'credentials-apart',
        setup(bundle) {
          bundle.onResolve({ filter: /^@azure\/identity$/ }, () => ({
            path: './identity.cjs',
            external: true,
          }));
        },
      },
    ],
  }),
  build({
    ...options,
    stdin: {
      contents: `export { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';`,
      resolveDir: import.meta.dirname,
      sourcefile: 'identity.ts',
    },
    outfile: 'dist/identity.cjs',
  }),
]);
