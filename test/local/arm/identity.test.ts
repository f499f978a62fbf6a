import { ManagedIdentityCredential } from '@azure/identity';
import { describe, expect, it, vi } from 'vitest';

import { startArm } from '../../../local/arm/server.ts';
import { clusterId, createClock, read, requestToken } from './caller.ts';

const anyRead = `${clusterId}/operations/o1?api-version=2025-05-02-preview`;

describe('the identity endpoint', () => {
  it('gives the real managed identity credential a token that ARM takes', async () => {
    await using arm = await startArm();
    arm.set(`${clusterId}/operations/o1`, { status: 'InProgress' });
    vi.stubEnv('IDENTITY_ENDPOINT', arm.identityEnv.IDENTITY_ENDPOINT);
    vi.stubEnv('IDENTITY_HEADER', arm.identityEnv.IDENTITY_HEADER);
    const credential = new ManagedIdentityCredential();
    const { token, expiresOnTimestamp } = await credential.getToken(
      'https://management.azure.com/.default',
    );
    vi.unstubAllEnvs();
    const hours = (expiresOnTimestamp - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
    const answer = await fetch(`${arm.url}${anyRead}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(arm.identity.issued).toBe(1);
    expect(arm.identity.lastResource).toBe('https://management.azure.com');
  });

  it.each([
    ['a resource without a slash', { query: { resource: 'https://management.azure.com' } }, 200],
    [
      'the ARM of US Government',
      { query: { resource: 'https://management.usgovcloudapi.net' } },
      200,
    ],
    ['the ARM of China', { query: { resource: 'https://management.chinacloudapi.cn/' } }, 200],
    ['a wrong header', { header: 'wrong' }, 401],
    ['a foreign resource', { query: { resource: 'https://vault.azure.net' } }, 400],
    ['another api-version', { query: { 'api-version': '2018-02-01' } }, 400],
  ])('answers %s as App Service does', async (_, changes, status) => {
    await using arm = await startArm();
    expect((await requestToken(arm, changes)).status).toBe(status);
  });

  it('answers with the documented fields and the asked-for client', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    const query = { client_id: '22222222-2222-2222-2222-222222222222' };
    const answer = await requestToken(arm, { query });
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^\S{40,}$/),
      expires_on: String(Math.floor(clock.now().getTime() / 1000) + 86_400),
      resource: 'https://management.azure.com/',
      token_type: 'Bearer',
      client_id: query.client_id,
    });
  });

  it.each([
    ['400', { kind: 'noToken', status: 400, times: 1 }, 400],
    ['500', { kind: 'noToken', status: 500, times: 1 }, 500],
  ] as const)('answers %s once when told to', async (_, fault, status) => {
    await using arm = await startArm();
    arm.faults.set(fault);
    expect((await requestToken(arm)).status).toBe(status);
    expect((await requestToken(arm)).status).toBe(200);
  });

  it('breaks the connection when it is set to be away', async () => {
    await using arm = await startArm();
    arm.faults.set({ kind: 'noToken' });
    await expect(requestToken(arm)).rejects.toThrow('fetch failed');
  });
});

describe('a call to ARM', () => {
  it.each([
    ['without a token', undefined, 'AuthenticationFailed'],
    ['with a token that nobody gave', 'Bearer abc', 'InvalidAuthenticationToken'],
  ])('%s is refused', async (_, authorization, code) => {
    await using arm = await startArm();
    const answer = await fetch(`${arm.url}${anyRead}`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await answer.json()).toMatchObject({ error: { code } });
  });

  it('is refused once its token has expired or was revoked', async () => {
    const clock = createClock();
    await using arm = await startArm({ now: clock.now });
    arm.identity.tokenLifetimeMs = 60_000;
    const token = JSON.parse(await (await requestToken(arm)).text()).access_token;
    const call = async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${arm.url}${anyRead}`, { headers })).text();
    };
    clock.advance(59);
    expect(await call()).toContain('ResourceNotFound');
    clock.advance(1);
    expect(await call()).toContain('ExpiredAuthenticationToken');
    arm.identity.revokeAll();
    expect(await call()).toContain('InvalidAuthenticationToken');
    expect((await read(arm, anyRead)).status).toBe(404);
  });
});
