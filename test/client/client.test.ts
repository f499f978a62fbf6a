import createClient from 'openapi-fetch';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { paths } from './api.ts';
import { generatedPath, generateTypes } from './generate.ts';
import { startProduct } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

const key = 'the-key-of-this-client';

it('the types of a client are what openapi-typescript makes of openapi.json', async () => {
  expect(await generateTypes()).toBe(readFileSync(generatedPath, 'utf8'));
});

it('a client generated from openapi.json tracks an operation until it has ended', async () => {
  await using product = await startProduct({ FUNCTION_KEY: key });
  const client = createClient<paths>({
    baseUrl: `${product.host.url}/api`,
    headers: { 'x-functions-key': key },
  });

  const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
  const registered = await client.POST('/operations', { body: { id, label: 'by a client' } });
  expect(registered.response.status).toBe(201);
  const trackingId = registered.data?.trackingId ?? '';

  product.arm.set(id, { status: 'Succeeded' });
  await product.tick();
  const got = await client.GET('/operations/{trackingId}', { params: { path: { trackingId } } });
  expect(got.data).toMatchObject({ id, label: 'by a client', outcome: 'succeeded' });

  const listed = await client.GET('/operations', { params: { query: { state: 'finished' } } });
  expect(listed.data?.value.map((operation) => operation.trackingId)).toEqual([trackingId]);

  const path = { trackingId };
  expect((await client.DELETE('/operations/{trackingId}', { params: { path } })).response.ok).toBe(
    true,
  );
  const gone = await client.GET('/operations/{trackingId}', { params: { path } });
  expect(gone.error).toMatchObject({ status: 404 });
});

it('a generated client is given every problem of a request, and no answer without a key', async () => {
  await using product = await startProduct({ FUNCTION_KEY: key });
  const client = createClient<paths>({ baseUrl: `${product.host.url}/api` });
  const body = { subscriptionId: 'no GUID', label: '' };

  const refused = await client.POST('/watches', { body });
  expect(refused.response.status).toBe(401);

  const wrong = await client.POST('/watches', { body, headers: { 'x-functions-key': key } });
  expect(wrong.response.status).toBe(400);
  const errors = wrong.error !== undefined && 'errors' in wrong.error ? wrong.error.errors : [];
  expect(errors?.map(({ pointer }) => pointer)).toEqual(['/subscriptionId', '/label']);
});
