import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { startProduct } from '../support/product.ts';
import { startProxy } from '../support/proxy.ts';
import { someCluster } from '../support/settings.ts';
import { someTable } from '../support/tables.ts';

/** What a URL's query holds besides its api-version. */
function signaturesOf(url: string): string[] {
  return [...new URL(url).searchParams].flatMap(([name, text]) =>
    name === 'api-version' ? [] : [text],
  );
}

it('no secret gets into an answer, a log line, a table or a message, whatever happens', async () => {
  const tableName = `T${randomBytes(8).toString('hex')}`;
  let armUrl = '';
  await using arm = await startProxy(() => armUrl);
  const heartbeat = `${arm.url}/heartbeat?key=${randomBytes(16).toString('hex')}`;
  await using product = await startProduct((standIn) => {
    armUrl = standIn.url;
    return { OPERATIONS_TABLE: tableName, ARM_ENDPOINT: arm.url, HEARTBEAT_URL: heartbeat };
  });
  const answers: string[] = [];
  const request = async (...args: Parameters<typeof product.request>): Promise<string> => {
    const answer = await product.request(...args);
    answers.push(answer.text, JSON.stringify([...answer.headers]));
    return answer.headers.get('location') ?? '';
  };

  // Two operations, one of them by its signed URL, with errors that quote secrets of their own.
  const cluster = someCluster();
  const started = product.arm.start({ ...cluster, scenario: 'hostile' });
  const clusterId = started.id.replace(/\/operations\/.*/, '');
  const signed = await request('POST', '/api/operations', {
    operationUrl: started.operationUrl,
    clusterId,
  });
  await request('POST', '/api/operations', { operationUrl: started.operationUrl });
  await request('POST', '/api/operations', {
    operationUrl: started.operationUrl.replace('/operations/', '/nonsense/'),
    clusterId,
    label: 7,
  });
  await product.tick();
  const webhook = product.slack.webhookUrl('default');
  const message = `See ${started.operationUrl} and ${webhook}, Bearer ${'a1'.repeat(20)}`;
  product.arm.set(started.id, { status: 'Paused', error: { code: 'Odd', message } });
  await product.tick();
  product.arm.set(started.id, { status: 403, body: { error: { code: 'Forbidden', message } } });
  await product.tick();
  product.slack.faults.set({ kind: 'status', status: 400, times: 2 });
  product.arm.set(started.id, { status: 'Failed', error: { code: 'Worse', message } });
  await product.tick();
  product.slack.faults.set({ kind: 'status', status: 404, body: webhook });
  const other = product.arm.start({ ...cluster, scenario: 'quick' });
  await request('POST', '/api/operations', { id: other.id, channel: 'payments' });
  await product.tick();
  for (const path of [signed, '/api/operations?state=all', '/api/health', '/api/operations/x'])
    await request('GET', path);
  await product.host.runTimer('purgeHistory');

  const rows: unknown[] = [];
  for (const suffix of ['', 'History', 'State'])
    for await (const page of someTable(tableName + suffix).pages({})) rows.push(...page.rows);
  expect(rows.length).toBeGreaterThan(3);
  expect(product.slack.messages.length).toBeGreaterThan(0);
  const tokens = arm.requests.flatMap(({ headers }) => headers.authorization?.split(' ')[1] ?? []);
  const secrets = {
    webhook: [webhook, product.slack.webhookUrl('payments')].map((url) => new URL(url).pathname),
    token: [...new Set(tokens), 'a1'.repeat(20)],
    identity: [product.arm.identity.header],
    signature: signaturesOf(started.operationUrl),
    accountKey: [/AccountKey=([^;]+)/.exec(inject('storage'))?.[1] ?? ''],
    heartbeat: signaturesOf(heartbeat),
  };
  const places = {
    answers: answers.join('\n'),
    log: product.log.join('\n'),
    tables: JSON.stringify(rows),
    messages: JSON.stringify(product.slack.messages),
  };
  for (const values of Object.values(secrets)) expect(values.length).toBeGreaterThan(0);
  for (const text of Object.values(places)) expect(text.length).toBeGreaterThan(100);
  const leaks = Object.entries(secrets).flatMap(([kind, values]) =>
    Object.entries(places).flatMap(([place, text]) =>
      values.some((value) => value.length < 10 || text.includes(value))
        ? [`${kind} in ${place}`]
        : [],
    ),
  );
  expect(leaks).toEqual([]);
});
