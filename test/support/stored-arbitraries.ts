import { scopeIdOf } from '../../shared/domain/scope.ts';
import type { ReadingTrouble } from '../../shared/domain/reading.ts';
import { fc } from './properties.ts';
import { anyReference } from './operation-arbitraries.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Outbox, OwedMessage } from '../../shared/domain/outbox.ts';
import type { ErrorDetail } from '../../shared/domain/error-detail.ts';
import { operationActions, type OperationKind } from '../../shared/domain/operation-kind.ts';
import { trackingIdOf } from '../../shared/domain/reference.ts';
import { believable } from '../../shared/time.ts';
import {
  operationEventNames,
  type OperationMessage,
  type OperationState,
  type TrackedOperation,
  type TrackingOptions,
} from '../../shared/domain/tracked.ts';
import type { Watch, WatchedCluster } from '../../shared/domain/watch.ts';

/** Anything that can be stored, in any form that a store could stumble over. */

const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const text = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom(`it's`, '"', '\\"', "''", '\n\t', ' ', '🚀', '0', 'null', '{}'),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });
const count = fc.nat({ max: 1000 });

const { error } = fc.letrec<{ error: ErrorDetail }>((tie) => ({
  error: fc.record({
    code: orNull(text),
    message: orNull(fc.oneof(text, fc.string({ unit: 'grapheme', size: 'medium' }))),
    target: orNull(text),
    details: fc.oneof(
      { depthSize: 'small', maxDepth: 6 },
      fc.constant([]),
      fc.array(tie('error'), { maxLength: 3 }),
    ),
  }),
}));

const trouble: fc.Arbitrary<ReadingTrouble> = fc.record({
  cause: fc.constantFrom('forbidden', 'notFound', 'throttled', 'network', 'unsupportedApiVersion'),
  code: text,
  message: fc.string({ unit: 'grapheme' }),
  since: time,
  failures: count,
});
const outcome = fc.constantFrom('succeeded', 'failed', 'canceled', 'lost', 'gaveUp');

/** Any kind of operation. */
export const anyKind: fc.Arbitrary<OperationKind> = fc.record({
  target: fc.constantFrom('cluster', 'agentPool', null),
  agentPoolName: orNull(fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/)),
  action: orNull(fc.constantFrom(...operationActions)),
  isGuess: fc.boolean(),
});

const part = fc.record({
  name: orNull(text),
  kind: anyKind,
  status: text,
  percentComplete: orNull(count),
  code: orNull(text),
});

const usual = fc.record({
  lowMs: count,
  medianMs: count,
  highMs: count,
  runs: count,
  of: fc.constantFrom('here', 'everywhere'),
});

const state: fc.Arbitrary<OperationState> = fc.record({
  status: orNull(text),
  percentComplete: orNull(
    fc.double({ min: 0, max: 100, noNaN: true }).map((percent) => percent + 0),
  ),
  error: orNull(error),
  errorFingerprint: orNull(text),
  errorTurns: fc.record({
    told: fc.array(text, { maxLength: 3 }),
    changes: count,
    since: orNull(time),
  }),
  startTime: orNull(time),
  endTime: orNull(time),
  lastCheckedAt: orNull(time),
  lastChangedAt: orNull(time),
  lastProgressAt: orNull(time),
  stalled: fc.boolean(),
  outcome: orNull(outcome),
  trouble: orNull(trouble),
  kind: anyKind,
  parts: fc.array(part, { maxLength: 3 }),
  partsLeftOut: count,
  usual: orNull(usual),
});

const eventFields = {
  event: fc.constantFrom(
    'statusChanged',
    'errorAppeared',
    'finished',
    'stalled',
    'lost',
    'setRightAgain',
  ),
  from: text,
  to: text,
  code: text,
};
const broken = fc
  .record({ pool: orNull(text), since: time, by: orNull(text) })
  .map(({ by, ...rest }) => (by === null ? rest : { ...rest, by }));
const event = fc.record(
  { ...eventFields, restored: fc.array(broken, { maxLength: 2 }), why: fc.string() },
  { requiredKeys: ['event', 'why'] },
);
const left = fc.record(
  { pool: orNull(text), provisioningState: text, requestedVersion: text, error },
  { requiredKeys: ['pool', 'provisioningState'] },
);
const historyEntry = fc.record({ ...eventFields, at: time }, { requiredKeys: ['event', 'at'] });

const message: fc.Arbitrary<OperationMessage> = fc
  .record({
    id: count,
    at: time,
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
    state: state.map(
      ({
        errorFingerprint: _fingerprint,
        errorTurns: _turns,
        lastCheckedAt: _checked,
        lastChangedAt: _changed,
        stalled: _stalled,
        ...told
      }) => told,
    ),
  })
  .map((one) => ({ ...one, state: readAt(one.state, one.at) }));

const outboxInJson = <M extends OwedMessage>(messages: fc.Arbitrary<M>): fc.Arbitrary<Outbox<M>> =>
  fc
    .record({
      owed: fc.uniqueArray(messages, { maxLength: 4, selector: ({ id }) => id }),
      taken: count,
      claimedUntil: orNull(time),
      deliverAfter: orNull(time),
      refusedForm: orNull(fc.constantFrom('digest' as const, 'blocks' as const)),
      strangeRun: orNull(time),
    })
    .map(({ owed, taken, ...rest }) => {
      const inOrder = owed.toSorted((a, b) => a.id - b.id);
      return { ...rest, owed: inOrder, nextId: (inOrder.at(-1)?.id ?? 0) + 1 + taken };
    });

/** A state as it was read at this time: ARM's times before 2014, or far ahead of it, are never kept. */
function readAt<S extends Pick<OperationState, 'startTime' | 'endTime'>>(told: S, at: string): S {
  return {
    ...told,
    startTime: believable(told.startTime, at),
    endTime: believable(told.endTime, at),
  };
}

const guid = fc.uuid();
const channel = fc.stringMatching(/^[a-z0-9_]{1,60}$/);

const options: fc.Arbitrary<TrackingOptions> = fc
  .record({
    label: orNull(text),
    channel,
    mention: orNull(fc.constantFrom('here', 'channel', 'U012AB3CD', 'S012AB3CD')),
    events: orNull(fc.subarray([...operationEventNames])),
  })
  .map(({ events, ...rest }) => (events === null ? rest : { ...rest, events }));

/** A tracked operation in any state. */
export const anyOperation: fc.Arbitrary<TrackedOperation> = fc
  .record({
    reference: anyReference,
    options,
    registeredAt: time,
    state,
    startedBy: orNull(fc.constantFrom('Jane Doe', 'AKS itself')),
    changes: orNull(fc.array(text, { maxLength: 3 })),
    left: orNull(fc.array(left, { maxLength: 3 })),
    nextCheckAt: orNull(time),
    history: fc.array(historyEntry),
    outbox: outboxInJson(message),
  })
  .map(({ startedBy, changes, left: leftBehind, ...operation }) => ({
    ...operation,
    ...(startedBy === null ? {} : { startedBy }),
    ...(changes === null ? {} : { changes }),
    ...(leftBehind === null ? {} : { left: leftBehind }),
    state: readAt(operation.state, operation.state.lastCheckedAt ?? operation.registeredAt),
    trackingId: trackingIdOf(operation.reference),
  }));

/** An incident in any state. */
export const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    cause: fc.constantFrom('notFound', 'unauthenticated', 'forbidden', 'unavailable', 'rejected'),
    subscriptionId: orNull(guid),
    resourceGroupName: orNull(
      fc.oneof(
        fc.stringMatching(/^[\w().-]{0,89}[\w()-]$/),
        fc.constantFrom('RG-Größe_(ı)', '资源.İ', 'Ω-1'),
      ),
    ),
    resourceName: orNull(fc.stringMatching(/^[A-Za-z0-9]([\w-]{0,61}[A-Za-z0-9])?$/)),
    isAboutList: fc.boolean(),
    since: time,
    until: orNull(time),
    outbox: outboxInJson(
      fc.record({
        id: count,
        at: time,
        event: fc.constantFrom('unreadable', 'readableAgain'),
        since: time,
        code: fc.string({ unit: 'grapheme' }),
        message: fc.string({ unit: 'grapheme' }),
        operations: count,
        hidesNew: fc.boolean(),
      }),
    ),
  })
  .map(({ subscriptionId, resourceGroupName, resourceName: named, isAboutList, ...incident }) => {
    // Only one in a resource group is about a cluster alone.
    const isInGroup = incident.cause === 'notFound' && resourceGroupName !== null;
    const resourceName = isInGroup ? named : null;
    return {
      ...incident,
      scope: subscriptionId === null ? null : { subscriptionId, resourceGroupName, resourceName },
      isOfList: isAboutList && subscriptionId !== null && resourceGroupName === null,
    };
  });

const anyClusterReference = anyReference.map(
  ({ agentPoolName: _pool, operationId: _id, ...cluster }) => cluster,
);

/** A watch in any state, of each kind of scope. */
export const anyWatch: fc.Arbitrary<Watch> = fc
  .record({
    cluster: anyClusterReference,
    depth: fc.constantFrom('subscription', 'resourceGroup', 'cluster'),
    options,
    createdAt: time,
    nextScanAt: time,
    lastScanAt: orNull(time),
    trouble: orNull(trouble),
  })
  .map(({ cluster, depth, ...rest }) => {
    const scope = {
      ...cluster,
      resourceGroupName: depth === 'subscription' ? null : cluster.resourceGroupName,
      resourceName: depth === 'cluster' ? cluster.resourceName : null,
    };
    return { ...rest, scope, watchId: scopeIdOf(scope) };
  });

const settings = fc.dictionary(text, text, { maxKeys: 4 });

const clusterConfig = fc.record({
  apiVersion: text,
  kubernetes: orNull(text),
  power: orNull(text),
  settings,
  pools: fc.array(
    fc.record({
      name: text,
      kubernetes: orNull(text),
      count: orNull(count),
      vmSize: orNull(text),
      nodeImage: orNull(text),
      power: orNull(text),
      settings,
    }),
    { maxLength: 3 },
  ),
});

/** A watched cluster in any state. */
export const anyCluster: fc.Arbitrary<WatchedCluster> = fc.record({
  reference: anyClusterReference,
  since: time,
  known: fc.array(text),
  nextLookAt: time,
  lastLookAt: orNull(time),
  trouble: orNull(trouble),
  channel,
  settled: orNull(fc.record({ at: time, config: clusterConfig })),
  broken: fc.array(broken, { maxLength: 3 }),
  outbox: outboxInJson(
    fc.oneof(
      fc.record({ id: count, at: time, after: time }),
      fc.record({ id: count, at: time, restored: fc.array(broken, { maxLength: 3 }) }),
    ),
  ),
});
