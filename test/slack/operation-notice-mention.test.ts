import { describe, expect, it } from 'vitest';
import { clouds } from '../../shared/settings/clouds.ts';
import { unknownKind } from '../../shared/domain/operation-kind.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import type { OperationState } from '../../shared/domain/tracked.ts';
import { failed, known, minutes, reference, saw, trouble } from '../support/operation-builders.ts';
import { noticeOf } from '../support/operation-messages.ts';

const running = known('InProgress', { percentComplete: 40 });
const stalled = { ...running, stalled: true };
const missedTwice = known('InProgress', { trouble: trouble('notFound', 2) });

describe('the mention', () => {
  const mention = 'here';
  it.each<[string, OperationState, Reading]>([
    ['a failure', running, saw(minutes(1), 'Failed')],
    ['a stall', running, saw(minutes(30), 'InProgress', { percentComplete: 40 })],
    ['a loss', missedTwice, failed(minutes(4), 'notFound')],
  ])('comes with %s', (_, stored, reading) => {
    expect(noticeOf(stored, reading, { mention }).mention).toBe('<!here>');
    expect(noticeOf(stored, reading).mention).toBeNull();
  });

  it.each<[string, OperationState, Reading]>([
    ['success', running, saw(minutes(1), 'Succeeded')],
    ['cancellation', running, saw(minutes(1), 'Canceled')],
    ['a new phase', running, saw(minutes(1), 'Canceling')],
    ['giving up', running, saw(minutes(7 * 1440), 'InProgress')],
    ['an error while it runs', running, saw(minutes(1), 'InProgress', { error: { code: 'X' } })],
    [
      'the end of a cluster that was being deleted',
      known('Deleting', {
        kind: { ...unknownKind, action: 'delete' },
        trouble: trouble('notFound', 2),
      }),
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
    ],
    ['moving again', stalled, saw(minutes(1), 'InProgress', { percentComplete: 41 })],
  ])('does not come with %s', (_, stored, reading) => {
    expect(noticeOf(stored, reading, { mention }).mention).toBeNull();
  });
});

it('of an agent pool that was being deleted when its cluster went is a loss', () => {
  const stored = known('Deleting', {
    kind: { ...unknownKind, action: 'delete' },
    trouble: trouble('notFound', 2),
  });
  const reading = failed(minutes(4), 'notFound', 'ResourceNotFound');
  const pool = { ...reference, agentPoolName: 'np1' };
  expect(noticeOf(stored, reading, {}, pool).lead).toBe('No longer found');
});

describe('the links', () => {
  it.each(Object.values(clouds).map(({ portal }) => portal))('lead to %s', (portal) => {
    const group = { ...reference, resourceGroupName: 'rg-(ä)' };
    const cluster = `${portal}/#resource/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-(%C3%A4)/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu`;
    expect(noticeOf(running, saw(minutes(1), 'Failed'), {}, group, portal).links).toEqual([
      { url: cluster, label: 'Portal' },
      { url: `${cluster}/eventlogs`, label: 'Activity log' },
    ]);
  });
});
