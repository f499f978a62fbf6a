import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerOf, type LogEvent, type StartedOperation } from '../../shared/domain/caller.ts';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import { armIdOf } from '../../shared/domain/scope.ts';
import { plus } from '../../shared/time.ts';

const startTime = '2026-09-21T14:00:00.000Z';
const reference = {
  subscriptionId: '00000000-0000-0000-0000-0000000000a1',
  resourceGroupName: 'rg-Shop',
  resourceName: 'aks-shop',
  agentPoolName: null,
  operationId: '9b1a',
};
const cluster = armIdOf(reference);
const type = 'Microsoft.ContainerService/managedClusters';
const operation: StartedOperation = {
  reference,
  startTime,
  kind: { target: 'cluster', agentPoolName: null, action: 'upgrade', isGuess: false },
};
const objectId = (digit: number): string => `0000000${digit}-0000-4000-8000-000000000000`;

const jane: Partial<LogEvent> = {
  caller: 'jane@contoso.example',
  name: 'Jane Doe',
  upn: 'jane@contoso.example',
  idType: 'user',
};
const joe: Partial<LogEvent> = {
  caller: 'joe@contoso.example',
  name: 'Joe Bloggs',
  idType: 'user',
};
const pipeline: Partial<LogEvent> = {
  caller: objectId(1),
  appId: '1234abcd-0000-4000-8000-000000000000',
  idType: 'app',
};

function event(by: Partial<LogEvent>, more: Partial<LogEvent> = {}): LogEvent {
  return {
    at: startTime,
    resourceId: cluster,
    action: `${type}/write`,
    status: 'Started',
    correlationId: '',
    caller: '',
    name: '',
    upn: '',
    objectId: '',
    appId: '',
    idType: '',
    ...by,
    ...more,
  };
}

const seconds = (count: number): string => plus(startTime, count * 1000);

describe('who started an operation', () => {
  it.each<[string, Partial<LogEvent>, string | null]>([
    ['a person, by name', jane, 'Jane Doe'],
    ['a person without a name, by UPN', { ...jane, name: '' }, 'jane@contoso.example'],
    ['an application, by name', { ...pipeline, name: 'deploy-shop' }, 'deploy-shop'],
    ['an application without one', pipeline, 'an application (appId 1234abcd…)'],
    ['nobody, by an object ID alone', { caller: objectId(1) }, null],
    ['nobody, by an object ID as the name', { caller: objectId(1), name: objectId(2) }, null],
    ['nobody, where the log has no caller', {}, null],
    ['AKS', { caller: 'Microsoft.ContainerService' }, 'AKS itself'],
    ['AKS, by its application', { appId: '7319C514-987d-4e9b-ac3d-d38c4f427f4c' }, 'AKS itself'],
    [
      'AKS, by name, where the log has no application',
      { caller: objectId(5), name: 'AzureContainerService' },
      'AKS itself',
    ],
    [
      'an application of somebody that calls itself AKS',
      { ...pipeline, name: 'AzureContainerService' },
      'AzureContainerService',
    ],
    [
      "AKS' API server application, which is another one",
      { appId: '6dae42f8-4368-4678-94ff-3960e28e3630' },
      'an application (appId 6dae42f8…)',
    ],
    [
      'a service principal of which the log has one GUID',
      { caller: objectId(3), idType: 'app' },
      null,
    ],
  ])('is %s', (_name, by, words) => {
    expect(callerOf(operation, [event(by)])).toBe(words);
  });

  it('is found in any letter case of action, resource and UPN', () => {
    const shouted = event(jane, {
      resourceId: cluster.toUpperCase(),
      action: `${type}/WRITE`.toUpperCase(),
      caller: 'JANE@contoso.example',
      correlationId: 'b',
    });
    expect(callerOf(operation, [shouted, event(jane, { correlationId: 'a' })])).toBe('Jane Doe');
  });

  it.each<[string, Partial<LogEvent>]>([
    ['who lists credentials', { action: `${type}/listClusterUserCredential/action` }],
    ['who runs a command', { action: `${type}/runCommand/action` }],
    ['who aborts', { action: `${type}/abort/action` }],
    ['a policy that is evaluated', { action: 'Microsoft.Authorization/policies/audit/action' }],
    ['a policy', { action: 'Microsoft.Authorization/policies/deployIfNotExists/action' }],
    ['a deployment onto the cluster', { action: 'Microsoft.Resources/deployments/write' }],
    [
      'a remediation of something else in the group',
      {
        action: 'Microsoft.Storage/storageAccounts/write',
        resourceId: cluster.replace(
          /Microsoft\.ContainerService.*/,
          'Microsoft.Storage/storageAccounts/a',
        ),
      },
    ],
    [
      'who writes an extension of the cluster',
      { action: 'Microsoft.Insights/diagnosticSettings/write' },
    ],
    [
      'who writes to one that is named so in another group',
      { resourceId: cluster.replace('rg-Shop', 'rg-Shop2') },
    ],
    ['who writes to a cluster whose name begins the same', { resourceId: `${cluster}-2` }],
    ['who writes a child that is no pool', { resourceId: `${cluster}/providers/x/y/z` }],
    ['who deletes', { action: `${type}/delete` }],
    ['who wrote too early', { at: seconds(-121) }],
    ['who wrote too late', { at: seconds(61) }],
    [
      'who changed a pool while the cluster is upgraded',
      { action: `${type}/agentPools/write`, resourceId: `${cluster}/agentPools/np1` },
    ],
    ['whose write had ended before', { status: 'Succeeded', at: seconds(-20) }],
  ])('is not %s', (_name, more) => {
    const foreign = event(joe, more);
    expect(callerOf(operation, [foreign])).toBeNull();
    expect(callerOf(operation, [foreign, event(jane)])).toBe('Jane Doe');
  });

  it('is not said where two callers fit, however near one of them is', () => {
    expect(callerOf(operation, [event(jane), event(joe, { at: seconds(-100) })])).toBeNull();
    expect(callerOf(operation, [event(jane), event(pipeline)])).toBeNull();
    expect(callerOf(operation, [event(jane), event({}, { correlationId: 'b' })])).toBeNull();
  });

  it('is the same person twice, also where one event of a request says less', () => {
    const twice = [
      event(jane, { at: seconds(-60), correlationId: 'a' }),
      event({}, { at: seconds(-50), correlationId: 'a', status: 'Accepted' }),
      event({ caller: 'Jane@contoso.example' }, { correlationId: 'b' }),
    ];
    expect(callerOf(operation, twice)).not.toBeNull();
  });

  it("is a policy's identity where that wrote the cluster, and nobody where a person wrote it too", () => {
    const identity = { ...pipeline, caller: objectId(4) };
    const all = [
      event(identity, { action: 'Microsoft.Authorization/policies/modify/action' }),
      event(identity, { action: 'Microsoft.Resources/deployments/write' }),
      event(identity),
    ];
    expect(callerOf(operation, all)).toBe('an application (appId 1234abcd…)');
    expect(callerOf(operation, [...all, event(jane)])).toBeNull();
  });

  it('keeps people apart who use the same application', () => {
    const appId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
    expect(callerOf(operation, [event({ ...jane, appId }), event({ ...joe, appId })])).toBeNull();
  });

  it("is whoever changed an operation's own pool", () => {
    const ofPool: StartedOperation = {
      ...operation,
      reference: { ...reference, agentPoolName: 'np1' },
      kind: unknownKind,
    };
    const write = (pool: string, by: Partial<LogEvent>): LogEvent =>
      event(by, {
        action: `${type}/agentPools/upgradeNodeImageVersion/action`,
        resourceId: `${cluster}/agentPools/${pool}`,
      });
    expect(callerOf(ofPool, [write('NP1', jane), write('np2', joe)])).toBe('Jane Doe');
    expect(callerOf(ofPool, [write('np11', joe), event(joe)])).toBeNull();
  });

  it('does not depend on the order, on repetitions, or on what does not fit', () => {
    const some = fc.constantFrom(
      event(jane),
      event(joe),
      event(pipeline, { at: seconds(30) }),
      event({}, { correlationId: 'x' }),
      event(joe, { at: seconds(-500) }),
      event(jane, { resourceId: `${cluster}x` }),
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), (events) => {
        const said = callerOf(operation, events);
        expect(callerOf(operation, events.toReversed())).toBe(said);
        expect(callerOf(operation, [...events, ...events])).toBe(said);
        const noise = event(joe, { action: `${type}/runCommand/action` });
        expect(callerOf(operation, [noise, ...events])).toBe(said);
      }),
    );
  });

  it('is one line of at most 120 characters, whatever the log says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const said = callerOf(operation, [event({ ...jane, upn: '', name })]);
        expect(said).not.toMatch(/[\n\r]/);
        expect(Array.from(said ?? '').length).toBeLessThanOrEqual(120);
      }),
    );
  });
});
