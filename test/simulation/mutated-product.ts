import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Product } from './product.ts';

/** A bug in a source file: `find` is there once, and `put` comes in its place. */
export interface Edit {
  /** Below `shared/`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const root = new URL('../../', import.meta.url);

/** Runs something with a copy of the product that has bugs in its source. */
export async function withMutated<T>(
  edits: readonly Edit[],
  run: (product: Product) => Promise<T>,
): Promise<T> {
  // Within the repository, so that its packages are found.
  const copy = new URL(`.local/simulation/${randomUUID()}/`, root);
  const shared = new URL('shared/', copy);
  try {
    await mkdir(copy, { recursive: true });
    await cp(fileURLToPath(new URL('shared/', root)), fileURLToPath(shared), { recursive: true });
    // The product says its version to Azure.
    await cp(
      fileURLToPath(new URL('package.json', root)),
      fileURLToPath(new URL('package.json', copy)),
    );
    for (const { file, find, put } of edits) {
      const path = new URL(file, shared);
      const source = await readFile(path, 'utf8');
      if (source.split(find).length !== 2)
        throw new Error(`${file} does not hold just once what is to be replaced: ${find}`);
      await writeFile(
        path,
        source.replace(find, () => put),
      );
    }
    return await run(await load(shared));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** A copy exports what the product exports: it is the same source but for the edits. */
async function load(shared: URL): Promise<Product> {
  const from = async <K extends keyof Product>(file: string): Promise<Pick<Product, K>> =>
    await import(/* @vite-ignore */ new URL(file, shared).href);
  return {
    ...(await from<'tick'>('tick/tick.ts')),
    ...(await from<'register'>('requests/register.ts')),
    ...(await from<'untrack'>('requests/untrack.ts')),
    ...(await from<'retryChannel'>('requests/channels.ts')),
    ...(await from<'ensureWatch'>('requests/watches.ts')),
    ...(await from<'createOperationStore'>('store/operation-store.ts')),
    ...(await from<'createWorkStore'>('store/work-store.ts')),
    ...(await from<'createStateStore'>('store/state-store.ts')),
    ...(await from<'createUsualStore'>('store/usual-store.ts')),
    ...(await from<'createWatchStore'>('store/watch-store.ts')),
    ...(await from<'createBudgetStore'>('store/budget-store.ts')),
    ...(await from<'createCallerStore'>('store/caller-store.ts')),
    ...(await from<'createVersionStore'>('store/version-store.ts')),
    ...(await from<'createApiVersions' | 'pinnedVersion'>('calls/api-versions.ts')),
  };
}
