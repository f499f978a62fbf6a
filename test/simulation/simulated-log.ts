import type { LogAnswer, ReadLog } from '../../shared/arm/activity-log.ts';
import { armIdOf } from '../../shared/domain/scope.ts';
import { referenceOf } from './callers.ts';
import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import type { SimulatedLog, SimulatedOperation } from './scenario.ts';

const throttledMs = 100_000;

/** Who started an operation: each was started by somebody else. */
export function starterOf(operation: string): string {
  return `starter-${operation.charCodeAt(0)}@contoso.example`;
}

/** When ARM says that an operation began; `null`: it does not say. */
export function startOf({ script }: SimulatedOperation): string | null {
  const times = script.flatMap(([, answer]) => (answer === 'gone' ? [] : (answer.startTime ?? [])));
  return times[0] ?? null;
}

/** The activity log as one tick of a process sees it: the start of each operation, some time after it. */
export function simulatedLog(
  engine: Engine,
  { showsAfter, pages }: SimulatedLog,
  operations: readonly SimulatedOperation[],
  by: Process,
  tick: number,
): ReadLog {
  return async (question, timeoutMs) => {
    const number = Number(question.subscriptionId.at(-1));
    const failed: LogAnswer = { calls: 1, throttledUntil: null, events: null, isTooLong: false };
    return await engine.request<LogAnswer>({
      by,
      side: 'arm',
      place: `subscription-${number}`,
      name: 'log',
      timeoutMs: Math.min(timeoutMs, 10_000),
      failed: () => failed,
      run({ odd, isLost }) {
        const isRead = odd === null || odd === 'stale' || odd === 'forbidden';
        const requests = isRead && !isLost ? pages : 1;
        const isHeard = isRead && odd === null && !isLost;
        engine.record({ kind: 'logRead', by, tick, subscription: number, requests, isHeard });
        if (odd === 'throttled') {
          const throttledUntil = new Date(engine.now() + throttledMs).toISOString();
          return { ...failed, throttledUntil };
        }
        if (!isRead) return failed;
        const events = odd === null ? eventsAt(engine.now() - showsAfter * 1000, number) : [];
        return { ...failed, calls: requests, events };
      },
    });
  };

  function eventsAt(latest: number, number: number): NonNullable<LogAnswer['events']> {
    return operations.flatMap((operation) => {
      const at = startOf(operation);
      if (at === null || operation.subscription !== number || Date.parse(at) > latest) return [];
      const caller = starterOf(operation.name);
      return [
        {
          at,
          resourceId: armIdOf(referenceOf(operation.name, number)),
          action: 'Microsoft.ContainerService/managedClusters/write',
          status: 'Started',
          correlationId: operation.name,
          caller,
          name: '',
          upn: caller,
          objectId: '',
          appId: '',
          idType: 'user',
        },
      ];
    });
  }
}
