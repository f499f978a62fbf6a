import type * as pipeline from '@azure/core-rest-pipeline';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startArm, type Arm } from '../../local/arm/server.ts';
import { createArmReader, type CountedReading } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { clouds } from '../../shared/settings/clouds.ts';
import { createCredential } from '../../shared/sign-in/credential.ts';
import { tokenSources } from '../../shared/sign-in/token-sources.ts';
import { reference } from '../support/operation-builders.ts';

const login = vi.hoisted(() => ({ send: null as HttpClient | null }));
vi.mock(import('@azure/core-rest-pipeline'), async (importOriginal): Promise<typeof pipeline> => {
  const original = await importOriginal();
  return {
    ...original,
    createDefaultHttpClient: () => login.send ?? original.createDefaultHttpClient(),
  };
});

const { tokenScope, authorityHost } = clouds.AzureCloud;
const running = { ok: true, seen: { status: 'InProgress' } };
const refused = { ok: false, failure: { cause: 'unauthenticated' } };
const minute = 60_000;

/** The library reads the identity endpoint from the environment once in the life of a process. */
let arm: Arm;
beforeAll(async () => {
  arm = await startArm();
  const { agentPoolName: _, ...operation } = reference;
  arm.start({ ...operation, scenario: 'neverEnds' });
  vi.stubEnv('IDENTITY_ENDPOINT', arm.identityEnv.IDENTITY_ENDPOINT);
  vi.stubEnv('IDENTITY_HEADER', arm.identityEnv.IDENTITY_HEADER);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await arm.close();
});

/** A reader with the real library. Its clock is the machine’s, as the library’s is, moved on by `pass`. */
function fixture(clientId: string | null): {
  read: (timeoutMs?: number) => Promise<CountedReading>;
  pass: (ms: number) => void;
  cached: () => Promise<string>;
} {
  let ahead = 0;
  const clock = (): Date => new Date(Date.now() + ahead);
  const tokens = tokenSources({ authorityHost, managedIdentity: true }, clock);
  const { readStatus } = createArmReader({
    endpoint: arm.url,
    versions: pinnedTo('2025-05-02-preview'),
    tokens: tokens(clientId, tokenScope),
    clock,
  });
  return {
    read: async (timeoutMs = minute) => await readStatus(reference, timeoutMs),
    pass: (ms) => void (ahead += ms),
    async cached() {
      const another =
        clientId === null
          ? new ManagedIdentityCredential()
          : new ManagedIdentityCredential(clientId);
      return (await another.getToken(tokenScope)).token;
    },
  };
}

/** Requests for a token that were answered while something was done. */
async function issuedBy(work: () => Promise<unknown>): Promise<number> {
  const before = arm.identity.issued;
  await work();
  return arm.identity.issued - before;
}

describe.each([
  ['the system-assigned identity', null],
  ['a user-assigned identity', '22222222-2222-4222-8222-222222222222'],
])('the refused token of %s, with the real library', (_name, clientId) => {
  let subject: ReturnType<typeof fixture>;
  beforeEach(async () => {
    subject = fixture(clientId);
    // Whatever the test before has left in the library’s cache.
    await subject.read();
    subject.pass(2 * minute);
    await subject.read();
    subject.pass(2 * minute);
    await subject.read();
  });
  afterEach(() => {
    arm.faults.clear();
    arm.identity.answersFromCache = false;
  });

  it.each(['invalid_token', 'insufficient_claims'] as const)(
    'is replaced past the library’s cache, once for many readings, and none is lost (%s)',
    async (reason) => {
      const old = await subject.cached();
      arm.identity.revokeAll(reason);
      // Another credential of the library has the refused token still.
      expect(await subject.cached()).toBe(old);
      const issued = await issuedBy(async () => {
        const readings = await Promise.all(Array.from({ length: 10 }, () => subject.read()));
        for (const reading of readings)
          expect(reading).toMatchObject({ calls: 2, result: running });
        expect(await subject.read()).toMatchObject({ calls: 1, result: running });
      });
      expect(issued).toBe(1);
      expect(await subject.cached()).not.toBe(old);
    },
  );

  it('is replaced once a minute at most', async () => {
    arm.identity.revokeAll();
    await subject.read();
    arm.identity.revokeAll();
    const inTheMinute = await issuedBy(async () => {
      for (let reads = 0; reads < 5; reads += 1) {
        subject.pass(10_000);
        expect(await subject.read()).toMatchObject({ calls: 1, result: refused });
      }
    });
    expect(inTheMinute).toBe(0);
    subject.pass(10_000);
    expect(await subject.read()).toMatchObject({ calls: 2, result: running });
  });

  it.each<[string, () => void]>([
    ['gives it again', () => void (arm.identity.answersFromCache = true)],
    ['is away', () => arm.faults.set({ kind: 'noToken' })],
    ['answers 500', () => arm.faults.set({ kind: 'noToken', status: 500 })],
    ['answers 400', () => arm.faults.set({ kind: 'noToken', status: 400 })],
    ['hangs', () => arm.faults.set({ kind: 'noToken', hang: true })],
  ])(
    'by an endpoint that %s is what ARM says, until there is another one',
    async (_case, breakIt) => {
      breakIt();
      arm.identity.revokeAll();
      for (let reads = 0; reads < 3; reads += 1) {
        expect(await subject.read(1500)).toMatchObject({ calls: 1, result: refused });
        subject.pass(30_000);
      }
      arm.faults.clear();
      arm.identity.answersFromCache = false;
      subject.pass(minute);
      expect(await subject.read()).toMatchObject({ calls: 2, result: running });
    },
  );
});

describe('on a developer’s machine', () => {
  const stubs: Record<string, string | undefined> = {
    AZURE_TENANT_ID: '11111111-2222-4333-8444-555555555555',
    AZURE_CLIENT_ID: '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6',
    AZURE_CLIENT_SECRET: 'geheim',
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
    IDENTITY_ENDPOINT: undefined,
    IDENTITY_HEADER: undefined,
  };
  afterEach(() => {
    login.send = null;
  });

  it('a refused token is replaced past the library’s cache', async () => {
    for (const [name, text] of Object.entries(stubs)) vi.stubEnv(name, text);
    let given = 0;
    login.send = {
      async sendRequest(request) {
        const { pathname } = new URL(request.url);
        const headers = createHttpHeaders({ 'content-type': 'application/json' });
        if (pathname.endsWith('/token')) given += 1;
        const body = pathname.endsWith('/token')
          ? { token_type: 'Bearer', expires_in: 3600, access_token: `token-${given}` }
          : {
              issuer: `${authorityHost}/${stubs['AZURE_TENANT_ID']}/v2.0`,
              authorization_endpoint: `${authorityHost}/t/oauth2/v2.0/authorize`,
              token_endpoint: `${authorityHost}/t/oauth2/v2.0/token`,
              jwks_uri: `${authorityHost}/t/keys`,
            };
        return { request, status: 200, headers, bodyAsText: JSON.stringify(body) };
      },
    };
    const { getToken, renewToken } = await createCredential({
      clientId: null,
      authorityHost,
      managedIdentity: false,
    });
    const tokenOf = async (ask: typeof getToken) => (await ask(tokenScope))?.token;
    expect(await tokenOf(getToken)).toBe('token-1');
    expect(await tokenOf(getToken)).toBe('token-1');
    expect(await tokenOf(renewToken)).toBe('token-2');
    expect(await tokenOf(getToken)).toBe('token-2');
  });
});

it('no request of a sign-in goes without a limit', async () => {
  const limits: number[] = [];
  login.send = {
    sendRequest: async (request) => {
      limits.push(request.timeout);
      throw new Error('That was all.');
    },
  };
  for (const [name, text] of [
    ['AZURE_TENANT_ID', '11111111-2222-4333-8444-555555555555'],
    ['AZURE_CLIENT_ID', '0f7c1e5a-2b34-4c5d-8e6f-a1b2c3d4e5f6'],
    ['AZURE_CLIENT_SECRET', 'geheim'],
    ['AZURE_TOKEN_CREDENTIALS', 'EnvironmentCredential'],
  ] as const)
    vi.stubEnv(name, text);
  const credential = await createCredential({
    clientId: null,
    authorityHost,
    managedIdentity: false,
  });
  await expect(credential.getToken(tokenScope)).rejects.toThrow('EnvironmentCredential');
  login.send = null;
  expect(new Set(limits)).toEqual(new Set([10_000]));
});
