import { oneLine } from '../text.ts';
import { bold, link, truncateEscaped, unbold } from './mrkdwn.ts';
import {
  explained,
  firstProblem,
  partList,
  section,
  toneColors,
  type Notice,
  type Tone,
} from './notice.ts';
import type { SlackBlock, SlackMessage } from './payload.ts';

/** One operation's (or incident's) news in a digest: its messages in order, never empty. */
export type DigestEntry = readonly [Notice, ...Notice[]];

/** More messages than this for one channel at a time become a digest. */
export const digestAbove = 5;

/** Well within Slack's 50 blocks and about 13,000 characters a message, 20 blocks and 3000 characters a text. */
const limits = {
  characters: 9000,
  fullEntries: 8,
  section: 2800,
  problem: 500,
  parts: 700,
  summary: 300,
  headline: 280,
  word: 60,
};

/** How a digest counts: in this order, the worst first. */
const order: readonly Tone[] = ['bad', 'warning', 'neutral', 'progress', 'good'];

/** Puts entries in the order in which they are told, failures first, and into as many messages as the limits need. */
export function planDigests(entries: readonly DigestEntry[]): DigestEntry[][] {
  const sorted = order.flatMap((tone) => entries.filter((entry) => toneOf(entry) === tone));
  const messages: DigestEntry[][] = [];
  let size = 0;
  let full = 0;
  for (const entry of sorted) {
    const said = isFull(entry) ? fullLength(entry) : lineOf(entry).length;
    const length = said + mentionsIn([entry]).join(' ').length;
    const last = messages.at(-1);
    const fits =
      size + length <= limits.characters && full + Number(isFull(entry)) <= limits.fullEntries;
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
  const lines = entries.filter((entry) => !isFull(entry)).map(lineOf);
  if (lines.length > 0) {
    const tone = entries.some((entry) => toneOf(entry) === 'warning') ? 'warning' : 'neutral';
    attachments.push(attachment(tone, headline, inSections(lines)));
  }
  return { text, attachments };
}

/** `2 failed, 1 stalled, 9 succeeded (12 together)`. */
function headlineOf(entries: readonly DigestEntry[], part: DigestPart): string {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0 && part.of === 1)
    return truncateEscaped(lastOf(only).headline, limits.headline);
  const which =
    part.of === 1 ? `(${entries.length} together)` : `(message ${part.number} of ${part.of})`;
  return `${countsOf(entries, limits.headline - which.length - 1)} ${which}`;
}

function withRest(parts: readonly string[], rest: number): string {
  const others = rest === 1 ? 'other' : 'others';
  return [...parts, ...(rest === 0 ? [] : [`${rest} ${others}`])].join(', ');
}

/** How many of what, by the first words of the last news of each, the worst first; the numbers add up, whatever is left out. */
function countsOf(entries: readonly DigestEntry[], max: number): string {
  const sorted = order.flatMap((tone) => entries.filter((entry) => toneOf(entry) === tone));
  const parts: string[] = [];
  let left = entries.length;
  for (const [word, all] of Map.groupBy(sorted, (entry) => lastOf(entry).lead.toLowerCase())) {
    const part = `${all.length} ${truncateEscaped(word, limits.word)}`;
    if (withRest([...parts, part], left - all.length).length > max) break;
    parts.push(part);
    left -= all.length;
  }
  return withRest(parts, left);
}

function toneOf(entry: DigestEntry): Tone {
  return order.find((tone) => entry.some((notice) => notice.tone === tone)) ?? 'neutral';
}

function isFull(entry: DigestEntry): boolean {
  return toneOf(entry) === 'bad';
}

function lastOf(entry: DigestEntry): Notice {
  return entry.at(-1) ?? entry[0];
}

/** All news of an entry in one line, in order: the last in a sentence, those before it by their names. */
function lineOf(entry: DigestEntry): string {
  const last = lastOf(entry);
  const before = entry.slice(0, -1).map(({ lead }) => `${lead} → `);
  const said = truncateEscaped(unbold(oneLine(last.summary)), limits.summary);
  // The headline has just said it.
  const summary = said.startsWith(`${last.lead} `) ? said.slice(last.lead.length + 1) : said;
  const where = last.links.slice(0, 1).map(({ url }) => `  ·  ${link(url, 'open')}`);
  return `• ${before.join('')}${bold(last.headline)} ${summary}  ·  ${last.id}${where.join('')}`;
}

/** An entry with its explanation, error, sub-operations and links; what came before its last news stands above it, in order. */
function fullBlocks(entry: DigestEntry): SlackBlock[] {
  const last = lastOf(entry);
  const [problem] = last.problems;
  const links = last.links.map(({ url, label }) => link(url, label));
  const before = entry.slice(0, -1).map(({ headline }) => `${headline}, then`);
  const summary = truncateEscaped(last.summary, limits.summary);
  return [
    ...inSections([...before, `${bold(last.headline)}\n${summary}`]),
    ...(last.explanation === undefined ? [] : [section(explained(last.explanation))]),
    ...(problem === undefined ? [] : [section(firstProblem(problem, limits.problem))]),
    ...(last.parts === undefined ? [] : [section(partList(last.parts, limits.parts))]),
    section([...links, last.id].join('  ·  ')),
  ];
}

function fullLength(entry: DigestEntry): number {
  return JSON.stringify(fullBlocks(entry)).length;
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
