import { bold, link, truncateEscaped } from './mrkdwn.ts';
import {
  adviceLines,
  contextBlock,
  nextStep,
  partsOf,
  saidOf,
  section,
  toneColors,
} from './notice-layout.ts';
import type { Notice, Tone } from './notice.ts';
import type { SlackBlock, SlackMessage } from './payload.ts';

/** One operation's (or incident's) news in a digest: its messages in order, never empty. */
export type DigestEntry = readonly [Notice, ...Notice[]];

/** Well within Slack's 50 blocks and about 13,000 characters a message, 20 blocks and 3000 characters a text. */
const limits = {
  characters: 9000,
  fullEntries: 8,
  /** A claim lasts a minute, in which all that a message holds is cleared, 16 at a time. */
  entries: 48,
  section: 2800,
  said: 250,
  parts: 300,
  headline: 280,
  name: 120,
  word: 60,
};

/** How a digest counts: in this order, the worst first. */
const order: readonly Tone[] = ['bad', 'warning', 'neutral', 'progress', 'good'];

/** Sorts entries, failures first, and splits them into as many messages as the limits need. */
export function planDigests(entries: readonly DigestEntry[]): DigestEntry[][] {
  const sorted = order.flatMap((tone) => entries.filter((entry) => toneOf(entry) === tone));
  const messages: DigestEntry[][] = [];
  let size = 0;
  let full = 0;
  for (const entry of sorted) {
    const said = isFull(entry) ? fullLength(entry) : shortLength(entry);
    const length = said + mentionsIn([entry]).join(' ').length;
    const last = messages.at(-1);
    const fits =
      size + length <= limits.characters &&
      full + Number(isFull(entry)) <= limits.fullEntries &&
      (last?.length ?? 0) < limits.entries;
    if (last !== undefined && fits) last.push(entry);
    else {
      messages.push([entry]);
      size = 0;
      full = 0;
    }
    size += length;
    full += Number(isFull(entry));
  }
  return messages;
}

/** Which of how many messages one is, and whom those before it pinged. */
export interface DigestPart {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly pinged: ReadonlySet<string>;
}

const alone: DigestPart = { number: 1, of: 1, pinged: new Set() };

/** Whom entries ask to ping, as Slack markup; each once. */
export function mentionsIn(entries: readonly DigestEntry[]): string[] {
  return [...new Set(entries.flat().flatMap(({ mention }) => mention ?? []))];
}

/**
 * One message of a digest: how many of what it holds, failures in full, then a line for each of the others. It pings
 * for what it holds, and nobody whom one just before it has pinged.
 */
export function layOutDigest(
  entries: readonly DigestEntry[],
  part: DigestPart = alone,
): SlackMessage {
  const headline = headlineOf(entries, part);
  const mentions = mentionsIn(entries).filter((mention) => !part.pinged.has(mention));
  const text = [headline, ...mentions].join(' ');
  const attachments = entries
    .filter(isFull)
    .map((entry) => attachment('bad', headline, fullBlocks(entry)));
  const others = entries.filter((entry) => !isFull(entry));
  const lines = others.filter((entry) => !isPlainSuccess(entry)).map(lineOf);
  const succeeded = others.filter(isPlainSuccess).map(nameOf);
  if (succeeded.length > 0) lines.push(`${bold('Succeeded:')} ${succeeded.join(', ')}`);
  if (lines.length > 0) {
    const tone = entries.some((entry) => toneOf(entry) === 'warning') ? 'warning' : 'neutral';
    attachments.push(attachment(tone, headline, inSections(lines)));
  }
  return { text, attachments };
}

/** `2 failed: aks-1 (drain blocked), aks-2 (subnet full) · 1 stalled: aks-3 · 9 succeeded`. */
function headlineOf(entries: readonly DigestEntry[], part: DigestPart): string {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0 && part.of === 1)
    return truncateEscaped(lastOf(only).headline, limits.headline);
  const which = part.of === 1 ? '' : ` (message ${part.number} of ${part.of})`;
  return `${countsOf(entries, limits.headline - which.length)}${which}`;
}

/** What a digest counts together, by the last news of each. */
interface Group {
  readonly word: string;
  readonly entries: readonly DigestEntry[];
}

/** How many of what, the worst first, with the names of what needs eyes as far as there is room; the numbers add up. */
function countsOf(entries: readonly DigestEntry[], max: number): string {
  const sorted = order.flatMap((tone) => entries.filter((entry) => toneOf(entry) === tone));
  const all = [...Map.groupBy(sorted, (entry) => wordOf(lastOf(entry)))].map(
    ([word, group]): Group => ({ word, entries: group }),
  );
  const shown: Group[] = [];
  for (const group of all) {
    if (joined([...shown, group], entries.length).length > max) break;
    shown.push(group);
  }
  let room = max - joined(shown, entries.length).length;
  const texts = shown.map((group) => {
    const names = namesOf(group, room);
    room -= names.length;
    return `${countOf(group)}${names}`;
  });
  return [...texts, ...restOf(shown, entries.length)].join(separator);
}

const separator = ' · ';

function wordOf({ countedAs, lead }: Notice): string {
  return truncateEscaped((countedAs ?? lead).toLowerCase(), limits.word);
}

function countOf({ word, entries }: Group): string {
  return `${entries.length} ${word}`;
}

function joined(groups: readonly Group[], all: number): string {
  return [...groups.map(countOf), ...restOf(groups, all)].join(separator);
}

function restOf(groups: readonly Group[], all: number): string[] {
  const rest = groups.reduce((left, { entries }) => left - entries.length, all);
  return rest === 0 ? [] : [`${rest} ${rest === 1 ? 'other' : 'others'}`];
}

/** `: aks-1 (drain blocked), aks-2 and 3 more`, at most `max` characters; nothing of what needs no eyes. */
function namesOf({ entries }: Group, max: number): string {
  const named = entries.filter((entry) => ['bad', 'warning'].includes(toneOf(entry)));
  let names = '';
  for (const [at, entry] of named.entries()) {
    const { brief } = lastOf(entry);
    const name = `${nameOf(entry)}${brief === null ? '' : ` (${brief})`}`;
    const more = at === 0 ? `: ${name}` : `${names}, ${name}`;
    const left = entries.length - at - 1;
    const end = left === 0 ? '' : ` and ${left} more`;
    if (more.length + end.length > max) {
      return at === 0 ? '' : `${names} and ${left + 1} more`;
    }
    names = more;
  }
  return names;
}

function nameOf(entry: DigestEntry): string {
  return truncateEscaped(lastOf(entry).name, limits.name);
}

function toneOf(entry: DigestEntry): Tone {
  return order.find((tone) => entry.some((notice) => notice.tone === tone)) ?? 'neutral';
}

function isFull(entry: DigestEntry): boolean {
  return toneOf(entry) === 'bad';
}

/** A success about which there is nothing else to say: its name in a list is enough. */
function isPlainSuccess(entry: DigestEntry): boolean {
  return entry.length === 1 && entry[0].lead === 'Succeeded';
}

function lastOf(entry: DigestEntry): Notice {
  return entry.at(-1) ?? entry[0];
}

/** All news of an entry in one line, in order: the last by its headline, those before it by their names. */
function lineOf(entry: DigestEntry): string {
  const { headline, asksForAction, advice, links, ids } = lastOf(entry);
  const before = entry.slice(0, -1).map(({ lead }) => `${lead} → `);
  const isToDo = asksForAction && advice !== undefined;
  const pieces = [
    bold(truncateEscaped(headline, limits.headline)),
    ...(isToDo ? [nextStep(advice)] : []),
    // Without a link only the ID says where it is.
    ...(links.length === 0 ? ids : links.slice(0, 1).map(({ url, label }) => link(url, label))),
  ];
  return `• ${before.join('')}${pieces.join(separator)}`;
}

/** A failure: cause, next step, command, or else Azure's words; what came before it stands above it, in order. */
function fullBlocks(entry: DigestEntry): SlackBlock[] {
  const last = lastOf(entry);
  const { advice, said, links, ids } = last;
  const before = entry.slice(0, -1).map(({ headline }) => `${headline}, then`);
  const parts = partsOf(last, limits.parts);
  const why =
    advice === undefined ? [saidOf(said, limits.said)] : adviceLines(advice, { withStep: true });
  const lines = [bold(truncateEscaped(last.headline, limits.headline)), ...why, parts];
  return [
    ...inSections([...before, ...lines].filter((line) => line !== '')),
    contextBlock([...links.map(({ url, label }) => link(url, label)), ...ids]),
  ];
}

function fullLength(entry: DigestEntry): number {
  return JSON.stringify(fullBlocks(entry)).length;
}

function shortLength(entry: DigestEntry): number {
  return isPlainSuccess(entry) ? nameOf(entry).length + 2 : lineOf(entry).length;
}

function inSections(lines: readonly string[]): SlackBlock[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= limits.section) {
      sections[sections.length - 1] = `${last}\n${line}`;
    } else {
      sections.push(line);
    }
  }
  return sections.map(section);
}

function attachment(
  tone: Tone,
  fallback: string,
  blocks: SlackBlock[],
): NonNullable<SlackMessage['attachments']>[number] {
  return { color: toneColors[tone], fallback, blocks };
}
