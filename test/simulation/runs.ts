import type { Fact } from './facts.ts';
import type { Invariant } from './invariants.ts';

/** What came to the history as succeeded, and is known to have begun, is among the runs of its kind, and none is there twice. */
export const runsAreCountedOnce: Invariant = (_chronicle, facts) => {
  const counted = facts.flatMap((fact) => runsIn(fact)).at(-1) ?? [];
  const succeeded = facts.flatMap((fact) => {
    if (fact.kind !== 'commit' || fact.table !== 'history') return [];
    const { outcome, startTime = '' } = fact.after ?? {};
    return outcome === 'succeeded' && startTime !== '' ? [fact.rowKey.slice(37, 53)] : [];
  });
  const missing = succeeded.filter((id) => !counted.includes(id));
  return [
    ...missing.map((id) => `${id} was not counted`),
    ...(new Set(counted).size === counted.length ? [] : ['a run was counted twice']),
  ];
};

/** The runs of upgrades on all clusters, as often as they are written. */
function runsIn(fact: Fact): string[][] {
  if (fact.kind !== 'commit' || fact.table !== 'state' || fact.rowKey !== 'cluster.upgrade')
    return [];
  const runs: { id: string }[] = JSON.parse(String(fact.after?.['runs']));
  return [runs.map(({ id }) => id)];
}
