import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { listenLocally } from '../../local/arm/listen.ts';
import { startProduct, type Answer, type Product } from '../support/product.ts';
import { startProxy, type Proxy } from '../support/proxy.ts';
import { someCluster } from '../support/settings.ts';
import { startTableProxy } from '../support/tables.ts';

/** What SECURITY.md says of someone with a function key: `test/repository/security/document.test.ts` compares the two. */
const key = randomBytes(16).toString('hex');
const OPERATIONS_TABLE = `T${randomBytes(8).toString('hex')}`;
const site = { WEBSITE_SITE_NAME: 'fn-notifier', WEBSITE_RESOURCE_GROUP: 'rg-ops' };
let product: Product;
let arm: Proxy;
/** Calls of URLs that nobody but a caller named. */
const trapped: string[] = [];
let trap: Awaited<ReturnType<typeof listenLocally>>;
beforeAll(async () => {
  arm = await startProxy(() => product.arm.url);
  product = await startProduct({
    FUNCTION_KEY: key,
    OPERATIONS_TABLE,
    ARM_ENDPOINT: arm.url,
    ...site,
  });
  trap = await listenLocally((request, response) => {
    trapped.push(request.url ?? '');
    response.end('{}');
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await arm[Symbol.asyncDispose]();
  await trap.close();
});
beforeEach(() => product.slack.faults.clear());

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return await product.request(method, path, body, { 'x-functions-key': key });
}
/** An operation that somebody else has begun. */
function begun() {
  const cluster = someCluster();
  const { id } = product.arm.start({ ...cluster, scenario: 'neverEnds' });
  return { ...cluster, id };
}
const fail = (id: string, code = 'Odd') =>
  product.arm.set(id, { status: 'Failed', error: { code, message: 'It went wrong.' } });
async function register(body: object): Promise<{ status: number; path: string }> {
  const { status, headers } = await call('POST', '/api/operations', body);
  return { status, path: headers.get('location') ?? '' };
}
const postedTo = (channel: string): string =>
  JSON.stringify(product.slack.messages.filter((message) => message.channel === channel));
const groupOf = ({ subscriptionId, resourceGroupName }: ReturnType<typeof someCluster>) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;

describe('someone with a function key can', () => {
  it('have any operation read that the identity may read, and see its status and error', async () => {
    const { id } = begun();
    const { status, path } = await register({ id });
    expect(status).toBe(201);
    fail(id, 'QuotaExceeded');
    await product.tick();
    expect((await call('GET', path)).json()).toMatchObject({
      status: 'Failed',
      error: { code: 'QuotaExceeded', message: 'It went wrong.' },
    });
  });

  it('have clusters watched, see their names, and delete the watches of others', async () => {
    const cluster = someCluster();
    const id = product.arm.addCluster(cluster);
    const made = await call('POST', '/api/watches', { resourceGroupId: groupOf(cluster) });
    expect(made.status).toBe(201);
    await product.tick();
    const path = made.headers.get('location') ?? '';
    expect((await call('GET', path)).json()).toMatchObject({ clusters: [{ id }] });
    expect((await call('GET', '/api/watches')).text).toContain(groupOf(cluster));
    expect((await call('DELETE', path)).status).toBe(204);
  });

  it('list what others track, change how it is posted, and untrack it, so that its failure is not posted', async () => {
    const { id, resourceName } = begun();
    const { path } = await register({ id, label: 'of others' });
    expect((await call('GET', '/api/operations')).text).toContain(resourceName);
    const changed = { label: 'of mine', channel: 'payments', mention: 'here' };
    expect((await call('POST', '/api/operations', { id, ...changed })).json()).toMatchObject(
      changed,
    );
    expect((await call('DELETE', path)).status).toBe(204);
    fail(id);
    await product.tick();
    expect(postedTo('default') + postedTo('payments')).not.toContain(resourceName);
  });

  it.each(['here', 'channel', 'U012ABCDE', 'S012ABCDE'])(
    'post to any configured channel, with a label of their own, and mention %s there',
    async (mention) => {
      const { id } = begun();
      const label = `hello ${mention} ${randomBytes(4).toString('hex')}`;
      await register({ id, channel: 'payments', label, mention });
      fail(id);
      await product.tick();
      expect(postedTo('payments')).toContain(label);
      expect(postedTo('payments')).toMatch(new RegExp(`<[!@](subteam\\^)?${mention}`));
    },
  );

  it('see the names and states of channels, and have a parked one tried again', async () => {
    const { id, resourceName } = begun();
    product.slack.faults.set({
      kind: 'status',
      status: 404,
      body: 'no_service',
      channel: 'payments',
    });
    await register({ id, channel: 'payments' });
    fail(id);
    await product.tick();
    expect((await call('GET', '/api/channels')).json()).toMatchObject({
      value: [{ name: 'default' }, { name: 'payments', state: 'parked' }],
    });
    product.slack.faults.clear();
    expect((await call('POST', '/api/channels/payments/retry')).status).toBe(202);
    await product.tick();
    expect(postedTo('payments')).toContain(resourceName);
  });

  it('have the app checked, see what is wrong and what it is called, and have a test posted to each channel', async () => {
    const cluster = someCluster();
    product.arm.addCluster(cluster);
    await call('POST', '/api/watches', { resourceGroupId: groupOf(cluster) });
    product.slack.faults.set({
      kind: 'status',
      status: 404,
      body: 'no_service',
      channel: 'payments',
    });
    const before = product.slack.attempts.length;
    const { text } = await call('POST', '/api/doctor', { slack: true });
    for (const name of [OPERATIONS_TABLE, groupOf(cluster), 'payments', ...Object.values(site)])
      expect(text).toContain(name);
    const told = product.slack.attempts.slice(before).map(({ channel }) => channel);
    expect(new Set(told)).toEqual(new Set(['default', 'payments']));

    await using tables = await startTableProxy();
    tables.fault = () => 'refuse';
    await using locked = await startProduct({
      AzureWebJobsStorage: tables.connectionString,
      FUNCTION_KEY: key,
      ...site,
    });
    const report = await locked.request('POST', '/api/doctor', {}, { 'x-functions-key': key });
    expect(report.text).toMatch(/--name \\"devstoreaccount1\\"|account devstoreaccount1/);
  });

  it('register without limit', async () => {
    const { subscriptionId, resourceGroupName, resourceName } = someCluster();
    const operations = Array.from({ length: 100 }, () => ({
      subscriptionId,
      resourceGroupName,
      resourceName,
      operationId: crypto.randomUUID(),
    }));
    const answers = await Promise.all(operations.map(register));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    for (const { path } of answers) await call('DELETE', path);
  });
});

/** Every route, with this text wherever one may stand; the answers. */
async function sendEverywhere(text: string): Promise<Answer[]> {
  const { id } = begun();
  const names = ['id', 'operationUrl', 'clusterId', 'resourceGroupId', 'subscriptionId', 'label'];
  const fields = [
    ...names,
    'resourceGroupName',
    'resourceName',
    'operationId',
    'channel',
    'mention',
  ];
  const bodies = [
    { id, label: text },
    ...fields.flatMap((name) => [{ [name]: text }, { id, [name]: text }]),
    { operationUrl: text, clusterId: id.replace(/\/operations\/.*/, '') },
  ];
  const safe = encodeURIComponent(text);
  const paths = ['operations', 'watches', 'channels'].flatMap((name) => [
    `/api/${name}`,
    `/api/${name}/${safe}`,
    `/api/${name}?continuationToken=${safe}&state=${safe}&channel=${safe}`,
  ]);
  const answers: Answer[] = [];
  for (const body of bodies)
    for (const path of ['/api/operations', '/api/watches', '/api/doctor'])
      answers.push(await call('POST', path, body));
  for (const path of paths) answers.push(await call('GET', path), await call('DELETE', path));
  answers.push(
    await call('POST', `/api/channels/${safe}/retry`),
    await call('POST', '/api/doctor', { slack: true }),
    await call('GET', '/api/health'),
    await call('GET', '/api/openapi.json'),
  );
  await product.tick();
  answers.push(await call('GET', '/api/operations?state=all'), await call('GET', '/api/watches'));
  return answers;
}

describe('someone with a function key cannot', () => {
  it('make the app call a URL', async () => {
    const answers = await sendEverywhere(`${trap.url}/called`);
    expect(answers.map(({ status }) => status)).toContain(201);
    expect(trapped).toEqual([]);
  });

  it('see a webhook, a token, the key of the storage or a function key', async () => {
    const answers = await sendEverywhere('${SLACK_WEBHOOK_URL} %SLACK_WEBHOOK_URL% {{settings}}');
    const said = answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n');
    const secrets = [
      ...['default', 'payments'].map((name) => new URL(product.slack.webhookUrl(name)).pathname),
      product.arm.identity.header,
      /AccountKey=([^;]+)/.exec(inject('storage'))?.[1] ?? '',
      key,
      ...new Set(arm.requests.flatMap(({ headers }) => headers.authorization?.slice(7) ?? [])),
    ];
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });

  it.each([
    { channel: 'nowhere' },
    { channel: 'https://hooks.slack.com/services/T/B/x' },
    { channel: 'C012ABCDE' },
    { mention: 'everyone' },
    { mention: '<!everyone>' },
    { mention: '@here' },
    { mention: 'U012ABCDE> <!everyone' },
  ])('post to a channel that is not configured, or mention in another form: %o', async (wish) => {
    const { id } = begun();
    expect((await register({ id, ...wish })).status).toBe(400);
    const watched = { resourceGroupId: groupOf(someCluster()), ...wish };
    expect((await call('POST', '/api/watches', watched)).status).toBe(400);
  });

  it('change anything in Azure, or have anything read but operations and clusters of AKS', async () => {
    const { id } = begun();
    await register({ id });
    await call('POST', '/api/watches', { clusterId: id.replace(/\/operations\/.*/, '') });
    await call('POST', '/api/watches', { resourceGroupId: groupOf(someCluster()) });
    const group = groupOf(someCluster());
    for (const other of [
      `${group}/providers/Microsoft.KeyVault/vaults/v/secrets/s`,
      `${group}/providers/Microsoft.ContainerService/managedClusters/c/listClusterAdminCredential`,
      `${group}/providers/Microsoft.ContainerService/managedClusters/c/operations/../../x`,
    ]) {
      expect((await register({ id: other })).status).toBe(400);
      expect((await call('POST', '/api/watches', { clusterId: other })).status).toBe(400);
    }
    await sendEverywhere(`${group}/providers/Microsoft.KeyVault/vaults/v`);
    await call('POST', '/api/doctor');
    const aks = '/providers/Microsoft\\.ContainerService/managedClusters';
    const operation = `${aks}/[^/]+(/agentPools/[^/]+)?/operations(/[^/]+)?`;
    const cluster = `${aks}/[^/]+(/agentPools)?`;
    const readable = new RegExp(
      `^/subscriptions/[^/]+(/resourceGroups/[^/]+)?(${aks}|${cluster}|${operation})$`,
      'i',
    );
    expect(product.arm.calls.length).toBeGreaterThan(3);
    expect(product.arm.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(
      product.arm.calls.map(({ path }) => path).filter((path) => !readable.test(path)),
    ).toEqual([]);
  });

  it('keep ticks from reading by having the app checked again and again', async () => {
    const { subscriptionId, ...place } = someCluster();
    for (let at = 0; at < 20; at += 1) {
      const cluster = { subscriptionId, ...place, resourceName: `aks-${at}` };
      const clusterId = product.arm.addCluster(cluster);
      expect((await call('POST', '/api/watches', { clusterId })).status).toBe(201);
    }
    for (let times = 0; times < 12; times += 1) await call('POST', '/api/doctor');
    const { id } = product.arm.start({ subscriptionId, ...place, scenario: 'neverEnds' });
    await register({ id });
    fail(id);
    await product.tick();
    expect(postedTo('default')).toContain(place.resourceName);
  });

  it('read what the identity may not read, be it in another tenant', async () => {
    const error = { code: 'AuthorizationFailed', message: 'No right.' };
    const authority = `Bearer authorization_uri="${trap.url}/other-tenant", resource="${trap.url}"`;
    for (const status of [401, 403]) {
      const { id } = begun();
      const headers = { 'www-authenticate': authority };
      product.arm.set(id, { status, headers, body: { error, status: 'Succeeded' } });
      const { path } = await register({ id });
      await product.tick();
      const shown = await call('GET', path);
      expect(shown.status).toBe(200);
      expect(shown.text).not.toContain('Succeeded');
      expect(shown.json()).toMatchObject({ error: null });
    }
    expect(trapped).toEqual([]);
    expect(product.arm.identity.lastResource).toMatch(/^https:\/\/management\.azure\.com/);
  });
});
