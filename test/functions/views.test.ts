import { describe, expect, it } from 'vitest';
import { viewOf } from '../../functions/views.ts';
import { neverRead } from '../../shared/domain/tracked.ts';
import type { OperationHead } from '../../shared/store/operation-row.ts';
import { known, minutes, reference, start, type RawError } from '../support/operation-builders.ts';

function failedWith(error?: RawError): OperationHead {
  return {
    trackingId: 'a',
    reference,
    options: { label: null, channel: 'default', mention: null },
    registeredAt: start,
    state: known('Failed', error === undefined ? {} : { error }),
    nextCheckAt: null,
    undelivered: 0,
    owedSince: null,
  };
}

it('shows with an error what it means and what to do', () => {
  expect(viewOf(failedWith({ code: 'podDrainFailure', message: 'No.' }))).toMatchObject({
    error: { code: 'podDrainFailure', message: 'No.' },
    explanation: {
      code: 'PodDrainFailure',
      cause: expect.stringContaining('disruption budget'),
      step: expect.stringContaining('budget'),
      command: 'kubectl --context aks-prod-weu get pdb -A --sort-by=.status.disruptionsAllowed',
      link: expect.stringContaining('https://learn.microsoft.com/'),
    },
  });
});

it.each<[string, RawError | undefined]>([
  ['without an error', undefined],
  ['with an unknown one', { code: 'BrandNew' }],
])('explains nothing %s', (_, error) => {
  expect(viewOf(failedWith(error))).toHaveProperty('explanation', null);
});

describe('of an operation that runs', () => {
  const kind = {
    target: 'cluster',
    agentPoolName: null,
    action: 'upgrade',
    isGuess: true,
  } as const;
  const pool = { ...kind, target: 'agentPool', agentPoolName: 'np1' } as const;
  const running: OperationHead = {
    ...failedWith(),
    state: known('UpgradingNodes: 8/20 nodes completed', {
      kind,
      parts: [{ name: 'x', kind: pool, status: 'Draining: 1/3', percentComplete: 10, code: 'Y' }],
      partsLeftOut: 2,
      startTime: minutes(-5),
      lastCheckedAt: minutes(5),
      usual: { lowMs: 60_000, medianMs: 90_500, highMs: 120_000, runs: 12, of: 'here' },
    }),
  };

  it('shows what runs, how far it is, and how long that usually takes', () => {
    expect(viewOf(running)).toMatchObject({
      kind: { target: 'cluster', action: 'upgrade' },
      progress: { done: 8, total: 20, unit: 'nodes' },
      parts: [
        {
          name: 'x',
          kind: { target: 'agentPool', agentPoolName: 'np1', action: 'upgrade' },
          status: 'Draining: 1/3',
          percentComplete: 10,
          progress: { done: 1, total: 3, unit: '' },
          code: 'Y',
        },
      ],
      partsLeftOut: 2,
      elapsedSeconds: 600,
      usual: { lowSeconds: 60, medianSeconds: 91, highSeconds: 120, runs: 12, of: 'here' },
    });
  });

  it('takes the agent pool from its reference', () => {
    const named = { ...reference, agentPoolName: 'userpool' };
    const state = known('InProgress');
    expect(viewOf({ ...running, reference: named, state })).toMatchObject({
      kind: { target: 'agentPool', agentPoolName: 'userpool', action: null },
    });
  });

  it('claims nothing that is not known', () => {
    expect(viewOf({ ...running, state: neverRead })).toMatchObject({
      kind: null,
      progress: null,
      parts: [],
      partsLeftOut: 0,
      elapsedSeconds: null,
      usual: null,
    });
  });

  it('has run until its end, and no longer', () => {
    const ended = { ...running.state, outcome: 'succeeded', lastChangedAt: minutes(20) } as const;
    expect(viewOf({ ...running, state: { ...ended, endTime: minutes(15) } })).toHaveProperty(
      'elapsedSeconds',
      1200,
    );
    expect(viewOf({ ...running, state: ended })).toHaveProperty('elapsedSeconds', 1500);
  });
});
