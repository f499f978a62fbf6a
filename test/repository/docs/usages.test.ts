import { expect, it } from 'vitest';
import { parseCommand } from './usages.ts';

it.each([
  ['az aks upgrad --name x', 'No such command'],
  ['az aks upgrade --name x', 'az aks upgrade needs --resource-group'],
  [
    'az aks upgrade --resource-group x --name y --version 1.33.2',
    'az aks upgrade has no --version',
  ],
  ['az aks upgrade --resource-group x y --name z', 'az aks upgrade takes no y'],
  ['az functionapp keys list --resource-group x --name', '--name needs a value'],
  ['az functionapp keys list --resource-group x --name y --name z', '--name is given twice'],
  ['az aks show -g x --name', '--name needs a value'],
  ['az role assignment list --scope /x', '--scope needs --include-inherited besides'],
  [
    'az policy assignment list --scope /x --disable-scope-strict-match',
    '--scope needs --subscription besides',
  ],
  ['azd env new', 'azd env new needs more'],
  ['azd env get NAME', 'No such command'],
  ['npm run docter', 'No such command'],
  ['npm run doctor -- --slak', 'npm run doctor has no --slak'],
])('a command that no documentation has is refused: %s: %s', (line, why) => {
  expect(() => parseCommand(line.split(' '))).toThrow(why);
});
