import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import * as z from 'zod/mini';
import openapi from './openapi.json' with { type: 'json' };
import packageJson from './package.json' with { type: 'json' };

/**
 * What is deployed: the app as one minified CommonJS file, which loads faster than an ES module and needs no
 * banner for `require`. What is needed seldom or late stands in files of its own beside it, loaded on first use:
 * the credential code, which is most of what there is to load; the API's description; and the XML code of the
 * Azure SDK, as tables speak JSON and XML comes only from what stands between.
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
  // The first exists only inside the Functions host. The second is no dependency: `debug` uses it where it happens to
  // be installed, which must not change what is deployed.
  external: ['@azure/functions-core', 'supports-color'],
} satisfies BuildOptions;

/** Stands for the hash in the bundle while that is not known; as long as it. */
const unknownHash = '~built-hash~';

const onFirstUse: Plugin = {
  name: 'on-first-use',
  setup(bundle) {
    bundle.onResolve({ filter: /^@azure\/(identity|msal-node)$/ }, () => ({
      path: './identity.cjs',
      external: true,
    }));
    bundle.onResolve({ filter: /\/openapi\.json$/ }, () => ({
      path: './api.json',
      external: true,
    }));
    bundle.onResolve({ filter: /^@azure\/core-xml$/ }, () => ({
      path: 'xml',
      namespace: 'on-first-use',
    }));
    bundle.onLoad({ filter: /^xml$/, namespace: 'on-first-use' }, () => ({
      contents: `export const parseXML = (...given) => require('./xml.cjs').parseXML(...given);
        export const stringifyXML = (...given) => require('./xml.cjs').stringifyXML(...given);`,
    }));
    bundle.onResolve({ filter: /^\.\/xml\.cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** A file of what another package exports. */
async function buildApart(outfile: string, contents: string) {
  return await build({
    ...options,
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
  });
}

const bundles = await Promise.all([
  build({
    ...options,
    entryPoints: ['functions/index.ts'],
    outfile: 'dist/app.cjs',
    define: { builtVersion: JSON.stringify(`${packageJson.version}+${unknownHash}`) },
    plugins: [onFirstUse],
  }),
  buildApart(
    'dist/identity.cjs',
    `export { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
    export { ManagedIdentityApplication } from '@azure/msal-node';`,
  ),
  buildApart('dist/xml.cjs', `export { parseXML, stringifyXML } from '@azure/core-xml';`),
]);
writeFileSync('dist/api.json', JSON.stringify(openapi));

const hash = createHash('sha256');
for (const path of [
  'dist/app.cjs',
  'dist/identity.cjs',
  'dist/xml.cjs',
  'dist/api.json',
  'host.json',
])
  hash.update(readFileSync(path)).update('\0');
const digest = hash.digest('hex').slice(0, unknownHash.length);
const app = readFileSync('dist/app.cjs', 'utf8');
if (app.split(unknownHash).length !== 2)
  throw new Error('The bundle has not one place for its hash.');
writeFileSync('dist/app.cjs', app.replace(unknownHash, digest));
writeFileSync('dist/version.txt', `${packageJson.version}+${digest}\n`);

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.optional(z.union([z.string(), z.object({ name: z.string() })])),
});

/** For packages that name their licence and leave out its text, which our own has. */
function textOf(license: string, author: z.infer<typeof manifest>['author']): string {
  if (license !== 'MIT' || author === undefined)
    throw new Error(`A package of the bundle has no text of its licence, ${license}.`);
  const holder = typeof author === 'string' ? author : author.name;
  return readFileSync('LICENSE', 'utf8')
    .trim()
    .replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}

/** Whose code the bundles hold, each with its licence, as the licences ask for. */
function noticesOf(inputs: readonly Metafile[]): string {
  const paths = inputs.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = paths.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  const notices = [...new Set(folders)].flatMap((folder) => {
    if (folder === undefined) return [];
    const { name, version, license, author } = manifest.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    );
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|notice|third-?party)/i.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0) texts.push(textOf(license, author));
    return [[`${name} ${version} (${license})`, ...texts].join('\n\n')];
  });
  return `${notices.toSorted().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

writeFileSync('dist/third-party-notices.txt', noticesOf(bundles.map(({ metafile }) => metafile)));
