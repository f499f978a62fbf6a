import { formatDuration } from '../time.ts';
import { outcomeOf, phaseOf } from './status.ts';
import type { OperationState } from './tracked.ts';
import { isOverdue, usualWords, type Usual } from './usual-duration.ts';

/** After how long without a move an operation counts as stalled, in milliseconds. */
export interface StallPolicy {
  /** No change of phase, percent or counter for this long is worth a message; `0` turns it off, and overdue too. */
  readonly stalledAfterMs: number;
  /** The same for a phase that drains nodes; absent: {@link StallPolicy.stalledAfterMs}. */
  readonly drainStalledAfterMs?: number;
}

/** AKS drains a node for up to 30 min by default, so that a default of the app must be longer; in milliseconds. */
export const drainStalledAfterMs = 35 * 60_000;

/** A status that says no more than that something runs. */
const plain = /^(?:in ?progress|running|updating)$/i;

/** Whether nodes are being drained now, as far as the phases and the kind of the operation show it. */
export function drainsNodes({
  status,
  kind,
  parts,
}: Pick<OperationState, 'status' | 'kind' | 'parts'>): boolean {
  const phase = phaseOf(status ?? '');
  const running = parts.filter((part) => outcomeOf(part.status) === null);
  return (
    [phase, ...running.map((part) => phaseOf(part.status))].some((one) =>
      /drain|upgrad/i.test(one),
    ) ||
    (kind.action === 'upgrade' && plain.test(phase))
  );
}

/**
 * Why an operation counts as stalled, or `null`. An overdue operation counts as stalled until it ends, even if it moves:
 * otherwise messages would say by turns that it stalls and moves.
 *
 * @param stillMs how long it has not moved, in milliseconds
 * @param ranMs how long it has run, in milliseconds
 */
export function reasonToStall(
  { stillMs, ranMs }: { readonly stillMs: number; readonly ranMs: number },
  state: Pick<OperationState, 'status' | 'kind' | 'parts'>,
  usual: Usual | null,
  policy: StallPolicy,
): string | null {
  if (policy.stalledAfterMs === 0) return null;
  if (usual !== null && isOverdue(usual, ranMs))
    return `running for ${formatDuration(ranMs)}, ${usualWords(usual)}`;
  const limit = drainsNodes(state)
    ? (policy.drainStalledAfterMs ?? policy.stalledAfterMs)
    : policy.stalledAfterMs;
  return stillMs >= limit ? `no change for ${formatDuration(stillMs)}` : null;
}
