import { headOf, viewOf } from '../../functions/views.ts';
import type { ClusterReference } from '../../shared/domain/scope.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';
import { startApp, type TestApp, type TrackOptions } from './app.ts';
import { textsIn } from './gist.ts';
import { someCluster } from './settings.ts';

export const succeeded = { status: 'Succeeded' };
export const failed = {
  status: 'Failed',
  error: { code: 'PodDrainFailure', message: 'Drain node failed.' },
};
export const upgrade = {
  doing: 'Upgrading',
  cluster: {
    properties: { kubernetesVersion: '1.34.1', currentKubernetesVersion: '1.34.1' },
  },
  pools: {
    gpupool: {
      count: 4,
      orchestratorVersion: '1.34.1',
      currentOrchestratorVersion: '1.34.1',
      nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.05.0',
    },
  },
} as const;
/** What {@link upgrade} changes, in words. */
export const changes = [
  'Kubernetes 1.33.2 → 1.34.1',
  'gpupool: 2 → 4 nodes',
  'gpupool: Kubernetes 1.33.2 → 1.34.1',
  'gpupool: node image 202610.12.0 → 202611.05.0',
];

export async function watch(
  app: TestApp,
  { subscriptionId, resourceGroupName, resourceName }: ClusterReference,
  breadth: 'cluster' | 'group' = 'group',
  options = {},
): Promise<void> {
  const scope = {
    subscriptionId,
    resourceGroupName,
    resourceName: breadth === 'cluster' ? resourceName : null,
  };
  await ensureWatch({ scope, options }, app.root.app().watches, app.clock.now);
}

/** An app that watches one cluster, which it has read while nothing ran. */
export async function watching(
  breadth: 'cluster' | 'group' = 'group',
  started: Promise<TestApp> = startApp(),
): Promise<{ app: TestApp; cluster: ClusterReference }> {
  const app = await started;
  const cluster = someCluster();
  app.arm.addCluster(cluster);
  await watch(app, cluster, breadth);
  await app.tickFor(10);
  return { app, cluster };
}

/** Tracks an operation for some ticks, and ends it. */
export async function run(
  app: TestApp,
  cluster: ClusterReference,
  ending: Parameters<TestApp['arm']['set']>[1],
  options: TrackOptions = {},
) {
  const startTime = app.clock.now().toISOString();
  const answer = { status: 'InProgress', startTime };
  const operation = await app.track({ cluster, changes: upgrade, answer, ...options });
  await app.tickFor(3);
  operation.set({ startTime, ...ending });
  await app.tickFor(3);
  return {
    ...operation,
    view: async () => viewOf(headOf(await operation.stored())),
  };
}

/** All texts of the messages whose first line begins so. */
export function messages(app: TestApp, beginning = ''): string[] {
  return app.slack.messages
    .map(({ payload }) => textsIn(payload).join('\n'))
    .filter((text) => text.startsWith(beginning));
}
