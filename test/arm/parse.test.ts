import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { hostileError, upgradeFailure } from '../../local/arm/sample-errors.ts';
import { kindWords, unknownKind } from '../../shared/domain/operation-kind.ts';
import { rawSubOperationsIn } from '../../shared/arm/parse-sub-operations.ts';
import { parseCloudError, parseOperationStatus } from '../../shared/arm/parse.ts';
import { parseJson } from '../../shared/domain/foreign-json.ts';
import { foreignError, hugeText } from '../support/operation-arbitraries.ts';
import { start } from '../support/operation-builders.ts';

const error = { code: 'QuotaExceeded', message: 'Limit 100.' };
const read = (body: unknown) => parseOperationStatus(body, start);

/** The fingerprint of an operation that failed, with this error in a sub-operation. */
function print(sub: object): string | null | undefined {
  const body = { status: 'x', error: upgradeFailure, operations: [{ error: sub }] };
  return read(body)?.errorFingerprint;
}

describe('an operation status', () => {
  it('is read from ARM’s published example', () => {
    const body = {
      id: '/subscriptions/0/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/c/operations/1',
      name: '00000000-0000-0000-0000-000000000001',
      status: 'InProgress',
      percentComplete: 40,
      startTime: '2023-07-26T12:14:26.3179428Z',
    };
    expect(read(body)).toEqual({
      status: 'InProgress',
      percentComplete: 40,
      startTime: '2023-07-26T12:14:26.317Z',
      endTime: null,
      error: null,
      errorFingerprint: null,
      kind: unknownKind,
      parts: [],
      partsLeftOut: 0,
    });
  });

  it.each([
    ['white space around the status', { status: ' Succeeded\n' }, { status: 'Succeeded' }],
    ['control characters in it', { status: 'Fai\u0000led' }, { status: 'Failed' }],
    ['a status without end', { status: 'x'.repeat(100_000) }, { status: `${'x'.repeat(255)}…` }],
    ['a percentage of 0', { status: 'x', percentComplete: 0 }, { percentComplete: 0 }],
    ['a percentage with digits', { status: 'x', percentComplete: 33.3 }, { percentComplete: 33.3 }],
    ['a percentage as text', { status: 'x', percentComplete: '40' }, { percentComplete: null }],
    ['a percentage above 100', { status: 'x', percentComplete: 101 }, { percentComplete: null }],
    ['a percentage below 0', { status: 'x', percentComplete: -1 }, { percentComplete: null }],
    ['a time that is none', { status: 'x', startTime: 'soon' }, { startTime: null }],
    ['an error of null', { status: 'x', error: null }, { error: null, errorFingerprint: null }],
    ['an empty error', { status: 'x', error: { code: '', details: [] } }, { error: null }],
    ['operations that are no list', { status: 'x', operations: 'none' }, { error: null }],
  ])('is read with %s', (_, body, expected) => {
    expect(read(body)).toMatchObject(expected);
  });

  it.each([
    ['without a status', { percentComplete: 40 }],
    ['with an empty status', { status: '' }],
    ['with a blank status', { status: ' \n' }],
    ['with a status of control characters', { status: '\u0000\u0007' }],
    ['with a status that is no text', { status: 3 }],
    ['of null', null],
    ['that is a list', [{ status: 'Succeeded' }]],
    ['that is no JSON', parseJson('<!DOCTYPE html>')],
    ['that is cut off', parseJson('{"status":"Succ')],
  ])('is malformed %s: never success', (_, body) => {
    expect(read(body)).toBeNull();
  });

  it.each<[string, object]>([
    ['beside its status', { operations: [{ name: 'np1', status: 'Failed', ...error }] }],
    ['in operations that are one', { operations: { name: 'np1', status: 'Failed', error } }],
  ])('holds the error of a sub-operation %s', (_name, given) => {
    const seen = read({ status: 'Failed', ...given });
    expect(seen).toMatchObject({ error, parts: [{ name: 'np1', code: error.code }] });
  });

  it('takes no message of a sub-operation that runs for an error', () => {
    const part = { name: 'np1', status: 'Updating', message: 'Node 1 of 3' };
    expect(read({ status: 'InProgress', operations: [part] })).toMatchObject({ error: null });
  });

  it('holds the errors of sub-operations at every level', () => {
    const inner = { status: 'Failed', operations: [{ status: 'Failed', error }] };
    const seen = read({
      status: 'InProgress',
      operations: [{ status: 'x' }, inner],
    });
    expect(seen?.error).toMatchObject(error);
    const own = read({ status: 'x', error: { code: 'Top' }, operations: [inner] });
    expect(own?.error).toMatchObject({ code: 'Top', details: [error] });
  });

  it.each([
    ['code of a sub-operation’s error', { ...error, code: 'Other' }],
    ['target of a sub-operation’s error', { ...error, target: 'node-1' }],
  ])('has another fingerprint by the %s, not by its message', (_, other) => {
    expect(print(other)).not.toBe(print(error));
    expect(print({ ...error, message: 'Limit 101.' })).toBe(print(error));
  });

  it('stays small whatever the service sends', () => {
    const bodies = fc.record({
      status: hugeText,
      error: foreignError,
      operations: fc.array(fc.record({ error: foreignError }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(bodies, (body) => {
        expect(JSON.stringify(read(body)).length).toBeLessThan(19_000);
      }),
    );
  });

  it('bears sub-operations without end, and the worst error that is known', () => {
    let operations: unknown = [{ error }];
    for (let level = 0; level < 20_000; level += 1) operations = [{ operations }];
    expect(read({ status: 'x', operations })?.status).toBe('x');
    const many = Array.from({ length: 50_000 }, () => ({ error: hostileError }));
    const seen = read({ status: 'x', error: hostileError, operations: many });
    expect(JSON.stringify(seen).length).toBeLessThan(19_000);
  });
});

const clusterId =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks';

describe('what ran', () => {
  it.each<[string, object, string | null]>([
    [
      'types',
      { operationType: 'PutManagedCluster', subOperationType: 'Upgrading' },
      'cluster upgrade',
    ],
    [
      'types and agent pool',
      { operationType: 'PatchAgentPool', resourceId: `${clusterId}/agentPools/np1` },
      'agent pool np1 update',
    ],
    [
      'resource and phase',
      { resourceId: clusterId, status: 'UpgradingNodes: 8/20 nodes completed' },
      'cluster upgrade',
    ],
    [
      'an ID at an agent pool',
      { id: `${clusterId}/agentPools/np1/operations/1`, status: 'ScalingAgentPool: 3/5' },
      'agent pool np1 scaling',
    ],
    [
      'the resource before the ID',
      { id: `${clusterId}/operations/1`, resourceId: `${clusterId}/agentPools/np1` },
      'agent pool np1',
    ],
    ['nothing, by an ID at the cluster', { id: `${clusterId}/operations/1` }, null],
    ['nothing, by fields that are no text', { id: 1, resourceId: [], operationType: {} }, null],
    ['nothing, by a pool that is none', { resourceId: `${clusterId}/agentPools/<!channel>` }, null],
  ])('is read from %s', (_name, body, expected) => {
    const seen = read({ status: 'InProgress', ...body });
    expect(seen === null ? 'malformed' : kindWords(seen.kind)).toBe(expected);
  });
});

const pool = (name: string, status: unknown, changes = {}): object => ({
  name: `id-of-${name}`,
  resourceId: `${clusterId}/agentPools/${name}`,
  status,
  ...changes,
});
const parse = (...operations: unknown[]) => read({ status: 'x', operations });

describe('sub-operations', () => {
  it('are read with status, percentage and code, the worst first', () => {
    const percent = { percentComplete: 33.3, subOperationType: 'Upgrading' };
    const drain = { code: 'UpgradeFailed', details: [{ code: 'PodDrainFailure' }] };
    const seen = parse(
      pool('np1', 'Succeeded'),
      pool('np2', 'UpgradingNodes: 1/3', percent),
      pool('np3', 'Failed', { error: drain }),
    );
    const kind = { target: 'agentPool', agentPoolName: 'np2', action: 'upgrade', isGuess: false };
    expect(seen?.parts.map(({ name }) => name)).toEqual(['id-of-np3', 'id-of-np2', 'id-of-np1']);
    expect(seen?.parts[0]?.code).toBe('PodDrainFailure');
    expect(seen?.parts[1]).toEqual({
      name: 'id-of-np2',
      kind,
      status: 'UpgradingNodes: 1/3',
      percentComplete: 33.3,
      code: null,
    });
    expect(seen?.partsLeftOut).toBe(0);
  });

  it('of every level are one list, without those that have no status', () => {
    const inner = {
      operations: [pool('np1', 'Failed'), pool('np2', ' \n'), pool('np3', 7), null, 'x'],
    };
    expect(parse(inner)?.parts.map(({ kind }) => kind.agentPoolName)).toEqual(['np1']);
  });

  it('beyond twenty are counted, and of them the best are left out', () => {
    const running = Array.from({ length: 990 }, (_, at) => pool(`a${at}`, 'InProgress'));
    const seen = parse(...running, pool('z', 'Failed'));
    expect([seen?.parts.length, seen?.partsLeftOut]).toEqual([20, 971]);
    expect(seen?.parts[0]?.kind.agentPoolName).toBe('z');
  });

  it('are as many and as long as a row can hold, whatever the service sends', () => {
    const part = fc.record({
      name: hugeText,
      status: hugeText,
      error: foreignError,
      operationType: hugeText,
      resourceId: hugeText,
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 30 }), (operations) => {
        const { parts = [] } = read({ status: 'x', operations }) ?? {};
        // A column holds 32 Ki characters.
        expect(JSON.stringify(parts).length).toBeLessThan(20_000);
        expect(JSON.stringify(parts).isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an error answer', () => {
  it.each<[string, unknown, unknown]>([
    ['nested', { error }, { code: 'QuotaExceeded', message: 'Limit 100.' }],
    ['flat', error, { code: 'QuotaExceeded', message: 'Limit 100.' }],
    ['without a message', { error: { code: 'X' } }, { code: 'X', message: '' }],
    ['of several lines', { code: 'X', message: 'a\n  b' }, { code: 'X', message: 'a b' }],
    ['without a code', { error: { message: 'x' } }, { code: null, message: 'x' }],
    [
      'of OAuth, where the error is a text',
      { error: 'invalid_grant' },
      { code: null, message: 'invalid_grant' },
    ],
    ['that says nothing', { error: { code: ' ' }, message: null }, null],
    ['that is none', undefined, null],
  ])('is read %s', (_, body, expected) => {
    expect(parseCloudError(body)).toEqual(expected);
  });
});

it.each([undefined, null, 'Draining', 7, [null, 'x', [[]]], []])(
  'no sub-operation is made of what is none: %j',
  (operations) => {
    expect(rawSubOperationsIn(operations)).toEqual([]);
  },
);
