import type { Explanation } from '../explain/explain.ts';
import { bold, fence, inline, link, truncateEscaped, unbold } from './mrkdwn.ts';
import type { SlackMessage, SlackText } from './payload.ts';

/** What a message says, before its layout. Every text is Slack markup, foreign parts already escaped. */
export interface Notice {
  /** What happened, in a word or two: `Failed`, `Stalled`. */
  readonly lead: string;
  /** What the message is about, so that a double can be told: `Operation 5a16e851-…`. */
  readonly id: string;
  /** The line that a phone shows: outcome first, then cluster and what ran. */
  readonly headline: string;
  /** Slack markup that pings someone, or `null`. */
  readonly mention: string | null;
  readonly tone: Tone;
  /** One or two sentences under the headline. */
  readonly summary: string;
  /** The errors, the most telling first; texts are foreign and not escaped. */
  readonly problems: readonly Problem[];
  /** What the errors mean and what to do; left out when none of them is known. Not escaped. */
  readonly explanation?: Explanation;
  /** Where its sub-operations stand, a line each, the worst first; left out when there is nothing to tell. */
  readonly parts?: readonly string[];
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly links: readonly { readonly url: string; readonly label: string }[];
  readonly context: readonly string[];
}

/** One error with its message, as it came. */
export interface Problem {
  readonly code: string | null;
  readonly target: string | null;
  readonly message: string | null;
}

/** How a message feels; never said by colour alone. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral' | 'progress';

/** The colour bars. */
export const toneColors: Readonly<Record<Tone, string>> = {
  good: '#2eb67d',
  bad: '#d13438',
  warning: '#e8a317',
  neutral: '#8a8886',
  progress: '#0078d4',
};

/** Within Slack's limits (text object 3000, 50 blocks, about 13,000 characters in all), with room to spare. */
const limits = {
  headline: 280,
  summary: 1200,
  explanation: 600,
  firstProblem: 900,
  problem: 240,
  problems: 6,
  parts: 1600,
  code: 80,
  target: 120,
  field: 200,
  context: 300,
};

/** The notice as a Slack message: headline, colour bar, explanation, error, fields, links, context. */
export function layOut(notice: Notice): SlackMessage {
  const { tone, summary, problems, explanation, parts, fields, links, context } = notice;
  const headline = headlineOf(notice);
  const [first, ...others] = problems.slice(0, limits.problems);
  const left = problems.length - limits.problems;
  return {
    text: headline,
    attachments: [
      {
        color: toneColors[tone],
        fallback: headline,
        blocks: [
          section(truncateEscaped(summary, limits.summary)),
          ...(explanation === undefined ? [] : [section(explained(explanation))]),
          ...(first === undefined ? [] : [section(firstProblem(first, limits.firstProblem))]),
          ...(others.length === 0 ? [] : [section(furtherProblems(others, left))]),
          ...(parts === undefined ? [] : [section(partList(parts, limits.parts))]),
          {
            type: 'section',
            fields: fields.map(([name, value]) => mrkdwn(`${bold(name)}\n${value}`)),
          },
          ...(links.length === 0
            ? []
            : [section(links.map(({ url, label }) => link(url, label)).join('  ·  '))]),
          {
            type: 'context',
            elements: [mrkdwn(truncateEscaped(context.join('  ·  '), limits.context))],
          },
        ],
      },
    ],
  };
}

/** The same facts as plain text: for when Slack refuses the laid-out message. */
export function asPlainText(notice: Notice): SlackMessage {
  const lines = [
    headlineOf({ ...notice, mention: null }),
    unbold(notice.summary),
    ...(notice.explanation === undefined ? [] : explainedPlainly(notice.explanation)),
    ...notice.problems
      .slice(0, limits.problems)
      .map((problem, index) =>
        unbold(problemLine(problem, index === 0 ? limits.firstProblem : limits.problem)),
      ),
    ...(notice.parts === undefined ? [] : [unbold(partList(notice.parts, limits.parts))]),
    ...notice.fields.map(([name, value]) => `${name}: ${value}`),
    notice.context.join(' · '),
  ];
  return { text: lines.join('\n') };
}

function headlineOf({ headline, mention }: Notice): string {
  const text = truncateEscaped(headline, limits.headline);
  return mention === null ? text : `${text} ${mention}`;
}

/** Cause, next step, Microsoft's page and the command, which is never cut: it would not be the same command. */
export function explained({ code, cause, step, command, link: page }: Explanation): string {
  return [
    `${bold('What it means:')} ${inline(cause, limits.explanation)}`,
    `${bold('Next:')} ${inline(step, limits.explanation)}  ·  ${link(page, `About ${code}`)}`,
    fence(command, Infinity),
  ].join('\n');
}

function explainedPlainly({ cause, step, command, link: page }: Explanation): string[] {
  return [
    `What it means: ${inline(cause, limits.explanation)}`,
    `Next: ${inline(step, limits.explanation)}`,
    fence(command, Infinity),
    `About it: ${page}`,
  ];
}

/** An error with its message in a code block of at most `max` characters. */
export function firstProblem({ code, target, message }: Problem, max: number): string {
  const title = [code === null ? null : bold(inline(code)), target === null ? null : inline(target)]
    .filter((part) => part !== null)
    .join(' at ');
  const body = message === null ? '' : fence(message, max);
  return [title, body].filter((part) => part !== '').join('\n');
}

function furtherProblems(problems: readonly Problem[], left: number): string {
  const lines = problems.map((problem) => `• ${problemLine(problem, limits.problem)}`);
  return [...lines, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n');
}

function problemLine({ code, target, message }: Problem, max: number): string {
  const title = bold(inline(code ?? 'Error', limits.code));
  const at = target === null ? '' : ` at ${inline(target, limits.target)}`;
  return `${title}${at}${message === null ? '' : `: ${inline(message, max)}`}`;
}

/** The sub-operations as a list of at most `max` characters. */
export function partList(parts: readonly string[], max: number): string {
  return truncateEscaped([bold('Sub-operations'), ...parts].join('\n'), max);
}

/** A section of Slack markup. */
export function section(text: string): { type: 'section'; text: SlackText } {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true };
}
