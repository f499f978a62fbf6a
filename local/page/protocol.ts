/** What the page's server and its browser say to each other, as JSON. */
import * as z from 'zod';
import { trackedOperation } from '../notifier-api.ts';
import { payload } from './payload.ts';

const channel = z.object({
  /** As registrations name it, such as `default`. */
  name: z.string(),
  /** As the page shows it, without `#`. */
  title: z.string(),
});

/** The event `message`, and each message of {@link pageState}: one that the Slack stand-in accepted. */
export const pageMessage = z.object({
  /** Counts up over all channels. */
  sequence: z.number(),
  channel: z.string(),
  /** ISO 8601 UTC. */
  receivedAt: z.string(),
  payload,
});

/** `GET /state`: all that the page needs to begin with. */
export const pageState = z.object({
  channels: z.array(channel),
  /** Oldest first; the newest ones only. */
  messages: z.array(pageMessage),
  /** The scenarios that an operation can play. */
  scenarios: z.array(z.string()),
});

/** The event `snapshot`: what the product says about itself. */
export const snapshot = z.object({
  operations: z.array(trackedOperation),
  health: z.object({
    state: z.enum(['ok', 'degraded', 'away']),
    reasons: z.array(z.string()),
  }),
});

/** The event `unplugged`, and `PUT /try/faults`: what the page has cut off from the product. */
export const unplugged = z.object({
  arm: z.boolean(),
  slack: z.boolean(),
  /** The table store. */
  store: z.boolean(),
});

const optionalText = z
  .string()
  .trim()
  .max(120)
  .optional()
  .transform((text) => text || undefined);

/**
 * `POST /try/operations`: what to start in the ARM stand-in, and how to register it. Whether the
 * channel, mention and label are good is for the product to say: the panel shows its words.
 */
export const tryOperation = z.object({
  scenario: z.string(),
  resourceName: z
    .string()
    .regex(
      /^[a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/,
      'A cluster name has 1 to 63 letters, digits, - and _, and neither starts nor ends with - or _.',
    ),
  channel: optionalText,
  mention: optionalText,
  label: optionalText,
});

/** An answer that is no success. */
export const problem = z.object({ detail: z.string() });

/** See {@link channel}. */
export type Channel = Readonly<z.infer<typeof channel>>;
/** See {@link pageMessage}. */
export type PageMessage = Readonly<z.infer<typeof pageMessage>>;
/** See {@link pageState}. */
export type PageState = Readonly<z.infer<typeof pageState>>;
/** See {@link unplugged}. */
export type Unplugged = Readonly<z.infer<typeof unplugged>>;
/** See {@link tryOperation}. */
export type TryOperation = Readonly<z.infer<typeof tryOperation>>;
