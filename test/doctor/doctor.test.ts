import { roleAssignmentName } from '../../shared/domain/role-assignment-name.ts';
import type { Scope } from '../../shared/domain/scope.ts';
import { inject, describe, expect, it } from 'vitest';
import { listChannels } from '../../shared/requests/channels.ts';
import type { Check, DoctorReport } from '../../shared/doctor/check.ts';
import { whyRefused, type StorageAccess } from '../../shared/doctor/storage-trouble.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, startProxiedApp, type TestApp } from '../support/app.ts';
import { startProduct } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';
import { startTableProxy } from '../support/tables.ts';

const quick = { slack: false };
const withSlack = { slack: true };
/** What App Service sets by itself. */
const site = { WEBSITE_SITE_NAME: 'fn-notifier', WEBSITE_RESOURCE_GROUP: 'rg-ops' };

/** Gives the role for tables. */
function role(assignee: string): string {
  return `az role assignment create --assignee ${assignee} --role "Storage Table Data Contributor" --scope "$(az storage account show --name "acct" --query "id" --output tsv)"`;
}

/** The one check whose name begins so. */
function named(report: DoctorReport, name: string): Check {
  const [found, ...others] = report.checks.filter((check) => check.name.startsWith(name));
  if (found === undefined || others.length > 0) throw new Error(`not one ${name}`);
  return found;
}

function wrongIn({ checks }: DoctorReport): string[] {
  return checks.filter(({ ok }) => ok === false).map(({ name }) => name);
}

async function watch(app: TestApp, scope: Scope): Promise<void> {
  const { watches } = app.root.app();
  await ensureWatch({ scope, options: {} }, watches, app.clock.now);
}

async function watchGroup(app: TestApp) {
  const cluster = someCluster();
  app.arm.addCluster(cluster);
  await watch(app, { ...cluster, resourceName: null });
  return {
    ...cluster,
    name: `ARM /subscriptions/${cluster.subscriptionId}/resourceGroups/${cluster.resourceGroupName}`,
  };
}

describe('a set-up that works', () => {
  it('passes every check, and each channel has a test message where that is wanted', async () => {
    await using app = await startApp();
    const group = await watchGroup(app);
    const tracked = await app.track();
    const table = app.env['OPERATIONS_TABLE'];
    const report = await app.root.diagnose(withSlack);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ name, ok, message }) => [name, ok, message])).toEqual([
      ['settings', true, 'All of them can be used.'],
      [`tables ${table}, ${table}History`, true, 'Can be read.'],
      [`tables ${table}State`, true, 'A row could be written, read and removed.'],
      ['ARM sign-in', true, expect.stringContaining('system-assigned identity')],
      ...[
        [group.name, true, 'It can be read: 1 cluster.'],
        [
          `ARM /subscriptions/${tracked.subscriptionId}/resourceGroups/${tracked.name.replace('aks', 'rg')}`,
          true,
          'A tracked operation there can be read.',
        ],
      ].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      [
        'api-version',
        true,
        expect.stringContaining(`${tracked.subscriptionId}: 2026-10-02-preview`),
      ],
      ['activity log', 'skipped', 'Nothing was found out there yet.'],
      ['Slack channel default', true, expect.stringContaining('took a test message')],
      ['Slack channel payments', true, expect.stringContaining('took a test message')],
    ]);
    expect(app.told).toHaveLength(2);
    expect(app.told).toContain('Test: messages for the channel payments arrive here');
  });

  it('leaves nothing behind in the store, and sends nothing to Slack that nobody asked for', async () => {
    await using app = await startApp();
    const report = await app.root.diagnose(quick);
    expect(named(report, 'Slack channel default').ok).toBe('skipped');
    expect(named(report, 'ARM rights')).toMatchObject({ ok: 'skipped' });
    expect(report.ok).toBe(true);
    expect(app.slack.attempts).toEqual([]);
    expect(await probesOf(app)).toEqual([]);
  });

  it('has its ticks looked at in Azure, where they must run by themselves', async () => {
    await using app = await startProxiedApp(site);
    const ticks = async () => named(await app.root.diagnose(quick), 'ticks');
    expect(await ticks()).toMatchObject({ ok: 'skipped' });
    app.clock.pass(91);
    const stopped = {
      ok: false,
      fix: 'az functionapp restart --resource-group "rg-ops" --name "fn-notifier"',
    };
    expect(await ticks()).toMatchObject({
      ...stopped,
      message: expect.stringMatching(/^No tick has ever completed\. .*pollOperations/),
    });
    await app.tickFor(1);
    app.clock.pass(12);
    expect(await ticks()).toMatchObject({ ok: true, message: 'The last one completed 12 s ago.' });
    app.clock.pass(600);
    expect(await ticks()).toMatchObject({
      ...stopped,
      message: expect.stringMatching(/^The last tick completed 10 min ago/),
    });
    app.tables.fault = () => 'refuse';
    expect(await ticks()).toMatchObject({ ok: 'skipped' });
  });

  it('counts its requests in the budget of the subscription, and asks nothing beyond it', async () => {
    await using app = await startApp({ ARM_BUDGET: '0.02' });
    const group = await watchGroup(app);
    const reports = [await app.root.diagnose(quick), await app.root.diagnose(quick)];
    expect(reports.map((report) => named(report, group.name).ok)).toEqual([true, 'skipped']);
    expect(app.arm.callCount).toBe(1);
  });

  it('makes one request for a group, however many operations are tracked there', async () => {
    await using app = await startApp();
    const watched = await watchGroup(app);
    const cluster = someCluster();
    for (const each of [watched, watched, cluster, cluster]) {
      const { subscriptionId, resourceGroupName, resourceName } = each;
      await app.track({ cluster: { subscriptionId, resourceGroupName, resourceName } });
    }
    expect((await app.root.diagnose(quick)).ok).toBe(true);
    expect(app.arm.callCount).toBe(2);
  });

  it('is asked for twenty places and no more', async () => {
    await using app = await startApp();
    for (let count = 0; count < 22; count += 1) await watchGroup(app);
    const report = await app.root.diagnose(quick);
    expect(app.arm.callCount).toBe(20);
    expect(named(report, 'ARM rights').message).toBe('Only 20 places were asked; there are more.');
  });
});

describe('a missing role', () => {
  it('on one of two resource groups is reported for that one, with the command that gives it', async () => {
    await using app = await startApp();
    const [well, ill] = [await watchGroup(app), await watchGroup(app)];
    app.arm.faults.set({ kind: 'status', status: 403, resourceGroupName: ill.resourceGroupName });
    const report = await app.root.diagnose(quick);
    expect(wrongIn(report)).toEqual([ill.name]);
    expect(named(report, well.name).ok).toBe(true);
    const { message, fix } = named(report, ill.name);
    expect(message).toContain(
      'no right to read this (AuthorizationFailed). It most likely lacks the role Reader',
    );
    expect(fix).toBe(
      `az role assignment create --assignee-object-id 00000000-0000-0000-0000-0000000b1ec7 --assignee-principal-type ServicePrincipal --role Reader --scope "${ill.name.replace('ARM ', '')}" --name ${roleAssignmentName(ill.name.replace('ARM ', ''), '00000000-0000-0000-0000-0000000b1ec7', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')}`,
    );
  });

  it('shows on a watched cluster and on a tracked operation too', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    await watch(app, cluster);
    await app.track();
    app.arm.faults.set({ kind: 'status', status: 403 });
    expect(wrongIn(await app.root.diagnose(quick))).toHaveLength(2);
  });
});

describe('ARM', () => {
  it('without a token is one thing wrong, with what was tried and how to get one', async () => {
    await using app = await startApp(site);
    await watchGroup(app);
    app.arm.faults.set({ kind: 'noToken', status: 400 });
    const report = await app.root.diagnose(quick);
    expect(wrongIn(report)).toEqual(['ARM sign-in']);
    expect(named(report, 'ARM sign-in')).toMatchObject({
      message: expect.stringMatching(
        /^The app signs in with the app’s system-assigned identity.* No access token/,
      ),
      fix: 'az functionapp identity assign --resource-group "rg-ops" --name "fn-notifier"',
    });
    expect(named(report, 'ARM rights').ok).toBe('skipped');
    expect(app.arm.callCount).toBe(0);
  });

  it.each([
    [
      {},
      'the identity endpoint does not answer.',
      'restart --resource-group "rg-ops" --name "fn-notifier"',
    ],
    [
      { AZURE_CLIENT_ID: 'my-identity' },
      'client ID my-identity, as AZURE_CLIENT_ID says, which is no client ID (a GUID)',
      'identity show --resource-group "rg-ops" --name "fn-notifier" --query userAssignedIdentities',
    ],
  ])('whose identity endpoint is silent is reported as that (%j)', async (settings, words, fix) => {
    await using app = await startApp({ ...site, ...settings });
    app.arm.faults.set({ kind: 'noToken' });
    const signIn = named(await app.root.diagnose(quick), 'ARM sign-in');
    expect(signIn.message).toContain(words);
    expect(signIn.fix).toBe(`az functionapp ${fix}`);
  });

  it('is reported without a secret of the settings, wherever that stands', async () => {
    const secret = 'https://monitor.example/ping/very-secret';
    await using app = await startApp({ ...site, HEARTBEAT_URL: secret, AZURE_CLIENT_ID: secret });
    app.arm.faults.set({ kind: 'noToken', status: 400 });
    const report = await app.root.diagnose(quick);
    expect(named(report, 'ARM sign-in').message).toContain('client ID ***');
    expect(JSON.stringify(report)).not.toContain('very-secret');
  });

  it('that has retired the api-version is reported with the one to set', async () => {
    await using app = await startApp({ ...site, AKS_API_VERSION: '2025-05-02-preview' });
    const { name } = await watchGroup(app);
    app.arm.apiVersions.delete('2025-05-02-preview');
    expect(named(await app.root.diagnose(quick), name)).toMatchObject({
      ok: false,
      message: expect.stringContaining('AKS_API_VERSION is 2025-05-02-preview'),
      fix: 'az functionapp config appsettings set --resource-group "rg-ops" --name "fn-notifier" --settings AKS_API_VERSION=2026-10-02-preview',
    });
  });

  it('that has retired the api-version has the file changed on a person’s own machine', async () => {
    await using app = await startApp({ AKS_API_VERSION: '2025-05-02-preview' });
    const { name } = await watchGroup(app);
    app.arm.apiVersions.delete('2025-05-02-preview');
    expect(named(await app.root.diagnose(quick), name).fix).toBe(
      'local.settings.json, Values: "AKS_API_VERSION": "2026-10-02-preview"',
    );
  });

  it('that finds no such place says where to look; an operation that is gone is nothing wrong', async () => {
    await using app = await startApp();
    const cluster = someCluster();
    await watch(app, { ...cluster, resourceName: null });
    const { id } = await app.track();
    app.arm.forget(id);
    const report = await app.root.diagnose(quick);
    expect(wrongIn(report)).toHaveLength(1);
    expect(report.checks.find(({ ok }) => ok === false)).toMatchObject({
      message: expect.stringMatching(
        /does not find the subscription.* DELETE \/api\/watches\/\S+ ends the watch/,
      ),
      fix: 'az account list --query "[].[id,name,tenantId]" --output tsv',
    });
  });

  it('that throttles is left alone until it may be asked again', async () => {
    await using app = await startApp();
    const { name } = await watchGroup(app);
    app.arm.faults.set({ kind: 'status', status: 429, retryAfter: 60 });
    expect(named(await app.root.diagnose(quick), name).message).toContain('throttles');
    expect(named(await app.root.diagnose(quick), name).ok).toBe('skipped');
    expect(app.arm.callCount).toBe(1);
  });

  it('that does not answer is reported as that', async () => {
    await using app = await startApp();
    const { name } = await watchGroup(app);
    app.arm.faults.set({ kind: 'down' });
    expect(named(await app.root.diagnose(quick), name).message).toContain('does not answer');
  });
});

it('reports a watch that it cannot read, and asks about the others', async () => {
  await using app = await startApp();
  const [well, ill] = [await watchGroup(app), await watchGroup(app)];
  const table = app.table();
  for await (const { rows } of table.pages({ filter: "kind eq 'watch'" }))
    for (const { key, columns } of rows)
      if (columns['resourceGroupName'] === ill.resourceGroupName)
        await table.upsert(key, { ...columns, version: 99 });
  const report = await app.root.diagnose(quick);
  const watchId = /^watch (\S+)$/.exec(wrongIn(report)[0] ?? '')?.[1] ?? 'none';
  expect(wrongIn(report)).toEqual([`watch ${watchId}`]);
  expect(named(report, 'watch').message).toContain(`DELETE /api/watches/${watchId}`);
  expect(await app.root.app().watches.removeWatch(watchId)).toBe(true);
  expect(named(report, well.name).ok).toBe(true);
});

describe('the store', () => {
  it('that refuses is one thing wrong; what depends on it is skipped, the rest is checked', async () => {
    await using app = await startProxiedApp();
    await watchGroup(app);
    app.tables.fault = () => 'refuse';
    const report = await app.root.diagnose(withSlack);
    const table = app.env['OPERATIONS_TABLE'];
    expect(wrongIn(report)).toEqual([`tables ${table}, ${table}History, ${table}State`]);
    expect(named(report, 'tables').message).toContain('(AuthorizationFailure)');
    expect(named(report, 'ARM sign-in').ok).toBe(true);
    expect(named(report, 'ARM rights').ok).toBe('skipped');
    expect(named(report, 'Slack channel default').ok).toBe('skipped');
  });

  it.each([
    ['refuses to write', 'POST'],
    ['refuses to remove', 'DELETE'],
  ])('that %s alone is found', async (_, method) => {
    await using app = await startProxiedApp();
    await app.root.diagnose(quick);
    app.tables.fault = (request) => (request.method === method ? 'refuse' : null);
    const report = await app.root.diagnose(withSlack);
    expect(wrongIn(report)).toEqual([`tables ${app.env['OPERATIONS_TABLE']}State`]);
  });

  it('that refuses to write keeps from what it counts for: that is skipped, and no fault of its own', async () => {
    await using app = await startProxiedApp();
    await watchGroup(app);
    await app.root.diagnose(quick);
    app.tables.fault = ({ method }) => (method === 'GET' ? null : 'refuse');
    const report = await app.root.diagnose(withSlack);
    expect(wrongIn(report)).toEqual([`tables ${app.env['OPERATIONS_TABLE']}State`]);
    expect(named(report, 'ARM rights')).toMatchObject({
      ok: 'skipped',
      message: expect.stringContaining('fix the store first'),
    });
    expect(named(report, 'Slack channel default').ok).toBe('skipped');
  });

  it.each(['lose', 'cut'] as const)(
    'that writes and does not say so (%s) is cleaned up',
    async (fault) => {
      await using app = await startProxiedApp();
      await app.root.diagnose(quick);
      app.tables.fault = ({ method }) => (method === 'POST' ? fault : null);
      await app.root.diagnose(quick);
      expect(await probesOf(app)).toEqual([]);
    },
  );

  it('is rid of what a check left behind that was killed, and leaves to another what it is at', async () => {
    await using app = await startApp();
    const table = app.table('State');
    const minutesAgo = (minutes: number) => ({
      partitionKey: 'doctor',
      rowKey: `${new Date(app.clock.now().getTime() - minutes * 60_000).toISOString()}_probe`,
    });
    await table.upsert(minutesAgo(11), { probe: true });
    await table.upsert(minutesAgo(1), { probe: true });
    expect((await app.root.diagnose(quick)).ok).toBe(true);
    expect(await probesOf(app)).toMatchObject([{ key: minutesAgo(1) }]);
  });

  it('with a wrong key is reported without it', async () => {
    const wrong = Buffer.from('a wrong key, of sixteen bytes or more').toString('base64');
    const AzureWebJobsStorage = inject('storage').replace(
      /AccountKey=[^;]+/,
      `AccountKey=${wrong}`,
    );
    await using app = await startProxiedApp({ AzureWebJobsStorage });
    const report = await app.root.diagnose(quick);
    expect(named(report, 'tables')).toMatchObject({
      ok: false,
      message: expect.stringContaining('the key in AzureWebJobsStorage is wrong'),
    });
    expect(JSON.stringify(report)).not.toContain(wrong);
  });

  const clientId = '00000000-0000-4000-8000-00000000c11e';
  const key: StorageAccess = {
    storage: { signIn: 'connectionString', connectionString: 'AccountName=acct;AccountKey=a2V5' },
    setting: 'OPERATIONS_STORAGE',
    managedIdentity: true,
    site: { name: 'fn', resourceGroupName: 'rg' },
  };
  const identityStorage = {
    signIn: 'identity',
    tableServiceUri: 'https://acct.table.core.windows.net',
    clientId,
  } as const;
  const identity: StorageAccess = { ...key, storage: identityStorage };
  it.each<[string, string, StorageAccess, string | undefined]>([
    ['a role', 'AuthorizationPermissionMismatch', identity, role(clientId)],
    [
      'the role of whoever runs it',
      'AuthorizationPermissionMismatch',
      { ...identity, managedIdentity: false },
      role('"$(az ad signed-in-user show --query id --output tsv)"'),
    ],
    [
      'a new key',
      'AuthenticationFailed',
      key,
      'az storage account show-connection-string --name "acct" --query connectionString --output tsv | az functionapp config appsettings set --resource-group "rg" --name "fn" --settings "OPERATIONS_STORAGE=@-"',
    ],
    [
      'an identity instead of a key',
      'KeyBasedAuthenticationNotPermitted',
      key,
      'az functionapp config appsettings set --resource-group "rg" --name "fn" --settings "OPERATIONS_STORAGE__accountName=acct" && az functionapp config appsettings delete --resource-group "rg" --name "fn" --setting-names "OPERATIONS_STORAGE"',
    ],
    [
      'a login',
      'AggregateAuthenticationError',
      { ...identity, managedIdentity: false },
      'az login',
    ],
    [
      'the role of the app’s own identity',
      'AuthorizationPermissionMismatch',
      { ...identity, storage: { ...identityStorage, clientId: null } },
      'az role assignment create --assignee-object-id "$(az functionapp identity show --resource-group "rg" --name "fn" --query principalId --output tsv)" --assignee-principal-type ServicePrincipal --role "Storage Table Data Contributor" --scope "$(az storage account show --name "acct" --query "id" --output tsv)"',
    ],
    [
      'another name',
      'ENOTFOUND',
      key,
      'az storage account list --query "[].[name,primaryEndpoints.table]" --output tsv',
    ],
    ...['ECONNREFUSED', 'ETIMEDOUT', 'SELF_SIGNED_CERT_IN_CHAIN', 'HTTP 404', 'PARSE_ERROR'].map(
      (code): [string, string, StorageAccess, string] => [
        `its place (${code})`,
        code,
        key,
        'az storage account show --name "acct" --query "primaryEndpoints.table" --output tsv',
      ],
    ),
    ['patience', 'ServerBusy', identity, undefined],
    ['patience, as it does not answer,', 'TookTooLong', identity, undefined],
    [
      'a key again, on a person’s own machine,',
      'AuthenticationFailed',
      { ...key, site: null },
      'az storage account show-connection-string --name "acct" --query connectionString --output tsv',
    ],
    [
      'a look at its network rules',
      'AuthorizationFailure',
      identity,
      'az storage account show --name "acct" --query "[publicNetworkAccess,networkRuleSet.defaultAction,allowSharedKeyAccess]" --output tsv',
    ],
  ])('that needs %s is told so', (_, reason, access, fix) => {
    const finding = whyRefused(reason, access);
    expect([finding.ok, finding.fix]).toEqual([false, fix]);
    expect(finding.message).toContain(`(${reason})`);
  });
});

describe('a Slack channel', () => {
  it('whose webhook is gone is reported with what to set, and the other one works', async () => {
    await using app = await startApp(site);
    app.slack.faults.set({ kind: 'status', status: 404, channel: 'payments' });
    const report = await app.root.diagnose(withSlack);
    expect(wrongIn(report)).toEqual(['Slack channel payments']);
    expect(named(report, 'Slack channel payments')).toMatchObject({
      message: expect.stringMatching(/^The webhook is gone.*\(no_service\).* change the secret/),
      fix: 'printf %s "$SLACK_WEBHOOK_URL_PAYMENTS" | az functionapp config appsettings set --resource-group "rg-ops" --name "fn-notifier" --settings "SLACK_WEBHOOK_URL_PAYMENTS=@-"',
    });
  });

  it('with a URL that is not Slack’s is tried all the same, and reported as that', async () => {
    await using app = await startApp({ SLACK_WEBHOOK_URL: 'https://127.0.0.1:1/services/T/B/x' });
    const report = await app.root.diagnose(withSlack);
    expect(named(report, 'Slack channel default').message).toMatch(
      /^SLACK_WEBHOOK_URL names another host than Slack’s.*in one\.$/,
    );
    expect(named(report, 'Slack channel payments').ok).toBe(true);
  });

  it('that is parked is tried all the same, and works again once its test message arrives', async () => {
    await using app = await startApp();
    const operation = await app.track({ channel: 'payments', answer: { status: 'Failed' } });
    app.slack.faults.set({ kind: 'status', status: 410, channel: 'payments' });
    await app.tickFor(2);
    expect(wrongIn(await app.root.diagnose(withSlack))).toEqual(['Slack channel payments']);
    app.slack.faults.clear();
    expect((await app.root.diagnose(withSlack)).ok).toBe(true);
    expect(await listChannels(app.root.app().channels)).toMatchObject([
      { state: 'ok' },
      { name: 'payments', state: 'ok', undelivered: 1 },
    ]);
    await app.tickFor(1);
    expect(app.told).toContain(`Failed: ${operation.name}`);
    expect(app.told.filter((line) => line.startsWith('Takes no messages'))).toHaveLength(1);
  });

  it.each([
    [{ kind: 'status', status: 429, retryAfter: 30 }, 'asks to wait 30 s'],
    [{ kind: 'down' }, 'no clear answer (no_answer)'],
    [{ kind: 'twoHundredNotOk' }, 'not as an incoming webhook of Slack does'],
    [{ kind: 'status', status: 200, body: 'no_service' }, 'The webhook is gone.'],
    [{ kind: 'status', status: 400 }, 'does not take the message as it is (invalid_payload)'],
  ] as const)('that answers %j is told as that', async (fault, words) => {
    await using app = await startApp();
    app.slack.faults.set({ ...fault, channel: 'default' });
    const report = await app.root.diagnose(withSlack);
    expect(named(report, 'Slack channel default').message).toContain(words);
    expect(wrongIn(report)).toEqual(['Slack channel default']);
  });
});

it('posts to a channel no sooner than Slack allows', async () => {
  await using app = await startApp();
  app.slack.faults.set({ kind: 'status', status: 429, retryAfter: 30, times: 2 });
  await app.root.diagnose(withSlack);
  const report = await app.root.diagnose(withSlack);
  expect(named(report, 'Slack channel default').message).toContain('ask again in a minute');
  expect(app.slack.attempts).toHaveLength(2);
  app.clock.pass(60);
  expect((await app.root.diagnose(withSlack)).ok).toBe(true);
});

it('shows no secret, whatever is wrong', async () => {
  await using app = await startApp();
  const webhook = app.slack.webhookUrl('default');
  const accountKey = /AccountKey=([^;]+)/.exec(inject('storage'))?.[1] ?? 'none';
  const { name } = await watchGroup(app);
  app.arm.faults.set({
    kind: 'status',
    status: 403,
    message: `See ${webhook}, Bearer ${'a1'.repeat(20)}, ${accountKey}`,
  });
  app.slack.faults.set({ kind: 'status', status: 404, body: webhook });
  const report = await app.root.diagnose(withSlack);
  expect(wrongIn(report)).toHaveLength(3);
  expect(named(report, name).message).toContain('***');
  const told = JSON.stringify(report);
  for (const secret of [new URL(webhook).pathname, 'a1'.repeat(20), accountKey])
    expect(told).not.toContain(secret);
});

describe('POST /api/doctor', () => {
  it('answers 200 with the report, 503 with it when something failed, and 400 to what it does not know', async () => {
    await using tables = await startTableProxy();
    await using product = await startProduct({ AzureWebJobsStorage: tables.connectionString });
    const ask = async (body?: unknown) => await product.request('POST', '/api/doctor', body);
    const well = await ask();
    expect(well.status).toBe(200);
    expect(well.headers.get('cache-control')).toBe('no-store');
    expect(well.json()).toMatchObject({
      ok: true,
      checks: [{ name: 'settings' }, {}, {}, {}, {}, {}, {}, {}, {}],
    });
    expect(product.slack.messages).toEqual([]);
    expect((await ask({ slack: true })).status).toBe(200);
    expect(product.slack.messages).toHaveLength(2);

    const refused = await ask({ slack: 'yes', other: 1 });
    expect(refused.status).toBe(400);
    expect(refused.json()['errors']).toMatchObject([{ pointer: '/slack' }, { pointer: '/other' }]);
    expect((await ask([])).status).toBe(400);

    tables.fault = () => 'refuse';
    const away = await ask({});
    expect(away.status).toBe(503);
    expect(away.headers.get('content-type')).toContain('application/json');
    expect(away.json()).toMatchObject({ ok: false });
  });

  it('serves where the settings are wrong, and names each with what sets it', async () => {
    const secret = 'do-not-tell-anybody';
    await using product = await startProduct({
      ...site,
      SLACK_WEBHOOK_URL: `@Microsoft.KeyVault(SecretUri=https://${secret}/)`,
      RETENTION: secret,
    });
    const answer = await product.request('POST', '/api/doctor');
    expect(answer.status).toBe(503);
    expect(answer.json()).toEqual({
      ok: false,
      checks: [
        {
          name: 'setting SLACK_WEBHOOK_URL',
          ok: false,
          message: expect.stringMatching(/^It is a Key Vault reference that was not resolved/),
          fix: 'az rest --method get --url "/subscriptions/{subscriptionId}/resourceGroups/rg-ops/providers/Microsoft.Web/sites/fn-notifier/config/configreferences/appsettings/SLACK_WEBHOOK_URL?api-version=2024-04-01" --query "properties.[status,details]"',
        },
        {
          name: 'setting RETENTION',
          ok: false,
          message: expect.stringMatching(/^It must be a length of time/),
          fix: 'az functionapp config appsettings set --resource-group "rg-ops" --name "fn-notifier" --settings "RETENTION=30d"',
        },
        ...['tables', 'ARM sign-in', 'ARM rights', 'Slack channels'].map((name) => ({
          name,
          ok: 'skipped',
          message: 'Fix the settings first, then check again.',
        })),
      ],
    });
    expect(answer.text).not.toContain(secret);
  });
});

async function probesOf(app: TestApp): Promise<unknown[]> {
  const rows: unknown[] = [];
  const table = app.table('State');
  for await (const page of table.pages({ filter: "PartitionKey eq 'doctor'" }))
    rows.push(...page.rows);
  return rows;
}
