import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import committed from '../../../openapi.json' with { type: 'json' };
import { playDemo } from '../../../local/demo.ts';
import { createNotifierApi } from '../../../local/notifier-api.ts';
import { exampleOperation } from '../../../scripts/openapi/examples.ts';
import { emptyOutbox } from '../../../shared/domain/outbox.ts';
import { operationKey, operationColumns } from '../../../shared/store/operation-row.ts';
import { watchKey } from '../../../shared/store/watch-row.ts';
import { known, minutes, reference, start } from '../../support/operation-builders.ts';
import {
  endedOperation,
  registeredAt,
  someMessage,
  someOperation,
} from '../../support/operations.ts';
import { answerOf, startProduct, type Answer, type Product } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';
import { someTable, startTableProxy } from '../../support/tables.ts';
import {
  collectSeen,
  described,
  describedFor,
  describedProperties,
  disagreement,
  schemaOf,
  type Described,
} from './described.ts';
import { readHttpFile } from './http-file.ts';

/** A path with the examples of its parameters. */
function examplePath({ route, parameters = [] }: Described): string {
  const query = new URLSearchParams();
  let path = route;
  for (const { name, in: place, example } of parameters) {
    if (example === undefined) continue;
    if (place === 'query') query.set(name, String(example));
    else path = path.replace(`{${name}}`, String(example));
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Bodies that are examples; for a function that takes none, none. */
function exampleBodies({ requestBody }: Described): unknown[] {
  const examples = Object.values(requestBody?.content['application/json'].examples ?? {});
  return examples.length === 0 ? [undefined] : examples.map(({ value }) => value);
}

const key = { 'x-functions-key': 'the-key' };
let product: Product;
beforeAll(async () => {
  product = await startProduct({ FUNCTION_KEY: 'the-key' });
  const url = () => product.host.url;
  await playDemo(product.arm, createNotifierApi({ url, functionKey: 'the-key' }));
});
afterAll(async () => await product[Symbol.asyncDispose]());

describe('the running app', () => {
  it('has exactly the functions that the document describes, each with or without a key as it says', () => {
    const functions = product.host.functions.filter(({ trigger }) => trigger === 'http');
    const expected = described.map(({ operationId, method, route, security }) => ({
      name: operationId,
      trigger: 'http',
      route,
      methods: [method],
      authLevel: security === undefined ? 'function' : 'anonymous',
    }));
    expect(functions).toHaveLength(expected.length);
    expect(functions).toEqual(expect.arrayContaining(expected));
  });

  it('serves the document to anybody', async () => {
    const answer = await product.request('GET', '/api/openapi.json');
    expect(answer.json()).toEqual(committed);
  });

  it('knows the cluster of the examples from what npm start plays', () => {
    const { subscriptionId, resourceGroupName, resourceName } = exampleOperation;
    expect(product.arm.operations()).toContainEqual(
      expect.objectContaining({ subscriptionId, resourceGroupName, resourceName }),
    );
  });

  it('answers each example of the document with what it describes', async () => {
    for (const one of described) {
      for (const body of exampleBodies(one)) {
        const headers = one.security === undefined ? key : {};
        const answer = await product.request(one.method, examplePath(one), body, headers);
        expect(`${one.operationId}: ${answer.status} ${answer.text}`).toMatch(/: 20\d /);
        expect(disagreement(one, answer)).toBeNull();
      }
    }
  });

  it('answers each request of docs/requests.http, which calls all functions', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/requests.http'), 'utf8');
    const called = new Set<string>();
    for (const { title, method, path, headers, body } of readHttpFile(text)) {
      const one = describedFor(method, path.replace(/\?.*/, ''));
      const given = one?.security === undefined ? { ...headers, ...key } : headers;
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await answerOf(
        await fetch(product.host.url + path, { method, headers: given, ...init }),
      );
      expect(`${title}: ${answer.status} ${answer.text}`).toMatch(/: 20\d /);
      expect([title, 'x-functions-key' in headers]).toEqual([title, one?.security === undefined]);
      if (one !== null) called.add(one.operationId);
    }
    expect([...called]).toEqual(described.map(({ operationId }) => operationId));
  });
});

describe('whatever happens', () => {
  const tableName = `T${randomBytes(8).toString('hex')}`;
  const given: [one: Described, answer: Answer][] = [];
  let tables: Awaited<ReturnType<typeof startTableProxy>>;
  let troubled: Product;
  const note = (method: string, path: string, answer: Answer): Answer => {
    const one = describedFor(method, path.replace(/\?.*/, ''));
    if (one !== null) given.push([one, answer]);
    return answer;
  };
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = key,
  ): Promise<Answer> => note(method, path, await troubled.request(method, path, body, headers));

  beforeAll(async () => {
    tables = await startTableProxy();
    troubled = await startProduct({
      FUNCTION_KEY: 'the-key',
      AzureWebJobsStorage: tables.connectionString,
      OPERATIONS_TABLE: tableName,
      SLACK_WEBHOOK_URL_BROKEN: 'x',
    });
    for (const [method, path] of [
      ['GET', '/api/health'],
      ['POST', '/api/doctor'],
    ] as const)
      note(method, path, await product.request(method, path, undefined, key));
    await refusals();
    await operations();
    await watches();
    await channels();
    await send('GET', '/api/health');
    tables.fault = () => 'refuse';
    for (const one of described) await send(one.method, examplePath(one), exampleBodies(one)[0]);
  });
  afterAll(async () => {
    await troubled[Symbol.asyncDispose]();
    await tables[Symbol.asyncDispose]();
  });

  async function refusals(): Promise<void> {
    for (const one of described) {
      if (one.security === undefined) await send(one.method, examplePath(one), undefined, {});
      if (/\{\w+\}/.test(one.route))
        await send(one.method, examplePath(one).replace('default', 'x'));
    }
    for (const path of ['/api/operations', '/api/watches', '/api/doctor']) {
      await send('POST', path, { unknown: true });
      await send('POST', path, { label: 'x'.repeat(17_000) });
      await send('POST', path, 'x', { ...key, 'content-type': 'text/plain' });
      const chunked = {
        method: 'POST',
        headers: { ...key, 'content-type': 'application/json' },
        body: new Blob(['{}']).stream(),
        duplex: 'half',
      } as const;
      note('POST', path, await answerOf(await fetch(troubled.host.url + path, chunked)));
    }
    await send('GET', '/api/operations?top=0');
  }

  async function operations(): Promise<void> {
    const body = { ...someCluster(), operationId: 'op', agentPoolName: 'np1', label: 'x' };
    await send('POST', '/api/operations', body);
    const { trackingId: named } = (
      await send('POST', '/api/operations', { ...body, mention: 'here' })
    ).json();
    await send('GET', `/api/operations/${String(named)}`);
    const kind = {
      target: 'agentPool',
      agentPoolName: 'np1',
      action: 'upgrade',
      isGuess: true,
    } as const;
    const running = someOperation({
      history: [{ at: start, event: 'errorAppeared', from: 'A', to: 'B', code: 'C' }],
      state: known('UpgradingNodes: 8/20 nodes completed', {
        error: {
          code: 'PodDrainFailure',
          message: 'No.',
          details: [{ code: 'X', target: 'node-1' }],
        },
        kind,
        percentComplete: 40,
        parts: [{ name: 'x', kind, status: 'Draining: 1/3', percentComplete: 10, code: 'Y' }],
        startTime: minutes(-5),
        lastCheckedAt: minutes(5),
        usual: { lowMs: 60_000, medianMs: 90_000, highMs: 120_000, runs: 12, of: 'here' },
        trouble: { cause: 'forbidden', code: 'No', message: 'No.', since: start, failures: 3 },
      }),
    });
    const ended = endedOperation(registeredAt, {
      reference: { ...reference, operationId: 'ended' },
      state: { startTime: registeredAt, endTime: registeredAt },
    });
    const damaged = someOperation();
    const active = someTable(tableName);
    const write = async (one: typeof running, wrong: { outbox?: string } = {}): Promise<void> =>
      await active.upsert(operationKey(one.trackingId), { ...operationColumns(one), ...wrong });
    await write(running);
    await write(damaged, { outbox: '[' });
    await someTable(`${tableName}History`).upsert(operationKey(ended.trackingId), {
      ...operationColumns(ended),
      endedAt: registeredAt,
    });
    for (const { trackingId } of [running, ended, damaged])
      await send('GET', `/api/operations/${trackingId}`);
    await send('POST', '/api/operations', { ...damaged.reference, agentPoolName: undefined });
    await send('GET', '/api/operations?state=all&top=1');
    await send('GET', '/api/operations?state=all&top=1000');
    tables.fault = ({ method }) => (method === 'GET' ? null : 'late');
    await send('DELETE', `/api/operations/${running.trackingId}`);
    tables.fault = () => null;
    for (const { trackingId } of [running, damaged])
      await send('DELETE', `/api/operations/${trackingId}`);
  }

  async function watches(): Promise<void> {
    const cluster = someCluster();
    const { id } = troubled.arm.start({ ...cluster, scenario: 'neverEnds' });
    const forbidden = someCluster();
    troubled.arm.faults.set({
      kind: 'status',
      status: 403,
      subscriptionId: forbidden.subscriptionId,
    });
    const orders = [
      { subscriptionId: cluster.subscriptionId, label: 'x', mention: 'here' },
      { subscriptionId: forbidden.subscriptionId },
      { clusterId: id.replace(/\/operations\/.*/, '') },
    ];
    const paths: string[] = [];
    for (const order of orders) {
      await send('POST', '/api/watches', order);
      const { watchId } = (await send('POST', '/api/watches', order)).json();
      paths.push(`/api/watches/${String(watchId)}`);
    }
    await troubled.tick();
    troubled.arm.faults.clear();
    await send('GET', '/api/watches');
    for (const path of paths) await send('GET', path);

    const [path = ''] = paths;
    await someTable(tableName).upsert(watchKey(path.slice('/api/watches/'.length)), {
      version: 1,
      kind: 'watch',
    });
    await send('GET', path);
    await send('POST', '/api/watches', orders[0]);
    await send('DELETE', path);
  }

  async function channels(): Promise<void> {
    const changes = { pools: { gpupool: { orchestratorVersion: '1.34.1' } } };
    const { id } = troubled.arm.start({ ...someCluster(), scenario: 'quick', changes });
    const registered = await send('POST', '/api/operations', { id, channel: 'payments' });
    troubled.arm.set(id, { status: 'Failed', error: { code: 'Timeout', message: 'Timed out.' } });
    const orphan = someOperation({
      options: { label: null, channel: 'gone', mention: null },
      outbox: { ...emptyOutbox, owed: [someMessage(1)] },
    });
    await someTable(tableName).upsert(operationKey(orphan.trackingId), operationColumns(orphan));
    troubled.slack.faults.set({ kind: 'status', status: 404 });
    await troubled.tick();
    troubled.slack.faults.clear();
    await send('GET', registered.headers.get('location') ?? '');
    await send('GET', '/api/operations?state=all');
    await send('GET', '/api/channels');
    await send('POST', '/api/channels/payments/retry');
    await send('POST', '/api/channels/gone/retry');
  }

  it('an answer is as the document describes it', () => {
    for (const [one, answer] of given) {
      const what = `${one.operationId} ${answer.status}`;
      expect(`${what}: ${disagreement(one, answer)}`).toBe(`${what}: null`);
    }
  });

  it('nothing is described that no function answers', () => {
    const answered = new Set(given.map(([one, { status }]) => `${one.operationId} ${status}`));
    const expected = described.flatMap(({ operationId, responses }) =>
      // What went wrong within cannot be brought about from outside; 403 is the platform's own answer.
      Object.keys(responses).flatMap((status) =>
        ['403', '500'].includes(status) ? [] : [`${operationId} ${status}`],
      ),
    );
    expect(expected.filter((one) => !answered.has(one))).toEqual([]);
  });

  it('no field is described that no answer has', () => {
    const seen = new Set<string>();
    for (const [one, answer] of given) {
      const schema = schemaOf(one, answer.status);
      if (schema !== null) collectSeen(schema, answer.json(), '', seen);
    }
    // The activity log shows it minutes after the start.
    for (const one of ['Operation', 'OperationWithHistory']) seen.add(`${one}.startedBy`);
    // Only a tick that has no time for all that is due leaves that.
    seen.add('Health.oldestDueAt');
    expect([...describedProperties()].filter((one) => !seen.has(one))).toEqual([]);
  });
});
