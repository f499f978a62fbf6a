import * as z from 'zod/mini';
import type { ListedCluster, PoolConfig, SeenCluster, SeenPool } from '../domain/cluster-config.ts';
import { autoscaler } from '../domain/cluster-changes.ts';
import { clusterSettings, onOff, poolSettings, settingsIn, wordOf } from './cluster-settings.ts';
import { toErrorDetail } from '../domain/error-detail.ts';
import { foreignObject, fieldReader, isObject } from '../domain/foreign-json.ts';
import { readErrors } from '../domain/foreign-error.ts';
import { patterns } from '../domain/azure-names.ts';
import { armIdOf, contains, parseClusterId, type Scope } from '../domain/scope.ts';
import { someName } from './parse-sub-operations.ts';

/** AKS allows 100 pools; what is beyond that is no cluster. */
const mostPools = 200;

const head = foreignObject({ id: someName, location: z.optional(z.unknown()) });

/**
 * Reads a managed cluster of `scope`; `null` when the document is of none.
 *
 * @param apiVersion see {@link parseCluster}
 * @param located gets where the cluster is, as ARM writes it
 */
export function parseListedCluster(
  document: unknown,
  scope: Scope,
  apiVersion: string,
  located: (armId: string, location: unknown) => void,
): ListedCluster | null {
  const parsed = head.safeParse(document);
  const reference = parsed.success ? parseClusterId(parsed.data.id) : null;
  if (!parsed.success || reference === null || !contains(scope, reference)) return null;
  located(armIdOf(reference), parsed.data.location);
  return { reference, seen: parseCluster(document, apiVersion) };
}

const managedCluster = foreignObject({
  properties: z.custom<object>(isObject),
  sku: z.optional(z.unknown()),
});
const clusterFields = fieldReader(
  'provisioningState',
  'kubernetesVersion',
  'currentKubernetesVersion',
  'powerState',
  'agentPoolProfiles',
);
const poolFields = fieldReader(
  'provisioningState',
  'orchestratorVersion',
  'currentOrchestratorVersion',
  'nodeImageVersion',
  'vmSize',
  'count',
  'powerState',
  'enableAutoScaling',
  'minCount',
  'maxCount',
  'status',
);
const nameField = fieldReader('name', 'properties');

/**
 * Reads a managed cluster, as its Get and the Lists of clusters show it; `null` when the body is none. Only what is
 * named here is taken: the settings are a reviewed list, as a cluster's document may hold secrets.
 *
 * @param apiVersion the version that showed it
 */
function parseCluster(body: unknown, apiVersion: string): SeenCluster | null {
  const parsed = managedCluster.safeParse(body);
  if (!parsed.success) return null;
  const { properties, sku } = parsed.data;
  const fields = clusterFields(properties);
  const profiles = Array.isArray(fields.agentPoolProfiles) ? fields.agentPoolProfiles : [];
  const pools = profiles.slice(0, mostPools).flatMap((profile: unknown) => {
    const { name } = nameField(profile);
    return typeof name === 'string' && patterns.agentPoolName.test(name) ? [{ name, profile }] : [];
  });
  return {
    provisioningState: wordOf(fields.provisioningState) ?? '',
    requestedVersion: wordOf(fields.kubernetesVersion),
    pools: pools.map(({ name, profile }) => seenPool(name, profile)),
    config: {
      apiVersion,
      kubernetes: wordOf(fields.currentKubernetesVersion) ?? wordOf(fields.kubernetesVersion),
      power: codeOf(fields.powerState),
      settings: settingsIn({ ...properties, sku }, clusterSettings),
      pools: pools
        .map(({ name, profile }) => poolConfig(name, profile))
        .toSorted((a, b) => Number(a.name > b.name) - Number(a.name < b.name)),
    },
  };
}

/** Reads an agent pool of "Agent Pools - List"; `null` when it is none. */
export function parsePool(item: unknown): SeenPool | null {
  const { name, properties } = nameField(item);
  if (typeof name !== 'string' || !patterns.agentPoolName.test(name)) return null;
  return seenPool(name, properties);
}

function seenPool(name: string, profile: unknown): SeenPool {
  const { provisioningState, orchestratorVersion, status } = poolFields(profile);
  const { provisioningError } = statusField(status);
  return {
    name,
    provisioningState: wordOf(provisioningState) ?? '',
    requestedVersion: wordOf(orchestratorVersion),
    error: toErrorDetail(readErrors([provisioningError])),
  };
}

const statusField = fieldReader('provisioningError');

function poolConfig(name: string, profile: unknown): PoolConfig {
  const fields = poolFields(profile);
  const scaling = onOff(fields.enableAutoScaling);
  const range = [fields.minCount, fields.maxCount].map((count) => countOf(count) ?? '?');
  return {
    name,
    kubernetes: wordOf(fields.currentOrchestratorVersion) ?? wordOf(fields.orchestratorVersion),
    count: countOf(fields.count),
    vmSize: wordOf(fields.vmSize),
    nodeImage: wordOf(fields.nodeImageVersion),
    power: codeOf(fields.powerState),
    settings: {
      [autoscaler.name]: scaling === 'on' ? `${range.join(' to ')} nodes` : autoscaler.off,
      ...settingsIn(profile, poolSettings),
    },
  };
}

const codeField = fieldReader('code');

/** As in `powerState: { code: 'Running' }`. */
function codeOf(value: unknown): string | null {
  return wordOf(codeField(value).code);
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
