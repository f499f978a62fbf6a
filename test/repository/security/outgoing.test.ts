import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { startProduct } from '../../support/product.ts';
import { startProxy } from '../../support/proxy.ts';
import { someCluster } from '../../support/settings.ts';

it('calls no URL that a request, Azure or Slack names', async () => {
  await using product = await startProduct();
  await using trap = await startProxy(() => product.arm.url);
  const links = { location: `${trap.url}/next`, 'azure-asyncoperation': `${trap.url}/poll` };
  const error = { code: 'Odd', message: `see ${trap.url}/error`, target: `${trap.url}/target` };
  const answers = [
    { status: 200, headers: links, body: { status: 'Paused', id: `${trap.url}/id`, error } },
    { status: 200, headers: links, body: { status: 'Failed', nextLink: `${trap.url}/next` } },
    { status: 202, headers: links, body: {} },
    { status: 307, headers: links, body: '' },
  ];
  for (const answer of answers) {
    const cluster = someCluster();
    const { id, operationId } = product.arm.start({ ...cluster, scenario: 'neverEnds' });
    product.arm.set(id, answer);
    const path = `/subscriptions/${cluster.subscriptionId}/providers/Microsoft.ContainerService/locations/x/operations/${operationId}`;
    const registerAt = async (host: string): Promise<number> =>
      (
        await product.request('POST', '/api/operations', {
          operationUrl: `${host}${path}?api-version=2016-03-30&t=${trap.url}`,
          clusterId: id.replace(/\/operations\/.*/, ''),
          label: `see ${trap.url}/label`,
        })
      ).status;
    expect(await registerAt(trap.url)).toBe(400);
    expect(await registerAt(product.arm.url)).toBe(201);
  }
  product.slack.faults.set({ kind: 'status', status: 307, location: links.location, times: 1 });
  await product.tick();
  await expect
    .poll(
      async () => {
        await product.tick();
        return product.slack.messages.length;
      },
      { timeout: 15_000, interval: 500 },
    )
    .toBe(2);

  // All four were read, what could be told was told, and Slack had redirected once.
  expect(product.arm.callCount).toBeGreaterThanOrEqual(answers.length);
  expect(JSON.stringify(product.slack.messages)).toContain(`${trap.url}/error`);
  expect(product.slack.attempts.map(({ status }) => status)).toContain(307);
  expect(trap.requests).toEqual([]);
});

it('sends the heartbeat nowhere but to its setting', async () => {
  let beats = 0;
  await using elsewhere = await startProxy(() => 'http://127.0.0.1:9');
  await using server = createServer((_request, response) => {
    beats += 1;
    response.writeHead(302, { location: `${elsewhere.url}/beat` }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await using product = await startProduct({ HEARTBEAT_URL: `http://127.0.0.1:${port}/` });
  await product.tick();
  expect(beats).toBe(1);
  expect(elsewhere.requests).toEqual([]);
  expect(product.log.join('\n')).toContain('The heartbeat could not be sent.');
});
