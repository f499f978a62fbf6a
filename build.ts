import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import * as z from 'zod/mini';

/**
 * What is deployed: the app as one minified CommonJS file, which loads faster than an ES module and needs no
 * banner for `require`. The credential code is most of what there is to load, and is needed only when a token
 * is: it stands in a file of its own beside the app, loaded on first use.
 */
const options = {
  bundle: true,
  platform: 'node',
  // The oldest that Azure Functions still offers (until 2027-04-30) and that the dependencies take.
  target: 'node22',
  format: 'cjs',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  // Licences stand in a file of their own, in full.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

const bundles = await Promise.all([
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

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Whose code the bundles hold, each with its licence, as the licences ask for. */
function noticesOf(inputs: readonly Metafile[]): string {
  const paths = inputs.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = paths.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  const notices = [...new Set(folders)].flatMap((folder) => {
    if (folder === undefined) return [];
    const { name, version, license } = manifest.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|third-?party)/i.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [[`${name} ${version} (${license})`, ...texts].join('\n\n')];
  });
  return `${notices.toSorted().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

writeFileSync('dist/third-party-notices.txt', noticesOf(bundles.map(({ metafile }) => metafile)));
