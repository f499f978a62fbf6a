import { bold, fence, inline, link, truncateEscaped, unbold } from './mrkdwn.ts';
import type { Advice, Notice, Said, Tone } from './notice.ts';
import type { SlackBlock, SlackMessage, SlackText } from './payload.ts';

/** The colour bars. */
export const toneColors: Readonly<Record<Tone, string>> = {
  good: '#2eb67d',
  bad: '#d13438',
  warning: '#e8a317',
  neutral: '#8a8886',
  progress: '#0078d4',
};

/** Within Slack's limits (text object 3000, 50 blocks, about 13,000 characters in all), and within a phone's screen. */
const limits = {
  headline: 280,
  step: 220,
  facts: 500,
  cause: 400,
  said: 500,
  parts: 700,
  left: 600,
  code: 80,
  target: 120,
};

/** The notice as a Slack message: the text that a push shows, and beside a colour bar all that the text does not say. */
export function layOut(notice: Notice): SlackMessage {
  const headline = headlineOf(notice);
  const body = bodyOf(notice);
  const details = [
    saidOf(notice.said, limits.said),
    partsOf(notice, limits.parts),
    leftOf(notice, limits.left),
  ];
  const blocks = [
    ...(body === '' ? [] : [section(body)]),
    ...details.filter((text) => text !== '').map((text) => contextBlock([text])),
  ];
  return {
    text: [headline, ...pushedStep(notice)].join('\n'),
    attachments: [
      {
        color: toneColors[notice.tone],
        fallback: headline,
        blocks: [...blocks, smallPrint(notice)],
      },
    ],
  };
}

/** The same in the same order as plain text: for when Slack refuses the laid-out message. */
export function asPlainText(notice: Notice): SlackMessage {
  const { advice, context, ids } = notice;
  const lines = [
    headlineOf({ ...notice, mention: null }),
    ...pushedStep(notice),
    bodyOf(notice),
    saidOf(notice.said, limits.said),
    partsOf(notice, limits.parts),
    leftOf(notice, limits.left),
    advice?.page ? `${advice.page.label}: ${advice.page.url}` : '',
    [...context, ...ids].join(' · '),
  ];
  return { text: unboldOutsideCode(lines.filter((line) => line !== '').join('\n')) };
}

/** A command may hold an asterisk; nothing else that is not ours does. */
function unboldOutsideCode(text: string): string {
  return text
    .split(/(```\n[^`]*\n```)/)
    .map((piece, at) => (at % 2 === 0 ? unbold(piece) : piece))
    .join('');
}

function headlineOf({ headline, mention }: Pick<Notice, 'headline' | 'mention'>): string {
  const text = truncateEscaped(headline, limits.headline);
  return mention === null ? text : `${text} ${mention}`;
}

/** The next step, where it is for whoever is woken by the push. */
function pushedStep({ asksForAction, advice }: Notice): string[] {
  return asksForAction && advice !== undefined ? [nextStep(advice)] : [];
}

/** `Next: see which pod blocks.` */
export function nextStep({ step }: Advice): string {
  const words = step.replace(/^[A-Z](?=[a-z]*[ ,:])/, (first) => first.toLowerCase());
  return `Next: ${inline(words, limits.step)}`;
}

function bodyOf({ facts, asksForAction, advice }: Notice): string {
  return [
    facts === null ? '' : truncateEscaped(facts, limits.facts),
    ...(advice === undefined ? [] : adviceLines(advice, { withStep: !asksForAction })),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Cause, step and command, a line each; the command is never cut: it would not be the same command. */
export function adviceLines(
  { cause, step, command, note }: Advice,
  { withStep }: { readonly withStep: boolean },
): string[] {
  return [
    ...(cause === null ? [] : [`${bold('Why')} ${inline(cause, limits.cause)}`]),
    ...(withStep ? [`${bold('Next')} ${inline(step, limits.step)}`] : []),
    ...(command === null
      ? []
      : [
          `${bold('Command')}${note === null ? '' : ` (${inline(note, limits.step)})`}`,
          fence(command, Infinity),
        ]),
  ];
}

/** Azure's words in a paragraph of about `max` characters; empty: there are none. */
export function saidOf(said: Said | null, max: number): string {
  if (said === null) return '';
  const code = said.code === null ? [] : [inline(said.code, limits.code)];
  const target = said.target === null ? [] : [`at ${inline(said.target, limits.target)}`];
  const where = [...code, ...target].join(' ');
  const words = said.message === null ? [] : [inline(said.message, max)];
  const what = [...(where === '' ? [] : [where]), ...words].join(': ');
  return what === '' ? '' : `${bold('Azure')} ${what}`;
}

/** The sub-operations in a paragraph of at most `max` characters; empty: there are none. */
export function partsOf({ parts }: Pick<Notice, 'parts'>, max: number): string {
  return parts === undefined ? '' : truncateEscaped(`${bold('Parts')} ${parts}`, max);
}

/** What a failure left behind, in a paragraph of at most `max` characters; empty: nothing is known. */
function leftOf({ left }: Pick<Notice, 'left'>, max: number): string {
  return left === undefined ? '' : truncateEscaped(`${bold('State')} ${left}`, max);
}

/** Links, names, times and IDs: all that is there to be looked up. */
function smallPrint({ advice, links, context, ids }: Notice): SlackBlock {
  const page = advice?.page ?? null;
  const all = [...links, ...(page === null ? [] : [page])].map(({ url, label }) =>
    link(url, label),
  );
  return contextBlock([...all, ...context, ...ids]);
}

/** A block of small print. */
export function contextBlock(pieces: readonly string[]): SlackBlock {
  return { type: 'context', elements: [mrkdwn(pieces.join(' · '))] };
}

/** A section of Slack markup. */
export function section(text: string): { type: 'section'; text: SlackText } {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true };
}
