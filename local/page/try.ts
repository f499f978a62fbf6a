import { z } from 'zod';
import type { NotifierApi, TrackedOperation } from '../notifier-api.ts';
import type { TryOperation, Unplugged } from './wire.ts';

/** Starts an operation in the ARM stand-in. */
export interface OperationStarter {
  readonly scenarios: readonly string[];
  /** @returns the operation's resource ID */
  start(operation: {
    readonly subscriptionId: string;
    readonly resourceGroupName: string;
    readonly resourceName: string;
    readonly scenario: string;
  }): string;
}

/** Where the operations that people start play. */
export const trySubscription = 'dede0000-5ca1-4e00-8aaa-000000000002';
/** See {@link trySubscription}. */
export const tryResourceGroup = 'rg-sandbox';

const optionalText = z
  .string()
  .trim()
  .max(120)
  .optional()
  .transform((text) => text || undefined);

/**
 * The body of `POST /try/operations`. Whether the channel, mention and label are good is for the
 * product to say: the panel shows its words.
 */
export const tryOperation: z.ZodType<TryOperation> = z.object({
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

/** The body of `PUT /try/faults`: what is cut off from now on. */
export const unplugged: z.ZodType<Unplugged> = z.object({ arm: z.boolean(), slack: z.boolean() });

/**
 * Starts an operation and registers it over the public API.
 *
 * @throws what the API says when it refuses
 */
export async function startTryOperation(
  wish: TryOperation,
  { starter, api }: { starter: OperationStarter; api: Pick<NotifierApi, 'register'> },
): Promise<TrackedOperation> {
  const { scenario, resourceName, channel, mention, label } = wish;
  const id = starter.start({
    subscriptionId: trySubscription,
    resourceGroupName: tryResourceGroup,
    resourceName,
    scenario,
  });
  return api.register({
    id,
    ...(channel !== undefined && { channel }),
    ...(mention !== undefined && { mention }),
    ...(label !== undefined && { label }),
  });
}
