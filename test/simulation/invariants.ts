import type { Invariant } from './invariant.ts';
import { toIncident } from '../../shared/store/incident-row.ts';
import { toOperation } from '../../shared/store/operation-row.ts';
import { toCluster, toWatch } from '../../shared/store/watch-row.ts';
import type { Columns, Row } from '../../shared/store/table.ts';
import { inWords, type News } from './chronicle.ts';
import type { Fact } from './facts.ts';
import { incidentsArePostedOnce } from './incidents.ts';
import {
  callersAreFound,
  callersAreKept,
  logIsAskedSparingly,
  logIsPaidFor,
} from './log-invariants.ts';
import { armIsAskedSparingly, retryAfterIsHeeded } from './pace.ts';
import { movesArePostedOnce, noVersionFlips, refusedCallsAreFew } from './version-invariants.ts';
import { runsAreCountedOnce } from './runs.ts';

const everyRecordedChangeIsPosted: Invariant = ({ lives }) =>
  lives
    .filter(({ untracked }) => untracked === null)
    .flatMap(({ operation, news }) =>
      news
        .filter(({ posts }) => posts.length === 0)
        .map(({ lead }) => `${operation}: "${lead}" was never posted`),
    );

const nothingElseIsPosted: Invariant = ({ strange }) => strange;

const newsArePostedInOrder: Invariant = ({ lives }) =>
  lives.flatMap(({ operation, news }) =>
    news.flatMap(({ lead, posts }, at) => {
      const before = news[at - 1];
      return before !== undefined && firstOf(posts) < firstOf(before.posts)
        ? [`${operation}: "${lead}" was posted before "${before.lead}"`]
        : [];
    }),
  );

const theLastWordIsPosted: Invariant = ({ lives }, facts, { operations }) =>
  operations.flatMap(({ name }) => {
    const life = lives.findLast(({ operation }) => operation === name);
    if (standing(name, facts) !== 'tracked') return [];
    if (life === undefined) return [`${name}: it was never found`];
    if (life.untracked !== null) return [];
    const lead = life.news.at(-1)?.lead ?? 'nothing';
    const isEnding = /^(?:Succeeded|Failed|Canceled|No longer found|Never found|Given up)$/.test(
      lead,
    );
    return isEnding ? [] : [`${name}: the last news is "${lead}"`];
  });

/** What ARM shows is not lost, whatever it says of the subscription or at one path. */
const onlyWhatIsGoneIsLost: Invariant = ({ lives }, _facts, { operations }) =>
  operations.flatMap(({ name, script }) => {
    const isGone = script.some(([, answer]) => answer === 'gone');
    const isLost = lives.some(
      ({ operation, news }) =>
        operation === name &&
        news.some(({ lead }) => lead === 'No longer found' || lead === 'Never found'),
    );
    return isLost && !isGone ? [`${name} was lost`] : [];
  });

/** What its callers were answered last; `either` when registering and untracking were under way at the same time. */
function standing(name: string, facts: readonly Fact[]): 'tracked' | 'untracked' | 'either' {
  const answers = facts.filter(
    (fact) => (fact.kind === 'tracked' || fact.kind === 'untracked') && fact.operation === name,
  );
  const last = answers.at(-1);
  if (last?.kind !== 'tracked' && last?.kind !== 'untracked') return 'untracked';
  const isOpen = last.kind === 'untracked' && last.wasNothing === true;
  const isContested =
    isOpen || answers.some(({ kind, at }) => kind !== last.kind && at >= last.asked);
  return isContested ? 'either' : last.kind;
}

/** Told again: the time before must have been cut off between Slack's acceptance and our record of it. */
const nothingIsPostedTwiceWithoutCause: Invariant = ({ lives }, facts) =>
  lives.flatMap(({ operation, news }) =>
    news.flatMap((one) =>
      one.posts.slice(1).flatMap((again, at) => {
        const cause = isExcused(one, at, facts);
        return cause ? [] : [`${operation}: "${one.lead}" was posted again by ${again.by.name}`];
      }),
    ),
  );

function isExcused({ posts, letGo }: News, at: number, facts: readonly Fact[]): boolean {
  const [before, again] = [posts[at], posts[at + 1]];
  if (before === undefined || again === undefined) return true;
  if (letGo !== null && letGo < again.fact) return false;
  if (before.isLost) return true;
  const between = facts
    .slice(before.fact, again.fact)
    .filter((fact) => 'by' in fact && fact.by === before.by);
  // The same process knows what Slack took, also when the store did not hear of it.
  return between.some(
    ({ kind }) => kind === 'killed' || (kind === 'storeFault' && again.by !== before.by),
  );
}

const nothingIsPostedAfterUntrack: Invariant = ({ lives }) =>
  lives.flatMap(({ operation, news, untracked }) =>
    news.flatMap(({ lead, posts }) =>
      untracked !== null && posts.some(({ fact }) => fact > untracked)
        ? [`${operation}: "${lead}" was posted after it was untracked`]
        : [],
    ),
  );

/** Once reading has failed for minutes, and nothing else came in between. */
const unreadableIsPosted: Invariant = (_chronicle, facts) => {
  const isOwed = facts.some((fact) => fact.kind === 'commit' && isUnreadable(fact.after));
  const isPosted = facts.some(
    (fact) =>
      fact.kind === 'post' && fact.isAccepted && /\bCannot (?:read|list|find)\b/.test(fact.words),
  );
  return isOwed && !isPosted && !isDisturbed(facts) ? ['operations could not be read'] : [];
};

function isUnreadable(columns: Columns | null): boolean {
  const trouble = String(columns?.['trouble'] ?? '');
  if (trouble === '' || columns?.['outcome'] !== '') return false;
  const { cause, failures, since } = JSON.parse(trouble);
  const lasts = Date.parse(String(columns['lastCheckedAt'])) - Date.parse(since);
  return cause !== 'notFound' && failures >= 3 && lasts >= 180_000;
}

function isDisturbed(facts: readonly Fact[]): boolean {
  return facts.some(({ kind }) => kind === 'killed' || kind === 'storeFault');
}

const parkingIsPostedOnce: Invariant = (_chronicle, facts) => {
  const begun = facts.filter((fact) => fact.kind === 'commit' && isParking(fact)).length;
  const posts = facts.filter(
    (fact) =>
      fact.kind === 'post' &&
      fact.isAccepted &&
      fact.tellings.some(({ name }) => name.startsWith('channel ')),
  );
  const mayDouble = isDisturbed(facts) || posts.some((fact) => fact.kind === 'post' && fact.isLost);
  if (posts.length < begun) return [`of ${begun} times, ${posts.length} were posted`];
  return posts.length > begun && !mayDouble ? [`${begun} times, posted ${posts.length} times`] : [];
};

/** The default channel itself has no other channel that says so. */
function isParking({ table, rowKey, before, after }: Fact & { kind: 'commit' }): boolean {
  // Of the state table's rows only those of channels have a state.
  if (table !== 'state' || rowKey === 'default' || after?.['state'] === undefined) return false;
  return parkedSince(before) === null && parkedSince(after) !== null;
}

function parkedSince(columns: Columns | null): string | null {
  return columns === null ? null : JSON.parse(String(columns['state'])).parkedSince;
}

/** The tick after it tries the channel. */
const retryIsHeeded: Invariant = (_chronicle, facts) =>
  facts.flatMap((asked, at) => {
    if (asked.kind !== 'retried' || isDisturbed(facts)) return [];
    const later = facts.slice(at);
    const tick = later.find(({ kind }) => kind === 'tickBegan');
    const post = later.find((fact) => fact.kind === 'post' && fact.channel === asked.channel);
    return tick === undefined || (post !== undefined && post.at - tick.at < 30_000)
      ? []
      : [`${asked.channel} was not tried in the next tick`];
  });

const mostStrange = 3;

/** What is answered strangely may stand there all the same: three times are enough, until Slack or a person speaks. */
const strangeAnswersAreEnough: Invariant = (_chronicle, facts) => {
  if (isDisturbed(facts)) return [];
  const channels = new Map<string, Map<string, number>>();
  return facts.flatMap((fact) => {
    if (fact.kind === 'retried') channels.delete(fact.channel);
    if (fact.kind !== 'post') return [];
    if (['delivered', 'rejected', 'refused'].includes(fact.answer)) channels.delete(fact.channel);
    if (fact.answer !== 'strange') return [];
    const posts = channels.get(fact.channel) ?? new Map<string, number>();
    channels.set(fact.channel, posts);
    const said = fact.tellings.flatMap(({ name, leads }) =>
      leads.map((lead) => `${lead}: ${name}`),
    );
    return said.flatMap((one) => {
      const times = (posts.get(one) ?? 0) + 1;
      posts.set(one, times);
      return times > mostStrange ? [`${one} was posted ${times} times`] : [];
    });
  });
};

/** How rows of the active table are read, by their kind; operations otherwise. */
const readers: Readonly<Record<string, (row: Row) => unknown>> = {
  incident: toIncident,
  cluster: toCluster,
  watch: toWatch,
};

const rowsCanBeRead: Invariant = (_chronicle, facts) =>
  facts.flatMap((fact) => {
    if (fact.kind !== 'commit' || fact.after === null) return [];
    const { partitionKey, rowKey, after, table } = fact;
    try {
      if (table === 'state')
        for (const name of ['state', 'summary', 'budgets', 'runs', 'versions', 'asks'])
          JSON.parse(String(after[name] ?? null));
      else {
        const read = readers[String(after['kind'])] ?? toOperation;
        read({ key: { partitionKey, rowKey }, etag: '', columns: after });
      }
      return [];
    } catch (error) {
      return [`${rowKey} in ${table}: ${String(error)}`];
    }
  });

const everythingComesToRest: Invariant = (_chronicle, facts, { operations }) => {
  const standings = operations.map(({ name }) => standing(name, facts));
  const kept = standings.filter((one) => one === 'tracked').length;
  const contested = standings.filter((one) => one === 'either').length;
  return facts.flatMap((fact) => {
    if (fact.kind === 'crashed') return [`${fact.by.name} failed: ${fact.reason}`];
    if (fact.kind !== 'settled' && fact.kind !== 'purged') return [];
    const { kind, active, history } = fact;
    const [least, most] = kind === 'settled' ? [kept, kept + contested] : [0, 0];
    return active === 0 && history >= least && history <= most
      ? []
      : [`${kind} with ${active} at work and ${history} in the history, not 0 and ${most}`];
  });
};

/** Where the world has one lasting trouble and no other, whoever is not concerned hears in the tick that sees it. */
const nobodyWaitsForAnother: Invariant = ({ lives }, facts, { operations, steps, trouble }) => {
  const [first] = facts;
  if (isDisturbed(facts) || trouble === undefined || first === undefined) return [];
  const ticksAt = steps.filter((step) => step.do === 'tick').map(({ at }) => at);
  return operations.flatMap(({ name, channel, subscription, script }) => {
    const isConcerned =
      channel === trouble.channel?.name ||
      subscription === trouble.subscription?.number ||
      trouble.reads?.[name] !== undefined;
    if (isConcerned) return [];
    const news = lives.flatMap((life) => (life.operation === name ? life.news : []));
    return news.flatMap(({ lead, posts }) => {
      const shown = script.find(
        ([, answer]) => answer !== 'gone' && [answer.status, inWords(answer.status)].includes(lead),
      );
      const tick = ticksAt.find((at) => at >= (shown?.[0] ?? Number.POSITIVE_INFINITY));
      if (tick === undefined || posts[0] === undefined) return [];
      const waited = (posts[0].at - first.at) / 1000 - tick;
      return waited <= atOnceSeconds ? [] : [`${name}: "${lead}" came ${waited} s after its tick`];
    });
  });
};

/** A few messages for one channel, at its pace. */
const atOnceSeconds = 6;

/** Each error of an operation once; then at most once an hour that they come and go. */
const errorsArePostedOnce: Invariant = ({ lives }, facts, { operations }) =>
  operations.flatMap(({ name, script }) => {
    const codes = script.flatMap(([, answer]) =>
      answer === 'gone' ? [] : (answer.error?.code ?? []),
    );
    const posts = facts.flatMap((fact) =>
      fact.kind === 'post' && fact.isAccepted
        ? fact.tellings
            .filter((telling) => telling.name === name)
            .flatMap(({ leads }) => leads.map((lead) => ({ lead, at: fact.at, fact })))
        : [],
    );
    if (isDisturbed(facts) || posts.some(({ fact }) => fact.isLost)) return [];
    const most = new Set(codes).size * lives.filter(({ operation }) => operation === name).length;
    const errors = posts.filter(({ lead }) => /^(?:Error|Another error) while/.test(lead)).length;
    const turns = posts.filter(({ lead }) => lead === 'Errors come and go');
    return [
      ...(errors > most ? [`${name}: ${errors} times, of ${most} errors`] : []),
      ...turns.slice(1).flatMap(({ at }, before) => {
        const apart = (at - (turns[before]?.at ?? 0)) / 1000;
        return apart >= hourOfTicks ? [] : [`${name}: "come and go" again after ${apart} s`];
      }),
    ];
  });

/** Posts of readings that are an hour apart, in seconds. */
const hourOfTicks = 3600 - 60;

/** All promises. */
export const invariants: readonly Invariant[] = [
  everyRecordedChangeIsPosted,
  nothingElseIsPosted,
  newsArePostedInOrder,
  theLastWordIsPosted,
  onlyWhatIsGoneIsLost,
  nothingIsPostedTwiceWithoutCause,
  nothingIsPostedAfterUntrack,
  unreadableIsPosted,
  incidentsArePostedOnce,
  parkingIsPostedOnce,
  retryIsHeeded,
  strangeAnswersAreEnough,
  rowsCanBeRead,
  runsAreCountedOnce,
  everythingComesToRest,
  nobodyWaitsForAnother,
  errorsArePostedOnce,
  armIsAskedSparingly,
  retryAfterIsHeeded,
  movesArePostedOnce,
  noVersionFlips,
  refusedCallsAreFew,
  logIsAskedSparingly,
  logIsPaidFor,
  callersAreKept,
  callersAreFound,
];

function firstOf(posts: News['posts']): number {
  return posts[0]?.fact ?? Number.POSITIVE_INFINITY;
}
