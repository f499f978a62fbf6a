import type { Fact } from './facts.ts';
import type { Invariant } from './invariant.ts';
import type { SimulatedOperation } from './scenario.ts';

/** Where a choice came to be another one. */
interface Move {
  readonly fact: number;
  /** Of which location, subscription or cluster. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** What the app begins with. */
const newest = '2026-10-02-preview';

function choicesIn(columns: (Fact & { kind: 'commit' })['after']): Map<string, string> {
  const { choices = {} } = JSON.parse(String(columns?.['versions'] ?? '{}'));
  return new Map(
    Object.entries<{ version: string }>(choices).map(([key, { version }]) => [key, version]),
  );
}

/** Every choice that changed, in order. */
function movesIn(facts: readonly Fact[]): Move[] {
  return facts.flatMap((fact, number) => {
    if (fact.kind !== 'commit' || !fact.rowKey.startsWith('versions.')) return [];
    const before = choicesIn(fact.before);
    return [...choicesIn(fact.after)].flatMap(([key, to]) => {
      const from = before.get(key) ?? newest;
      return from === to ? [] : [{ fact: number, key, from, to }];
    });
  });
}

const line = (from: string, to: string): string => `Moved: api-version ${from} → ${to}`;

/** Each move from one version to another is posted, once. */
export const movesArePostedOnce: Invariant = (_chronicle, facts) => {
  const mayDouble = facts.some(
    (fact) =>
      fact.kind === 'killed' || fact.kind === 'storeFault' || (fact.kind === 'post' && fact.isLost),
  );
  const moves = movesIn(facts);
  // A subscription or cluster may get a choice that is no move of a version: another place had moved before.
  const steps = new Map(
    moves.map(({ from, to }) => [
      line(from, to),
      moves.filter((one) => one.from === from && one.to === to),
    ]),
  );
  const posts = facts.flatMap((fact) =>
    fact.kind === 'post' && fact.isAccepted
      ? (/Moved: api-version \S+ → \S+/.exec(fact.words)?.[0] ?? [])
      : [],
  );
  return [
    ...[...steps.keys()]
      .filter((step) => !posts.includes(step))
      .map((step) => `"${step}" was not posted`),
    ...[...new Set(posts)].flatMap((step) => {
      const times = posts.filter((one) => one === step).length;
      return times > 1 && !mayDouble ? [`"${step}" was posted ${times} times`] : [];
    }),
  ];
};

/** No choice comes back to what it left: what is offered in a scenario does not come back either. */
export const noVersionFlips: Invariant = (_chronicle, facts) => {
  const seen = new Map<string, Set<string>>();
  return movesIn(facts).flatMap(({ key, from, to }) => {
    const versions = seen.get(key) ?? new Set([from]);
    seen.set(key, versions);
    const isFlip = versions.has(to);
    versions.add(to);
    return isFlip ? [`${key}: ${from} → ${to} again`] : [];
  });
};

/**
 * A process asks once for each cluster with a version that is refused there, and once more where an answer was lost; what
 * was taken stays until it is refused.
 */
export const refusedCallsAreFew: Invariant = (_chronicle, facts, { operations }) => {
  const isDisturbed = facts.some(({ kind }) => kind === 'storeFault' || kind === 'killed');
  const isOdd = facts.some((fact) => fact.kind === 'read' && fact.notBefore !== null);
  if (isDisturbed || isOdd) return [];
  const refused = new Map<string, number>();
  for (const fact of facts)
    if (fact.kind === 'version' && !fact.isTaken) {
      const key = `${fact.by.name} asked for ${fact.operation} with ${fact.version}`;
      refused.set(key, (refused.get(key) ?? 0) + 1);
    }
  return [
    ...[...refused].flatMap(([key, times]) => (times > 2 ? [`${key} ${times} times`] : [])),
    ...operations.flatMap((operation) => movedWithoutRefusal(operation, facts)),
  ];
};

function movedWithoutRefusal({ name }: SimulatedOperation, facts: readonly Fact[]): string[] {
  let taken: string | null = null;
  const refused = new Set<string>();
  return facts.flatMap((fact) => {
    if (fact.kind !== 'version') return [];
    if (!fact.isTaken) refused.add(fact.version);
    if (fact.operation !== name || !fact.isTaken) return [];
    const before = taken;
    taken = fact.version;
    return before === null || before === taken || refused.has(before)
      ? []
      : [`${name} was moved from ${before} to ${taken}, which nobody had refused`];
  });
}
