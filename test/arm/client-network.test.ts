import { armIdOf } from '../../shared/domain/scope.ts';
import { describe, expect, it } from 'vitest';
import type { ArmFault } from '../../local/arm/faults.ts';
import { startArm, type Arm } from '../../local/arm/server.ts';
import { createArmReader } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { tokenSource } from '../../shared/sign-in/token.ts';
import {
  operationArmId,
  parseOperationId,
  type OperationReference,
} from '../../shared/domain/reference.ts';
import type { Reading } from '../../shared/domain/reading.ts';
import { requestToken } from '../local/arm/caller.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';

interface Subject extends AsyncDisposable {
  readonly arm: Arm;
  readonly operation: OperationReference;
  readonly read: (timeoutMs?: number) => Promise<Reading>;
}

function clock(): Date {
  return new Date(start);
}

/** The reader over HTTP, and an operation that runs. */
async function fixture(): Promise<Subject> {
  const arm = await startArm({ now: clock });
  const { id } = arm.start({ ...reference, scenario: 'neverEnds', agentPoolName: 'userpool' });
  const operation = parseOperationId(id);
  if (operation === null) throw new Error(id);
  const getToken = async () => {
    const answer: { access_token: string } = JSON.parse(await (await requestToken(arm)).text());
    return { token: answer.access_token, expiresOnTimestamp: Date.parse(minutes(60)) };
  };
  const credential = { getToken, renewToken: getToken };
  const tokens = tokenSource(credential, '', clock);
  const { readStatus } = createArmReader({
    endpoint: arm.url,
    versions: pinnedTo('2025-05-02-preview'),
    tokens,
    clock,
  });
  return {
    arm,
    operation,
    read: async (timeoutMs = 60_000) => await readStatus(operation, timeoutMs),
    [Symbol.asyncDispose]: arm.close,
  };
}

const running = { ok: true, seen: { status: 'InProgress' } };

describe('reading over HTTP', () => {
  it('shows the operation', async () => {
    await using subject = await fixture();
    expect((await subject.read()).result).toMatchObject(running);
  });

  it.each<[string, ArmFault, object]>([
    ['a destroyed connection', { kind: 'down' }, { cause: 'network' }],
    ['an answer that is cut off', { kind: 'cut' }, { cause: 'network' }],
    ['broken JSON', { kind: 'malformed', form: 'truncated' }, { cause: 'malformed' }],
    ['a proxy’s page', { kind: 'malformed', form: 'html' }, { cause: 'malformed' }],
    ['no status', { kind: 'malformed', form: 'noStatus' }, { cause: 'malformed' }],
    [
      'a 500',
      { kind: 'status', status: 500 },
      { cause: 'serverError', code: 'InternalServerError' },
    ],
    [
      'a flat 429',
      { kind: 'status', status: 429, flat: true, code: 'Throttled' },
      { cause: 'throttled', code: 'Throttled' },
    ],
  ])('bears %s, asks once, and sees the next answer', async (_, fault, failure) => {
    await using subject = await fixture();
    subject.arm.faults.set(fault);
    expect((await subject.read()).result).toMatchObject({ ok: false, failure });
    expect(subject.arm.callCount).toBe(1);
    subject.arm.faults.clear();
    expect((await subject.read()).result).toMatchObject(running);
  });

  it('takes no token to where ARM redirects', async () => {
    await using subject = await fixture();
    await using elsewhere = await startArm();
    subject.arm.faults.set({ kind: 'redirect', location: `${elsewhere.url}/subscriptions/x` });
    expect((await subject.read()).result).toMatchObject({
      failure: { cause: 'rejected', code: 'HTTP307' },
    });
    expect(elsewhere.callCount).toBe(0);
  });

  it('does not read a body without end', async () => {
    await using subject = await fixture();
    const { arm, operation } = subject;
    const path = operationArmId(operation);
    arm.set(path, { status: 'InProgress', padding: 'x'.repeat(5 * 1024 * 1024) });
    expect((await subject.read()).result).toMatchObject({ failure: { code: 'AnswerTooLarge' } });
    arm.set(path, { status: 'InProgress', padding: 'x'.repeat(3 * 1024 * 1024) });
    expect((await subject.read()).result).toMatchObject(running);
  });

  it('ends when its time is over', async () => {
    await using subject = await fixture();
    await subject.read();
    subject.arm.faults.set({ kind: 'hang' });
    const began = performance.now();
    expect((await subject.read(50)).result).toMatchObject({
      failure: { cause: 'network', code: 'Timeout' },
    });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each(['invalid_token', 'insufficient_claims'] as const)(
    'signs in again after ARM has refused the token (%s), and loses no reading',
    async (reason) => {
      await using subject = await fixture();
      await subject.read();
      subject.arm.identity.revokeAll(reason);
      expect(await subject.read()).toMatchObject({ calls: 2, result: running });
      expect(await subject.read()).toMatchObject({ calls: 1, result: running });
      expect(subject.arm.identity.issued).toBe(2);
    },
  );

  it('distinguishes a retired api-version, a lost record and a lost cluster', async () => {
    await using subject = await fixture();
    const { arm, operation } = subject;
    arm.apiVersions.clear();
    expect((await subject.read()).result).toMatchObject({
      failure: { cause: 'unsupportedApiVersion' },
    });
    arm.apiVersions.add('2025-05-02-preview');
    const cluster = armIdOf(operation);
    arm.forget(`${cluster}/operations/${operation.operationId}`);
    expect((await subject.read()).result).toMatchObject({
      failure: { cause: 'notFound', code: 'NotFound' },
    });
    arm.forget(cluster);
    expect((await subject.read()).result).toMatchObject({
      failure: { cause: 'notFound', code: 'ResourceNotFound' },
    });
  });
});
