import type { Columns } from '../../shared/store/table.ts';
import type { Fact, Process } from './facts.ts';

/** Slack took a message. */
export interface Posted {
  /** Which fact. */
  readonly fact: number;
  readonly at: number;
  readonly by: Process;
  readonly isLost: boolean;
}

/** News that a recorded reading brought. */
export interface News {
  /** What the message's first words must be. */
  readonly lead: string;
  readonly recordedAt: number;
  readonly posts: Posted[];
  /** The fact with which the store let go of it. */
  letGo: number | null;
}

/** An operation from its registration to its being untracked or archived. */
export interface Life {
  readonly operation: string;
  readonly news: News[];
  /** The fact with which it was untracked. */
  untracked: number | null;
  isArchived: boolean;
}

/** What the rows of the table say that people are owed, and what was posted. */
export interface Chronicle {
  readonly lives: readonly Life[];
  /** What was posted that nobody was owed, or not then. */
  readonly strange: readonly string[];
}

const outcomes: Readonly<Record<string, string>> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  canceled: 'Canceled',
  lost: 'No longer found',
  gaveUp: 'Given up',
};

/** Reads the facts in order. What is owed follows from the states alone, not from the stored messages. */
export function chronicleOf(facts: readonly Fact[]): Chronicle {
  const lives: Life[] = [];
  const strange: string[] = [];
  const archive = new Map<string, unknown>();
  const lastLife = (operation: string): Life | undefined =>
    lives.findLast((life) => life.operation === operation);

  // After that only the purge of the history removes rows.
  const settled = facts.findIndex(({ kind }) => kind === 'settled');
  facts.slice(0, settled).forEach((fact, number) => {
    if (fact.kind === 'commit' && isOperation(fact)) {
      if (fact.table === 'history') {
        archive.set(fact.rowKey, fact.after?.['registeredAt']);
        const life = lastLife(String(fact.before?.['resourceName']));
        if (fact.after === null && life !== undefined) life.untracked ??= number;
      }
      if (fact.table === 'active') follow(fact, number);
    }
    if (fact.kind !== 'post' || !fact.isAccepted) return;
    for (const { name, leads } of fact.tellings) {
      const life = lastLife(name);
      if (life !== undefined) hear(life, leads, fact, number);
    }
  });
  return { lives, strange };

  function follow({ rowKey, before, after, at }: Fact & { kind: 'commit' }, number: number): void {
    const operation = String((after ?? before)?.['resourceName']);
    if (before === null) lives.push({ operation, news: [], untracked: null, isArchived: false });
    const life = lastLife(operation);
    if (life === undefined) return;
    if (after === null) {
      if (archive.get(rowKey) === before?.['registeredAt']) life.isArchived = true;
      else life.untracked = number;
      return;
    }
    const lead = leadOf(before ?? {}, after);
    if (lead !== null) life.news.push({ lead, recordedAt: at, posts: [], letGo: null });
    const kept = Number(after['undelivered']);
    for (const news of life.news.slice(0, life.news.length - kept)) news.letGo ??= number;
  }

  function hear(
    life: Life,
    leads: readonly string[],
    { at, by, isLost }: Fact & { kind: 'post' },
    fact: number,
  ): void {
    const first = life.news.findIndex(({ letGo }) => letGo === null);
    const fits = life.news
      .map((_, from) => from)
      .filter((from) => leads.every((lead, next) => life.news[from + next]?.lead === lead));
    // The store's next one where it fits; otherwise one posted before.
    const from = fits.includes(first) ? first : fits.at(-1);
    if (from === undefined || from < 0) {
      strange.push(`${life.operation}: "${leads.join(', ')}" is no news that was recorded`);
      return;
    }
    for (const news of life.news.slice(from, from + leads.length))
      news.posts.push({ fact, at, by, isLost });
  }
}

/** Rows of other things stand between those of operations. */
export function isOperation({ before, after }: Fact & { kind: 'commit' }): boolean {
  return (after ?? before)?.['kind'] === 'operation';
}

/** `in progress` of `InProgress`. */
export function inWords(status: string): string {
  if (!/^[A-Za-z]+$/.test(status)) return status;
  return status.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function turnsOf(column: string): { told: readonly string[]; since: string | null } {
  return column === '' ? { told: [], since: null } : JSON.parse(column);
}

/** What is news between two versions of a row; `null`: nothing. */
function leadOf(before: Columns, after: Columns): string | null {
  const was = (name: string): string => String(before[name] ?? '');
  const is = (name: string): string => String(after[name] ?? '');
  // A watch finds what runs, and says so.
  if (was('status') === '' && is('outcome') === '' && is('events').includes('started'))
    return is('status') === '' ? null : 'Started';
  if (was('outcome') === '' && is('outcome') !== '') {
    const isNeverFound = is('outcome') === 'lost' && is('status') === '';
    return isNeverFound ? 'Never found' : (outcomes[is('outcome')] ?? 'Ended');
  }
  const [turned, turns] = [turnsOf(was('errorTurns')), turnsOf(is('errorTurns'))];
  if (
    is('errorFingerprint') !== was('errorFingerprint') &&
    turns.told.length !== turned.told.length
  )
    return was('errorFingerprint') === '' ? 'Error while running' : 'Another error while running';
  if (turns.since !== turned.since && turned.since !== null) return 'Errors come and go';
  if (was('stalled') !== 'true' && is('stalled') === 'true') return 'Stalled';
  if (was('stalled') === 'true' && is('stalled') !== 'true') return 'Moving again';
  return was('status') !== '' && was('status') !== is('status') ? inWords(is('status')) : null;
}
