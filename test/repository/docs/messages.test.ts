import { describe, expect, it } from 'vitest';
import { assessHealth } from '../../../shared/health.ts';
import { incidentCauses, type Incident } from '../../../shared/domain/incident.ts';
import { emptyOutbox } from '../../../shared/domain/outbox.ts';
import { unknownKind } from '../../../shared/domain/operation-kind.ts';
import {
  operationEventNames,
  type OperationEventName,
  type OperationState,
} from '../../../shared/domain/tracked.ts';
import { adviceOn, parkedNotice } from '../../../shared/slack/channel-notice.ts';
import { gapNotice } from '../../../shared/slack/missed-notice.ts';
import { incidentNotice, titles } from '../../../shared/slack/incident-notice.ts';
import type { Notice } from '../../../shared/slack/notice.ts';
import { operationNotice } from '../../../shared/slack/operation-notice.ts';
import { moveNotice } from '../../../shared/slack/version-notice.ts';
import { testNotice } from '../../../shared/slack/test-notice.ts';
import type { TickSummary } from '../../../shared/domain/tick-summary.ts';
import {
  known,
  messageOf,
  minutes,
  reference,
  start,
  trouble,
  type RawError,
} from '../../support/operation-builders.ts';
import { firstColumn, inlineCodeOf, read, tableOf } from './pages.ts';

type State = Omit<OperationState, 'error'> & { readonly error: RawError };
/** Which states an event can come with, as far as its words differ by them. */
const statesOf: Readonly<Record<OperationEventName, readonly Partial<State>[]>> = {
  started: [{}],
  statusChanged: [{}],
  errorAppeared: [{}],
  errorChanged: [{}],
  finished: [
    { outcome: 'succeeded' },
    { outcome: 'failed' },
    { outcome: 'canceled' },
    { outcome: 'canceled', error: { code: 'PodDrainFailure' } },
  ],
  stalled: [{}],
  movingAgain: [{}],
  setRightAgain: [{}],
  lost: [
    { outcome: 'lost' },
    { outcome: 'lost', status: null },
    {
      outcome: 'lost',
      kind: { ...unknownKind, target: 'cluster', action: 'delete' },
      trouble: { ...trouble('notFound', 3), code: 'ResourceNotFound' },
    },
  ],
  gaveUp: [{ outcome: 'gaveUp' }],
};

function operationNotices(): Notice[] {
  const subject = {
    reference,
    options: { label: null, channel: 'default', mention: null },
    registeredAt: start,
  };
  const alternating = { event: 'errorChanged', turns: { changes: 2, since: start } } as const;
  return [...operationEventNames.map((event) => ({ event })), alternating].flatMap((one) =>
    statesOf[one.event].map((special) => {
      const state = known('the new phase', special);
      const events = [{ ...one, to: 'the new phase', why: '' }];
      return operationNotice(subject, messageOf(events, state, minutes(5)), 'https://portal');
    }),
  );
}

function incidentNotices(): Notice[] {
  const app = { clientId: null, managedIdentity: true, apiVersion: 'x', site: null };
  const { subscriptionId } = reference;
  const incidents = incidentCauses.flatMap((cause) =>
    ['rg-prod', null].map((resourceGroupName): Incident => {
      const times = { since: start, until: null };
      const scope = { subscriptionId, resourceGroupName, resourceName: null };
      const isOfList = resourceGroupName === null;
      return { cause, scope, isOfList, ...times, outbox: emptyOutbox };
    }),
  );
  const said = { since: start, code: 'x', message: '', operations: 1, hidesNew: true };
  return incidents.flatMap((incident) =>
    (['unreadable', 'readableAgain'] as const).map((event) =>
      incidentNotice(incident, { id: 1, at: minutes(5), event, ...said }, app),
    ),
  );
}

/** How every message begins that the app can post. */
const beginnings = new Set(
  [
    ...operationNotices(),
    ...incidentNotices(),
    gapNotice(reference, { id: 1, at: minutes(5), after: start }, 'https://portal'),
    ...[false, true].map((isStrange) =>
      parkedNotice('payments', { id: 1, at: start, code: 'no_service', isStrange }),
    ),
    moveNotice({
      id: 1,
      at: start,
      from: 'a',
      to: 'b',
      code: '',
      location: null,
      subscriptionId: 's',
    }),
    testNotice('payments', start),
  ].map(({ lead }) => lead),
);

describe('the tables of messages', () => {
  it('say what to do about each that can be posted, and about no other', () => {
    const rows = firstColumn('docs/operating.md', 'message');
    expect(rows.toSorted()).toEqual([...beginnings].toSorted());
  });

  it('say when each of them comes', () => {
    const rows = firstColumn('README.md', 'message').flatMap((cell) => cell.split(', '));
    expect(rows.toSorted()).toEqual([...beginnings].toSorted());
  });

  it('say what to do about each reason why operations cannot be read, in its words', () => {
    const rows = firstColumn('docs/operating.md', 'it says');
    expect(rows.toSorted()).toEqual(Object.values(titles).toSorted());
  });
});

it('the README names every event that a watch may post', () => {
  const named = new Set(inlineCodeOf('README.md'));
  expect(operationEventNames.filter((event) => !named.has(event))).toEqual([]);
});

describe('the table of Slack’s answers', () => {
  const rows = firstColumn('docs/operating.md', 'answer').map(
    (cell) => cell.match(/(?<=`)\w+(?=`)/g) ?? [],
  );

  it('has each answer that a message has advice on, and one row for all others', () => {
    const advised = read('shared/slack/channel-notice.ts').match(/(?<=case ')\w+(?=')/g) ?? [];
    expect(advised.length).toBeGreaterThan(7);
    expect(rows.flat().toSorted()).toEqual([...advised, 'not_configured'].toSorted());
    expect(rows.filter((codes) => codes.length === 0)).toHaveLength(1);
  });

  it('has in one row what asks for the same', () => {
    const advice = rows.map((codes) => [...new Set(codes.map((code) => adviceOn(code, 'X')))]);
    expect(advice.filter((one) => one.length > 1)).toEqual([]);
    expect(new Set(advice.flat()).size).toBe(rows.length - 1);
    expect(advice.flat()).not.toContain(adviceOn('another', 'X'));
  });
});

describe('the tables of health', () => {
  const worst: TickSummary = {
    version: null,
    startedAt: start,
    completedAt: start,
    due: 1,
    read: 1,
    changed: 1,
    failedReadings: 1,
    found: 1,
    armCalls: 1,
    leftOver: 1,
    deferred: 1,
    oldestDueAt: start,
    delivered: 1,
    undelivered: 1,
    oldestOwedAt: start,
    unroutable: 1,
    failingChannels: 1,
    unreadable: 1,
    incidents: 1,
    apiVersion: '2023-01-02-preview',
    corruptRows: 1,
    refusedRows: 2,
    loadMs: 1,
    pollMs: 1,
    totalMs: 1,
  };
  const stores = [
    null,
    {
      lastTick: null,
      awaitedSince: start,
      parkedChannels: 1,
    },
    {
      lastTick: worst,
      awaitedSince: null,
      parkedChannels: 1,
    },
    {
      lastTick: { ...worst, completedAt: minutes(600) },
      awaitedSince: null,
      parkedChannels: 1,
    },
  ];
  const reasons = stores.flatMap(
    (store) =>
      assessHealth({
        now: minutes(60),
        tickIntervalMs: 30_000,
        problems: [{ setting: 'SLACK_WEBHOOK_URL', message: 'is not set' }],
        isConfigured: true,
        store,
      }).reasons,
  );
  /** What `…` stands for: a setting, a count, a length of time. */
  const differs = '(?:[A-Z_]+|\\d{4}-\\d\\d-\\d\\d-preview|\\d+(?: (?:s|min|h))?)';
  const rows = [
    ...tableOf('docs/operating.md', 'reason'),
    ...tableOf('docs/operating.md', 'remark'),
  ].map(([words = '']) => new RegExp(`^${RegExp.escape(words).replaceAll('…', differs)}$`));

  it('have each reason and remark, in its words', () => {
    const untold = reasons.filter((reason) => rows.filter((row) => row.test(reason)).length !== 1);
    expect(untold).toEqual([]);
  });

  it('have no other', () => {
    expect(rows.filter((row) => !reasons.some((reason) => row.test(reason)))).toEqual([]);
  });
});
