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

async function load(shared: URL): Promise<Product> {
  // A copy exports what the product exports: it is the same source but for the edits.
  const url = (file: string): string => new URL(file, shared).href;
  const ticking: Pick<Product, 'tick'> = await import(/* @vite-ignore */ url('tick/tick.ts'));
  const registering: Pick<Product, 'register'> = await import(
    /* @vite-ignore */ url('tracking/register.ts')
  );
  const untracking: Pick<Product, 'untrack'> = await import(
    /* @vite-ignore */ url('tracking/untrack.ts')
  );
  const operations: Pick<Product, 'createOperationStore'> = await import(
    /* @vite-ignore */ url('store/operation-store.ts')
  );
  const work: Pick<Product, 'createWorkStore'> = await import(
    /* @vite-ignore */ url('store/work-store.ts')
  );
  const state: Pick<Product, 'createStateStore'> = await import(
    /* @vite-ignore */ url('store/state-store.ts')
  );
  return { ...ticking, ...registering, ...untracking, ...operations, ...work, ...state };
}
