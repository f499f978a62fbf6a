import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/incident.ts';
import { emptyMailbox } from '../../shared/mailbox.ts';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { keyOf } from '../../shared/store/operation-row.ts';
import type { Table } from '../../shared/store/table.ts';
import {
  createWorkStore,
  type OperationWork,
  type WorkStore,
} from '../../shared/store/work-store.ts';
import { endedOperation, someMessage, someOperation } from '../support/operations.ts';
import { someTable } from '../support/tables.ts';

const now = '2024-05-06T08:00:00.000Z';
const later = '2024-05-06T08:00:00.001Z';
const owing = { ...emptyMailbox, owed: [someMessage(1)], nextId: 2 };
const incident: Incident = {
  kind: 'forbidden',
  subscriptionId: null,
  since: now,
  until: null,
  mailbox: emptyMailbox,
};

const readAgain = ({ head, ...rest }: OperationWork): OperationWork => ({
  ...rest,
  head: {
    ...head,
    nextCheckAt: later,
    state: { ...head.state, status: 'Going', percentComplete: 7 },
  },
});

let active: Table;
let work: WorkStore;
let operations: ReturnType<typeof createOperationStore>;
beforeEach(() => {
  active = someTable();
  work = createWorkStore(active);
  operations = createOperationStore(active, someTable());
});

describe('the work of a tick', () => {
  it.each([
    ['is due', someOperation({ nextCheckAt: now }), true],
    ['is not due', someOperation({ nextCheckAt: later }), false],
    ['is not due and owes', someOperation({ nextCheckAt: later, mailbox: owing }), true],
    ['ended and owes', endedOperation(now, { mailbox: owing }), true],
    ['ended and waits to be archived', endedOperation(now), true],
  ])('holds, or not, an operation that %s', async (_name, operation, wanted) => {
    await operations.add(operation);
    const { operations: found } = await work.load(now);
    expect(found.map(({ head }) => head.trackingId)).toEqual(wanted ? [operation.trackingId] : []);
  });

  it('holds every incident, and names rows that cannot be read without touching them', async () => {
    const broken = { kind: 'operation', nextCheckAt: now, subscriptionId: 'x' };
    const keys = [
      { partitionKey: 'p', rowKey: 'r' },
      { partitionKey: 'all', rowKey: 'incident.flood' },
    ];
    await active.upsert(keys[0] ?? keyOf(''), broken);
    await active.upsert(keys[1] ?? keyOf(''), { kind: 'incident', since: now });
    await work.addIncident(incident);
    await operations.add(someOperation({ nextCheckAt: now }));
    const loaded = await work.load(now);
    expect(loaded.operations).toHaveLength(1);
    expect(loaded.incidents).toMatchObject([{ kind: 'forbidden', since: now, until: null }]);
    expect(loaded.corrupt).toHaveLength(2);
    expect(loaded.corrupt).toEqual(expect.arrayContaining(keys));
    expect((await active.get(keys[0] ?? keyOf('')))?.columns).toEqual(broken);
  });

  it('records readings, except of what was changed meanwhile, leaving options and messages alone', async () => {
    const [one, two] = [someOperation({ mailbox: owing }), someOperation()];
    const partition = { subscriptionId: one.reference.subscriptionId };
    const beside = someOperation({ reference: { ...two.reference, ...partition } });
    for (const operation of [one, beside]) await operations.add(operation);
    const { operations: found } = await work.load(now);
    const read = await operations.find(beside.trackingId);
    const options = { label: 'new', channel: 'default', mention: null };
    await operations.save({ ...beside, options }, read?.etag ?? '');
    await work.recordQuiet(found.map((item) => readAgain(item)));
    expect((await operations.find(one.trackingId))?.operation).toEqual({
      ...one,
      nextCheckAt: later,
      state: { ...one.state, status: 'Going', percentComplete: 7 },
    });
    expect((await operations.find(beside.trackingId))?.operation).toEqual({ ...beside, options });
  });

  it('counts troubled operations by cause and subscription, those that ended not', async () => {
    const trouble = { code: 'X', message: '', since: now, failures: 1 };
    const forbidden = { trouble: { ...trouble, cause: 'forbidden' } } as const;
    const one = someOperation({ state: forbidden });
    await operations.add(one);
    await operations.add(someOperation({ state: forbidden }));
    await operations.add(someOperation({ state: { trouble: { ...trouble, cause: 'network' } } }));
    await operations.add(endedOperation(now, { state: { ...forbidden, outcome: 'gaveUp' } }));
    const { subscriptionId } = one.reference;
    expect(await work.countTroubled(subscriptionId, ['forbidden', 'network'])).toBe(1);
    expect(await work.countTroubled(null, ['forbidden'])).toBe(2);
    expect(await work.countTroubled(null, ['forbidden', 'network'])).toBe(3);
    expect(await work.countTroubled(subscriptionId, ['network'])).toBe(0);
  });
});

describe('incidents', () => {
  it('are added once, and written only in the version that was read', async () => {
    expect(await work.addIncident(incident)).toBe(true);
    expect(await work.addIncident(incident)).toBe(false);
    const etag = (await work.findIncident(incident))?.etag ?? '';
    expect(await work.saveIncident({ ...incident, since: later }, etag)).not.toBeNull();
    expect(await work.saveIncident(incident, etag)).toBeNull();
    expect((await work.findIncident(incident))?.incident.since).toBe(later);
  });

  it('leave the store when they are over and told, not before', async () => {
    await work.addIncident(incident);
    const message = {
      id: 1,
      at: now,
      event: 'readableAgain',
      code: '',
      message: '',
      operations: 0,
    };
    const over = { ...incident, until: now };
    const untold = {
      ...over,
      mailbox: { ...emptyMailbox, owed: [{ ...message, event: 'readableAgain' as const }] },
    };
    const etag = await work.saveIncident(untold, (await work.findIncident(incident))?.etag ?? '');
    expect((await work.findIncident(incident))?.incident).toEqual(untold);
    expect(await work.saveIncident(over, etag ?? '')).toBe('');
    expect(await work.findIncident(incident)).toBeNull();
  });
});
