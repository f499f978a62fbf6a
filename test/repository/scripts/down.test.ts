import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../support/checkout.ts';

const home = '00000000-0000-4000-8000-00000000000a';
const other = '00000000-0000-4000-8000-00000000000c';
const group = `/subscriptions/${home}/resourceGroups/rg-aks-notifier`;
const role = '/providers/Microsoft.Authorization/roleAssignments/1';
const inside = `${group}/providers/Microsoft.KeyVault/vaults/kv${role}`;
const outside = [
  `/subscriptions/${home}/resourceGroups/rg-prod${role}`,
  `/subscriptions/${other}${role}`,
];

/** A checkout with an `az` that lists roles by subscription and writes down what it is told. */
function checkout() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'down-'));
  const at = (path: string): string => join(folder.path, path);
  mkdirSync(at('scripts'));
  copyFileSync(join(root, 'scripts/down.ts'), at('scripts/down.ts'));
  copyFileSync(join(root, 'package.json'), at('package.json'));
  symlinkSync(join(root, 'node_modules'), at('node_modules'));
  writeFileSync(
    at('az'),
    `#!/bin/sh
echo "$*" >> '${at('calls')}'
[ -e '${at('signed-out')}' ] && exit 1
case "$*" in
  *delete*) ;;
  *${other}*) echo '["${outside[1]}"]' ;;
  *) echo '["${outside[0]}","${inside.toUpperCase()}"]' ;;
esac
`,
    { mode: 0o755 },
  );
  const run = (when: string, env: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, [at('scripts/down.ts'), when], {
      encoding: 'utf8',
      env: {
        PATH: folder.path + ':/bin',
        AZURE_ENV_NAME: 'prod',
        AZURE_SUBSCRIPTION_ID: home,
        ...env,
      },
    });
  return {
    signOut: () => writeFileSync(at('signed-out'), ''),
    predown: () =>
      run('predown', {
        IDENTITY_PRINCIPAL_ID: '11111111-2222-4333-8444-555555555555',
        AZURE_RESOURCE_GROUP: 'rg-aks-notifier',
        READER_SCOPES: `/subscriptions/${other}, /subscriptions/${home}/resourceGroups/rg-prod`,
      }),
    // The outputs are gone from the environment then.
    postdown: () => run('postdown'),
    predownAgain: () => run('predown'),
    calls: () => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8') : ''),
    [Symbol.dispose]: () => folder.remove(),
  };
}

it('azd down removes the roles outside the group, in each subscription, and changes nothing before', () => {
  using made = checkout();
  expect(made.predown()).toMatchObject({ status: 0, stderr: '' });
  expect(made.calls()).not.toContain('delete');
  // Down is tried again: azd forgot the outputs, and what was written down stays.
  expect(made.predownAgain().status).toBe(0);
  expect(made.postdown()).toMatchObject({ status: 0, stderr: '' });
  expect(made.calls()).toMatch(
    new RegExp(`^role assignment delete --ids ${RegExp.escape(outside.join(' '))}$`, 'm'),
  );
  // Once.
  made.postdown();
  expect(made.calls().match(/delete/g)).toHaveLength(1);
});

it('azd down does not begin where the roles cannot be listed, and names those that it could not remove', () => {
  using made = checkout();
  made.predown();
  made.signOut();
  expect(made.predown()).toMatchObject({ status: 1, stderr: expect.stringContaining('az login') });
  expect(made.postdown()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(outside.join('\n')),
  });
});
