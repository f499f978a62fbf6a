import { describe, expect, it } from 'vitest';
import {
  kindKey,
  kindOf,
  kindOn,
  kindWords,
  knownKind,
  operationActions,
  unknownKind,
  type KindEvidence,
  type OperationKind,
} from '../../shared/domain/operation-kind.ts';
import { reference } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';
import { anyKind } from '../support/stored-arbitraries.ts';

const nothing: KindEvidence = {
  operationType: '',
  subOperationType: '',
  on: { target: null, agentPoolName: null },
  status: 'InProgress',
};
const cluster = { on: { target: 'cluster', agentPoolName: null } } as const;
const np1 = { on: { target: 'agentPool', agentPoolName: 'np1' } } as const;
const evidence = (changes: Partial<KindEvidence>): OperationKind =>
  kindOf({ ...nothing, ...changes });
const words = (changes: Partial<KindEvidence>): string | null => kindWords(evidence(changes));

describe('what runs', () => {
  it.each<[Partial<KindEvidence>, string]>([
    [{ operationType: 'PutManagedCluster', subOperationType: 'Upgrading' }, 'cluster upgrade'],
    [{ operationType: 'PutManagedCluster', subOperationType: 'Creating' }, 'cluster creation'],
    [{ operationType: 'PutAgentPool', subOperationType: 'Scaling' }, 'agent pool scaling'],
    [
      { operationType: 'PutAgentPool', subOperationType: 'upgrading', ...np1 },
      'agent pool np1 upgrade',
    ],
    [{ operationType: 'PatchAgentPool', ...np1 }, 'agent pool np1 update'],
    [
      { operationType: 'PatchAgentPool', subOperationType: 'Scaling', ...np1 },
      'agent pool np1 scaling',
    ],
    [{ operationType: 'DeleteAgentPool', ...np1 }, 'agent pool np1 deletion'],
    [{ subOperationType: 'Updating', ...cluster }, 'cluster update'],
  ])('by the types %j is a(n) %s', (changes, expected) => {
    expect(words(changes)).toBe(expected);
  });

  it.each<[string, Partial<KindEvidence>, string]>([
    ['the phase', { status: 'UpgradingNodes: 8/20 nodes completed' }, 'upgrade'],
    ['phase and agent pool', { status: 'ScalingAgentPool: 3/5', ...np1 }, 'agent pool np1 scaling'],
    ['phase and cluster', { status: 'upgradingControlPlane', ...cluster }, 'cluster upgrade'],
    ['a phase of one word', { status: 'Deleting', ...np1 }, 'agent pool np1 deletion'],
    ['the agent pool alone', { ...np1 }, 'agent pool np1'],
  ])('without types is concluded from %s', (_name, changes, expected) => {
    expect(words(changes)).toBe(expected);
  });

  it.each<[string, Partial<KindEvidence>]>([
    ['nothing is there to tell it', {}],
    ['only the cluster is known, as every operation is on one', cluster],
    ['a phase may be a step of something else', { status: 'CreatingNodes: 1/3' }],
    ['a phase may mean anything', { status: 'Updating' }],
    ['types are new', { operationType: 'RotateEverything', subOperationType: 'Rotating' }],
    ['a Put may create or update', { operationType: 'PutManagedCluster' }],
    ['a status only looks like a name of Object’s', { status: 'constructor' }],
  ])('is not claimed where %s', (_name, changes) => {
    expect(words(changes)).toBeNull();
    expect(kindKey(evidence(changes)).isExact).toBe(false);
  });

  it('is what ARM’s types say, also where phase and ID say otherwise', () => {
    const types = { operationType: 'PutManagedCluster', subOperationType: 'Upgrading' };
    expect(words({ ...types, ...np1, status: 'ScalingAgentPool: 1/2' })).toBe('cluster upgrade');
  });

  it('never concludes the target from a phase: a cluster’s upgrade goes through its pools', () => {
    expect(evidence({ status: 'ScalingAgentPool: 3/5 nodes' }).target).toBeNull();
  });
});

describe('what is known of it over time', () => {
  const guess = evidence({ status: 'UpgradingNodes: 1/2' });
  const typed = evidence({ operationType: 'PutAgentPool', subOperationType: 'Scaling', ...np1 });

  it.each<[string, OperationKind, OperationKind, OperationKind]>([
    ['is kept when a reading tells nothing', typed, unknownKind, typed],
    ['grows with what a reading shows', unknownKind, guess, guess],
    ['stays with the first guess', guess, { ...guess, action: 'scale' }, guess],
    ['gives way to ARM’s word', guess, typed, typed],
    ['is not given up for a guess', typed, guess, typed],
  ])('%s', (_name, stored, seen, expected) => {
    expect(knownKind(stored, seen)).toEqual(expected);
  });

  it('never shrinks, and a reading seen again changes nothing', () => {
    fc.assert(
      fc.property(anyKind, anyKind, (stored, seen) => {
        const next = knownKind(stored, seen);
        expect([next.target === null, next.action === null]).toEqual([
          stored.target === null && seen.target === null,
          stored.action === null && seen.action === null,
        ]);
        expect(knownKind(next, seen)).toEqual(next);
      }),
    );
  });

  it('takes the agent pool from the reference where ARM names none', () => {
    const pool = { ...reference, agentPoolName: 'userpool' };
    expect(kindWords(kindOn(pool, guess))).toBe('agent pool userpool upgrade');
    expect(kindWords(kindOn(pool, typed))).toBe('agent pool np1 scaling');
    expect(kindWords(kindOn(reference, guess))).toBe('upgrade');
    expect(kindWords(kindOn(pool, evidence(cluster)))).toBe('agent pool userpool');
    const onCluster = evidence({ operationType: 'PutManagedCluster', subOperationType: 'Scaling' });
    expect(kindWords(kindOn(pool, onCluster))).toBe('cluster scaling');
  });

  it('has a key of its own for each target and action, whatever the pool', () => {
    const kinds = (['cluster', 'agentPool'] as const).flatMap((target) =>
      operationActions.map((action) => ({ ...unknownKind, target, action })),
    );
    expect(new Set(kinds.map((kind) => kindKey(kind).key)).size).toBe(14);
    expect(kindKey({ ...typed, agentPoolName: 'np2' })).toEqual(kindKey(typed));
    for (const kind of kinds) expect(kindKey(kind).isExact).toBe(true);
  });
});
