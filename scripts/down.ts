/**
 * What `azd down` does not do: it deletes the resource group, and the app's roles elsewhere (Reader, by `READER_SCOPES`)
 * stay behind, for an identity that is gone.
 *
 * `node scripts/down.ts predown` writes down which these are, and changes nothing: azd asks "are you sure?" only
 * afterwards (Azure/azure-dev#3490). `node scripts/down.ts postdown` removes those, by their IDs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const [when = ''] = process.argv.slice(2);
const { AZURE_ENV_NAME: name = '', AZURE_SUBSCRIPTION_ID: home = '' } = process.env;
/** Of this environment alone. */
const record = join(import.meta.dirname, '../.azure', name, 'roles-outside.json');
const ids = z.array(z.string());

if (name === '') fail('AZURE_ENV_NAME is not set: azd runs this.');
else if (when === 'predown') write();
else if (when === 'postdown') remove();
else fail('Is it predown or postdown?');

function write(): void {
  const principal = process.env['IDENTITY_PRINCIPAL_ID'] ?? '';
  // Taken down before: what was written down then is still right.
  if (principal === '') return;
  const scopes = process.env['READER_SCOPES'] ?? '';
  const named = [...scopes.matchAll(/subscriptions\/([0-9a-f-]{36})/gi)].map(([, id = '']) => id);
  const group = `/subscriptions/${home}/resourceGroups/${process.env['AZURE_RESOURCE_GROUP']}/`;
  const outside: string[] = [];
  for (const subscription of new Set([home, ...named].map((id) => id.toLowerCase()))) {
    const list = `role assignment list --all --assignee ${principal} --subscription ${subscription} --query [].id --output json`;
    const found = az(list.split(' '));
    if (found === null)
      return fail(
        `The app's roles in subscription ${subscription} cannot be listed, so nothing is taken down: sign in with az login first.`,
      );
    outside.push(
      ...ids
        .parse(JSON.parse(found))
        .filter((id) => !id.toLowerCase().startsWith(group.toLowerCase())),
    );
  }
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, `${JSON.stringify([...new Set(outside)], null, 2)}\n`);
  console.log(`Roles outside the resource group, to be removed at the end: ${outside.length}.`);
}

function remove(): void {
  if (!existsSync(record)) return;
  const outside = ids.parse(JSON.parse(readFileSync(record, 'utf8')));
  if (outside.length > 0 && az(['role', 'assignment', 'delete', '--ids', ...outside]) === null)
    return fail(`These roles are still to be removed (${record}):\n${outside.join('\n')}`);
  rmSync(record);
}

/** What az prints; `null`: it failed, and has said why. */
function az(args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('az', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0 ? stdout : null;
}

function fail(why: string): void {
  console.error(why);
  process.exitCode = 1;
}
