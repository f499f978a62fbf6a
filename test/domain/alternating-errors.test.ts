import { describe, expect, it } from 'vitest';
import { compare } from '../../shared/domain/compare.ts';
import { afterError, noTurns, toldLimit } from '../../shared/domain/alternating-errors.ts';
import {
  neverRead,
  type OperationEvent,
  type OperationState,
} from '../../shared/domain/tracked.ts';
import { toOperation, operationColumns, operationKey } from '../../shared/store/operation-row.ts';
import { plus, type IsoTime } from '../../shared/time.ts';
import { minutes, saw, start, type RawError } from '../support/operation-builders.ts';
import { someOperation } from '../support/operations.ts';
import { fc } from '../support/properties.ts';

const policy = { stalledAfterMs: 0, giveUpAfterMs: 30 * 24 * 60 * 60_000 };
const hourMs = 60 * 60_000;

interface Told extends OperationEvent {
  readonly at: IsoTime;
}

/** As the store gives it back: what is not stored is gone at a restart. */
function restarted(state: OperationState): OperationState {
  const operation = someOperation({ state });
  const columns = operationColumns(operation);
  return toOperation({ key: operationKey(operation.trackingId), etag: '', columns }).state;
}

/** What is told of errors that are read one after the other; `null`: a reading without one. */
function told(
  errors: readonly (RawError | null)[],
  stepMs = 60_000,
  first: OperationState = neverRead,
): { told: Told[]; state: OperationState } {
  let state = first;
  const events: Told[] = [];
  errors.forEach((error, step) => {
    const at = plus(start, step * stepMs);
    const reading = saw(at, 'InProgress', error === null ? {} : { error });
    const seen = compare(restarted(state), reading, start, policy);
    state = seen.next;
    events.push(...seen.events.map((event) => ({ ...event, at })));
  });
  return { told: events, state };
}

const drain = (target: number): RawError => ({ code: 'PodDrainFailure', target: `node${target}` });
const inTurn = (errors: number, readings: number): RawError[] =>
  Array.from({ length: readings }, (_, reading) => drain(reading % errors));
const turnsIn = (events: readonly Told[]): Told[] =>
  events.filter(({ turns }) => turns !== undefined);

describe('errors that come by turns', () => {
  it.each([2, 3, 5, 20, toldLimit])(
    'are posted once each, of %i, and then once an hour',
    (count) => {
      const readings = count + 6 * 60;
      const events = told(inTurn(count, readings)).told;
      const once = events.slice(0, count);
      expect(once.map(({ event }) => event)).toEqual([
        'errorAppeared',
        ...Array.from({ length: count - 1 }, () => 'errorChanged'),
      ]);
      expect(once.every(({ turns }) => turns === undefined)).toBe(true);
      const rest = events.slice(count);
      expect(rest).toHaveLength(6);
      expect(rest.map(({ event, code }) => [event, code])).toEqual(
        rest.map(() => ['errorChanged', 'PodDrainFailure']),
      );
      // Each change is counted once.
      expect(rest.map(({ turns }) => turns?.changes)).toEqual(rest.map(() => 60));
    },
  );

  it('are posted a bounded number of times where each is another', () => {
    const events = told(inTurn(10_000, toldLimit + 5 * 60)).told;
    expect(events).toHaveLength(toldLimit + 5);
    expect(turnsIn(events)).toHaveLength(5);
  });

  it('are remembered in a bounded way', () => {
    const { state } = told(inTurn(10_000, 500));
    expect(state.errorTurns.told).toHaveLength(toldLimit);
    expect(JSON.stringify(state.errorTurns).length).toBeLessThan(4000);
  });

  it('are posted once each, in any order, at any pace, with pauses, and together once an hour', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { maxLength: 80 }),
        fc.integer({ min: 1000, max: 40 * 60_000 }),
        (targets, stepMs) => {
          const errors = targets.map((target) => (target === null ? null : drain(target)));
          const { told: events } = told(errors, stepMs);
          const distinct = new Set(targets.filter((target) => target !== null)).size;
          const alone = events.filter(({ turns }) => turns === undefined);
          expect(alone).toHaveLength(distinct);
          const together = turnsIn(events);
          for (const [at, { turns, at: when }] of together.entries()) {
            // The first one has no other before it.
            const before = together[at - 1]?.at ?? plus(when, -hourMs);
            expect(Date.parse(when) - Date.parse(before)).toBeGreaterThanOrEqual(hourMs);
            expect(turns?.changes).toBeGreaterThan(0);
            expect(Date.parse(when) - Date.parse(turns?.since ?? when)).toBeGreaterThanOrEqual(
              hourMs,
            );
          }
          // Every change is told alone, told together, or waits for its hour.
          const seen = targets.filter((target) => target !== null);
          const changes = seen.filter((target, at) => at > 0 && target !== seen[at - 1]).length;
          const { state } = told(errors, stepMs);
          const counted = together.reduce((sum, { turns }) => sum + (turns?.changes ?? 0), 0);
          expect(counted + state.errorTurns.changes + Math.max(0, distinct - 1)).toBe(changes);
        },
      ),
    );
  });

  it('have a new one posted at once, also between those that go to and fro', () => {
    const errors = [...inTurn(2, 20), drain(7), ...inTurn(2, 100)];
    const events = told(errors).told;
    expect(events.map(({ turns, at }) => [at, turns?.changes])).toEqual([
      [minutes(0), undefined],
      [minutes(1), undefined],
      [minutes(20), undefined],
      [minutes(61), 59],
    ]);
  });

  it('have a change posted at once after an hour of quiet', () => {
    const errors = [drain(0), drain(1), ...Array.from({ length: 90 }, () => drain(1)), drain(0)];
    expect(turnsIn(told(errors).told)).toMatchObject([{ at: minutes(92), turns: { changes: 1 } }]);
  });

  it('of a row that was stored before they were counted are posted as ever', () => {
    const { state } = told([drain(0)]);
    const old = { ...state, errorTurns: noTurns };
    expect(
      told([drain(0), drain(1), drain(0), drain(1)], 60_000, { ...old, lastCheckedAt: null }).told,
    ).toMatchObject([{ event: 'errorChanged', at: minutes(1) }]);
  });

  it.each([
    ['is not known', null],
    ['is in the future, as a wrong clock wrote it', minutes(500)],
  ])('are counted from now where their beginning %s', (_, since) => {
    const before = { told: ['a', 'b'], changes: 3, since };
    const first = afterError(before, 'a', 'b', minutes(0));
    expect(first).toEqual({
      next: { told: ['a', 'b'], changes: 4, since: minutes(0) },
      news: { post: 'nothing' },
    });
    expect(afterError(first.next, 'b', 'a', minutes(60)).news).toEqual({
      post: 'count',
      changes: 5,
      since: minutes(0),
    });
  });
});
