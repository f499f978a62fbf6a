/**
 * `npm start`: the whole product on this machine, with nothing configured. `PORT` (default 7071) is
 * for the functions, the page takes the next one; `FUNCTION_KEY` turns function keys on; `LOCAL_DATA`
 * names another folder than `.local`.
 */
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { playDemo, playRepairs, repairsAfterMs } from './demo.ts';
import type { HostLogLine } from './host/messages.ts';
import { curlExample, whatRunsWhere } from './introduction.ts';
import { narrate } from './narrate.ts';
import { endWhenNpmEnds } from './end-with-npm.ts';
import { tryResourceGroup, trySubscription } from './page/try-operation.ts';
import { channels, startProduct } from './product.ts';
import type { Product } from './product.ts';
import { readPort } from './read-port.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { explainFailure } from './start-failure.ts';
import { createTerminal } from './terminal.ts';

const { env } = process;
const since = new Date();
const terminal = createTerminal({ output: process.stdout, env, now: () => new Date() });
const dataFolder = resolve(env['LOCAL_DATA'] || join(import.meta.dirname, '../.local'));
const functionKey = env['FUNCTION_KEY'] || undefined;

endWhenNpmEnds(process);
try {
  process.exitCode = await run();
} catch (error) {
  terminal.failed(explainFailure(error));
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const logs = showNewErrors();
  await using product = await startProduct({
    dataFolder,
    port: readPort(env['PORT']),
    ...(env['APP_FILE'] !== undefined && { appFile: env['APP_FILE'] }),
    ...(functionKey !== undefined && { functionKey }),
    onLog: logs.show,
  });
  logs.begin();
  introduce(product);
  narrate(terminal, { ...product, channels, since });
  void beginDemo(product);
  return await runUntilStopped(
    product,
    {
      stopping: () => terminal.say('\nStopping: what is under way is finished first.'),
      died: (reason) => terminal.failed(`${reason} Everything else is ended too.`),
    },
    process,
  );
}

function introduce({ host, page, arm }: Product): void {
  const example = arm.start({
    subscriptionId: trySubscription,
    resourceGroupName: tryResourceGroup,
    resourceName: 'aks-sandbox',
    scenario: 'quick',
  });
  const running = {
    functionsUrl: host.url,
    pageUrl: page.url,
    dataFolder: shorten(dataFolder),
    exampleId: example.id,
    hasKey: functionKey !== undefined,
  };
  terminal.say('\nAKS Operation Notifier runs on this machine.\n');
  terminal.facts(whatRunsWhere(running));
  terminal.say(`\nRegister an operation yourself:\n\n${curlExample(running)}\n`);
}

async function beginDemo({ arm, api }: Product): Promise<void> {
  try {
    const begun = await playDemo(arm, api);
    if (!begun) return terminal.say('The operations of the last run go on.');
    await delay(repairsAfterMs, undefined, { ref: false });
    await playRepairs(arm, api);
  } catch (error) {
    terminal.failed(`The demo does not go on: ${explainFailure(error)}`);
  }
}

/**
 * Shows each error once: what fails every five seconds is one piece of news. Until `begin` it is
 * silent, because a start that fails says itself why.
 */
function showNewErrors(): { show: (line: HostLogLine) => void; begin: () => void } {
  const shown = new Set<string>();
  let begun = false;
  return {
    show: (line) => {
      const isError = line.level === 'error' || line.level === 'critical';
      if (!begun || !isError || shown.has(line.message)) return;
      shown.add(line.message);
      terminal.logged(line);
    },
    begin: () => {
      begun = true;
    },
  };
}

/** A path below the working directory is shown from there on. */
function shorten(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
