import type { Invariant } from './invariant.ts';
import { titles } from '../../shared/slack/incident-notice.ts';
import type { IncidentCause } from '../../shared/domain/incident.ts';
import type { Fact } from './facts.ts';

/** A message that an incident's row came to owe. */
interface Owed {
  /** Which fact. */
  readonly fact: number;
  /** Which incident, and what of it. */
  readonly key: string;
  /** What its message shows, and no other incident's does. */
  readonly words: readonly string[];
  /** What shows it in a digest: it stands in a line there. */
  readonly line: readonly string[];
}

/** That reading fails, and that it works again, is posted as often as it came to be owed: each incident by itself. */
export const incidentsArePostedOnce: Invariant = (_chronicle, facts) => {
  const mayDouble = facts.some(
    (fact) =>
      fact.kind === 'killed' || fact.kind === 'storeFault' || (fact.kind === 'post' && fact.isLost),
  );
  const all = facts.flatMap((fact, number) => owedBy(fact, number));
  return [...Map.groupBy(all, ({ key }) => key)].flatMap(([key, owed]) => {
    const [first] = owed;
    if (first === undefined) return [];
    const posts = facts.flatMap((fact, number) => (reports(fact, first) ? [number] : []));
    // Each was posted after it came to be owed, also where one before it was posted twice.
    const missed = owed.some(
      ({ fact }, at) => posts.filter((number) => number > fact).length < owed.length - at,
    );
    const isAlone = !facts.some((fact) => fact.kind === 'post' && isDigest(fact));
    const isDoubled = isAlone && !mayDouble && posts.length > owed.length;
    return missed || isDoubled
      ? [`"${key}": owed ${owed.length} times, posted ${posts.length} times`]
      : [];
  });
};

/** What a change of an incident's row gives to tell. */
function owedBy(fact: Fact, number: number): Owed[] {
  if (fact.kind !== 'commit' || !fact.rowKey.startsWith('incident.')) return [];
  const { partitionKey, rowKey, before, after } = fact;
  if (after === null || Number(after['nextMessageId']) === Number(before?.['nextMessageId'] ?? 1))
    return [];
  const kind = rowKey.split('.')[1] ?? '';
  const isMissing = kind === 'notFound';
  const [fails, works] = isMissing ? ['Cannot find', 'Found again'] : ['Cannot', 'Readable again'];
  const lead = after['until'] === '' ? fails : works;
  const group = String(after['resourceGroupName']);
  const cluster = String(after['resourceName']);
  const subscription = partitionKey === 'all' ? [] : [`Subscription ${partitionKey}`];
  const place =
    cluster === '' ? (group === '' ? [] : [`resource group ${group}`]) : [`cluster ${cluster}`];
  const where = place.length > 0 ? place : subscription;
  const home = cluster === '' ? [] : [`resource group ${group}`];
  // Where nothing is found, the lead has said the cause.
  const title = isKind(kind) && !isMissing ? [titles[kind]] : [];
  return [
    {
      fact: number,
      key: `${lead} ${partitionKey} ${rowKey}`,
      words: [lead, ...where, ...home, ...subscription, ...title],
      line: [lead, ...where],
    },
  ];
}

function reports(fact: Fact, { words, line }: Owed): boolean {
  if (fact.kind !== 'post' || !fact.isAccepted) return false;
  return (isDigest(fact) ? line : words).every((word) => fact.words.includes(word));
}

function isDigest({ words }: { readonly words: string }): boolean {
  return /^\d+ /.test(words);
}

function isKind(kind: string): kind is IncidentCause {
  return kind in titles;
}
