import type { Fact } from './facts.ts';
import type { Invariant } from './invariants.ts';

/** That reading fails, and that it works again, is told as often as it came to be owed: once per scope. */
export const incidentsAreToldOnce: Invariant = (_chronicle, facts) => {
  const mayDouble = facts.some(
    (fact) =>
      fact.kind === 'killed' || fact.kind === 'storeFault' || (fact.kind === 'post' && fact.isLost),
  );
  return leads.flatMap((lead) => {
    const owed = facts.filter((fact) => leadOwed(fact) === lead).length;
    const told = facts.flatMap((fact) => leadsTold(fact, lead)).length;
    if (told < owed) return [`"${lead}": owed ${owed} times, told ${told} times`];
    return told > owed && !mayDouble ? [`"${lead}": owed ${owed} times, told ${told} times`] : [];
  });
};

const leads = ['Cannot', 'Readable again', 'Found again'] as const;

/** What a change of an incident's row gives to tell. */
function leadOwed(fact: Fact): (typeof leads)[number] | null {
  if (fact.kind !== 'commit' || !fact.rowKey.startsWith('incident.')) return null;
  const { before, after } = fact;
  if (after === null || Number(after['nextMessageId']) === Number(before?.['nextMessageId'] ?? 1))
    return null;
  if (after['until'] === '') return 'Cannot';
  return fact.rowKey.includes('notFound') ? 'Found again' : 'Readable again';
}

function leadsTold(fact: Fact, lead: string): string[] {
  if (fact.kind !== 'post' || !fact.isAccepted) return [];
  return fact.tellings.flatMap(({ leads: told }) => told.filter((one) => one.startsWith(lead)));
}
