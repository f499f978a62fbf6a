import type { Slack, SlackMessage } from '../../local/slack/server.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Member } from './fleet.ts';
import { postedOf } from './posted.ts';

/** A kill, as the store shows it. */
export interface Kill {
  /** How many messages Slack had. */
  readonly after: number;
  /** The clusters of which a message was claimed: being sent, and not recorded as posted. */
  readonly claimed: ReadonlySet<string>;
}

/** Takes down a kill while nobody runs. */
export async function witnessKill(table: Table, slack: Slack): Promise<Kill> {
  const claimed = new Set<string>();
  const filter = "kind eq 'operation' and claimedUntil gt ''";
  for await (const { rows } of table.pages({ filter, select: ['resourceName'] }))
    for (const { columns } of rows) claimed.add(String(columns['resourceName']));
  return { after: slack.messages.length, claimed };
}

/** One piece of news posted about one operation. */
interface Post {
  readonly word: string;
  /** The message's place among all, from 1. */
  readonly sequence: number;
}

/** What was posted about an operation, in the order in which Slack took it. */
function postsOf(slack: Slack, name: string, words: readonly string[]): Post[] {
  return slack.messages.flatMap(({ payload, sequence }) =>
    postedOf(payload, name, words).map((word) => ({ word, sequence })),
  );
}

/** The messages that Slack took without answering: their senders cannot know. */
export function cutOff(slack: Slack): ReadonlySet<number> {
  const cut = new Set<number>();
  for (const channel of new Set(slack.messages.map((message) => message.channel))) {
    const accepted = slack.attempts.filter((one) => one.channel === channel && one.accepted);
    const messages: SlackMessage[] = slack.messages.filter((one) => one.channel === channel);
    for (const [index, { sequence }] of messages.entries())
      if (accepted[index]?.status === null) cut.add(sequence);
  }
  return cut;
}

/**
 * The posts that came twice without a reason: one may be posted again only when its first message was cut
 * off, or when a kill between the two left it claimed and not recorded.
 */
function needlessDoubles(
  name: string,
  posts: readonly Post[],
  kills: readonly Kill[],
  cut: ReadonlySet<number>,
): string[] {
  return posts.flatMap(({ word, sequence }, index) => {
    const before = posts.slice(0, index).findLast((one) => one.word === word);
    if (before === undefined || cut.has(before.sequence)) return [];
    const wasKilled = kills.some(
      ({ after, claimed }) => after >= before.sequence && after < sequence && claimed.has(name),
    );
    return wasKilled ? [] : [`${word} twice, by messages ${before.sequence} and ${sequence}`];
  });
}

/** What was seen of a run. */
export interface Evidence {
  readonly slack: Slack;
  readonly kills: readonly Kill[];
  /** See {@link cutOff}. */
  readonly cut: ReadonlySet<number>;
  /** How many messages Slack had when an operation was no longer tracked, by the cluster's name. */
  readonly untrackedAfter: ReadonlyMap<string, number>;
}

/** Everything that is wrong with what was posted about an operation. */
export function faultsOf(
  member: Member,
  { slack, kills, cut, untrackedAfter }: Evidence,
): string[] {
  const { name, words, isUntracked } = member;
  const posts = postsOf(slack, name, words);
  // What is posted again is judged by whether it had to be.
  const news = [...new Set(posts.map(({ word }) => words.indexOf(word)))];
  const limit = untrackedAfter.get(name) ?? Infinity;
  const isInOrder = news.every((place, at) => place >= (news[at - 1] ?? 0));
  const hasEnd = posts.at(-1)?.word === words.at(-1);
  const faults = [
    ...(isInOrder ? [] : ['out of order']),
    ...(isUntracked || hasEnd ? [] : ['last word missing']),
    ...(posts.some(({ sequence }) => sequence > limit) ? ['posted after 204'] : []),
    ...needlessDoubles(name, posts, kills, cut),
  ];
  const listed = posts.map(({ word, sequence }) => `${word} (${sequence})`).join(', ');
  return faults.map((fault) => `${name} ${fault}: ${listed}`);
}
