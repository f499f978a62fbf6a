import type { Arm } from './arm/server.ts';
import type { NotifierApi } from './notifier-api.ts';

/** The operations of the demo, and of nothing else, are in this subscription. */
export const demoSubscription = 'dede0000-5ca1-4e00-8aaa-000000000001';

/** The part of the ARM stand-in that starts operations. */
type Starter = Pick<Arm, 'start' | 'addCluster'>;

/**
 * Watches the demo's subscription, so that endings say what they changed and set right. Starts four operations in the
 * ARM stand-in and registers them over the public API, in each of its three forms: one succeeds, one fails, one is
 * canceled, one stands still for a while.
 *
 * @returns false when an earlier demo still runs: it goes on, and nothing is started
 * @throws when the API does not answer or refuses
 */
export async function playDemo(
  arm: Starter,
  api: Pick<NotifierApi, 'list' | 'register' | 'watch'>,
): Promise<boolean> {
  const active = await api.list({ state: 'active', top: 1000 });
  if (active.some(({ subscriptionId }) => subscriptionId === demoSubscription)) return false;
  arm.addCluster(idle);
  await api.watch(demoSubscription);
  await registerUpgrade(arm, api);
  await registerFailingUpgrade(arm, api);
  await registerScaling(arm, api);
  await registerStallingUpgrade(arm, api);
  return true;
}

/** When the operations that {@link playRepairs} starts can begin: those that they follow have ended. */
export const repairsAfterMs = 75_000;

/**
 * Starts and registers what people do then: the failed upgrade again, which sets the cluster right, the canceled
 * scaling again, and a scaling on a cluster on which nothing ran.
 *
 * @throws when the API does not answer or refuses
 */
export async function playRepairs(arm: Starter, api: Pick<NotifierApi, 'register'>): Promise<void> {
  const upgraded = inDemo('rg-prod-weu', 'aks-prod-weu');
  const upgrade = arm.start({ ...upgraded, scenario: 'clusterUpgrade' });
  await api.register({ id: upgrade.id, label: 'weekly upgrade, again' });
  const changes = { pools: { userpool: { count: 11 } } };
  const scaling = arm.start({ ...paymentsPool, scenario: 'short', changes });
  await api.register({ id: scaling.id, channel: 'payments' });
  const more = { pools: { gpupool: { count: 4 } } };
  const gpus = arm.start({ ...idle, agentPoolName: 'gpupool', scenario: 'short', changes: more });
  await api.register({ id: gpus.id, label: 'more GPUs' });
}

/** Form 1: the parts of the operation's ID. */
async function registerUpgrade(arm: Starter, api: Pick<NotifierApi, 'register'>): Promise<void> {
  const cluster = inDemo('rg-staging-weu', 'aks-staging-weu');
  const { operationId } = arm.start({ ...cluster, scenario: 'upgradeSucceeds' });
  await api.register({ ...cluster, operationId });
}

/** Form 3: the header that came with the answer to the upgrade's PUT, and the cluster. */
async function registerFailingUpgrade(
  arm: Starter,
  api: Pick<NotifierApi, 'register'>,
): Promise<void> {
  const cluster = inDemo('rg-prod-weu', 'aks-prod-weu');
  const { id, operationUrl } = arm.start({ ...cluster, scenario: 'upgradeFails' });
  const clusterId = id.replace(/\/operations\/[^/]+$/, '');
  await api.register({ operationUrl, clusterId, label: 'weekly upgrade', mention: 'here' });
}

/** Form 2: the whole ID, here of an operation on an agent pool. */
async function registerScaling(arm: Starter, api: Pick<NotifierApi, 'register'>): Promise<void> {
  const { id } = arm.start({ ...paymentsPool, scenario: 'poolCanceled' });
  await api.register({ id, channel: 'payments' });
}

async function registerStallingUpgrade(
  arm: Starter,
  api: Pick<NotifierApi, 'register'>,
): Promise<void> {
  const cluster = inDemo('rg-data-use', 'aks-data-use');
  const { id } = arm.start({ ...cluster, scenario: 'stallsThenMoves' });
  await api.register({ id, label: 'node image update' });
}

/** Nothing runs on it at first: so it is known what was there before. */
const idle = inDemo('rg-ml-weu', 'aks-ml-weu');

const paymentsPool = {
  ...inDemo('rg-payments-neu', 'aks-payments-neu'),
  agentPoolName: 'userpool',
};

function inDemo(resourceGroupName: string, resourceName: string) {
  return { subscriptionId: demoSubscription, resourceGroupName, resourceName };
}
