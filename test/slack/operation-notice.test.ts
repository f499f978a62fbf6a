import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import { unknownKind, type OperationKind } from '../../shared/domain/operation-kind.ts';
import type { SubOperation } from '../../shared/domain/sub-operations.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { neverRead, type OperationState } from '../../shared/domain/tracked.ts';
import { endedSomehow, explain } from '../../shared/explain/explain.ts';
import { toErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
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

/** What the table says of {@link upgrade}. */
const explainedDrain = (() => {
  const error = toErrorDetail(readErrors([upgrade]));
  const explanation = error === null ? null : explain(error, reference, endedSomehow);
  if (explanation === null) throw new Error('A drain is explained.');
  return explanation;
})();
const ids =
  'Subscription 11111111-2222-3333-4444-555555555555 · Operation aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';
const links = '[Portal] · [Activity log]';

describe('the message', () => {
  it('of a failure says cause and step first, then one command, Azure’s words and the small print', () => {
    const reading = saw(minutes(18), 'Failed', { error: upgrade, startTime, endTime: minutes(17) });
    const pool = { ...reference, agentPoolName: 'userpool' };
    const notice = noticeOf(running, reading, { mention: 'U0ABC', label: 'Upgrade <1.33>' }, pool);
    const { title, cause, step, command } = explainedDrain;
    expect(notice.tone).toBe('bad');
    expect(shown(notice)).toBe(`Failed: aks-prod-weu, pool userpool: ${title} <@U0ABC>
Next: ${step.charAt(0).toLowerCase()}${step.slice(1)}
After 22 min
*Why* ${cause}
*Command* (after az aks get-credentials)
\`\`\`
${command}
\`\`\`
*Azure* PodDrainFailure at node-4: Cannot evict &lt;checkout&gt;. PDB.
${links} · [About this error] · rg-prod · Upgrade &lt;1.33&gt; · ended 2026-09-21 14:17 UTC · ${ids}`);
  });

  it('of a success is one line and one line of small print', () => {
    const notice = noticeOf(running, saw(minutes(85), 'Succeeded', { percentComplete: 100 }));
    expect(notice.tone).toBe('good');
    expect(shown(notice)).toBe(`Succeeded: aks-prod-weu, 1 h 30 min
${links} · rg-prod · ended 2026-09-21 15:25 UTC · ${ids}`);
  });

  it('of a new phase is one line with its counter, and Azure’s own word in the small print', () => {
    const reading = saw(minutes(2), 'UpgradingNodes: 3/8 nodes completed', {
      percentComplete: 20.4,
    });
    const notice = noticeOf(running, reading);
    expect(notice.tone).toBe('progress');
    expect(shown(notice)).toBe(`aks-prod-weu: upgrading nodes, 3 of 8, 7 min so far
${links} · rg-prod · UpgradingNodes: 3/8 nodes completed · seen 2026-09-21 14:02 UTC · ${ids}`);
  });

  it('of an error while it runs says that it may recover', () => {
    const notice = noticeOf(
      running,
      saw(minutes(2), 'InProgress', { error: drain, percentComplete: 40 }),
    );
    expect(notice.tone).toBe('bad');
    expect(shown(notice)).toMatch(
      /^Error while running: aks-prod-weu: .+\nNext: .+\nStill running \(in progress, 40 %\) after 7 min; it may yet recover\.\n\*Why\* /,
    );
  });

  it('of a loss does not claim to know an end', () => {
    const notice = noticeOf(missedTwice, failed(minutes(4), 'notFound', 'NotFound'));
    expect(notice.tone).toBe('warning');
    expect(shown(notice)).toBe(`No longer found: aks-prod-weu: Azure has no record of it any more
Next: see in the activity log how it ended.
Last seen: upgrading nodes, 3 of 8. How it ended is not known. It is no longer tracked.
*Azure* NotFound
${links} · rg-prod · UpgradingNodes: 3/8 nodes · tracked until 2026-09-21 14:04 UTC · ${ids}`);
  });

  it.each<[string, OperationState, Reading, string, string, string | null]>([
    [
      'a cancellation without a telling error',
      running,
      saw(minutes(1), 'Canceled'),
      'neutral',
      'Canceled: aks-prod-weu, 6 min',
      null,
    ],
    [
      'an ending that was never seen to run',
      neverRead,
      saw(minutes(1), 'Failed'),
      'bad',
      'Failed: aks-prod-weu: Azure gives no reason',
      null,
    ],
    [
      'a failure of which nobody knows the meaning',
      running,
      saw(minutes(1), 'Failed', { error: { code: 'X', message: 'Oh.' } }),
      'bad',
      'Failed: aks-prod-weu: Azure’s reason is below',
      'After 6 min',
    ],
    [
      'a failure amid counted nodes',
      known('UpgradingNodes: 8/20 nodes completed', { startTime: minutes(-5) }),
      saw(minutes(1), 'Failed'),
      'bad',
      'Failed: aks-prod-weu: Azure gives no reason',
      'After 6 min, while upgrading nodes, 8 of 20',
    ],
    [
      'another error',
      known('InProgress', { error: drain }),
      saw(minutes(2), 'Canceling', { error: { code: 'X' } }),
      'bad',
      'Another error while running: aks-prod-weu: Azure’s reason is below',
      'Still running (canceling) after 2 min; it may yet recover.',
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
      'Errors come and go: aks-prod-weu: Azure’s reason is below',
      'The error changed 120 times in 1 h 4 min; this is the last one. Still running (in progress) after 2 min; it may yet recover.',
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
      'Errors come and go: aks-prod-weu: Azure’s reason is below',
      'The error changed once in 2 h 4 min; this is the last one. Still running (in progress) after 2 min; it may yet recover.',
    ],
    [
      'a stall',
      running,
      saw(minutes(45), 'InProgress', { percentComplete: 40 }),
      'warning',
      'Stalled: aks-prod-weu: 40 % for 45 min',
      'Still in progress, 50 min so far.',
    ],
    [
      'moving again',
      stalled,
      saw(minutes(45), 'InProgress', { percentComplete: 50 }),
      'progress',
      'Moving again: aks-prod-weu: in progress, 50 %, 50 min so far',
      null,
    ],
    [
      'moving again in a new phase',
      stalled,
      saw(minutes(45), 'Canceling'),
      'progress',
      'Moving again: aks-prod-weu: canceling, 50 min so far',
      null,
    ],
    [
      'a lost cluster',
      missedTwice,
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'warning',
      'No longer found: aks-prod-weu: the cluster is gone',
      'Last seen: upgrading nodes, 3 of 8. How it ended is not known. It is no longer tracked.',
    ],
    [
      'a cluster that was deleted',
      { ...missedTwice, status: 'Deleting', kind: { ...unknownKind, action: 'delete' } },
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'neutral',
      'Deleted: aks-prod-weu, deletion',
      null,
    ],
    [
      'a deletion of which nothing but the record is gone',
      { ...missedTwice, status: 'Deleting', kind: { ...unknownKind, action: 'delete' } },
      failed(minutes(4), 'notFound', 'NotFound'),
      'warning',
      'No longer found: aks-prod-weu, deletion: Azure has no record of it any more',
      'Last seen: deleting, 40 %. How it ended is not known. It is no longer tracked.',
    ],
    [
      'a cluster that never was',
      { ...missedTwice, status: null, percentComplete: null },
      failed(minutes(4), 'notFound', 'ResourceNotFound'),
      'warning',
      'Never found: aks-prod-weu: Azure finds no such cluster',
      'A name or the ID may be wrong, or it ended too long ago. It is no longer tracked.',
    ],
    [
      'giving up',
      running,
      saw(minutes(7 * 1440), 'InProgress', { percentComplete: 40 }),
      'warning',
      'Given up: aks-prod-weu: no ending after 7 d',
      'Last seen: in progress, 40 %. It is no longer tracked (GIVE_UP_AFTER).',
    ],
  ])('of %s', (_, stored, reading, tone, headline, facts) => {
    expect(noticeOf(stored, reading)).toMatchObject({ tone, headline, facts });
  });

  it.each<[string, RawError]>([
    ['in a detail only', { details: [{ message: 'Deep.' }] }],
    ['without anything readable', { details: [{}] }],
    ['with a target alone', { target: 'node-4', details: [{ target: 'node-5' }] }],
  ])('of an error %s is one that Slack takes', (_, error) => {
    const notice = noticeOf(running, saw(minutes(1), 'Failed', { error }));
    expect(validateMessage(layOut(notice))).toEqual([]);
  });

  it('of an error with an unknown code explains nothing and shows Azure’s words', () => {
    const error = { code: 'X', message: 'Oh.' };
    const notice = noticeOf(running, saw(minutes(1), 'Failed', { error }));
    expect(notice).not.toHaveProperty('advice');
    expect(shown(notice)).toContain('below\nAfter 6 min\n*Azure* X: Oh.\n[Portal]');
  });

  it('holds both IDs whole, however long Azure makes one', () => {
    const operationId = 'o'.repeat(256);
    const notice = noticeOf(running, saw(minutes(1), 'Failed'), {}, { ...reference, operationId });
    expect(shown(notice)).toContain(` · Operation ${operationId}`);
  });
});

const canceled = (error?: RawError): Notice =>
  noticeOf(running, saw(minutes(18), 'Canceled', error === undefined ? {} : { error }), {
    mention: 'here',
  });

describe('a cancelation', () => {
  it('by AKS itself is posted as the failure that it is', () => {
    const notice = canceled(upgrade);
    expect(notice).toMatchObject({ tone: 'bad', mention: '<!here>', countedAs: 'failed' });
    expect(layOut(notice).text).toMatch(/^Canceled by AKS: aks-prod-weu: .+ <!here>\nNext: /);
    expect(notice.advice?.command).toContain('kubectl');
  });

  it('without another reason than that is said once', () => {
    const notice = canceled({ code: 'OperationCanceled', message: 'Canceled.' });
    expect(notice.headline).toBe('Canceled: aks-prod-weu');
  });

  it.each<[string, RawError | undefined]>([
    ['for a newer operation', { code: 'AKSOperationPreempted', message: 'Preempted.' }],
    ['without an error', undefined],
    ['with an error that says nothing', { code: 'BrandNew', message: 'Hm.' }],
  ])('%s is neutral and wakes nobody', (_, error) => {
    const notice = canceled(error);
    expect(notice).toMatchObject({ lead: 'Canceled', tone: 'neutral', mention: null });
    expect(layOut(notice).text).not.toContain('\n');
    expect(shown(notice)).not.toContain('*Command*');
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
  it.each<[string, OperationKind, string]>([
    ['as far as it is known', clusterUpgrade, 'Failed: aks-prod-weu, upgrade: '],
    ['with its agent pool', pool('np1'), 'Failed: aks-prod-weu, np1 upgrade: '],
    [
      'as a pool’s, where no more is known',
      { ...pool('np1'), action: null },
      'Failed: aks-prod-weu, pool np1: ',
    ],
    ['not, where nobody knows', unknownKind, 'Failed: aks-prod-weu: '],
  ])('%s', (_name, kind, beginning) => {
    const reading = saw(minutes(34), 'Failed', { kind, error: { code: 'X' } });
    const { headline } = noticeOf(running, reading, { label: 'weekly' });
    expect(headline).toBe(`${beginning}Azure’s reason is below`);
  });

  it.each<[string[], string]>([
    [['np2'], 'upgrade, pool np2'],
    [['np2', 'np3'], 'upgrade, pools np2 and np3'],
    [['np2', 'np3', 'np4', 'np5'], 'upgrade, pools np2 and 3 more'],
  ])('and the pools whose part failed: %s', (names, about) => {
    const parts = [...names.map((name) => part(name, 'Failed')), part('np1', 'Succeeded')];
    const reading = saw(minutes(9), 'Failed', { kind: clusterUpgrade, parts });
    expect(noticeOf(running, reading).headline).toMatch(
      new RegExp(`^Failed: aks-prod-weu, ${about}: `),
    );
  });

  it('but not twice the pool that the operation is about', () => {
    const reading = saw(minutes(9), 'Failed', {
      kind: pool('np1'),
      parts: [part('np1', 'Failed')],
    });
    expect(noticeOf(running, reading).headline).toMatch(/^Failed: aks-prod-weu, np1 upgrade: /);
  });
});

describe('a message says how long it usually takes', () => {
  const used = { ...running, usual };
  it.each<[string, Reading, string]>([
    [
      'when it ends',
      saw(minutes(29), 'Succeeded'),
      'Succeeded: aks-prod-weu, 34 min (usually 28–41 min)',
    ],
    [
      'when it fails',
      saw(minutes(29), 'Failed'),
      'Failed: aks-prod-weu: Azure gives no reason\nAfter 34 min (usually 28–41 min)',
    ],
    [
      'when it stands still',
      saw(minutes(45), 'InProgress', { percentComplete: 40 }),
      '40 % for 45 min',
    ],
    [
      'and how long it runs',
      saw(minutes(45), 'InProgress', { percentComplete: 40 }),
      'Still in progress, 50 min so far (usually 28–41 min).',
    ],
    [
      'when it takes far longer, whatever it claims',
      saw(minutes(175), 'InProgress', { percentComplete: 41 }),
      'Stalled: aks-prod-weu: 3 h so far (usually 28–41 min)',
    ],
    [
      'and then whether it moves',
      saw(minutes(175), 'InProgress', { percentComplete: 41 }),
      'Still in progress, 41 %; it still moves.',
    ],
  ])('%s', (_name, reading, words) => {
    expect(shown(noticeOf(used, reading))).toContain(words);
  });

  it('and of other clusters’ runs that they are that', () => {
    const notice = noticeOf(
      { ...running, usual: { ...usual, of: 'everywhere' } },
      saw(minutes(29), 'Succeeded'),
    );
    expect(notice.headline).toContain('(usually 28–41 min on all clusters)');
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

  it('the worst first, in one paragraph', () => {
    const notice = noticeOf(upgrading, saw(minutes(9), 'Failed', { parts: failure }));
    expect(shown(notice)).toContain(
      '\n*Parts* np2: failed (PodDrainFailure) · np3: upgrading nodes, 3 of 5 · np1: succeeded\n',
    );
  });

  it('at most eight, and how many more there are', () => {
    const parts = Array.from({ length: 10 }, (_, at) => part(`np${at}`, 'Failed'));
    const reading = saw(minutes(9), 'Failed', { parts, partsLeftOut: 3 });
    const lines = (noticeOf(upgrading, reading).parts ?? '').split(' · ');
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('… and 5 more');
  });

  it('and none is lost: those shown and those counted are all that ARM has shown', () => {
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
      const lines = noticeOf(upgrading, reading).parts?.split(' · ') ?? [];
      const told = lines.filter((line) => !line.startsWith('…'));
      const more = Number(/^… and (\d+) more$/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
      expect([told.length, told.length + more]).toEqual([
        Math.min(8, operations.length),
        operations.length,
      ]);
      expect(told.filter((line) => line.includes('failed'))).toHaveLength(Math.min(8, failedParts));
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
    expect(notice.parts).toBe(`np1: in progress, ${said}`);
    expect(notice.headline).toContain(`: draining, ${said}, `);
    const stalledNotice = noticeOf(
      known('InProgress', { percentComplete }),
      saw(minutes(45), 'InProgress', { percentComplete }),
    );
    expect(stalledNotice.headline).toContain(`: ${said} for 45 min`);
  });

  it('not when all is well', () => {
    const parts = [part('np1', 'Succeeded'), part('np2', 'Succeeded')];
    const succeeded = noticeOf(upgrading, saw(minutes(9), 'Succeeded', { parts }));
    expect(succeeded).not.toHaveProperty('parts');
    const unwell = noticeOf(upgrading, saw(minutes(9), 'Failed', { parts }));
    expect(unwell.parts).toBe('np1: succeeded · np2: succeeded');
  });

  it('by the name that ARM gives when there is nothing better', () => {
    const parts = [part('5a16e851', 'InProgress', { kind: unknownKind })];
    const { parts: words } = noticeOf(upgrading, saw(minutes(9), 'Draining', { parts }));
    expect(words).toBe('5a16e851: in progress');
  });
});

describe('a stall offers what shows its reason', () => {
  it.each<[string, string, OperationKind, RegExp]>([
    ['of a drain the pod that blocks', 'Draining', unknownKind, /get events -A \| grep -i drain$/],
    ['of an upgrade too', 'UpgradingNodes: 7/20 nodes', unknownKind, /grep -i drain$/],
    ['of new nodes those that are not ready', 'ScalingAgentPool: 1/5', unknownKind, / get nodes$/],
  ])('%s', (_, status, kind, command) => {
    const notice = noticeOf(known(status, { kind }), saw(minutes(45), status, { kind }));
    expect(notice.lead).toBe('Stalled');
    expect(layOut(notice).text).toContain('\nNext: see w');
    expect(notice.advice?.command).toMatch(command);
    expect(notice.advice?.command).toContain('kubectl --context aks-prod-weu ');
  });

  it('of a drain says how long AKS itself waits for a node', () => {
    const notice = noticeOf(known('Draining'), saw(minutes(45), 'Draining'));
    expect(notice.advice?.cause).toContain('By default AKS tries for 30 min on each node');
  });

  it('of anything else where to look, without a command that may be wrong', () => {
    const notice = noticeOf(known('Starting'), saw(minutes(45), 'Starting'));
    expect(notice.advice).toMatchObject({ command: null });
    expect(layOut(notice).text).toContain('activity log');
  });

  it('of an error that it shows what that means instead', () => {
    const stored = known('Draining', { error: drain });
    const notice = noticeOf(stored, saw(minutes(45), 'Draining', { error: drain }));
    expect(notice.advice?.cause).toBe(explainedDrain.cause);
  });
});
