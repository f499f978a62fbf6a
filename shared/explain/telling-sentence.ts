import { flatten, mostSpecific, type ErrorDetail } from '../domain/error-detail.ts';
import { oneLine } from '../text.ts';
import { plain } from './phrases.ts';

/** Sentences of Azure that say only that something failed. */
const saysNothing =
  /^(?:at least one resource deployment operation failed|the resource operation completed with terminal provisioning state|(?:long running )?operation failed with status|see inner errors? for details|an error occurred\.?$)/i;
/** What goes on until the sentence ends: a full stop within an address ends none. */
const within = String.raw`(?:[^.]|\.(?=\S))`;
/** Sentences that only say where to read on: a message has its own place for a link. */
const readOn = new RegExp(
  String.raw`(?:\bplease )?\b(?:see|visit|refer to|read more|submit a request|for more|to learn more)\b(?:[^.\s]|\s(?!https?:)|\.(?=\S)){0,160}\s\(?https?:(?:[^\s.]|\.(?=\S)){1,600}${within}{0,200}(?:\.|$)`,
  'gi',
);
/** What AKS puts around the words of a resource provider. */
const around =
  /;? ?AKSTeam: .{0,60}$|,? ?Details=\[\]|(?<=[.)]) https?:\S{1,300}$|\.? ?\bSubscription: [\da-f-]{36}\.?$/gi;
/** How an answer of Kubernetes ends that a message quotes: `currently"}]},"code":429}"`. */
const quotedEnd = /["\]}\\]{1,8},\\?"code\\?":\d{3}\}"?\.?$/i;

/**
 * The most specific of what Azure itself says, at most `max` characters: the innermost message, without where to read
 * on; of a long text the start and the end. `null`: Azure says nothing.
 */
export function tellingSentence(error: ErrorDetail, max = 300): string | null {
  const said = tellingMessage(error);
  if (said === null) return null;
  const whole = oneLine(plain(said));
  const told = firstLong([innermost(trim(whole)), trim(whole), whole]);
  if (told.length <= max) return told;
  const half = Math.floor((max - 3) / 2);
  // Whole words, unless one is very long.
  const start = told
    .slice(0, half)
    .toWellFormed()
    .replace(/\s\S{0,20}$/, '');
  const end = told
    .slice(-half)
    .toWellFormed()
    .replace(/^\S{0,20}\s/, '');
  return `${start} … ${end}`;
}

function trim(text: string): string {
  return oneLine(text.replaceAll(readOn, '').replaceAll(around, '')).replace(quotedEnd, '');
}

/** `Code="X" Message="…"`: the words of the last error that a message quotes. */
function innermost(text: string): string {
  const at = Math.max(text.lastIndexOf('Message="'), text.lastIndexOf("Message='"));
  return at === -1 ? '' : text.slice(at + 'Message="'.length).replace(/["'\s]{1,4}$/, '');
}

/** Of several versions the first that is long enough to be a sentence. */
function firstLong(texts: readonly string[]): string {
  return texts.find((text) => text.length >= 20) ?? texts.at(-1) ?? '';
}

/** The message of the most specific error that says something; where that only leads up to another, the longest one. */
function tellingMessage(error: ErrorDetail): string | null {
  const told = [mostSpecific(error), ...flatten(error).toReversed()].flatMap(({ message }) =>
    message === null || message.trim() === '' || saysNothing.test(message) ? [] : [message],
  );
  const [first = null] = told;
  if (first?.endsWith(':') !== true) return first;
  const whole = told.filter((message) => !message.endsWith(':'));
  return whole.toSorted((a, b) => b.length - a.length)[0] ?? first;
}
