import { isOperation } from './chronicle.ts';
import type { Fact } from './facts.ts';
import type { Invariant } from './invariant.ts';
import { starterOf, startOf } from './simulated-log.ts';

type LogRead = Fact & { readonly kind: 'logRead' };

function readsIn(facts: readonly Fact[]): readonly LogRead[] {
  return facts.filter((fact) => fact.kind === 'logRead');
}

const mostAsks = 3;

/** At most three times for an operation, and once in a tick for all of a resource group. */
export const logIsAskedSparingly: Invariant = (_chronicle, facts, { operations }) => {
  const reads = readsIn(facts);
  const bySubscription = Map.groupBy(reads, ({ subscription }) => subscription);
  const byTick = Map.groupBy(reads, ({ subscription, tick }) => `${tick} ${subscription}`);
  return [
    ...[...bySubscription].flatMap(([number, { length }]) => {
      const most = mostAsks * operations.filter((one) => one.subscription === number).length;
      return length > most ? [`the log of ${number} was read ${length} times, not ${most}`] : [];
    }),
    ...[...byTick].flatMap(([where, { length }]) =>
      length > 1 ? [`a log was read ${length} times in one tick (${where})`] : [],
    ),
  ];
};

/** A tenth of half of the bucket of reads: ten at once, and one more in ten seconds. */
const purse = { capacity: 10, perSecond: 0.1 };
/** What is paid for at one moment is read up to so many seconds later. */
const toleranceSeconds = 20;

/** What a long log has cost is waited for. */
export const logIsPaidFor: Invariant = (_chronicle, facts) => {
  if (facts.some(({ kind }) => kind === 'killed' || kind === 'storeFault')) return [];
  const left = new Map<number, { readonly tokens: number; readonly at: number }>();
  return readsIn(facts).flatMap(({ subscription, requests, at }) => {
    const { capacity, perSecond } = purse;
    const before = left.get(subscription) ?? { tokens: capacity, at };
    const back = ((at - before.at) / 1000) * perSecond;
    const tokens = Math.min(before.tokens + back, capacity);
    left.set(subscription, { tokens: tokens - requests, at });
    const lack = 1 - tokens - toleranceSeconds * perSecond;
    return lack > 0 ? [`the log of ${subscription} was read with ${tokens} tokens left`] : [];
  });
};

/** Whoever the log names is written down for that operation, and stays. */
export const callersAreKept: Invariant = (_chronicle, facts) => {
  const known = new Map<string, unknown>();
  return facts.flatMap((fact) => {
    if (fact.kind !== 'commit' || fact.table === 'state' || !isOperation(fact)) return [];
    const { before, after, table } = fact;
    const name = String((after ?? before)?.['resourceName']);
    if (table === 'active' && before === null) known.delete(name);
    if (after === null) return [];
    const startedBy = after['startedBy'] ?? '';
    const was = known.get(name);
    if (startedBy !== '') known.set(name, startedBy);
    if (was !== undefined && startedBy === '') return [`who started ${name} was forgotten`];
    return startedBy === '' || startedBy === starterOf(name)
      ? []
      : [`${name} was started by ${starterOf(name)}, not ${String(startedBy)}`];
  });
};

/** Events show within so many seconds of the last ask. */
const lastAskSeconds = 25 * 60;
/** Later than that after its start an operation may not be taken up any more. */
const soonSeconds = 1700;

/** Where every log that was asked for could be read, it is known who started an operation. */
export const callersAreFound: Invariant = ({ lives }, facts, { operations, steps, log }) => {
  const isDisturbed = facts.some(({ kind }) => kind === 'killed' || kind === 'storeFault');
  const isLong = steps.some(({ at }) => at > soonSeconds);
  const isHeard = readsIn(facts).every((read) => read.isHeard);
  if (log === undefined || log.showsAfter > lastAskSeconds) return [];
  if (isDisturbed || isLong || !isHeard) return [];
  return operations.flatMap((operation) => {
    const { name } = operation;
    const own = lives.filter((life) => life.operation === name);
    if (own.length !== 1 || own[0]?.untracked !== null || startOf(operation) === null) return [];
    const rows = facts.flatMap((fact) =>
      fact.kind === 'commit' && isOperation(fact) && fact.after?.['resourceName'] === name
        ? [fact.after]
        : [],
    );
    const hasStart = rows.some((row) => (row['startTime'] ?? '') !== '');
    const isKnown = rows.some((row) => (row['startedBy'] ?? '') !== '');
    return hasStart && !isKnown ? [`it is not known who started ${name}`] : [];
  });
};
