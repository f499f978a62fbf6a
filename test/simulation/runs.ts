import type { Invariant } from './invariant.ts';
import type { Fact } from './facts.ts';

/** What came to the history as succeeded, and is known to have begun, is among the runs of its kind, and none is there twice. */
export const runsAreCountedOnce: Invariant = (_chronicle, facts) => {
  const rows = [...new Map(facts.flatMap((fact) => runsIn(fact))).values()];
  const counted = new Set(rows.flat());
  const succeeded = facts.flatMap((fact) => {
    if (fact.kind !== 'commit' || fact.table !== 'history') return [];
    const { outcome, startTime = '' } = fact.after ?? {};
    return outcome === 'succeeded' && startTime !== '' ? [fact.rowKey.slice(37, 53)] : [];
  });
  const missing = succeeded.filter((id) => !counted.has(id));
  return [
    ...missing.map((id) => `${id} was not counted`),
    ...(rows.every((ids) => new Set(ids).size === ids.length) ? [] : ['a run was counted twice']),
  ];
};

/** The runs of a kind, on one cluster or all, as often as they are written. */
function runsIn(fact: Fact): [rowKey: string, ids: string[]][] {
  const runs = fact.kind === 'commit' && fact.table === 'state' ? fact.after?.['runs'] : undefined;
  if (fact.kind !== 'commit' || runs === undefined) return [];
  const all: { id: string }[] = JSON.parse(String(runs));
  return [[fact.rowKey, all.map(({ id }) => id)]];
}
