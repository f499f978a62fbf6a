import type { Invariant } from './invariant.ts';
import type { Columns } from '../../shared/store/table.ts';
import { isOperation } from './chronicle.ts';

const minute = 60_000;
/** A reading is counted from its tick, which may have begun so long before. */
const toleranceMs = 31_000;

/** Once per operation and tick, not after its end, not before its Retry-After, and seldom where nothing moves. */
export const armIsAskedSparingly: Invariant = (_chronicle, facts) => {
  const broken: string[] = [];
  const rows = new Map<string, Columns>();
  /** The rows as they were when a tick began. */
  const began = new Map<number, { readonly at: number; readonly rows: Map<string, Columns> }>();
  const asked = new Set<string>();
  /** The Retry-After that each reading brought. */
  const wishes = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind === 'commit' && fact.table === 'active' && isOperation(fact)) {
      const name = String((fact.after ?? fact.before)?.['resourceName']);
      if (fact.after === null) rows.delete(name);
      else rows.set(name, fact.after);
    }
    if (fact.kind === 'tickBegan') began.set(fact.tick, { at: fact.at, rows: new Map(rows) });
    if (fact.kind !== 'read') continue;
    const { operation, tick, notBefore } = fact;
    const say = (words: string): void => void broken.push(`${operation} was read ${words}`);
    const question = `${tick} ${operation} ${fact.pool ?? ''}`;
    if (asked.has(question)) say('twice in one tick');
    asked.add(question);
    if (notBefore !== null) wishes.set(`${operation} ${fact.began}`, notBefore);
    const start = began.get(tick);
    const row = start?.rows.get(operation);
    if (start === undefined || row === undefined) continue;
    if (row['outcome'] !== '') say('after its end');
    const checkedAt = String(row['lastCheckedAt']);
    if (checkedAt === '') continue;
    const wish = wishes.get(`${operation} ${checkedAt}`);
    const isKnown = row['troubleCause'] === 'throttled';
    if (isKnown && wish !== undefined && fact.at < wish) say('before its Retry-After was over');
    if (start.at - Date.parse(checkedAt) < pauseOf(row) - toleranceMs) say('too soon');
  }
  return broken;
};

/** How long an operation is left alone, as the documentation says. */
function pauseOf(row: Columns): number {
  if (row['trouble'] !== '') {
    const { failures } = JSON.parse(String(row['trouble']));
    return Math.min((minute / 2) * 2 ** (failures - 1), 5 * minute);
  }
  const news = String(row['lastChangedAt'] === '' ? row['registeredAt'] : row['lastChangedAt']);
  const quiet = Date.parse(String(row['lastCheckedAt'])) - Date.parse(news);
  if (quiet > 31 * minute) return 2 * minute;
  return quiet > 6 * minute ? minute : 0;
}

/** After a 429 that was recorded nobody takes a turn on that channel before Slack allows it. */
export const retryAfterIsHeeded: Invariant = (_chronicle, facts) => {
  const broken: string[] = [];
  facts.forEach((refusal, at) => {
    if (refusal.kind !== 'post' || refusal.notBefore === null || refusal.isLost) return;
    const { by, channel, notBefore } = refusal;
    const later = facts.slice(at + 1);
    const isTurn = (fact: (typeof facts)[number]): boolean =>
      fact.kind === 'commit' && fact.table === 'state' && fact.rowKey === channel;
    const noted = later.findIndex((fact) => isTurn(fact) && 'by' in fact && fact.by === by);
    if (noted < 0) return;
    later.slice(noted + 1).forEach((post, next) => {
      if (post.kind !== 'post' || post.channel !== channel || post.at >= notBefore) return;
      const turns = later.slice(noted + 1, noted + 1 + next);
      if (turns.some((fact) => isTurn(fact) && 'by' in fact && fact.by === post.by))
        broken.push(`${post.by.name} posted to ${channel} before its Retry-After was over`);
    });
  });
  return broken;
};
