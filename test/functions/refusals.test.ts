import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Answer, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';
import { startTableProxy } from '../support/tables.ts';

const trackingId = '00000000-0000-4000-8000-000000000000.0123456789abcdef0123456789abcdef';
const calls: [string, string, object?][] = [
  ['POST', '/api/operations', { ...someCluster(), operationId: 'x' }],
  ['GET', '/api/operations'],
  ['GET', `/api/operations/${trackingId}`],
  ['DELETE', `/api/operations/${trackingId}`],
  ['POST', '/api/watches', { subscriptionId: someCluster().subscriptionId }],
  ['GET', '/api/watches'],
  ['GET', `/api/watches/${trackingId}`],
  ['DELETE', `/api/watches/${trackingId}`],
  ['GET', '/api/channels'],
  ['POST', '/api/channels/default/retry'],
];
const served = [201, 200, 404, 404, 201, 200, 404, 404, 200, 202];
/** It reports what is wrong instead of refusing. */
const doctor: (typeof calls)[number] = ['POST', '/api/doctor'];
const allOf = async (product: Product, headers = {}, which = calls): Promise<Answer[]> =>
  await Promise.all(
    which.map(([method, path, body]) => product.request(method, path, body, headers)),
  );

describe('with a function key', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ FUNCTION_KEY: 'the-key' });
  });
  afterAll(async () => await product[Symbol.asyncDispose]());

  it.each([
    ['none', {}],
    ['a wrong one', { 'x-functions-key': 'the-kez' }],
  ])('every function but health and openapi answers 401 to %s', async (_name, headers) => {
    const answers = await allOf(product, headers, [...calls, doctor]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    for (const path of ['/api/health', '/api/openapi.json'])
      expect((await product.request('GET', path)).status).toBe(200);
  });

  it('every function serves who has it', async () => {
    const answers = await allOf(product, { 'x-functions-key': 'the-key' }, [...calls, doctor]);
    expect(answers.map(({ status }) => status)).toEqual([...served, 200]);
    expect((await product.request('GET', '/api/operations?code=the-key')).status).toBe(200);
  });
});

it('while storage is away every function answers 503 as a problem, and serves when it is back', async () => {
  await using tables = await startTableProxy();
  tables.fault = () => 'refuse';
  await using product = await startProduct({ AzureWebJobsStorage: tables.connectionString });
  for (const answer of await allOf(product)) {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(answer.json()).toMatchObject({ title: 'Storage unavailable', status: 503 });
  }
  await expect(product.tick()).rejects.toThrow('Table storage is not available');
  tables.fault = () => null;
  expect((await allOf(product)).map(({ status }) => status)).toEqual(served);
  await product.tick();
});

describe.each([
  ['OPERATIONS_STORAGE', 'TableEndpoint=https://t.example;SharedAccessSignature=sv=1&sig=geheim'],
  ['HTTPS_PROXY', '10.0.0.1:geheim'],
])('where a library would throw at %s', (setting, value) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ [setting]: value });
  });
  afterAll(async () => await product[Symbol.asyncDispose]());

  it('every function answers 503 with its name, health and doctor show it, and no value is shown', async () => {
    for (const answer of await allOf(product)) {
      expect(answer.status).toBe(503);
      expect(answer.json()).toMatchObject({
        title: 'Not configured',
        errors: [{ pointer: `/${setting}` }],
      });
    }
    const [health, report] = await Promise.all([
      product.request('GET', '/api/health'),
      product.request(...doctor),
    ]);
    expect(health.json()).toMatchObject({ settingsProblems: [{ setting }] });
    const check = expect.objectContaining({ name: `setting ${setting}`, ok: false });
    expect(report.json()['checks']).toContainEqual(check);
    await expect(product.host.runTimer('pollOperations')).rejects.toThrow(setting);
    expect(health.text + report.text + product.log.join('\n')).not.toContain('geheim');
  });
});

describe('with settings that are wrong', () => {
  const secret = 'do-not-tell-anybody';
  const wrong = {
    AzureWebJobsStorage: `AccountName=${secret}`,
    SLACK_WEBHOOK_URL: `@Microsoft.KeyVault(SecretUri=https://${secret}/)`,
    SLACK_WEBHOOK_URL_PAYMENTS: `http://${secret}.example/`,
    AZURE_CLOUD: secret,
    ARM_ENDPOINT: `http://${secret}.example/`,
    AKS_API_VERSION: secret,
    POLL_SCHEDULE: secret,
    STALLED_AFTER: secret,
    GIVE_UP_AFTER: secret,
    RETENTION: secret,
    HEARTBEAT_URL: secret,
    OPERATIONS_TABLE: `${secret}-`,
  };
  const names = Object.keys(wrong);
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(wrong);
  });
  afterAll(async () => await product[Symbol.asyncDispose]());

  it('every function loads and answers 503 with all of their names and none of their values', async () => {
    expect(product.host.functions).toHaveLength(15);
    for (const answer of await allOf(product)) {
      expect(answer.status).toBe(503);
      const { title, errors } = answer.json();
      expect(title).toBe('Not configured');
      if (!Array.isArray(errors)) throw new Error('no errors');
      const pointers = errors.map(({ pointer }: { pointer: string }) => pointer);
      expect(pointers.toSorted()).toEqual(names.map((name) => `/${name}`).toSorted());
      expect(answer.text).not.toContain(secret);
    }
  });

  it('the timers fail with their names, and health shows them', async () => {
    for (const timer of ['pollOperations', 'purgeHistory']) {
      const failure = await product.host.runTimer(timer).catch((error: unknown) => String(error));
      for (const name of names) expect(failure).toContain(name);
    }
    const health = await product.request('GET', '/api/health');
    expect(health.status).toBe(503);
    for (const name of names) expect(health.text).toContain(name);
    expect(health.text + product.log.join('\n')).not.toContain(secret);
  });

  it('the description of the API is served as ever', async () => {
    const answer = await product.request('GET', '/api/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ openapi: '3.1.1' });
    expect(answer.text).not.toContain(secret);
  });

  it('none at all is named as well', async () => {
    await using bare = await startProduct({ AzureWebJobsStorage: '', SLACK_WEBHOOK_URL: '' });
    const { errors } = (await bare.request('GET', '/api/operations')).json();
    expect(errors).toMatchObject([
      { pointer: '/AzureWebJobsStorage' },
      { pointer: '/SLACK_WEBHOOK_URL' },
    ]);
  });
});
