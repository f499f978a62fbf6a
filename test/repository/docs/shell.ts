import { spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Product } from '../../support/product.ts';
import { root, trackedFiles } from '../../support/checkout.ts';
import { blocksOf } from './pages.ts';
import { deployed, startStandIns, type StandIns } from './stand-ins.ts';

/** What a snippet did. */
export interface Ran extends Pick<StandIns, 'calls' | 'subscriptionId' | 'operationId'> {
  readonly out: string;
  /** The commands of the calls. */
  readonly commands: readonly string[];
  /** Of the files that it may have made, those that are there. */
  readonly files: ReadonlyMap<string, string>;
}

/** What a snippet finds. */
export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  /** What somebody pastes. */
  readonly stdin?: string;
  /** Files beside those of the checkout. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Runs a snippet as it stands, in a folder that looks like the checkout, with {@link startStandIns}; nothing is to go
 * wrong in it.
 */
export async function run(snippet: string, { host }: Product, given: Given = {}): Promise<Ran> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'snippet-'));
  for (const name of new Set([
    'node_modules',
    'dist',
    ...trackedFiles.map((path) => path.split('/')[0] ?? ''),
  ]))
    if (!name.startsWith('.')) symlinkSync(join(root, name), join(folder.path, name));
  for (const [name, content] of Object.entries(given.files ?? {}))
    writeFileSync(join(folder.path, name), content);
  const secrets = [deployed.key, ...(given.stdin === undefined ? [] : [given.stdin.trim()])];
  await using standIns = await startStandIns(folder.path, host.url, secrets);
  const { path, calls, refusals, subscriptionId, operationId } = standIns;
  // It is what people have that type this; `read -s` is none of POSIX's.
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', snippet], {
    cwd: folder.path,
    env: {
      PATH: `${path}:${process.env['PATH'] ?? ''}`,
      APP: deployed.app,
      KEY: deployed.key,
      KUBERNETES_VERSION: '1.33.2',
      ...given.env,
    },
  });
  child.stdin.end(given.stdin ?? '');
  const closed = new Promise((resolve) => void child.on('close', resolve));
  const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  expect({ code, error, refusals }).toEqual({ code: 0, error: '', refusals: [] });
  const made = ['local.settings.json', '.local/aks-operation-notifier.zip']
    .filter((file) => existsSync(join(folder.path, file)))
    .map((file) => [file, readFileSync(join(folder.path, file), 'utf8')] as const);
  const commands = calls.map(({ command }) => command);
  return { out, calls, commands, subscriptionId, operationId, files: new Map(made) };
}

/** Blocks of a page that are given out, each once. */
export interface Blocks {
  /** The one block that nobody has taken yet and in which a text stands. */
  take(holding: string): string;
  /** What nobody has taken. */
  left(): string[];
}

/** The blocks of a page to be run, in these languages. */
export function blocksToRun(page: string, ...languages: readonly string[]): Blocks {
  const left = new Set(
    blocksOf(page)
      .filter(({ language }) => languages.includes(language))
      .map(({ code }) => code),
  );
  return {
    take(holding) {
      const [code, ...others] = [...left].filter((one) => one.includes(holding));
      if (code === undefined || others.length > 0)
        throw new Error(`${page} has no block with ${holding}, or several.`);
      left.delete(code);
      return code;
    },
    left: () => [...left],
  };
}
