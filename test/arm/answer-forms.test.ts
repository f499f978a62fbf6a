import { armIdOf } from '../../shared/domain/scope.ts';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { formNames, inForm, type FormName } from '../../local/arm/answer-forms.ts';
import { createArmReader, type ArmReader } from '../../shared/arm/client.ts';
import { pinnedTo } from '../../shared/arm/version-source.ts';
import { failureFromAnswer } from '../../shared/arm/reading-failure.ts';
import { fieldReader } from '../../shared/domain/foreign-json.ts';
import { mostSpecific } from '../../shared/domain/error-detail.ts';
import type { SeenStatus } from '../../shared/domain/reading.ts';
import { operationArmId } from '../../shared/domain/reference.ts';
import { minutes, reference, start } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';

/** A body as a service sends it in this form. */
function textOf(body: object, form: FormName): string {
  const answer = inForm({ status: 200, body }, form).body;
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

/** A reader of an ARM that gives this body to every call. */
function reading(bodyAsText: string): ArmReader {
  return createArmReader({
    endpoint: 'https://arm.example',
    versions: pinnedTo('x'),
    tokens: { get: async () => 'token', insteadOf: async () => null },
    clock: () => new Date(start),
    httpClient: {
      sendRequest: async (request) => ({
        request,
        status: 200,
        headers: createHttpHeaders(),
        bodyAsText,
      }),
    },
  });
}

const quota = { code: 'QuotaExceeded', message: 'no cores', target: 'np1' };
const pool = `${armIdOf(reference)}/agentPools/np1`;
const operation = {
  id: operationArmId(reference),
  name: reference.operationId,
  status: 'Failed',
  percentComplete: 40,
  startTime: minutes(-20),
  endTime: minutes(-2),
  resourceId: pool,
  operationType: 'PutAgentPool',
  subOperationType: 'Scaling',
  error: { ...quota, details: [] },
  operations: [{ name: 'part', status: 'Succeeded', resourceId: pool, operations: [] }],
};
const lists = { value: [operation], nextLink: '' };
const clusters = { value: [{ id: armIdOf(reference), tags: {} }] };
const cloudError = { error: { code: 'AuthorizationFailed', message: 'No role.', details: [] } };

const plain = await statusIn(JSON.stringify(operation));
const unset: ReadonlySet<FormName> = new Set(['yearOne', 'yearOneWithoutZone']);

async function statusIn(text: string): Promise<SeenStatus> {
  const { result } = await reading(text).readStatus(reference, 1000);
  if (!result.ok) throw new Error(result.failure.message);
  return result.seen;
}

/** What is read of the operation: times, the cause, and the rest without the error's wrapping. */
function told({
  error,
  errorFingerprint: _print,
  startTime,
  endTime,
  ...rest
}: SeenStatus): object {
  return {
    rest,
    times: { startTime, endTime },
    cause: error === null ? null : mostSpecific(error),
  };
}

/** What must be read, whatever the form: all of it, but for times that are unset. */
function whole(form: FormName): object {
  const times = unset.has(form)
    ? { startTime: null, endTime: null }
    : { startTime: minutes(-20), endTime: minutes(-2) };
  return { ...told(plain), times, cause: { ...quota, details: [] } };
}

describe.each(formNames)('in the form %s', (form) => {
  it('an operation’s status is read whole', async () => {
    expect(told(await statusIn(textOf(operation, form)))).toEqual(whole(form));
  });

  it('a list of operations is read whole', async () => {
    const { result } = await reading(textOf(lists, form)).listOperations(reference, 1000);
    const [only, ...others] = result.ok ? result.items : [];
    expect([result.ok && result.isComplete, only?.operationId, only?.agentPoolName]).toEqual([
      true,
      reference.operationId,
      'np1',
    ]);
    expect(others).toEqual([]);
    const without = form === 'noErrorInLists' ? { cause: null } : {};
    expect(only === undefined ? null : told(only.seen)).toEqual({ ...whole(form), ...without });
  });

  it('a list of clusters is read whole, and an empty one is empty', async () => {
    const scope = { ...reference, resourceGroupName: null, resourceName: null };
    const listed = await reading(textOf(clusters, form)).listClusters(scope, 1000);
    const { resourceName } = reference;
    expect(listed.result).toMatchObject({
      ok: true,
      items: [{ reference: { resourceName } }],
      isComplete: true,
    });
    const empty = reading(textOf({ value: [] }, form));
    for (const { result } of [
      await empty.listClusters(scope, 1000),
      await empty.listOperations(reference, 1000),
    ])
      expect(result).toEqual({ ok: true, items: [], isComplete: true });
  });

  it('an error answer is read whole', () => {
    const body = textOf(cloudError, form);
    const failure = failureFromAnswer({ status: 403, body, requestId: null });
    const isWrapped = form === 'errorInInner' || form === 'errorInMessage';
    const said = isWrapped ? {} : { code: 'AuthorizationFailed', message: 'No role.' };
    expect(failure).toMatchObject({ cause: 'forbidden', ...said });
  });
});

describe('a field', () => {
  const read = fieldReader('code', 'innererror');

  it.each<[string, object, unknown]>([
    ['as it is written', { code: 'a' }, 'a'],
    ['in other letters', { CODE: 'a' }, 'a'],
    ['written exactly, before another', { code: 'a', Code: 'b' }, 'a'],
    ['written exactly, after another', { Code: 'b', code: 'a' }, 'a'],
    ['with a value, not with null', { code: null, Code: 'b' }, 'b'],
    ['with a value, not with a later null', { Code: 'b', code: null }, 'b'],
    ['that is null', { code: null }, null],
    ['that is absent', { xcode: 'a' }, undefined],
    ['of the object itself', Object.create({ code: 'inherited' }), undefined],
  ])('is found %s', (_name, value, expected) => {
    expect(read(value).code).toBe(expected);
  });

  it('is read of anything, and is never a prototype', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"code":"a"},"constructor":{"prototype":{"code":"b"}}}',
    );
    expect(read(hostile)).toEqual({});
    expect(Object.getPrototypeOf(read(hostile))).toBe(Object.prototype);
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const name of Object.keys(read(value))) expect(['code', 'innererror']).toContain(name);
      }),
    );
  });
});
