import { execFileSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { startAzurite } from '../../local/azurite.ts';

/** Builds what is deployed, and starts one table store for all tests (each uses tables of its own). */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, ['build.ts'], { stdio: 'inherit' });
  const azurite = await startAzurite({});
  provide('storage', azurite.connectionString);
  return async () => await azurite.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the table store. */
    storage: string;
  }
}
