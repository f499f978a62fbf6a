import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A file of the page, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/**
 * Builds the page in memory.
 *
 * @returns the files by the path at which they are served
 */
export async function buildAssets(): Promise<ReadonlyMap<string, Asset>> {
  const folder = import.meta.dirname;
  const [html, icon, bundle] = await Promise.all([
    readFile(join(folder, 'index.html')),
    readFile(join(folder, 'icon.svg')),
    build({
      entryPoints: { app: join(folder, 'browser/main.ts'), style: join(folder, 'style.css') },
      bundle: true,
      minify: true,
      format: 'esm',
      // light-dark() and nesting are sent as they are written.
      target: ['chrome125', 'firefox128', 'safari18'],
      outdir: folder,
      write: false,
      logLevel: 'silent',
    }),
  ]);
  const assets = new Map<string, Asset>([
    ['/', { type: 'text/html; charset=utf-8', body: html }],
    ['/icon.svg', { type: 'image/svg+xml', body: icon }],
  ]);
  for (const file of bundle.outputFiles) {
    const isScript = file.path.endsWith('.js');
    const type = isScript ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8';
    assets.set(isScript ? '/app.js' : '/style.css', { type, body: file.contents });
  }
  return assets;
}
