import { createHash } from 'node:crypto';
import type { Settings } from '../domain/cluster-config.ts';
import { fieldReader } from '../domain/foreign-json.ts';
import { cleanText, oneLine } from '../text.ts';

/** No word of a configuration is longer, in characters; a longer one is cut. */
const longestWord = 64;

/** How a setting is read: where it stands, and as what. */
type Setting = readonly [name: string, path: readonly string[], read: (value: unknown) => string];

/** The settings of a cluster that people change. Names, modes and switches only: nothing here can hold a secret. */
export const clusterSettings: readonly Setting[] = [
  ['SKU tier', ['sku', 'tier'], word],
  ['support plan', ['supportPlan'], word],
  ['upgrade channel', ['autoUpgradeProfile', 'upgradeChannel'], word],
  ['node OS upgrade channel', ['autoUpgradeProfile', 'nodeOSUpgradeChannel'], word],
  ['network plugin', ['networkProfile', 'networkPlugin'], word],
  ['network plugin mode', ['networkProfile', 'networkPluginMode'], word],
  ['network policy', ['networkProfile', 'networkPolicy'], word],
  ['network dataplane', ['networkProfile', 'networkDataplane'], word],
  ['outbound type', ['networkProfile', 'outboundType'], word],
  ['authorized IP ranges', ['apiServerAccessProfile', 'authorizedIPRanges'], many],
  ['private cluster', ['apiServerAccessProfile', 'enablePrivateCluster'], onOff],
  ['local accounts', ['disableLocalAccounts'], (value) => (onOff(value) === 'on' ? 'off' : 'on')],
  ['Azure RBAC', ['aadProfile', 'enableAzureRBAC'], onOff],
  ['OIDC issuer', ['oidcIssuerProfile', 'enabled'], onOff],
  ['workload identity', ['securityProfile', 'workloadIdentity', 'enabled'], onOff],
  ['image cleaner', ['securityProfile', 'imageCleaner', 'enabled'], onOff],
  ['KEDA', ['workloadAutoScalerProfile', 'keda', 'enabled'], onOff],
  [
    'vertical pod autoscaler',
    ['workloadAutoScalerProfile', 'verticalPodAutoscaler', 'enabled'],
    onOff,
  ],
  ['application routing', ['ingressProfile', 'webAppRouting', 'enabled'], onOff],
  ['managed Prometheus', ['azureMonitorProfile', 'metrics', 'enabled'], onOff],
  ['node auto-provisioning', ['nodeProvisioningProfile', 'mode'], word],
  ['Azure Policy add-on', ['addonProfiles', 'azurepolicy', 'enabled'], onOff],
  ['Container Insights add-on', ['addonProfiles', 'omsagent', 'enabled'], onOff],
  ['Key Vault add-on', ['addonProfiles', 'azureKeyvaultSecretsProvider', 'enabled'], onOff],
];

/** The settings of an agent pool that people change. */
export const poolSettings: readonly Setting[] = [
  ['mode', ['mode'], word],
  ['OS SKU', ['osSKU'], word],
  ['max surge', ['upgradeSettings', 'maxSurge'], word],
];

/** The settings in a document, each in words. */
export function settingsIn(document: unknown, settings: readonly Setting[]): Settings {
  return Object.fromEntries(settings.map(([name, path, read]) => [name, read(at(document, path))]));
}

/** What stands at a path, whatever the letter case of its names. */
function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, name) => fieldReader(name)(value)[name], document);
}

function word(value: unknown): string {
  return wordOf(value) ?? 'none';
}

/** A switch in words. */
export function onOff(value: unknown): string {
  return value === true ? 'on' : 'off';
}

/** How many there are, and which: the names of networks are long, and nobody reads twenty. */
function many(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return 'none';
  const all = value
    .map((one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one)))
    .toSorted();
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
  return `${all.length}#${digest}`;
}

/** A word of ARM's; `null`: there is none. What follows a `#` would not be shown, so it has none. */
export function wordOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const clean = oneLine(cleanText(value, longestWord)).replaceAll('#', '');
  return clean === '' ? null : clean;
}
