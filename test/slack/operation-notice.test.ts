import { describe, expect, it } from 'vitest';
import { validateMessage } from '../../local/slack/limits.ts';
import type { Reading } from '../../shared/operation/reading.ts';
import { neverRead, type OperationState } from '../../shared/operation/tracked.ts';
import { layOut } from '../../shared/slack/notice.ts';
import {
  failed,
  known,
  minutes,
  reference,
  saw,
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
      .toBe(`Failed: aks-prod-weu, Upgrade &lt;1.33&gt;, node pool userpool (PodDrainFailure) <@U0ABC>
*InProgress → Failed* after 22 min
*PodDrainFailure* at node-4
\`\`\`
Cannot evict &lt;checkout&gt;.
PDB.
\`\`\`
• *UpgradeFailed*: Upgrade failed.
Cluster: aks-prod-weu
Resource group: rg-prod
Node pool: userpool
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
Still *InProgress*, for 7 min. It may yet recover.
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
*Azure has no record of this operation any more.* Last seen: UpgradingNodes: 3/8 nodes at 40 %. How it ended is not known; it is no longer tracked.
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
      '*Failed* after 1 min. Azure gave no reason.',
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
      '*The cluster is no longer there.* Last seen: UpgradingNodes: 3/8 nodes at 40 %. How it ended is not known; it is no longer tracked.',
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

  it('leaves out a counter that is empty', () => {
    expect(shown(noticeOf(running, saw(minutes(1), 'Upgrading:')))).not.toContain('Progress:');
  });
});
