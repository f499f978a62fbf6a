import type { ArmFault } from '../../local/arm/faults.ts';
import type { Scope } from '../../shared/domain/scope.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import type { TestApp } from './app.ts';
import { someCluster } from './settings.ts';

/** Azure refuses every read. */
export const forbidden = { kind: 'status', status: 403 } as const satisfies ArmFault;

/** Resource groups of one subscription, each with a cluster. */
export const groupsOf = (count: number): ReturnType<typeof someCluster>[] => {
  const { subscriptionId } = someCluster();
  return Array.from({ length: count }, () => ({ ...someCluster(), subscriptionId }));
};
/** The first line of the message about a resource group that must not be read. */
export const lost = (group: string): string =>
  `Cannot read operations: resource group ${group} (AuthorizationFailed)`;
/** The first line of the message about a watched scope that is not found. */
export const missing = (place: string, code = 'ResourceNotFound'): string =>
  `Cannot find what is watched: ${place} (${code})`;

/** Creates a watch; its ID. */
export async function watch(app: TestApp, scope: Scope): Promise<string> {
  const { watches, clock } = app.root.app();
  return (await ensureWatch({ scope, options: {} }, watches, clock)).watch.watchId;
}

/** A cluster that Azure has, and one beside it that it does not have. */
export function oneOfTwo(app: TestApp): {
  readonly gone: ReturnType<typeof someCluster>;
  readonly there: ReturnType<typeof someCluster>;
  readonly lostIt: string;
} {
  const gone = someCluster();
  const there = { ...gone, resourceName: 'aks-there' };
  app.arm.addCluster(there);
  return { gone, there, lostIt: missing(`cluster ${gone.resourceName}`) };
}

/** Tracks an operation; its cluster. */
export async function trackedIn(app: TestApp): Promise<ReturnType<typeof someCluster>> {
  const cluster = someCluster();
  await app.track({ cluster });
  return cluster;
}
