import { toErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import { unknownKind, type OperationKind } from '../../shared/domain/operation-kind.ts';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import type { OperationReference } from '../../shared/domain/reference.ts';
import {
  neverRead,
  type OperationEvent,
  type OperationState,
} from '../../shared/domain/tracked.ts';
import { plus, type IsoTime } from '../../shared/time.ts';
import { parkedNotice } from '../../shared/slack/channel-notice.ts';
import { layOutDigest, planDigests } from '../../shared/slack/digest-layout.ts';
import { gapNotice } from '../../shared/slack/missed-notice.ts';
import { incidentNotice } from '../../shared/slack/incident-notice.ts';
import { moveNotice } from '../../shared/slack/version-notice.ts';
import { layOut } from '../../shared/slack/notice-layout.ts';
import type { Notice } from '../../shared/slack/notice.ts';
import type { Subject } from '../../shared/slack/operation-headlines.ts';
import { operationNotice } from '../../shared/slack/operation-notice.ts';
import type { SlackMessage } from '../../shared/slack/payload.ts';
import { setRightNotice } from '../../shared/slack/set-right-notice.ts';
import { testNotice } from '../../shared/slack/test-notice.ts';

/** How large a message of a kind may be: `line` is one line and small print, `screen` fits a phone's screen. */
export type Size = 'line' | 'screen';

/** One message of each kind, as the app makes it. */
export interface Sample {
  /** Names its picture: `docs/messages/{name}.png`. */
  readonly name: string;
  /** When it comes. */
  readonly when: string;
  readonly size: Size;
  readonly message: SlackMessage;
}

const portal = 'https://portal.azure.com';
const begun: IsoTime = '2026-11-27T02:00:00.000Z';
const minutes = (count: number): IsoTime => plus(begun, count * 60_000);
const reference: OperationReference = {
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  resourceGroupName: 'rg-prod',
  resourceName: 'aks-prod-weu',
  agentPoolName: null,
  operationId: '5a16e851-94f1-4c53-9a0f-1f0a0e6d2f11',
};
const upgrade: OperationKind = {
  target: 'agentPool',
  agentPoolName: 'userpool',
  action: 'upgrade',
  isGuess: false,
};
const usual = {
  lowMs: 22 * 60_000,
  medianMs: 25 * 60_000,
  highMs: 29 * 60_000,
  runs: 12,
  of: 'here',
} as const;
const drain = {
  code: 'UpgradeFailed',
  message: 'Upgrade failed.',
  details: [
    {
      code: 'PodDrainFailure',
      message:
        "Drain node aks-userpool-31120733-vmss00000c failed when evicting pod web-5d8c7c9f6b-x2x9k failed with Too Many Requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See https://aka.ms/aks/debugdrainfailures. Original error: Cannot evict pod as it would violate the pod's disruption budget.. PDB debug info: shop/web-5d8c7c9f6b-x2x9k blocked by pdb web-pdb with 0 unready pods.",
    },
  ],
};
const subnet = {
  code: 'SubnetIsFull',
  message:
    'Subnet aks-nodes with address prefix 192.168.1.0/24 does not have enough capacity for 101 IP addresses.',
};

/** What differs from an upgrade of a node pool that has run for 34 minutes. */
interface Change extends Partial<Omit<OperationState, 'error'>> {
  readonly cluster?: string;
  readonly error?: object;
  readonly mention?: string | null;
  /** What is known beyond the operation. */
  readonly subject?: Pick<Subject, 'startedBy' | 'changes' | 'left'>;
  readonly events?: readonly OperationEvent[];
}

function news(event: Omit<OperationEvent, 'why'>, change: Change = {}): Notice {
  const {
    cluster = reference.resourceName,
    error,
    mention = 'here',
    subject = {},
    events = [],
    ...changes
  } = change;
  const state: OperationState = {
    ...neverRead,
    status: 'UpgradingNodes: 8/20 nodes completed',
    startTime: begun,
    lastProgressAt: minutes(33),
    kind: upgrade,
    usual,
    ...changes,
    error: error === undefined ? null : toErrorDetail(readErrors([error])),
  };
  return operationNotice(
    {
      reference: { ...reference, resourceName: cluster },
      options: { label: 'nightly', channel: 'default', mention },
      registeredAt: begun,
      ...subject,
    },
    { id: 1, at: minutes(34), events: [{ why: '', ...event }, ...events], state },
    portal,
  );
}

const finished = { event: 'finished', from: 'UpgradingNodes' } as const;
const failed = { status: 'Failed', outcome: 'failed', endTime: minutes(34) } as const;
const app = {
  clientId: '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6',
  managedIdentity: true,
  apiVersion: 'auto',
  site: { name: 'aks-notifier', resourceGroupName: 'rg-ops' },
};
const incident = {
  cause: 'forbidden',
  scope: {
    subscriptionId: reference.subscriptionId,
    resourceGroupName: 'rg-prod',
    resourceName: null,
  },
  isOfList: false,
  since: begun,
  until: null,
  outbox: emptyOutbox,
} as const;
const said = {
  id: 1,
  since: begun,
  code: 'AuthorizationFailed',
  message: `The client 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' with object id 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/operations/read' over scope '/subscriptions/${reference.subscriptionId}/resourceGroups/rg-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu' or the scope is invalid.`,
  operations: 4,
  hidesNew: false,
};
const broken = [
  { pool: null, provisioningState: 'Failed', requestedVersion: '1.33.2' },
  { pool: 'userpool', provisioningState: 'Failed', requestedVersion: '1.33.2' },
  { pool: 'gpu', provisioningState: 'Succeeded' },
  { pool: 'system', provisioningState: 'Succeeded' },
];
const restored = [
  { pool: null, since: minutes(-40) },
  { pool: 'userpool', since: minutes(-40) },
];
const success = { status: 'Succeeded', outcome: 'succeeded', endTime: minutes(23) } as const;
const failure = news(
  { ...finished, last: 'UpgradingNodes: 8/20 nodes completed' },
  { ...failed, error: drain, subject: { startedBy: 'Jane Doe', left: broken } },
);
const lost = { outcome: 'lost', mention: 'here' } as const;
const gone = (code: string): OperationState['trouble'] => ({
  cause: 'notFound',
  code,
  message: 'Not found.',
  since: begun,
  failures: 3,
});

function digest(): SlackMessage {
  const others = ['aks-prod-sea', 'aks-stage-weu', 'aks-stage-neu', 'aks-test-weu'];
  const [entries = []] = planDigests([
    [failure],
    [news(finished, { ...failed, error: subnet, cluster: 'aks-prod-neu' })],
    [news(finished, { ...failed, cluster: 'aks-dev', kind: unknownKind })],
    [news(finished, { status: 'Canceled', outcome: 'canceled', cluster: 'aks-ci' })],
    ...others.map((cluster): [Notice] => [news(finished, { ...success, cluster })]),
  ]);
  return layOutDigest(entries);
}

function sample(name: string, when: string, size: Size, notice: Notice): Sample {
  return { name, when, size, message: layOut(notice) };
}

/** All kinds of messages, in the order in which they are documented. */
export function messageSamples(): readonly Sample[] {
  return [
    sample('failed', 'It failed, and the app knows why', 'screen', failure),
    sample(
      'failed-unknown',
      'It failed for a reason that the app does not know',
      'screen',
      news(finished, {
        ...failed,
        error: { code: 'FabricFault', message: 'The fabric controller gave up on host 12.' },
        kind: { ...unknownKind, action: 'stop' },
        cluster: 'aks-dev',
      }),
    ),
    sample(
      'failed-part',
      'Pools of an upgrade of the whole cluster failed',
      'screen',
      news(finished, {
        ...failed,
        error: drain,
        kind: { ...upgrade, target: 'cluster', agentPoolName: null },
        parts: [
          ['userpool', 'Failed', 'PodDrainFailure'],
          ['gpu', 'UpgradingNodes: 1/3 nodes completed', null],
          ['system', 'Succeeded', null],
        ].map(([name = '', status, code = null]) => ({
          name,
          kind: { ...upgrade, agentPoolName: name },
          status: status ?? '',
          percentComplete: null,
          code,
        })),
      }),
    ),
    sample(
      'canceled-by-aks',
      'AKS itself ended what it could not do',
      'screen',
      news(finished, { ...failed, status: 'Canceled', outcome: 'canceled', error: drain }),
    ),
    sample(
      'canceled',
      'A newer operation took its place, or a person canceled it',
      'screen',
      news(finished, {
        ...failed,
        status: 'Canceled',
        outcome: 'canceled',
        error: {
          code: 'AKSOperationPreempted',
          message: 'This operation has been preempted by another operation.',
        },
      }),
    ),
    sample('succeeded', 'It succeeded', 'line', news(finished, { ...success })),
    sample(
      'succeeded-changed',
      'It succeeded on a watched cluster, so that the app knows what it changed',
      'screen',
      news(finished, {
        ...success,
        subject: {
          startedBy: 'Jane Doe',
          changes: [
            'userpool: Kubernetes 1.32.7 → 1.33.2',
            'userpool: node image 202610.12.0 → 202611.05.0',
          ],
        },
      }),
    ),
    sample(
      'set-right',
      'It set right what a failure had left on a watched cluster',
      'screen',
      news(finished, { ...success, events: [{ event: 'setRightAgain', restored, why: '' }] }),
    ),
    sample(
      'set-right-alone',
      'What had failed on a watched cluster is as it should be, and no tracked operation did it',
      'screen',
      setRightNotice(reference, { id: 1, at: minutes(34), restored }, portal),
    ),
    sample('started', 'A watch found it running', 'line', news({ event: 'started' })),
    sample(
      'phase',
      'It went on to its next phase',
      'line',
      news({ event: 'statusChanged', from: 'InProgress', to: 'UpgradingNodes' }),
    ),
    sample(
      'error',
      'Azure shows an error, and it goes on',
      'screen',
      news({ event: 'errorAppeared' }, { error: drain }),
    ),
    sample(
      'error-again',
      'Azure shows an error that was not there before',
      'screen',
      news({ event: 'errorChanged' }, { error: subnet }),
    ),
    sample(
      'errors-alternate',
      'Errors that were posted before alternate',
      'screen',
      news({ event: 'errorChanged', turns: { changes: 14, since: begun } }, { error: drain }),
    ),
    sample(
      'stalled',
      'Nothing has moved for `STALLED_AFTER`',
      'screen',
      news({ event: 'stalled' }, { lastProgressAt: minutes(-7) }),
    ),
    sample('moving-again', 'It stalled, and now moves', 'line', news({ event: 'movingAgain' })),
    sample(
      'lost',
      'Azure does not find its record any more',
      'screen',
      news({ event: 'lost', code: 'OperationNotFound' }, { ...lost, trouble: gone('NotFound') }),
    ),
    sample(
      'never-found',
      'Azure never knew it',
      'screen',
      news(
        { event: 'lost', code: 'OperationNotFound' },
        { ...lost, status: null, kind: unknownKind, trouble: gone('NotFound') },
      ),
    ),
    sample(
      'deleted',
      'Its cluster is gone, as was wanted',
      'line',
      news(
        { event: 'lost', code: 'ResourceNotFound' },
        {
          ...lost,
          status: 'Deleting',
          kind: { ...unknownKind, target: 'cluster', action: 'delete' },
          trouble: gone('ResourceNotFound'),
        },
      ),
    ),
    sample(
      'given-up',
      'It has not ended after `GIVE_UP_AFTER`',
      'screen',
      news({ event: 'gaveUp' }, { outcome: 'gaveUp' }),
    ),
    {
      name: 'digest',
      when: 'More than five messages wait for a channel',
      size: 'screen',
      message: digest(),
    },
    sample(
      'cannot-read',
      'The app cannot read operations: its own trouble',
      'screen',
      incidentNotice(incident, { ...said, at: minutes(4), event: 'unreadable' }, app),
    ),
    sample(
      'cannot-list',
      'It cannot list the clusters of a watched subscription',
      'screen',
      incidentNotice(
        {
          ...incident,
          cause: 'throttled',
          isOfList: true,
          scope: { ...incident.scope, resourceGroupName: null },
        },
        {
          ...said,
          at: minutes(4),
          event: 'unreadable',
          code: 'TooManyRequests',
          message: 'The request is being throttled.',
          operations: 0,
          hidesNew: true,
        },
        app,
      ),
    ),
    sample(
      'cannot-find',
      'Azure does not find what is watched',
      'screen',
      incidentNotice(
        {
          ...incident,
          cause: 'notFound',
          scope: { ...incident.scope, resourceName: 'aks-prod-weu' },
        },
        {
          ...said,
          at: minutes(4),
          event: 'unreadable',
          code: 'ResourceNotFound',
          message: 'The resource was not found.',
          operations: 0,
        },
        app,
      ),
    ),
    sample(
      'readable-again',
      'Reading works again',
      'screen',
      incidentNotice(
        { ...incident, until: minutes(90) },
        { ...said, at: minutes(90), event: 'readableAgain' },
        app,
      ),
    ),
    sample(
      'moved',
      'The app reads with another api-version',
      'screen',
      moveNotice({
        id: 1,
        at: minutes(0),
        from: '2026-10-02-preview',
        to: '2026-08-02-preview',
        code: 'NoRegisteredProviderFound',
        location: 'westeurope',
        subscriptionId: reference.subscriptionId,
      }),
    ),
    sample(
      'may-have-been-missed',
      'A watched cluster’s list holds nothing but new operations',
      'screen',
      gapNotice(reference, { id: 1, at: minutes(45), after: begun }, portal),
    ),
    ...[false, true].map((isStrange) =>
      sample(
        isStrange ? 'answers-strangely' : 'takes-no-messages',
        isStrange ? 'Another channel does not answer as Slack does' : 'Another channel is parked',
        'screen',
        parkedNotice('payments', {
          id: 1,
          at: begun,
          code: isStrange ? 'not_ok' : 'no_service',
          isStrange,
        }),
      ),
    ),
    sample('test', 'Somebody asked whether messages arrive', 'line', testNotice('payments', begun)),
  ];
}
