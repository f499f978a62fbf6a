import { describe, expect, it } from 'vitest';
import { hasRoom, judge, withEvents } from '../../shared/domain/apply-reading.ts';
import { emptyOutbox, outboxLimit } from '../../shared/domain/outbox.ts';
import { trackingIdOf } from '../../shared/domain/reference.ts';
import { historyLimit, neverRead, type TrackedOperation } from '../../shared/domain/tracked.ts';
import { known, minutes, reference, saw, start } from '../support/operation-builders.ts';

const policy = { stalledAfterMs: 30 * 60_000, giveUpAfterMs: 7 * 24 * 3_600_000 };
const operation: TrackedOperation = {
  trackingId: trackingIdOf(reference),
  reference,
  options: { label: null, channel: 'default', mention: null },
  registeredAt: start,
  state: neverRead,
  nextCheckAt: start,
  history: [],
  outbox: emptyOutbox,
};
const canceling = {
  event: 'statusChanged',
  from: 'InProgress',
  to: 'Canceling',
  why: 'it differs',
} as const;

describe('judge', () => {
  it('sets the state and the next reading, and leaves history and messages to the record', () => {
    const running = { ...operation, state: known('InProgress') };
    const { judged, events } = judge(running, saw(minutes(1), 'Canceling'), policy, minutes(1));
    expect(judged).toMatchObject({ nextCheckAt: minutes(1), history: [], outbox: emptyOutbox });
    expect(judged.state.status).toBe('Canceling');
    expect(events).toMatchObject([{ event: 'statusChanged' }]);
  });

  it('ends the reading with the operation', () => {
    const { judged } = judge(operation, saw(minutes(1), 'Succeeded'), policy, minutes(1));
    expect(judged.nextCheckAt).toBeNull();
  });
});

describe('withEvents', () => {
  const state = known('Canceling', { percentComplete: 40 });

  it('puts all events of a reading down in the history, and owes one message about them', () => {
    const events = [canceling, { event: 'movingAgain', why: 'it moves' }] as const;
    const { history, outbox } = withEvents({ ...operation, state }, events, minutes(1));
    expect(history).toEqual([
      { at: minutes(1), event: 'statusChanged', from: 'InProgress', to: 'Canceling' },
      { at: minutes(1), event: 'movingAgain' },
    ]);
    expect(outbox.nextId).toBe(2);
    expect(outbox.owed).toMatchObject([
      { id: 1, at: minutes(1), events, state: { status: 'Canceling', percentComplete: 40 } },
    ]);
  });

  it('appends to what is owed already', () => {
    const once = withEvents({ ...operation, state }, [canceling], minutes(1));
    const { owed } = withEvents(once, [canceling], minutes(2)).outbox;
    expect(owed.map(({ id, at }) => [id, at])).toEqual([
      [1, minutes(1)],
      [2, minutes(2)],
    ]);
  });

  it('changes nothing when there is no news', () => {
    expect(withEvents(operation, [], minutes(1))).toBe(operation);
  });

  it('keeps the newest of a long history', () => {
    let long = operation;
    for (let i = 1; i <= historyLimit + 5; i += 1) long = withEvents(long, [canceling], minutes(i));
    expect(long.history).toHaveLength(historyLimit);
    expect(long.history.at(-1)?.at).toBe(minutes(historyLimit + 5));
  });
});

describe('hasRoom', () => {
  it.each([
    [0, true],
    [outboxLimit - 1, true],
    [outboxLimit, false],
  ])('with %d owed messages is %s', (undelivered, expected) => {
    expect(hasRoom(undelivered)).toBe(expected);
  });
});
