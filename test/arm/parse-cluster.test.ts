import { describe, expect, it } from 'vitest';
import { defaultCluster, merged } from '../../local/arm/cluster-document.ts';
import { parseListedCluster, parsePool } from '../../shared/arm/parse-cluster.ts';
import { changesBetween } from '../../shared/domain/cluster-changes.ts';
import { configKey, isSettled, type SeenCluster } from '../../shared/domain/cluster-config.ts';
import { reference } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

const { subscriptionId, resourceGroupName, resourceName } = reference;
const path = { subscriptionId, resourceGroupName, resourceName };
const document = defaultCluster(path, 'westeurope');

function read(body: unknown): SeenCluster | null {
  return parseListedCluster(body, path, '2026-10-02-preview', () => {})?.seen ?? null;
}

function seen(changes: object = {}): SeenCluster {
  const cluster = read(merged(document, changes));
  if (cluster === null) throw new Error('The document cannot be read.');
  return cluster;
}

/** What a change of the document's properties is in words. */
function said(properties: object, more: object = {}): string[] {
  return changesBetween(seen().config, seen({ properties, ...more }).config);
}

const keyOf = (body: unknown): string => configKey((read(body) ?? seen()).config);

/** The cluster with one pool in this state. */
function withPool(provisioningState: unknown): SeenCluster {
  return seen({ properties: { agentPoolProfiles: [{ name: 'np1', provisioningState }] } });
}

describe('a cluster as Azure shows it', () => {
  it('is settled, with its versions and pools', () => {
    const { config, ...state } = seen();
    expect([isSettled(seen()), state.provisioningState, state.requestedVersion]).toEqual([
      true,
      'Succeeded',
      '1.33.2',
    ]);
    expect(config).toMatchObject({
      kubernetes: '1.33.2',
      power: 'Running',
      pools: [
        { name: 'gpupool', count: 2 },
        { name: 'systempool', count: 3 },
        { name: 'userpool', settings: { autoscaler: '3 to 10 nodes' } },
      ],
    });
  });

  it.each<[string, object, string[]]>([
    [
      'the policy',
      { networkProfile: { networkPolicy: 'calico' } },
      ['network policy: cilium → calico'],
    ],
    [
      'authorized ranges',
      { apiServerAccessProfile: { authorizedIPRanges: ['203.0.113.0/24', '198.51.100.0/24'] } },
      ['authorized IP ranges: 1 → 2'],
    ],
    ['no authorized ranges', { apiServerAccessProfile: null }, ['authorized IP ranges: 1 → none']],
    [
      'channels',
      { autoUpgradeProfile: { upgradeChannel: 'stable' } },
      ['upgrade channel: patch → stable'],
    ],
    ['local accounts', { disableLocalAccounts: true }, ['local accounts: on → off']],
    [
      'an add-on',
      { addonProfiles: { azurePolicy: { enabled: true } } },
      ['Azure Policy add-on: off → on'],
    ],
  ])('has the settings that people change: %s', (_what, properties, lines) => {
    expect(said(properties)).toEqual(lines);
  });

  it('has its tier', () => {
    expect(said({}, { sku: { tier: 'Premium' } })).toEqual(['SKU tier: Standard → Premium']);
  });

  it('has no secret, and nothing that is not in the list', () => {
    const secret = 'ssh-rsa-AAAA';
    const text = JSON.stringify(
      seen({
        tags: { secret },
        properties: {
          linuxProfile: { ssh: { publicKeys: [{ keyData: secret }] } },
          servicePrincipalProfile: { secret },
          windowsProfile: { adminPassword: secret },
          addonProfiles: { omsagent: { enabled: true, config: { key: secret } } },
          unknownProfile: { enabled: true, name: secret },
        },
      }),
    );
    expect(text).not.toContain(secret);
  });

  it('holds no more than a word where Azure, or somebody, writes much', () => {
    const long = `<!channel> ${'x'.repeat(100_000)}\u202e\n#`;
    const hostile = seen({
      properties: {
        kubernetesVersion: long,
        currentKubernetesVersion: long,
        provisioningState: long,
        networkProfile: { networkPolicy: long },
        apiServerAccessProfile: null,
      },
    });
    expect(JSON.stringify(hostile).length).toBeLessThan(10_000);
    expect(JSON.stringify(hostile)).not.toMatch(/[\u202e#]|\\n/);
  });

  it('is read from any document without a crash, and has the same key for the same configuration', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (properties, profiles) => {
        for (const changed of [
          { ...document, properties },
          merged(document, { properties: { agentPoolProfiles: profiles } }),
        ])
          expect(keyOf(changed)).toBe(keyOf(changed));
        expect(parsePool({ name: 'np1', properties })).toHaveProperty('name', 'np1');
      }),
    );
  });

  it('is not settled while anything runs or has failed in it', () => {
    for (const state of ['Upgrading', 'Failed', 'Canceled', ''])
      expect(isSettled(seen({ properties: { provisioningState: state } }))).toBe(false);
    expect(['Scaling', 'Failed'].map((state) => isSettled(withPool(state)))).toEqual([
      false,
      false,
    ]);
    expect([null, 'succeeded'].map((state) => isSettled(withPool(state)))).toEqual([true, true]);
  });
});

describe('an agent pool of the list', () => {
  it('says why it could not be provisioned', () => {
    const provisioningError = { code: 'SubnetIsFull', message: 'Full.' };
    const properties = {
      provisioningState: 'Failed',
      orchestratorVersion: '1.34.1',
      status: { provisioningError },
    };
    expect(parsePool({ name: 'np1', properties })).toEqual({
      name: 'np1',
      provisioningState: 'Failed',
      requestedVersion: '1.34.1',
      error: { ...provisioningError, target: null, details: [] },
    });
  });

  it('is none without a name of its kind', () => {
    for (const name of [undefined, 7, '', 'NP-1', '<!here>', 'x'.repeat(13)])
      expect(parsePool({ name, properties: {} })).toBeNull();
  });
});
