import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clouds as settingsOf } from '../../shared/settings/clouds.ts';
import { createCredential } from '../../shared/sign-in/credential.ts';
import { readSettings } from '../../shared/settings/settings.ts';
import { startApp } from '../support/app.ts';
import { startProduct, type Product } from '../support/product.ts';
import { someCluster } from '../support/settings.ts';

/** Microsoft's clouds, by what an operator of each would expect to see. */
const clouds = [
  {
    name: 'AzureUSGovernment',
    arm: 'management.usgovcloudapi.net',
    login: 'login.microsoftonline.us',
    portal: 'https://portal.azure.us',
    tables: 'https://acct.table.core.usgovcloudapi.net',
  },
  {
    name: 'AzureChinaCloud',
    arm: 'management.chinacloudapi.cn',
    // The sign-in library goes to the new name of login.chinacloudapi.cn.
    login: 'login.partner.microsoftonline.cn',
    portal: 'https://portal.azure.cn',
    tables: 'https://acct.table.core.chinacloudapi.cn',
  },
  {
    name: 'AzureCloud',
    arm: 'management.azure.com',
    login: 'login.microsoftonline.com',
    portal: 'https://portal.azure.com',
    tables: 'https://acct.table.core.windows.net',
  },
] as const;

/** Has every host name unknown from now on; those that are looked up. */
function unknownHosts(): ReadonlySet<string> {
  const hosts = new Set<string>();
  vi.spyOn(dns, 'lookup').mockImplementation((host: string, ...rest: unknown[]) => {
    hosts.add(host);
    const answer = rest.at(-1);
    if (typeof answer === 'function') answer(Object.assign(new Error(), { code: 'ENOTFOUND' }));
  });
  return hosts;
}

async function track(product: Product): Promise<string> {
  const { id } = product.arm.start({ ...someCluster(), scenario: 'neverEnds' });
  expect((await product.request('POST', '/api/operations', { id })).status).toBe(201);
  return id;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe.each(clouds)('in $name', ({ name, arm, login, portal, tables }) => {
  it('the app gets a token for that cloud’s ARM, and its messages lead to that cloud’s portal', async () => {
    await using product = await startProduct({ AZURE_CLOUD: name });
    const id = await track(product);
    product.arm.set(id, { status: 'Failed' });
    await product.tick();
    expect(product.arm.identity.lastResource).toBe(`https://${arm}`);
    const text = JSON.stringify(product.slack.messages);
    expect(text).toContain('Failed: ');
    const portals = new Set(text.match(/https:\/\/portal\.azure\.\w+/g));
    expect([...portals]).toEqual([portal]);
  });

  it('the app reads that cloud’s ARM, and looks for no other host', async () => {
    await using app = await startApp({ AZURE_CLOUD: name, ARM_ENDPOINT: '' });
    const { stored } = await app.track();
    const hosts = unknownHosts();
    await app.tickFor(1);
    expect([...hosts]).toEqual([arm]);
    expect((await stored()).state.trouble).toMatchObject({ cause: 'network', code: 'ENOTFOUND' });
    expect(app.arm.identity.issued).toBe(1);
  });

  it('whoever signs in without a managed identity does so at that cloud’s login', async () => {
    const hosts = unknownHosts();
    vi.stubEnv('AZURE_TENANT_ID', '11111111-2222-4333-8444-555555555555');
    vi.stubEnv('AZURE_CLIENT_ID', '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6');
    vi.stubEnv('AZURE_CLIENT_SECRET', 'geheim');
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential');
    const { authorityHost, tokenScope } = settingsOf[name];
    const credential = await createCredential({
      clientId: null,
      authorityHost,
      managedIdentity: false,
    });
    await expect(credential.getToken(tokenScope)).rejects.toThrow('EnvironmentCredential');
    expect([...hosts]).toEqual([login]);
  });

  it('tables of an account are those of that cloud', () => {
    const { settings } = readSettings({
      SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/xyz',
      AZURE_CLOUD: name,
      AzureWebJobsStorage__accountName: 'acct',
    });
    expect(settings?.storage).toMatchObject({ tableServiceUri: tables });
  });
});
