/**
 * `npm run dev`: the functions on this machine with the settings of the environment and, where there is one,
 * of `local.settings.json` for the rest, against real ARM (with your own login) and real Slack. Where the storage is
 * `UseDevelopmentStorage=true` or not set, Azurite runs beside them.
 * `LOCAL_SETTINGS` names another file, `LOCAL_DATA` another folder than `.local`.
 */
import { join, resolve } from 'node:path';
import { startAzurite } from './azurite.ts';
import type { Azurite } from './azurite.ts';
import { developmentSettings, needsAzurite, settingsUnder } from './dev-settings.ts';
import { startHost } from './host/process.ts';
import { endWhenNpmEnds } from './end-with-npm.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { explainFailure } from './start-failure.ts';
import { createTerminal } from './terminal.ts';

const root = join(import.meta.dirname, '..');
const dataFolder = join(resolve(process.env['LOCAL_DATA'] || join(root, '.local')), 'dev');
const terminal = createTerminal({
  output: process.stdout,
  env: process.env,
  now: () => new Date(),
});

endWhenNpmEnds(process);
try {
  process.exitCode = await run();
} catch (error) {
  terminal.failed(explainFailure(error));
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const file = process.env['LOCAL_SETTINGS'] || join(root, 'local.settings.json');
  const settings = await settingsUnder(process.env, file);

  await using parts = new AsyncDisposableStack();
  let introduced = false;
  let azurite: Azurite | null = null;
  if (needsAzurite(settings)) {
    azurite = parts.use(await startAzurite({ location: join(dataFolder, 'azurite') }));
  }
  const host = parts.use(
    await startHost({
      env: developmentSettings(settings, {
        connectionString: azurite?.connectionString,
        stateFolder: join(dataFolder, 'host'),
      }),
      onLog: (line) => {
        // While it starts the host lists the functions, as is done below; a failure says itself why.
        if (introduced && line.level !== 'trace' && line.level !== 'debug') terminal.logged(line);
      },
    }),
  );

  terminal.say('\nThe functions run on this machine:\n');
  terminal.facts(
    host.functions.map(({ name, schedule, methods, route }) => [
      name,
      schedule ?? `${methods?.join(',') ?? ''} ${host.url}${route ?? ''}`,
    ]),
  );
  terminal.say('');
  introduced = true;

  const deaths = [host.exited.then(() => 'The functions ended by themselves.')];
  if (azurite !== null)
    deaths.push(azurite.exited.then(() => 'Azurite, the store, ended by itself.'));
  return await runUntilStopped(
    {
      died: Promise.race(deaths),
      stop: () => parts.disposeAsync(),
      kill: async () => {
        await Promise.all([host.kill(), azurite?.kill()]);
      },
    },
    {
      stopping: () => terminal.say('\nStopping: what is under way is finished first.'),
      died: (reason) => terminal.failed(reason),
    },
    process,
  );
}
