import { z } from 'zod';

import { clusterId } from './resource-path.ts';
import type { ClusterPath } from './resource-path.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const patchSchema = z.record(z.string(), z.unknown());

/** What changes of a cluster, as JSON merge patches (RFC 7396): `null` removes a field. */
export const clusterChangesSchema = z.strictObject({
  /** Merged into the cluster's document. Pools are changed by `pools`. */
  cluster: patchSchema.exactOptional(),
  /**
   * By name, merged into the pool's entry in `agentPoolProfiles`; a pool that is not there is added with defaults, and
   * `null` deletes it. `status` shows in the list of agent pools alone.
   */
  pools: z.record(z.string(), patchSchema.nullable()).exactOptional(),
});

/** See {@link clusterChangesSchema}. */
export type ClusterChanges = z.infer<typeof clusterChangesSchema>;

/** Kubernetes and node image of clusters and pools of which nothing else is set. */
const kubernetesVersion = '1.33.2';
const nodeImageVersion = 'AKSUbuntu-2204gen2containerd-202610.12.0';

/** An agent pool of which nothing is set, with the Kubernetes version of its cluster. */
export function defaultPool(name: string, version: unknown = kubernetesVersion): Json {
  const isSystem = name === 'systempool';
  return {
    name,
    count: 3,
    vmSize: 'Standard_D4s_v5',
    osDiskSizeGB: 128,
    osDiskType: 'Managed',
    kubeletDiskType: 'OS',
    maxPods: 110,
    type: 'VirtualMachineScaleSets',
    availabilityZones: ['1', '2', '3'],
    enableAutoScaling: false,
    provisioningState: 'Succeeded',
    powerState: { code: 'Running' },
    orchestratorVersion: version,
    currentOrchestratorVersion: version,
    enableNodePublicIP: false,
    mode: isSystem ? 'System' : 'User',
    osType: 'Linux',
    osSKU: 'Ubuntu',
    nodeImageVersion,
    upgradeSettings: { maxSurge: '10%', drainTimeoutInMinutes: 30 },
    enableFIPS: false,
  };
}

/**
 * A cluster of which nothing is set, as AKS shows one ("Managed Clusters - Get"). AKS writes `resourcegroups` in the
 * ID there, unlike elsewhere.
 */
export function defaultCluster(path: ClusterPath, location: string): Json {
  return {
    id: clusterId(path).replace('/resourceGroups/', '/resourcegroups/'),
    name: path.resourceName,
    type: 'Microsoft.ContainerService/ManagedClusters',
    location,
    tags: { team: 'platform' },
    sku: { name: 'Base', tier: 'Standard' },
    identity: {
      type: 'SystemAssigned',
      principalId: '00000000-0000-0000-0000-0000000b1ec8',
      tenantId: '00000000-0000-0000-0000-0000007e4a47',
    },
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      kubernetesVersion,
      currentKubernetesVersion: kubernetesVersion,
      dnsPrefix: path.resourceName,
      fqdn: `${path.resourceName}-1a2b3c4d.hcp.${location}.azmk8s.io`,
      agentPoolProfiles: [
        defaultPool('systempool'),
        {
          ...defaultPool('userpool'),
          count: 6,
          vmSize: 'Standard_D8s_v5',
          enableAutoScaling: true,
          minCount: 3,
          maxCount: 10,
        },
        { ...defaultPool('gpupool'), count: 2, vmSize: 'Standard_NC4as_T4_v3' },
      ],
      linuxProfile: {
        adminUsername: 'azureuser',
        ssh: { publicKeys: [{ keyData: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 azureuser' }] },
      },
      servicePrincipalProfile: { clientId: 'msi' },
      nodeResourceGroup: `MC_${path.resourceGroupName}_${path.resourceName}_${location}`,
      enableRBAC: true,
      supportPlan: 'KubernetesOfficial',
      disableLocalAccounts: false,
      networkProfile: {
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        networkPolicy: 'cilium',
        networkDataplane: 'cilium',
        podCidr: '10.244.0.0/16',
        serviceCidr: '10.0.0.0/16',
        dnsServiceIP: '10.0.0.10',
        outboundType: 'loadBalancer',
        loadBalancerSku: 'standard',
      },
      apiServerAccessProfile: {
        authorizedIPRanges: ['203.0.113.0/24'],
        enablePrivateCluster: false,
      },
      autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' },
      oidcIssuerProfile: {
        enabled: true,
        issuerURL: `https://${location}.oic.prod-aks.azure.com/7e4a47/1a2b3c4d/`,
      },
      securityProfile: { workloadIdentity: { enabled: true } },
    },
  };
}

/** RFC 7396: `value` with `patch` merged into it. */
export function merged(value: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const result = new Map(isJson(value) ? Object.entries(value) : []);
  for (const [key, inner] of Object.entries(patch)) {
    if (inner === null) result.delete(key);
    else result.set(key, merged(result.get(key), inner));
  }
  return Object.fromEntries(result);
}

/** The agent pools of a document; `null` where it has no list of them, as a test may have set it. */
export function poolsOf({ properties }: Json): readonly Json[] | null {
  const profiles = isJson(properties) ? properties['agentPoolProfiles'] : undefined;
  return Array.isArray(profiles) && profiles.every(isJson) ? profiles : null;
}

/** The document with these agent pools. */
export function withPools(document: Json, pools: readonly Json[]): Json {
  const properties = isJson(document['properties']) ? document['properties'] : {};
  return { ...document, properties: { ...properties, agentPoolProfiles: pools } };
}

/** Whether a JSON value is an object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
