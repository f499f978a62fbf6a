import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import committed from '../../../openapi.json' with { type: 'json' };
import { operationEventNames } from '../../../shared/domain/tracked.ts';
import { parseListQuery } from '../../../shared/requests/list-request.ts';
import { parseRegistration } from '../../../shared/requests/register-request.ts';
import { parseWatchRequest } from '../../../shared/requests/watch-request.ts';
import { fc } from '../../support/properties.ts';
import { describedAs } from './described.ts';

const channels = new Set(['default', 'payments', 'on_call_2']);
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...committed, $id: 'doc' });

/** Whether the document allows a body. */
function allows(operationId: string): (value: unknown) => boolean {
  const schema: AnySchema | undefined =
    describedAs(operationId).requestBody?.content['application/json'].schema;
  if (schema === undefined) throw new Error(`${operationId} takes no body.`);
  const rooted = JSON.stringify(schema).replaceAll('"#/', '"doc#/');
  const validate = ajv.compile(JSON.parse(rooted));
  return (value) => validate(value);
}

const allowsRegistration = allows('registerOperation');
const allowsWatch = allows('createWatch');
const takesRegistration = (body: unknown): boolean =>
  'registration' in parseRegistration(body, channels);
const takesWatch = (body: unknown): boolean => 'request' in parseWatchRequest(body, channels);

const guid = 'AbCdEf01-2345-4678-89ab-cDeF01234567';
const group = `/subscriptions/${guid}/resourceGroups/rg`;
const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/aks-1`;
const operationUrl = `https://management.azure.com/subscriptions/${guid}/providers/Microsoft.ContainerService/locations/westeurope/operations/op?t=1`;
/** Values that the fields take, some of them at a limit. */
const taken: Readonly<Record<string, readonly unknown[]>> = {
  subscriptionId: [guid, guid.toUpperCase(), `/subscriptions/${guid}/`],
  resourceGroupName: ['rg', 'Größe_(1).x-', 'ж'.repeat(90)],
  resourceName: ['a', 'A-_9', `a${'-'.repeat(61)}z`],
  operationId: ['op', 'Ä:1', 'x'.repeat(256), '...'],
  agentPoolName: ['np1', 'NodePool1234'],
  id: [`${cluster}/operations/op`, `${cluster.toUpperCase()}/AGENTPOOLS/NP1/operations/op/`],
  operationUrl: [operationUrl],
  clusterId: [cluster, `${cluster}/`],
  resourceGroupId: [group, `${group}/`],
  label: ['x', ' weekly ', '🚀'.repeat(120)],
  channel: ['default', 'PAYMENTS', 'on_call_2'],
  mention: ['here', 'channel', 'U0123456', 'W0123456', 'S0123456'],
  events: [['finished'], [...operationEventNames], ['lost', 'lost']],
};
const refused = fc.oneof(
  fc.constantFrom<unknown>('', ' ', 'latest', 'x'.repeat(300), 'a/b', null, 7, [], ['nothing'], {}),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const field = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...(taken[name] ?? [])) },
    { weight: 1, arbitrary: refused },
  );
const bodyOf = (required: readonly string[], optional: readonly string[]): fc.Arbitrary<unknown> =>
  fc.record(Object.fromEntries([...required, ...optional].map((name) => [name, field(name)])), {
    requiredKeys: [...required],
  });
const options = ['label', 'channel', 'mention'];

/** Those of the bodies that the app takes and the document does not allow; throws when it takes too few to tell. */
function notAllowed(
  bodies: fc.Arbitrary<unknown>,
  takes: (body: unknown) => boolean,
  isAllowed: (body: unknown) => boolean,
): unknown[] {
  const good = fc.sample(bodies, 300).filter(takes);
  if (good.length < 50) throw new Error(`Only ${good.length} are taken.`);
  return good.filter((body) => !isAllowed(body));
}

describe('what the app takes, the document allows', () => {
  it.each<[string, string[], string[]]>([
    [
      'its parts',
      ['subscriptionId', 'resourceGroupName', 'resourceName', 'operationId'],
      ['agentPoolName'],
    ],
    ['its ID', ['id'], []],
    ['its URL', ['operationUrl', 'clusterId'], []],
  ])('when an operation is named by %s', (_name, required, optional) => {
    const bodies = bodyOf(required, [...optional, ...options]);
    expect(notAllowed(bodies, takesRegistration, allowsRegistration)).toEqual([]);
  });

  it.each(['clusterId', 'resourceGroupId', 'subscriptionId'])('when %s is watched', (scope) => {
    const bodies = bodyOf([scope], [...options, 'events']);
    expect(notAllowed(bodies, takesWatch, allowsWatch)).toEqual([]);
  });

  it('when operations are listed, and what it allows the app takes', () => {
    const parameters = describedAs('listOperations').parameters ?? [];
    const values: Readonly<Record<string, readonly string[]>> = {
      state: ['active', 'finished', 'all', 'ALL', ''],
      subscriptionId: [guid, guid.slice(1)],
      resourceGroupName: ['rg', 'rg.', ''],
      resourceName: ['aks-1', '-aks'],
      top: ['1', '1000', '0', '1001', '-1', '1.5', 'x'],
    };
    expect(parameters.map(({ name }) => name)).toEqual([
      ...Object.keys(values),
      'continuationToken',
    ]);
    for (const { name, schema } of parameters) {
      for (const text of values[name] ?? []) {
        const value = schema['type'] === 'integer' ? Number(text) : text;
        const isTaken = 'query' in parseListQuery(new URLSearchParams([[name, text]]));
        expect([name, text, ajv.validate(schema, value)]).toEqual([name, text, isTaken]);
      }
    }
  });
});

describe('what a schema can say is refused, the document refuses as the app does', () => {
  const parts = { subscriptionId: guid, resourceGroupName: 'rg', resourceName: 'aks-1' };
  const whole = { ...parts, operationId: 'op' };
  it.each<[string, unknown]>([
    ['no object', []],
    ['nothing', {}],
    ['a part missing', parts],
    ['two ways', { ...whole, id: `${cluster}/operations/op` }],
    ['a URL without its cluster', { operationUrl }],
    ['an unknown field', { ...whole, chanel: 'default' }],
    ['no GUID', { ...whole, subscriptionId: 'x' }],
    ['a resource group with a dot at its end', { ...whole, resourceGroupName: 'rg.' }],
    ['a slash', { ...whole, resourceName: 'a/b' }],
    ['a space', { ...whole, operationId: 'a b' }],
    ['a pool that begins with a digit', { ...whole, agentPoolName: '1np' }],
    ['an empty label', { ...whole, label: '' }],
    ['a label of spaces', { ...whole, label: '  ' }],
    ['a long label', { ...whole, label: 'x'.repeat(121) }],
    ['a mention of everyone', { ...whole, mention: 'everyone' }],
    ['a channel that no settings can have', { ...whole, channel: '#prod' }],
  ])('in a registration: %s', (_name, body) => {
    expect([allowsRegistration(body), takesRegistration(body)]).toEqual([false, false]);
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['two scopes', { clusterId: cluster, resourceGroupId: group }],
    ['a number', { clusterId: 7 }],
    ['an unknown field', { clusterId: cluster, event: ['lost'] }],
    ['an unknown event', { clusterId: cluster, events: ['ended'] }],
  ])('in a watch: %s', (_name, body) => {
    expect([allowsWatch(body), takesWatch(body)]).toEqual([false, false]);
  });
});
