import { formNames, inForm } from '../../local/arm/answer-forms.ts';
import { parseJson } from '../../shared/domain/foreign-json.ts';
import {
  failureFromAnswer,
  malformedAnswer,
  networkFailure,
} from '../../shared/arm/reading-failure.ts';
import { outcomeOf } from '../../shared/domain/status.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import type { ArmReader, CountedReading } from '../../shared/arm/client.ts';
import type { ListedOperation, Listing, Reading } from '../../shared/domain/reading.ts';
import type { OperationReference } from '../../shared/domain/reference.ts';
import { referenceOf } from './callers.ts';
import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import type { SimulatedOperation } from './scenario.ts';

/** How old what ARM shows may be, in milliseconds. */
const staleMs = 90_000;
const throttledMs = 100_000;

/** ARM as one tick of a process sees it: each operation plays its script. */
export function simulatedArm(
  engine: Engine,
  start: number,
  operations: readonly SimulatedOperation[],
  operationOf: (name: string) => SimulatedOperation,
  by: Process,
  tick: number,
): ArmReader {
  const readStatus: ArmReader['readStatus'] = async (reference, timeoutMs) => {
    const at = new Date(engine.now()).toISOString();
    const operation = operationOf(reference.resourceName);
    const failed: CountedReading = {
      at,
      calls: 1,
      notBefore: null,
      result: { ok: false, failure: networkFailure(null) },
    };
    return await engine.request<CountedReading>({
      by,
      side: 'arm',
      place: `subscription-${operation.subscription}`,
      name: operation.name,
      timeoutMs: Math.min(timeoutMs, 10_000),
      failed: () => failed,
      run({ odd, isLost }) {
        const notBefore = odd === 'throttled' ? engine.now() + throttledMs : null;
        const heard = isLost ? null : notBefore;
        engine.record({
          kind: 'read',
          by,
          tick,
          began: at,
          operation: operation.name,
          pool: reference.agentPoolName,
          notBefore: heard,
        });
        const shown = engine.now() - start - (odd === 'stale' ? staleMs : 0);
        return {
          at,
          calls: 1,
          notBefore: notBefore === null ? null : new Date(notBefore).toISOString(),
          result: isGoneAt(reference, operation, shown)
            ? answered(404, 'NotFound')
            : resultOf(operation, shown, odd, at),
        };
      },
    });
  };
  /** A List of a cluster's one operation, or of a subscription's clusters. */
  async function list<T>(
    name: string,
    subscription: number,
    timeoutMs: number,
    items: (ms: number) => readonly T[],
  ): Promise<Listing<T>> {
    const at = new Date(engine.now()).toISOString();
    const listing = (
      result: Listing<T>['result'],
      notBefore: number | null = null,
    ): Listing<T> => ({
      at,
      notBefore: notBefore === null ? null : new Date(notBefore).toISOString(),
      calls: 1,
      result,
    });
    return await engine.request<Listing<T>>({
      by,
      side: 'arm',
      place: `subscription-${subscription}`,
      name,
      timeoutMs: Math.min(timeoutMs, 10_000),
      failed: () => listing({ ok: false, failure: networkFailure(null) }),
      run({ odd }) {
        const shown = engine.now() - start - (odd === 'stale' ? staleMs : 0);
        const failure = failureOf(odd);
        if (odd === 'malformed') return listing({ ok: false, failure: malformedAnswer });
        if (failure !== null)
          return listing(failure, odd === 'throttled' ? engine.now() + throttledMs : null);
        return listing({ ok: true, items: items(shown), isComplete: true });
      },
    });
  }

  return {
    readStatus,
    listOperations: async ({ subscriptionId: id, resourceGroupName, resourceName }, timeoutMs) => {
      const number = Number(id.at(-1));
      const operation = operations.find(
        ({ name, subscription }) =>
          name === resourceName && subscription === number && resourceGroupName === 'group',
      );
      const name = operation === undefined ? `${resourceGroupName} ${resourceName}` : resourceName;
      return await list(`list ${name}`, number, timeoutMs, (ms) =>
        operation === undefined ? [] : listedIn(operation, start, ms),
      );
    },
    listClusters: async ({ subscriptionId: id }, timeoutMs) => {
      const number = Number(id.at(-1));
      const clusters = operations
        .filter(({ subscription }) => subscription === number)
        .map(({ name }) => ({ reference: referenceOf(name, number), seen: null }));
      return await list(`clusters of ${number}`, number, timeoutMs, () => clusters);
    },
    listPools: async ({ subscriptionId: id, resourceName }, timeoutMs) =>
      await list(`pools of ${resourceName}`, Number(id.at(-1)), timeoutMs, () => []),
  };
}

/** The body as ARM sends it, parsed: each operation is shown in a form of its own. */
function sentAs(
  { name, form = formNames[name.charCodeAt(0) % formNames.length] }: SimulatedOperation,
  body: object,
): unknown {
  if (form === undefined) return body;
  const sent = inForm({ status: 200, body }, form).body;
  return parseJson(typeof sent === 'string' ? sent : JSON.stringify(sent));
}

function isGoneAt(
  { agentPoolName }: OperationReference,
  { pool }: SimulatedOperation,
  ms: number,
): boolean {
  return agentPoolName !== null && pool !== undefined && pool.goneAt * 1000 <= ms;
}

function resultOf(
  operation: SimulatedOperation,
  ms: number,
  odd: string | null,
  now: string,
): Reading['result'] {
  const failure = failureOf(odd);
  if (failure !== null) return failure;
  const { script } = operation;
  const shown = script.findLast(([seconds]) => seconds * 1000 <= ms) ?? script[0];
  const body = odd === 'malformed' ? { percentComplete: 'x' } : shown[1];
  if (body === 'gone') return answered(404, 'NotFound');
  const seen = parseOperationStatus(sentAs(operation, body), now);
  return seen === null ? { ok: false, failure: malformedAnswer } : { ok: true, seen };
}

/** What a cluster's List shows of its operation, once that has begun. */
function listedIn(operation: SimulatedOperation, start: number, ms: number): ListedOperation[] {
  const { name, script, pool } = operation;
  const [since = 0, answer] = script.findLast(([seconds]) => seconds * 1000 <= ms) ?? [];
  if (answer === undefined || answer === 'gone') return [];
  const timeOf = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
  const ended = outcomeOf(answer.status) === null ? {} : { endTime: timeOf(since) };
  const body = { startTime: timeOf(script[0][0]), ...ended, ...answer };
  const seen = parseOperationStatus(sentAs(operation, body), timeOf(ms / 1000));
  const { operationId } = referenceOf(name, 1);
  return seen === null ? [] : [{ operationId, agentPoolName: pool?.name ?? null, seen }];
}

function failureOf(odd: string | null): (Reading['result'] & { ok: false }) | null {
  if (odd === 'throttled') return answered(429, 'TooManyRequests');
  if (odd === 'notThere') return answered(404, 'ResourceNotFound');
  if (odd === 'missing') return answered(404, 'SubscriptionNotFound');
  if (odd === 'serverError') return answered(503, 'ServerUnavailable');
  return odd === 'forbidden' ? answered(403, 'AuthorizationFailed') : null;
}

function answered(status: number, code: string): Reading['result'] & { ok: false } {
  const body = JSON.stringify({ error: { code, message: code } });
  return { ok: false, failure: failureFromAnswer({ status, body, requestId: null }) };
}
