import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median } from './numbers.ts';

/** Milliseconds to load each thing in a fresh process, beyond an empty one. */
export interface LoadTimes {
  readonly functionsLibrary: number;
  readonly builtApp: number;
  readonly unbundledApp: number;
}

const runs = 9;

/** Measures loading the built app beside its peers: each in fresh processes, in turn. */
export async function measureLoading(): Promise<LoadTimes> {
  // Inside the checkout, so that packages are found.
  const folder = mkdtempSync(join(import.meta.dirname, '../.local-bench-'));
  try {
    const unbundled = join(folder, 'app.cjs');
    await build({
      entryPoints: ['functions/index.ts'],
      outfile: unbundled,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
    });
    const scripts = {
      empty: '',
      functionsLibrary: `require('@azure/functions');`,
      builtApp: `require('./dist/app.cjs');`,
      unbundledApp: `require(${JSON.stringify(unbundled)});`,
    };
    const times: Record<keyof typeof scripts, number[]> = {
      empty: [],
      functionsLibrary: [],
      builtApp: [],
      unbundledApp: [],
    };
    for (let run = 0; run < runs; run += 1) {
      times.empty.push(timed(scripts.empty));
      times.functionsLibrary.push(timed(scripts.functionsLibrary));
      times.builtApp.push(timed(scripts.builtApp));
      times.unbundledApp.push(timed(scripts.unbundledApp));
    }
    const empty = median(times.empty);
    return {
      functionsLibrary: median(times.functionsLibrary) - empty,
      builtApp: median(times.builtApp) - empty,
      unbundledApp: median(times.unbundledApp) - empty,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timed(script: string): number {
  const program = `const began = process.hrtime.bigint(); ${script} console.log(Number(process.hrtime.bigint() - began) / 1e6);`;
  const printed = execFileSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(printed.trim().split('\n').at(-1));
}
