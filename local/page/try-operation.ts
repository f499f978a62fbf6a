import type { NotifierApi, TrackedOperation } from '../notifier-api.ts';
import type { TryOperation } from './protocol.ts';

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
