import * as z from 'zod/mini';
import { nameKey, patterns } from '../domain/azure-names.ts';
import type { TrackingOptions } from '../domain/tracked.ts';
import { defaultChannel } from '../settings/settings.ts';
import { truncate } from '../text.ts';

/** Something wrong with a request: where (a JSON pointer, `` for the whole), and what to do. */
export interface RequestProblem {
  readonly pointer: string;
  readonly message: string;
}

/** The options that people may give; absent ones keep what they were. */
export interface GivenOptions {
  readonly label?: string;
  readonly channel?: string;
  readonly mention?: string;
}

/** The options when none are given. */
export const unlessGiven: TrackingOptions = { label: null, channel: defaultChannel, mention: null };

/** A text that matches a pattern; `message` says what it must be. */
export const text = (pattern: RegExp, message: string): z.ZodMiniType<string> =>
  z.string(message).check(z.regex(pattern, message));

export const subscriptionId = text(patterns.subscriptionId, 'must be a subscription ID (a GUID).');
export const resourceGroupName = text(
  patterns.resourceGroupName,
  'must be a resource group name: 1 to 90 letters, digits, . _ - ( ), not ending with a dot.',
);
export const resourceName = text(
  patterns.resourceName,
  'must be a cluster name: 1 to 63 letters, digits, - and _, beginning and ending with a letter or digit.',
);

/** A character that people see: spaces, format and combining marks and the empty Braille pattern show nothing alone. */
const visible = /[^\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Line breaks and other controls, and marks that reorder the text around them. */
const disturbing = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** The options of messages; registrations and watches have them. */
export const options = {
  label: z.optional(
    z.string('must be a string.').check(
      z.refine(
        (label) => visible.test(label) && Array.from(label).length <= 120 && label.isWellFormed(),
        'must have 1 to 120 characters, of which people can see at least one.',
      ),
      z.refine(
        (label) => !disturbing.test(label),
        'must be one line without control characters or marks that reorder text.',
      ),
    ),
  ),
  channel: z.optional(z.string('must be the name of a configured channel.')),
  mention: z.optional(
    text(
      /^(?:here|channel|[UWS][A-Z0-9]{2,20})$/,
      'must be here, channel, a user ID (U… or W…) or a user group ID (S…).',
    ),
  ),
};

/** What a schema found wrong, each with its top-level field. */
export function toProblems(issue: z.core.$ZodIssue): RequestProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerTo(key), message: 'is not a known field.' }));
  const [field] = issue.path;
  return [{ pointer: field === undefined ? '' : pointerTo(String(field)), message: issue.message }];
}

/** The JSON pointer (RFC 6901) of a field; a long name is capped. */
export function pointerTo(key: string): string {
  const name = truncate(key, 60).toWellFormed();
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A channel that the settings do not have. */
export function channelProblems(body: object, channels: ReadonlySet<string>): RequestProblem[] {
  if (!('channel' in body) || typeof body.channel !== 'string') return [];
  if (channels.has(nameKey(body.channel))) return [];
  const known = [...channels].toSorted().join(', ');
  return [
    { pointer: '/channel', message: `is not a configured channel; it must be one of: ${known}.` },
  ];
}

/** The options as they are kept; absent ones stay absent. */
export function optionsOf({
  label,
  channel,
  mention,
}: z.infer<z.ZodMiniObject<typeof options>>): GivenOptions {
  return {
    ...(label === undefined ? {} : { label: label.trim() }),
    ...(channel === undefined ? {} : { channel: nameKey(channel) }),
    ...(mention === undefined ? {} : { mention }),
  };
}
