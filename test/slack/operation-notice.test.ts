import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { unknownKind, type OperationKind } from '../../shared/domain/kind.ts';
import type { SubOperation } from '../../shared/domain/sub-operations.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { layOut } from '../../shared/slack/notice.ts';
import {
  failed,
  known,
  minutes,
  reference,
  saw,
  start,
  trouble,
  type RawError,
} from '../support/operation-builders.ts';
import { noticeOf, shown } from '../support/operation-messages.ts';

const drain = {
  code: 'PodDrainFailure',
  target: 'node-4',
  message: 'Cannot evict <checkout>.\nPDB.',
};
const upgrade = { code: 'UpgradeFailed', message: 'Upgrade failed.', details: [drain] };
const running = known('InProgress', { percentComplete: 40, startTime: minutes(-5) });
const stalled = { ...running, stalled: true };
const missedTwice = known('UpgradingNodes: 3/8 nodes', {
  percentComplete: 40,
  trouble: trouble('notFound', 2),
});
const startTime = minutes(-5);
const footer = `[Open the cluster]  ·  [Activity log]
Subscription 11111111-2222-3333-4444-555555555555  ·  Operation aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee`;

describe('the message', () => {
  it('of a failure', () => {
    const reading = saw(minutes(18), 'Failed', { error: upgrade, startTime, endTime: minutes(17) });
    const pool = { ...reference, agentPoolName: 'userpool' };
    const notice = noticeOf(running, reading, { mention: 'U0ABC', label: 'Upgrade <1.33>' }, pool);
    expect(notice.tone).toBe('bad');
    expect(shown(notice))
      .toBe(`Failed: aks-prod-weu, agent pool userpool, Upgrade &lt;1.33&gt; (PodDrainFailure) <@U0ABC>
*InProgress → Failed* after 22 min
*What it means:* A pod could not be evicted from a node in time: usually its disruption budget allows none, or no other node takes it.
*Next:* Let the pod's budget allow one disruption (more replicas, a lower minAvailable), then upgrade again.  ·  [About PodDrainFailure]
\`\`\`
kubectl --context aks-prod-weu get pdb -A --sort-by=.status.disruptionsAllowed
\`\`\`
*PodDrainFailure* at node-4
\`\`\`
Cannot evict &lt;checkout&gt;.
PDB.
\`\`\`
• *UpgradeFailed*: Upgrade failed.
Cluster: aks-prod-weu
Resource group: rg-prod
Agent pool: userpool
Started: 2026-09-21 13:55 UTC
Ended: 2026-09-21 14:17 UTC
[Open the cluster]  ·  [Activity log]
Upgrade &lt;1.33&gt;  ·  Subscription 11111111-2222-3333-4444-555555555555  ·  Operation aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee`);
  });

  it('of a success', () => {
    const notice = noticeOf(running, saw(minutes(85), 'Succeeded', { percentComplete: 100 }));
    expect(notice.tone).toBe('good');
    expect(shown(notice)).toBe(`Succeeded: aks-prod-weu
*InProgress → Succeeded* after 1 h 30 min
Cluster: aks-prod-weu
Resource group: rg-prod
Started: 2026-09-21 13:55 UTC
Ended: 2026-09-21 15:25 UTC
${footer}`);
  });

  it('of an error while it runs', () => {
    const notice = noticeOf(
      running,
      saw(minutes(2), 'InProgress', { error: drain, percentComplete: 40 }),
    );
    expect(notice.tone).toBe('bad');
    expect(shown(notice)).toBe(`Error while running: aks-prod-weu (PodDrainFailure)
Still *InProgress* after 7 min. It may yet recover.
*What it means:* A pod could not be evicted from a node in time: usually its disruption budget allows none, or no other node takes it.
*Next:* Let the pod's budget allow one disruption (more replicas, a lower minAvailable): AKS waits for it until the drain timeout, 30 minutes if not set, and goes on by itself.  ·  [About PodDrainFailure]
\`\`\`
kubectl --context aks-prod-weu get pdb -A --sort-by=.status.disruptionsAllowed
\`\`\`
*PodDrainFailure* at node-4
\`\`\`
Cannot evict &lt;checkout&gt;.
PDB.
\`\`\`
Cluster: aks-prod-weu
Resource group: rg-prod
Started: 2026-09-21 13:55 UTC
Seen: 2026-09-21 14:02 UTC
Progress: 40 %
${footer}`);
  });

  it('of a new phase', () => {
    const reading = saw(minutes(2), 'UpgradingNodes: 3/8 nodes completed', {
      percentComplete: 20.4,
    });
    const notice = noticeOf(running, reading);
    expect(notice.tone).toBe('progress');
    expect(shown(notice)).toBe(`UpgradingNodes: aks-prod-weu
*InProgress → UpgradingNodes* after 7 min
Cluster: aks-prod-weu
Resource group: rg-prod
Started: 2026-09-21 13:55 UTC
Seen: 2026-09-21 14:02 UTC
Progress: 20 %, 3/8 nodes completed
${footer}`);
  });

  it('of a loss does not claim to know an end', () => {
    const notice = noticeOf(missedTwice, failed(minutes(4), 'notFound', 'NotFound'));
    expect(notice.tone).toBe('warning');
    expect(shown(notice)).toBe(`No longer found: aks-prod-weu (NotFound)
*Azure has no record of this operation any more.* Last seen: UpgradingNodes: 3/8 nodes at 40 %. How it ended is not known. It is no longer tracked.
Cluster: aks-prod-weu
Resource group: rg-prod
Tracked until: 2026-09-21 14:04 UTC
Progress: 40 %, 3/8 nodes
${footer}`);
  });

  it.each<[string, OperationState, Reading, string, string, string]>([
    [
      'a cancellation',
      running,
      saw(minutes(1), 'Canceled'),
      'neutral',
      'Canceled: aks-prod-weu',
      '*InProgress → Canceled* after 6 min',
    ],
    [
      'an ending that was never seen to run',
      neverRead,
      saw(minutes(1), 'Failed'),
      'bad',
      'Failed: aks-prod-weu',
      '*Failed*. Azure gave no reason.',
    ],
    [
      'another error',
      known('InProgress', { error: drain }),
      saw(minutes(2), 'Canceling', { error: { code: 'X' } }),
      'bad',
      'Another error while running: aks-prod-weu (X)',
      '*InProgress → Canceling* after 2 min',
    ],
    [
      'errors that come and go',
      known('InProgress', {
        error: drain,
        errorTurns: {
          told: [known('x', { error: { code: 'X' } }).errorFingerprint ?? ''],
          changes: 119,
          since: minutes(-62),
        },
      }),
      saw(minutes(2), 'InProgress', { error: { code: 'X' } }),
      'bad',
      'Errors come and go: aks-prod-weu (X)',
      '*The error changed 120 times in 1 h 4 min*; this is the last one. Still *InProgress* after 2 min. It may yet recover.',
    ],
    [
      'an error that changed once in hours',
      known('InProgress', {
        error: drain,
        errorTurns: {
          told: [known('x', { error: { code: 'X' } }).errorFingerprint ?? ''],
          changes: 0,
          since: minutes(-122),
        },
      }),
      saw(minutes(2), 'InProgress', { error: { code: 'X' } }),
      'bad',
      'Errors come and go: aks-prod-weu (X)',
      '*The error changed once in 2 h 4 min*; this is the last one. Still *InProgress* after 2 min. It may yet recover.',
    ],
    [
      'a stall',
      running,
      saw(minutes(45), 'InProgress', { percentComplete: 40 }),
      'warning',
      'Stalled: aks-prod-weu',
      '*No change for 45 min*: still InProgress at 40 %, running for 50 min.',
    ],
    [
      'moving again',
      stalled,
      saw(minutes(45), 'InProgress', { percentComplete: 50 }),
      'progress',
      'Moving again: aks-prod-weu',
      '*Now InProgress* at 50 %. It had stood still.',
    ],
    [
      'moving again in a new phase',
      stalled,
      saw(minutes(45), 'Canceling'),
      'progress',
      'Moving again: aks-prod-weu',
      '*InProgress → Canceling* after 50 min. It had stood still.',
    ],
    [
      'a lost cluster',
      missedTwice,
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'warning',
      'No longer found: aks-prod-weu (ResourceNotFound)',
      '*The cluster is no longer there.* Last seen: UpgradingNodes: 3/8 nodes at 40 %. How it ended is not known. It is no longer tracked.',
    ],
    [
      'a cluster that was deleted',
      { ...missedTwice, status: 'Deleting', kind: { ...unknownKind, action: 'delete' } },
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'neutral',
      'Deleted: aks-prod-weu, deletion',
      '*The cluster is no longer there*, as was wanted. Last seen: Deleting at 40 %. It is no longer tracked.',
    ],
    [
      'a deletion of which nothing but the record is gone',
      { ...missedTwice, status: 'Deleting', kind: { ...unknownKind, action: 'delete' } },
      failed(minutes(4), 'notFound', 'NotFound'),
      'warning',
      'No longer found: aks-prod-weu, deletion (NotFound)',
      '*Azure has no record of this operation any more.* Last seen: Deleting at 40 %. How it ended is not known. It is no longer tracked.',
    ],
    [
      'a cluster that never was',
      { ...missedTwice, status: null, percentComplete: null },
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'warning',
      'Never found: aks-prod-weu (ResourceNotFound)',
      '*Azure finds no such cluster.* A name or the ID may be wrong, or it ended too long ago. It is no longer tracked.',
    ],
    [
      'giving up',
      running,
      saw(minutes(7 * 1440), 'InProgress', { percentComplete: 40 }),
      'warning',
      'Given up: aks-prod-weu',
      '*No ending after 7 d*: last seen InProgress at 40 %. It is no longer tracked (GIVE_UP_AFTER).',
    ],
  ])('of %s', (_, stored, reading, tone, headline, summary) => {
    expect(noticeOf(stored, reading)).toMatchObject({ tone, headline, summary });
  });

  it.each<[string, RawError]>([
    ['in a detail only', { details: [{ message: 'Deep.' }] }],
    ['without anything readable', { details: [{}] }],
    ['with a target alone', { target: 'node-4', details: [{ target: 'node-5' }] }],
  ])('of an error %s is one that Slack takes', (_, error) => {
    const notice = noticeOf(running, saw(minutes(1), 'Failed', { error }));
    expect(validateMessage(layOut(notice))).toEqual([]);
  });

  it('of an error with an unknown code explains nothing', () => {
    const error = { code: 'X', message: 'Oh.' };
    const notice = noticeOf(running, saw(minutes(1), 'Failed', { error }));
    expect(notice).not.toHaveProperty('explanation');
    expect(shown(notice)).toContain('after 6 min\n*X*\n```\nOh.\n```\nCluster:');
  });

  it('leaves out a counter that is empty', () => {
    expect(shown(noticeOf(running, saw(minutes(1), 'Upgrading:')))).not.toContain('Progress:');
  });
});

const min = 60_000;
const usual = {
  lowMs: 28 * min,
  medianMs: 34 * min,
  highMs: 41 * min,
  runs: 12,
  of: 'here',
} as const;
const clusterUpgrade: OperationKind = {
  target: 'cluster',
  agentPoolName: null,
  action: 'upgrade',
  isGuess: false,
};
const pool = (agentPoolName: string): OperationKind => ({
  ...clusterUpgrade,
  target: 'agentPool',
  agentPoolName,
});
const part = (name: string, status: string, changes: Partial<SubOperation> = {}): SubOperation => ({
  name,
  kind: pool(name),
  status,
  percentComplete: null,
  code: null,
  ...changes,
});

describe('a message says what ran', () => {
  it.each<[string, OperationKind, string | null, string]>([
    ['as far as it is known', clusterUpgrade, null, 'Failed: aks-prod-weu, cluster upgrade (X)'],
    ['with its agent pool', pool('np1'), null, 'Failed: aks-prod-weu, agent pool np1 upgrade (X)'],
    [
      'before the label',
      pool('np1'),
      'weekly',
      'Failed: aks-prod-weu, agent pool np1 upgrade, weekly (X)',
    ],
    ['not, where nobody knows', unknownKind, null, 'Failed: aks-prod-weu (X)'],
  ])('%s', (_name, kind, label, headline) => {
    const reading = saw(minutes(34), 'Failed', { kind, error: { code: 'X' } });
    expect(noticeOf(running, reading, { label }).headline).toBe(headline);
  });

  it('and names the agent pool that ARM names, once', () => {
    const notice = noticeOf(running, saw(minutes(34), 'Succeeded', { kind: pool('np1') }));
    expect(shown(notice)).toContain('\nAgent pool: np1\n');
  });
});

describe('a message says how long it usually takes', () => {
  const used = { ...running, usual };
  it.each<[string, Reading, string]>([
    [
      'when it ends',
      saw(minutes(29), 'Succeeded'),
      '*InProgress → Succeeded* after 34 min (usual here: 28–41 min, 12 runs)',
    ],
    [
      'when it fails without a reason',
      saw(minutes(29), 'Failed'),
      '*InProgress → Failed* after 34 min (usual here: 28–41 min, 12 runs). Azure gave no reason.',
    ],
    [
      'when it stands still',
      saw(minutes(45), 'InProgress', { percentComplete: 40 }),
      '*No change for 45 min*: still InProgress at 40 %, running for 50 min (usual here: 28–41 min, 12 runs).',
    ],
    [
      'when it takes far longer, whatever it claims',
      saw(minutes(175), 'InProgress', { percentComplete: 41 }),
      '*Running for 3 h* (usual here: 28–41 min, 12 runs): still InProgress at 41 %, and still moving.',
    ],
  ])('%s', (_name, reading, summary) => {
    expect(noticeOf(used, reading).summary).toBe(summary);
  });
});

/** So many sub-operations as ARM shows them. */
function shownParts(count: number, status: string): object[] {
  return Array.from({ length: count }, (_, at) => ({ name: `${status}-${at}`, status }));
}

describe('a message says where sub-operations stand', () => {
  const upgrading = known('UpgradingNodes: 4/8 nodes', { kind: clusterUpgrade });
  const failure = [
    part('np2', 'Failed', { code: 'PodDrainFailure' }),
    part('np3', 'UpgradingNodes: 3/5 nodes completed', { percentComplete: 60 }),
    part('np1', 'Succeeded'),
  ];

  it('the worst first, in a line each', () => {
    const notice = noticeOf(upgrading, saw(minutes(9), 'Failed', { parts: failure }));
    expect(notice.headline).toBe('Failed: aks-prod-weu, cluster upgrade');
    expect(shown(notice)).toContain(`
Sub-operations: • agent pool np2 upgrade: Failed (PodDrainFailure)
• agent pool np3 upgrade: UpgradingNodes: 3/5 nodes completed at 60 %
• agent pool np1 upgrade: Succeeded
Cluster: aks-prod-weu`);
  });

  it('at most eight, and how many more there are', () => {
    const parts = Array.from({ length: 10 }, (_, at) => part(`np${at}`, 'Failed'));
    const reading = saw(minutes(9), 'Failed', { parts, partsLeftOut: 3 });
    expect(noticeOf(upgrading, reading).parts).toHaveLength(9);
    expect(noticeOf(upgrading, reading).parts?.at(-1)).toBe('… and 5 more');
  });

  it('and none is lost: those told and those counted are all that ARM has shown', () => {
    for (const [failedParts, others] of [
      [0, 0],
      [1, 0],
      [7, 1],
      [8, 0],
      [8, 1],
      [3, 17],
      [20, 0],
      [20, 1],
      [5, 90],
    ] as const) {
      const operations = [
        ...shownParts(others, 'InProgress'),
        ...shownParts(failedParts, 'Failed'),
      ];
      const seen = parseOperationStatus({ status: 'Failed', operations }, start);
      if (seen === null) throw new Error('not read');
      expect(seen.parts.length + seen.partsLeftOut).toBe(operations.length);
      const reading = { at: minutes(9), notBefore: null, result: { ok: true, seen } } as const;
      const lines = noticeOf(upgrading, reading).parts ?? [];
      const told = lines.filter((line) => line.startsWith('•'));
      const more = Number(/^… and (\d+) more$/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
      expect([told.length, told.length + more]).toEqual([
        Math.min(8, operations.length),
        operations.length,
      ]);
      expect(told.filter((line) => line.includes('Failed'))).toHaveLength(Math.min(8, failedParts));
    }
  });

  it.each([
    [0, '0 %'],
    [0.9, '0 %'],
    [33.3, '33 %'],
    [66.7, '66 %'],
    [99.4, '99 %'],
    [99.5, '99 %'],
    [99.999, '99 %'],
    [100, '100 %'],
  ])('with a percentage of %d as %s, and the operation’s own too', (percentComplete, said) => {
    const parts = [part('np1', 'InProgress', { percentComplete })];
    const notice = noticeOf(upgrading, saw(minutes(9), 'Draining', { parts, percentComplete }));
    expect(notice.parts).toEqual([`• agent pool np1 upgrade: InProgress at ${said}`]);
    expect(notice.fields).toContainEqual(['Progress', said]);
    const stalledNotice = noticeOf(
      known('InProgress', { percentComplete }),
      saw(minutes(45), 'InProgress', { percentComplete }),
    );
    expect(stalledNotice.summary).toContain(`still InProgress at ${said},`);
  });

  it('not when all is well', () => {
    const parts = [part('np1', 'Succeeded'), part('np2', 'Succeeded')];
    const succeeded = noticeOf(upgrading, saw(minutes(9), 'Succeeded', { parts }));
    expect(succeeded).not.toHaveProperty('parts');
    const unwell = noticeOf(upgrading, saw(minutes(9), 'Failed', { parts }));
    expect(unwell.parts).toHaveLength(2);
  });

  it('by the name that ARM gives when there is nothing better', () => {
    const parts = [part('5a16e851', 'InProgress', { kind: unknownKind })];
    const { parts: lines } = noticeOf(upgrading, saw(minutes(9), 'Draining', { parts }));
    expect(lines).toEqual(['• 5a16e851: InProgress']);
  });
});
