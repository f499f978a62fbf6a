import { describe, expect, it } from 'vitest';
import { explainAnswer, explainSilence } from '../../scripts/doctor/no-report.ts';
import { clouds } from '../../shared/settings/clouds.ts';
import { checkSettings, setSetting } from '../../shared/doctor/settings.ts';
import { findingOf, type DoctoredApp } from '../../shared/doctor/target-finding.ts';
import { targetsOf, type Target } from '../../shared/doctor/targets.ts';
import type { ReadingFailure } from '../../shared/domain/reading.ts';
import type { OperationHead } from '../../shared/store/operation-row.ts';
import type { OperationStore } from '../../shared/store/operation-store.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { webhookProblem } from '../../shared/doctor/webhook-problem.ts';
import { someOperation } from '../support/operations.ts';

const site = { name: 'fn', resourceGroupName: 'rg' };
const subscriptionId = '00000000-0000-4000-8000-000000000001';

describe('settings', () => {
  it.each([site, null])(
    'are offered values that they take, which are the defaults (site: %j)',
    (where) => {
      const works = {
        SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T1/B1/x',
        AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      };
      const wrong = Object.fromEntries(
        [
          'OPERATIONS_TABLE',
          'AZURE_CLOUD',
          'ARM_ENDPOINT',
          'AKS_API_VERSION',
          'POLL_SCHEDULE',
          'ARM_BUDGET',
          'WATCH_INTERVAL',
          'STALLED_AFTER',
          'GIVE_UP_AFTER',
          'RETENTION',
        ].map((setting) => [setting, '?']),
      );
      const { problems } = readSettings({ ...works, ...wrong });
      expect(problems).toHaveLength(Object.keys(wrong).length);
      const offered = checkSettings(problems, where).map(({ fix = '' }) =>
        where === null ? /"(\w+)": "(.+)"$/.exec(fix) : /"(\w+)=(.+)"$/.exec(fix),
      );
      const set = Object.fromEntries(offered.map((match) => [match?.[1], match?.[2]]));
      const { settings: usual } = readSettings(works);
      expect(readSettings({ ...works, ...set })).toEqual({
        // Who sets STALLED_AFTER wants it for every phase.
        settings: { ...usual, drainStalledAfterMs: usual?.stalledAfterMs },
        problems: [],
      });
    },
  );

  it('that nobody can name are removed; a name that could do harm gets into no command', () => {
    const removed = ['A-B', 'A"; rm -rf ~'].map(
      (setting) => checkSettings([{ setting, message: 'is none.' }], site)[0]?.fix,
    );
    expect(removed).toEqual([
      'az functionapp config appsettings delete --resource-group "rg" --name "fn" --setting-names "A-B"',
      undefined,
    ]);
  });

  it('with values that nobody here knows take them from the shell, by standard input', () => {
    expect(setSetting('SLACK_WEBHOOK_URL', site)).toMatch(
      /^printf %s "\$SLACK_WEBHOOK_URL" \| az .* --settings "SLACK_WEBHOOK_URL=@-"$/,
    );
  });
});

it.each([
  'https://hooks.slack.com/services/T0123/B0456/abcDEF123',
  'https://hooks.slack-gov.com/services/T0123/B0456/abcDEF123',
  'http://127.0.0.1:7072/services/x',
])('takes %s for a webhook', (url) => expect(webhookProblem(url)).toBeNull());

describe('what ARM answers', () => {
  const app: DoctoredApp = {
    clientId: null,
    managedIdentity: true,
    apiVersion: '2025-05-02-preview',
    site,
    armEndpoint: clouds.AzureCloud.armEndpoint,
    cloud: clouds.AzureCloud,
  };
  const target: Target = {
    name: 'ARM',
    task: 'scan',
    scope: { subscriptionId, resourceGroupName: 'rg-prod', resourceName: null },
    watchId: 'the-watch',
    read: never,
  };
  const tenant = '00000000-0000-4000-8000-0000000007e4';
  const wrongTenant = `The access token is from the wrong issuer 'https://sts.windows.net/1/'. It must match the tenant 'https://sts.windows.net/${tenant}/' associated with this subscription.`;

  it.each<
    [string, Partial<ReadingFailure>, Partial<DoctoredApp>, words: string, fix: string | undefined]
  >([
    [
      'a subscription that is not there',
      { cause: 'subscription', code: 'SubscriptionNotFound' },
      {},
      'DELETE /api/watches/the-watch ends the watch.',
      'az account list --query "[].[id,name,tenantId]" --output tsv',
    ],
    [
      'a resource group that is not there',
      { cause: 'notFound', code: 'ResourceGroupNotFound' },
      {},
      'misspelt, or is gone (ResourceGroupNotFound)',
      `az group list --subscription ${subscriptionId} --query "[].name" --output tsv`,
    ],
    [
      'a cluster that is not there',
      { cause: 'notFound', code: 'ResourceNotFound' },
      {},
      'misspelt, or is gone (ResourceNotFound)',
      `az aks list --subscription ${subscriptionId} --query "[].id" --output tsv`,
    ],
    [
      'a login of another tenant',
      { cause: 'unauthenticated', message: wrongTenant },
      { managedIdentity: false },
      'The token is that of the login of the machine',
      `az login --tenant ${tenant}`,
    ],
    [
      'an identity of another tenant',
      { cause: 'unauthenticated', message: wrongTenant },
      {},
      'must be of the subscription’s tenant',
      undefined,
    ],
    [
      'silence of Azure itself',
      { cause: 'network' },
      {},
      'Asked was https://management.azure.com: look whether',
      undefined,
    ],
    [
      'silence of another endpoint',
      { cause: 'network' },
      { armEndpoint: 'https://arm.example.org' },
      'Asked was https://arm.example.org, as ARM_ENDPOINT says',
      'az functionapp config appsettings delete --resource-group "rg" --name "fn" --setting-names "ARM_ENDPOINT"',
    ],
    ['throttling', { cause: 'throttled' }, {}, 'Check again in a minute.', undefined],
    [
      'a subscription that has never had a cluster',
      { cause: 'rejected', code: 'MissingSubscriptionRegistration' },
      {},
      'must be registered for AKS',
      `az provider register --namespace Microsoft.ContainerService --subscription ${subscriptionId}`,
    ],
  ])('%s is reported with what fixes it', (_, failure, facts, words, fix) => {
    const whole = { cause: 'network', code: 'Code', message: 'Message.', ...failure } as const;
    const finding = findingOf(target, { ok: false, failure: whole }, { ...app, ...facts });
    expect([finding.ok, finding.fix]).toEqual([false, fix]);
    expect(finding.message).toContain(words);
  });
});

/** A tracked operation as lists have it. */
function listed(resourceGroupName: string): OperationHead {
  const operation = someOperation({ reference: { subscriptionId, resourceGroupName } });
  return { ...operation, undelivered: 0, owedSince: null };
}

async function never(): Promise<never> {
  return await Promise.reject(new Error('not asked'));
}

it('finds the places of tracked operations on every page of the list, and stops when there are too many', async () => {
  const asked: (string | null)[] = [];
  const pages = [
    { operations: Array.from({ length: 1000 }, () => listed('rg-first')), token: 'second' },
    { operations: [listed('rg-second'), listed('RG-FIRST')], token: 'third' },
    { operations: [listed('rg-third')], token: 'fourth' },
  ];
  const list: OperationStore['list'] = async ({ position }) => {
    asked.push(position?.rowKey ?? null);
    const page = pages[asked.length - 1];
    if (page === undefined) return await never();
    return { operations: page.operations, next: { partitionKey: 'p', rowKey: page.token } };
  };
  const arm = { readStatus: never, listOperations: never, listClusters: never, listPools: never };
  const targets = await targetsOf([], { arm, operations: { list } }, 2);
  expect(targets.map(({ name }) => name.split('/').at(-1))).toEqual([
    'RG-FIRST',
    'rg-third',
    'rg-second',
  ]);
  expect(asked).toEqual([null, 'second', 'third']);
});

describe('an app that does not check itself', () => {
  const url = new URL('https://fn.azurewebsites.net/');
  const itsState = `az functionapp list --query "[?contains(hostNames, 'fn.azurewebsites.net')].[name,resourceGroup,state,publicNetworkAccess]" --output tsv`;
  const key =
    'export NOTIFIER_KEY="$(az rest --method post --url "$(az functionapp list --query "[?contains(hostNames, \'fn.azurewebsites.net\')].id" --output tsv)/host/default/listKeys?api-version=2024-04-01" --query functionKeys.default --output tsv)"';

  it.each<[number, { hasKey?: boolean; isNotifier?: boolean }, string, string | undefined]>([
    [401, {}, 'is to be in NOTIFIER_KEY', key],
    [401, { hasKey: true }, 'does not take the function key', key],
    [404, {}, 'no such app', itsState],
    [404, { isNotifier: true }, 'older version', 'azd deploy'],
    [403, {}, 'stopped, or has access restrictions', itsState],
    [302, {}, 'sends to another place (302)', undefined],
    [503, {}, 'does not run (503)', itsState],
    [200, {}, 'is not this app', undefined],
    [400, { isNotifier: true }, 'another version', undefined],
  ])('answers %i (%j)', (status, facts, words, fix) => {
    const known = { hasKey: false, isNotifier: false, ...facts };
    const trouble = explainAnswer(url, status, known);
    expect(trouble.message).toContain(words);
    expect(trouble.fix).toBe(fix);
  });

  it.each([
    ['ENOTFOUND', 'knows no host of this name', 'az functionapp list --query "[].['],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate is not trusted', undefined],
    ['ECONNREFUSED', 'cannot be reached (ECONNREFUSED)', itsState],
  ])('is silent (%s)', (code, words, fix) => {
    const cause = Object.assign(new Error('of fetch'), { code });
    const trouble = explainSilence(url, new TypeError('fetch failed', { cause }));
    expect(trouble.message).toContain(words);
    expect(trouble.fix?.slice(0, fix?.length)).toBe(fix);
  });

  it.each(['http://127.0.0.1:7071', 'https://a$(b).example.org'])(
    'at %s has no command that would find it',
    (text) => {
      const known = { hasKey: true, isNotifier: true };
      expect(explainAnswer(new URL(text), 401, known).fix).toBeUndefined();
    },
  );
});
