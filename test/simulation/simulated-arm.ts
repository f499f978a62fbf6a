import { failureFromAnswer, malformedAnswer, networkFailure } from '../../shared/arm/failure.ts';
import { parseOperationStatus } from '../../shared/arm/parse.ts';
import type { ReadStatus } from '../../shared/arm/client.ts';
import type { Reading } from '../../shared/operation/reading.ts';
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
  operationOf: (name: string) => SimulatedOperation,
  by: Process,
  tick: number,
): ReadStatus {
  return async (reference, timeoutMs) => {
    const at = new Date(engine.now()).toISOString();
    const operation = operationOf(reference.resourceName);
    const failed: Reading = {
      at,
      notBefore: null,
      result: { ok: false, failure: networkFailure(null) },
    };
    return await engine.request<Reading>({
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
          notBefore: heard,
        });
        const shown = engine.now() - start - (odd === 'stale' ? staleMs : 0);
        return {
          at,
          notBefore: notBefore === null ? null : new Date(notBefore).toISOString(),
          result: resultOf(operation, shown, odd),
        };
      },
    });
  };
}

function resultOf(
  { script }: SimulatedOperation,
  ms: number,
  odd: string | null,
): Reading['result'] {
  if (odd === 'throttled') return answered(429, 'TooManyRequests');
  if (odd === 'serverError') return answered(503, 'ServerUnavailable');
  if (odd === 'forbidden') return answered(403, 'AuthorizationFailed');
  const shown = script.findLast(([seconds]) => seconds * 1000 <= ms) ?? script[0];
  const body = odd === 'malformed' ? { percentComplete: 'x' } : shown[1];
  if (body === 'gone') return answered(404, 'NotFound');
  const seen = parseOperationStatus(body);
  return seen === null ? { ok: false, failure: malformedAnswer } : { ok: true, seen };
}

function answered(status: number, code: string): Reading['result'] {
  const body = JSON.stringify({ error: { code, message: code } });
  return { ok: false, failure: failureFromAnswer({ status, body, requestId: null }) };
}
